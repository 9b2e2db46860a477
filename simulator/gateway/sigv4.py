"""Signature Version 4, checked ("Create a signed AWS API request", IAM User Guide)."""

from __future__ import annotations

import functools
import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, quote, unquote

from simulator.gateway.errors import AwsError

ALGORITHM = "AWS4-HMAC-SHA256"
SKEW = timedelta(minutes=15)
_EMPTY = hashlib.sha256(b"").hexdigest()


@dataclass(frozen=True, slots=True)
class Signature:
    """What the client claims. `signed_at` is aware UTC by the client's clock."""

    access_key_id: str
    scope: str
    signed_headers: tuple[str, ...]
    value: str
    signed_at: datetime
    token: str | None
    expires: timedelta | None = None
    """Lifetime of a presigned URL; None for a signed header."""

    @property
    def presigned(self) -> bool:
        return self.expires is not None


def claimed(environ: dict[str, Any]) -> Signature | None:
    """The signature a request carries in its header or its query; None when unsigned.

    Raises:
        AwsError: a signature of another algorithm, or one with parts missing.
    """
    header = environ.get("HTTP_AUTHORIZATION", "")
    if header:
        return _from_header(environ, header)
    query = dict(parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True))
    if "X-Amz-Signature" in query:
        return _from_query(query)
    return None


def _from_header(environ: dict[str, Any], header: str) -> Signature:
    algorithm, _, rest = header.partition(" ")
    fields = dict(part.strip().partition("=")[::2] for part in rest.split(","))
    missing = [name for name in ("Credential", "Signature", "SignedHeaders") if not fields.get(name)]
    if algorithm != ALGORITHM or missing:
        absent = " ".join(f"Authorization header requires '{name}' parameter." for name in missing)
        raise AwsError(
            "IncompleteSignature", f"{absent or 'Unsupported algorithm.'} Authorization={header}", 403
        )
    key, _, scope = fields["Credential"].partition("/")
    return Signature(
        access_key_id=key,
        scope=scope,
        signed_headers=tuple(fields["SignedHeaders"].split(";")),
        value=fields["Signature"],
        signed_at=_instant(environ.get("HTTP_X_AMZ_DATE") or environ.get("HTTP_DATE", "")),
        token=environ.get("HTTP_X_AMZ_SECURITY_TOKEN"),
    )


def _from_query(query: dict[str, str]) -> Signature:
    key, _, scope = query.get("X-Amz-Credential", "").partition("/")
    seconds = query.get("X-Amz-Expires", "300")
    if not seconds.isdigit() or not 1 <= int(seconds) <= 604800:
        raise AwsError(
            "AuthorizationQueryParametersError",
            "X-Amz-Expires must be less than a week (in seconds) that is 604800 seconds",
        )
    return Signature(
        access_key_id=key,
        scope=scope,
        signed_headers=tuple(query.get("X-Amz-SignedHeaders", "host").split(";")),
        value=query["X-Amz-Signature"],
        signed_at=_instant(query.get("X-Amz-Date", "")),
        token=query.get("X-Amz-Security-Token"),
        expires=timedelta(seconds=int(seconds)),
    )


def _instant(text: str) -> datetime:
    try:
        return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        raise AwsError(
            "IncompleteSignature",
            "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
            403,
        ) from None


@functools.lru_cache(maxsize=4096)
def _signing_key(secret: str, scope: str) -> bytes:
    key = f"AWS4{secret}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    return key


def matches(signature: Signature, secret: str, environ: dict[str, Any], body: bytes) -> bool:
    """Whether `secret` made this signature over this very request."""
    service = signature.scope.split("/")[2]
    path, _, _ = environ["RAW_URI"].partition("?")
    canonical = "\n".join(
        (
            environ["REQUEST_METHOD"],
            path if service == "s3" else quote(path, safe="/-_.~"),
            _canonical_query(environ.get("QUERY_STRING", "")),
            *(f"{name}:{_header(environ, name)}" for name in signature.signed_headers),
            "",
            ";".join(signature.signed_headers),
            _payload_hash(signature, service, environ, body),
        )
    )
    stamp = signature.signed_at.strftime("%Y%m%dT%H%M%SZ")
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    to_sign = f"{ALGORITHM}\n{stamp}\n{signature.scope}\n{digest}"
    key = _signing_key(secret, signature.scope)
    expected = hmac.new(key, to_sign.encode(), hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected, signature.value)


def _canonical_query(query: str) -> str:
    if not query:
        return ""
    pairs = []
    for part in query.split("&"):
        name, _, value = part.partition("=")
        if name == "X-Amz-Signature":
            continue
        pairs.append((quote(unquote(name), safe="-_.~"), quote(unquote(value), safe="-_.~")))
    return "&".join(f"{name}={value}" for name, value in sorted(pairs))


def _header(environ: dict[str, Any], name: str) -> str:
    key = name.upper().replace("-", "_")
    value = environ.get(key if key in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{key}", "")
    return " ".join(value.split())


def _payload_hash(signature: Signature, service: str, environ: dict[str, Any], body: bytes) -> str:
    stated: str | None = environ.get("HTTP_X_AMZ_CONTENT_SHA256")
    if signature.presigned and service == "s3":
        return stated or "UNSIGNED-PAYLOAD"
    if stated is None:
        return hashlib.sha256(body).hexdigest() if body else _EMPTY
    if len(stated) == 64 and stated != hashlib.sha256(body).hexdigest():
        raise AwsError(
            "XAmzContentSHA256Mismatch",
            "The provided 'x-amz-content-sha256' header does not match what was computed.",
        )
    return stated
