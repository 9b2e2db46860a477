"""Presigned S3 URLs of Signature Version 2, which boto3 still makes by default.

Source: "Signing and authenticating REST requests (AWS signature version 2)", S3 User Guide.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from simulator.gateway.errors import AwsError
from simulator.gateway.s3_host import bucket_in

if TYPE_CHECKING:
    from simulator.gateway.sigv4 import Signature

VERSION = "SigV2"


def claimed(query: Mapping[str, str]) -> Signature:
    """The signature in a URL's query. It says when it ends, not when it was made.

    Raises:
        AwsError: AccessDenied for a query with parts missing.
    """
    from simulator.gateway.sigv4 import Signature

    expires = query.get("Expires", "")
    if not query.get("Signature") or not (expires.isdecimal() and len(expires) < 11):
        raise AwsError(
            "AccessDenied",
            "Query-string authentication requires the Signature, Expires and AWSAccessKeyId "
            "parameters",
            403,
        )
    return Signature(
        access_key_id=query["AWSAccessKeyId"],
        scope="/us-east-1/s3/",
        signed_headers=(),
        value=query["Signature"],
        signed_at=datetime.fromtimestamp(int(expires), UTC),
        token=query.get("x-amz-security-token"),
        expires=timedelta(),
        version=VERSION,
    )


def matches(value: str, secret: str, environ: Mapping[str, Any]) -> bool:
    """Whether `secret` made this signature over this very request."""
    from botocore.auth import HmacV1Auth
    from botocore.compat import HTTPHeaders
    from botocore.credentials import Credentials

    url = urlsplit(environ["RAW_URI"])
    query = dict(parse_qsl(url.query, keep_blank_values=True))
    amazon = HTTPHeaders()
    for key, said in (*query.items(), *environ.items()):
        name = key.removeprefix("HTTP_").replace("_", "-").lower()
        if name.startswith("x-amz-"):
            amazon[name] = str(said)
    signer = HmacV1Auth(Credentials("-", secret))
    lines = [
        environ["REQUEST_METHOD"],
        environ.get("HTTP_CONTENT_MD5") or query.get("content-md5", ""),
        environ.get("CONTENT_TYPE") or query.get("content-type", ""),
        query.get("Expires", ""),
        signer.canonical_custom_headers(amazon),
        signer.canonical_resource(url, auth_path=_resource(environ, url.path)),
    ]
    text = "\n".join(line for at, line in enumerate(lines) if line or at != 4)
    return hmac.compare_digest(str(signer.sign_string(text)).encode(), value.encode())


def _resource(environ: Mapping[str, Any], path: str) -> str:
    """The path with the bucket, which the host may name."""
    bucket = bucket_in(environ.get("HTTP_HOST", ""))
    return f"/{bucket}{path}" if bucket else path
