"""How a principal proves that it has a key's secret to a gateway in the same process.

Signature Version 4 proves a secret to somebody who must not learn it, over a wire that others write
to as well. Between two parts of one process it would be computed twice by the same hands, which is a
good part of what a call costs. Here the secret itself is proved; all else of the Authorization header
is as it is signed.
"""

from __future__ import annotations

import functools
import hashlib
import hmac
import os
from typing import TYPE_CHECKING, Any

from botocore.credentials import ReadOnlyCredentials

if TYPE_CHECKING:
    from botocore.awsrequest import AWSRequest


class Held(ReadOnlyCredentials):  # type: ignore[misc]
    """Credentials in the hands of somebody in this process."""


@functools.cache
def _ours() -> bytes:
    return os.urandom(32)


@functools.lru_cache(maxsize=4096)
def proof(secret: str) -> str:
    """What stands where a signature would; it proves nothing in another process."""
    return hmac.digest(_ours(), secret.encode(), hashlib.sha256).hex()


def proves(signature: str, secret: str) -> bool:
    """Whether who made `signature` in this process had the secret."""
    return hmac.compare_digest(signature.encode(), proof(secret).encode())


@functools.cache
def prove_what_is_held() -> None:
    """Let botocore prove credentials that are `Held`, and sign with others as ever."""
    import botocore.auth as signing

    unsigned = frozenset(signing.SIGNED_HEADERS_BLACKLIST)
    kinds: dict[str, Any] = signing.AUTH_TYPE_MAPS

    def proving(auth: Any) -> type:
        class Proving(auth):  # type: ignore[misc]
            def add_auth(self, request: AWSRequest) -> None:
                if not isinstance(self.credentials, Held):
                    super().add_auth(request)
                    return
                now = signing.get_current_datetime()
                request.context["timestamp"] = now.strftime(signing.SIGV4_TIMESTAMP)
                self._modify_request_before_signing(request)
                names = {str(name).lower() for name in request.headers} | {"host"}
                request.headers["Authorization"] = (
                    f"AWS4-HMAC-SHA256 Credential={self.scope(request)}, "
                    f"SignedHeaders={';'.join(sorted(names - unsigned))}, "
                    f"Signature={proof(self.credentials.secret_key)}"
                )

        return Proving

    kinds.update({kind: proving(kinds[kind]) for kind in ("v4", "s3v4")})
