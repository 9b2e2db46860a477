"""A file that a service delivers to a bucket, put into moto's state without an HTTP request.

A look at a trail's bucket delivers hundreds of files. What moto makes of a request with a plain
key and nothing but the usual headers is known; any other goes its whole way.
"""

from __future__ import annotations

import re
from typing import Any, Final

from simulator.backends.moto_object import PLAIN_KEY, in_partition
from simulator.gateway.call import Call
from simulator.gateway.caller import CallerType

_USUAL: Final = frozenset(
    {
        "ACL",
        "Bucket",
        "ContentEncoding",
        "ContentType",
        "Key",
        "Metadata",
        "SSEKMSEncryptionContext",
        "SSEKMSKeyId",
        "ServerSideEncryption",
    }
)
_PLAIN_NAME: Final = re.compile(r"[a-z0-9-]+")
_PLAIN_VALUE: Final = re.compile(r"[!-~]+")


def put(call: Call, body: bytes) -> tuple[int, dict[str, str], bytes] | None:
    """Status, headers and body of moto's answer; None where it must be asked by a request."""
    if call.caller.type is not CallerType.AWS_SERVICE or not _usual(call):
        return None
    from moto.s3.models import s3_backends
    from moto.utilities.aws_headers import gen_amzn_requestid_long

    assert call.account is not None
    params = call.params
    backend: Any = s3_backends[call.account.id]["aws"]
    bucket = backend.buckets.get(params["Bucket"])
    if bucket is None or bucket.object_lock_enabled:
        return None
    item = backend.put_object(
        bucket.name,
        params["Key"],
        body,
        storage="STANDARD",
        encryption=params.get("ServerSideEncryption"),
        kms_key_id=params.get("SSEKMSKeyId"),
    )
    item.set_metadata(_metadata(params))
    item.website_redirect_location = None
    backend.put_object_tagging(item, {})
    headers = {name: str(value) for name, value in item.response_dict.items()}
    headers.pop("content-length", None)
    gen_amzn_requestid_long(headers)
    return 200, headers, b""


def _usual(call: Call) -> bool:
    params = call.params
    return (
        (call.service, call.operation) == ("s3", "PutObject")
        and params.keys() <= _USUAL
        and bool(params.get("ContentType"))
        and in_partition(call.region)
        and PLAIN_KEY.fullmatch(params["Key"]) is not None
        and all(
            _PLAIN_NAME.fullmatch(name) and _PLAIN_VALUE.fullmatch(value)
            for name, value in params.get("Metadata", {}).items()
        )
    )


def _metadata(params: dict[str, Any]) -> Any:
    from moto.s3.utils import CaseInsensitiveDict  # type: ignore[attr-defined]

    kept = CaseInsensitiveDict({"Content-Type": params["ContentType"]})
    if params.get("ContentEncoding"):
        kept["Content-Encoding"] = params["ContentEncoding"]
    for name, value in params.get("Metadata", {}).items():
        kept[f"x-amz-meta-{name}"] = value
    return kept
