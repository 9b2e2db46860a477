"""Signature Version 4, checked ("Create a signed AWS API request", IAM User Guide)."""

from __future__ import annotations

import functools
import hashlib
import hmac
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import parse_qsl, quote, unquote

from simulator.account.secrecy import proves
from simulator.gateway import sigv2
from simulator.gateway.errors import AwsError
from simulator.gateway.origin import ENVIRON_KEY

ALGORITHM = "AWS4-HMAC-SHA256"
SKEW = timedelta(minutes=15)
LEAD = "drill.lead"
"""In the WSGI environ, where no HTTP client can write: by how much, a timedelta, the clients' clock
leads the one that the gateway goes by. Without it both go alike."""
_WEEK = 604_800
"""Seconds that a presigned URL lives at most."""
_STAMP = re.compile(r"\d{8}T\d{6}Z")
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
    version: str = "SigV4"
    lead: timedelta = timedelta()
    """By how much the client's clock leads the gateway's."""

    @property
    def made_at(self) -> datetime:
        """When it was signed, by the gateway's clock."""
        return self.signed_at - self.lead

    @property
    def presigned(self) -> bool:
        """Whether the signature is in the URL."""
        return self.expires is not None

    @property
    def region(self) -> str:
        """The region of the credential scope."""
        return self.scope.split("/")[1]

    @property
    def service(self) -> str:
        """The signing name of the credential scope."""
        return self.scope.split("/")[2]


def claimed(environ: dict[str, Any]) -> Signature | None:
    """The signature a request carries in its header or its query; None when unsigned.

    Raises:
        AwsError: IncompleteSignature or, for a presigned URL, AuthorizationQueryParametersError.
    """
    signature = _claimed(environ)
    if signature is None or LEAD not in environ:
        return signature
    return replace(signature, lead=environ[LEAD])


def _claimed(environ: dict[str, Any]) -> Signature | None:
    header, query = environ.get("HTTP_AUTHORIZATION", ""), environ.get("QUERY_STRING", "")
    if "X-Amz-Signature=" in query:
        if header:
            raise AwsError(
                "InvalidArgument",
                "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, "
                "Signature query string parameter or the Authorization header should be specified",
            )
        return _from_query(dict(parse_qsl(query, keep_blank_values=True)))
    if header:
        return _from_header(environ, header)
    if "AWSAccessKeyId=" in query and "Signature=" in query:
        return sigv2.claimed(dict(parse_qsl(query, keep_blank_values=True)))
    return None


def _from_header(environ: dict[str, Any], header: str) -> Signature:
    algorithm, _, rest = header.partition(" ")
    fields = dict(part.strip().partition("=")[::2] for part in rest.split(","))
    missing = [
        name for name in ("Credential", "Signature", "SignedHeaders") if not fields.get(name)
    ]
    if algorithm != ALGORITHM or missing:
        absent = " ".join(f"Authorization header requires '{name}' parameter." for name in missing)
        raise AwsError(
            "IncompleteSignature", f"{absent or 'Unsupported algorithm.'} Authorization={header}"
        )
    key, scope = _credential(fields["Credential"])
    signed = tuple(fields["SignedHeaders"].split(";"))
    if "host" not in signed:
        raise AwsError(
            "IncompleteSignature",
            "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
        )
    signed_at = _instant(environ.get("HTTP_X_AMZ_DATE") or environ.get("HTTP_DATE", ""))
    if scope[:8] != f"{signed_at:%Y%m%d}":
        raise AwsError(
            "IncompleteSignature",
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from "
            f"HTTP: '{scope[:8]}' != '{signed_at:%Y%m%d}', from '{signed_at:%Y%m%dT%H%M%SZ}'.",
        )
    return Signature(
        access_key_id=key,
        scope=scope,
        signed_headers=signed,
        value=fields["Signature"],
        signed_at=signed_at,
        token=environ.get("HTTP_X_AMZ_SECURITY_TOKEN"),
    )


def _credential(text: str) -> tuple[str, str]:
    """Access key id and scope: "20261124/us-east-1/iam/aws4_request"."""
    key, _, scope = text.partition("/")
    parts = scope.split("/")
    if len(parts) != 4 or parts[3] != "aws4_request":
        raise AwsError(
            "IncompleteSignature",
            f"Credential must have exactly 5 slash-delimited elements, e.g. "
            f"keyid/date/region/service/term, got '{text}'.",
        )
    return key, scope


def _from_query(query: dict[str, str]) -> Signature:
    needed = ("Algorithm", "Credential", "Signature", "Date", "SignedHeaders")
    if not all(query.get(f"X-Amz-{name}") for name in needed):
        raise AwsError(
            "AuthorizationQueryParametersError",
            "Query-string authentication version 4 requires the X-Amz-Algorithm, "
            "X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and "
            "X-Amz-Expires parameters.",
        )
    if query["X-Amz-Algorithm"] != ALGORITHM:
        raise AwsError(
            "AuthorizationQueryParametersError", f'X-Amz-Algorithm only supports "{ALGORITHM}"'
        )
    key, scope = _credential(query["X-Amz-Credential"])
    seconds = query.get("X-Amz-Expires", "300")
    if not (seconds.isdecimal() and len(seconds) < 7 and 1 <= int(seconds) <= _WEEK):
        raise AwsError(
            "AuthorizationQueryParametersError",
            "X-Amz-Expires must be less than a week (in seconds) that is 604800 seconds",
        )
    return Signature(
        access_key_id=key,
        scope=scope,
        signed_headers=tuple(query["X-Amz-SignedHeaders"].split(";")),
        value=query["X-Amz-Signature"],
        signed_at=_instant(query["X-Amz-Date"]),
        token=query.get("X-Amz-Security-Token"),
        expires=timedelta(seconds=int(seconds)),
    )


def _instant(text: str) -> datetime:
    try:
        if _STAMP.fullmatch(text):
            return datetime.fromisoformat(text)
        return parsedate_to_datetime(text).astimezone(UTC)
    except (ValueError, TypeError):
        raise AwsError(
            "IncompleteSignature",
            "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
        ) from None


@functools.lru_cache(maxsize=4096)
def _signing_key(secret: str, scope: str) -> bytes:
    key = f"AWS4{secret}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    return key


def matches(signature: Signature, secret: str, environ: dict[str, Any], body: bytes) -> bool:
    """Whether `secret` made this signature over this very request, or who made it here has it."""
    if ENVIRON_KEY in environ and proves(signature.value, secret):
        return True
    if signature.version == sigv2.VERSION:
        return sigv2.matches(signature.value, secret, environ)
    service = signature.service
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
    return hmac.compare_digest(expected.encode(), signature.value.encode())


def unsigned_headers(signature: Signature, environ: dict[str, Any]) -> str:
    """The x-amz-… headers that S3 wants signed and that were not; the payload's hash may be."""
    if signature.version == sigv2.VERSION:
        return ""
    present = (
        key[5:].replace("_", "-").lower() for key in environ if key.startswith("HTTP_X_AMZ_")
    )
    ignored = {*signature.signed_headers, "x-amz-content-sha256"}
    return ", ".join(sorted(name for name in present if name not in ignored))


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
