"""A whole object that is read, taken from moto's state without an HTTP request.

Who reads logs reads hundreds of objects. What moto answers to a request for a plain key that asks
for nothing else is known; any other goes its whole way.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from simulator.gateway.call import Call

_USUAL: Final = frozenset({"Bucket", "ChecksumMode", "Key"})
PLAIN_KEY: Final = re.compile(r"\w[\w.-]*(/\w[\w.-]*)+", re.ASCII)
_IN_AWS: Final = ("us-", "eu-", "ap-", "ca-", "sa-", "af-", "me-", "il-")
_HEARD: Final = ("HTTP_ORIGIN", "HTTP_RANGE", "CONTENT_TYPE", "QUERY_STRING")
"""What makes moto answer otherwise without being a parameter, or in ways that are not plain."""


def in_partition(region: str) -> bool:
    """Whether it is a region of the partition "aws"."""
    return region.startswith(_IN_AWS) and not region.startswith("us-gov-")


def get(
    call: Call, environ: Mapping[str, Any], body: bytes
) -> tuple[int, dict[str, str], bytes] | None:
    """Status, headers and body of moto's answer; None where it must be asked by a request."""
    if (call.service, call.operation) != ("s3", "GetObject") or not _usual(call, environ, body):
        return None
    from moto.s3.models import FakeKey, s3_backends
    from moto.s3.utils import ARCHIVE_STORAGE_CLASSES
    from moto.utilities.aws_headers import gen_amzn_requestid_long

    assert call.account is not None
    backend: Any = s3_backends[call.account.id]["aws"]
    bucket = backend.buckets.get(call.params["Bucket"])
    item: Any = bucket.keys.get(call.params["Key"]) if bucket is not None else None
    if not isinstance(item, FakeKey) or item.storage_class in ARCHIVE_STORAGE_CLASSES:
        return None
    if item.checksum_type == "COMPOSITE":
        return None
    item.advance()  # moto looks at it twice
    item.advance()
    headers: dict[str, Any] = {}
    if item.version_id != "null":
        headers["x-amz-version-id"] = item.version_id
    headers |= item.response_dict
    if item.checksum_algorithm and call.params.get("ChecksumMode") == "ENABLED":
        headers[f"x-amz-checksum-{item.checksum_algorithm.lower()}"] = item.checksum_value
        headers |= {"x-amz-checksum-type": item.checksum_type} if item.checksum_type else {}
    headers |= {**item.metadata, "Accept-Ranges": "bytes"}
    gen_amzn_requestid_long(headers)
    return 200, {name: str(value) for name, value in headers.items()}, item.value


def _usual(call: Call, environ: Mapping[str, Any], body: bytes) -> bool:
    return (
        not body
        and call.params.keys() <= _USUAL
        and not any(environ.get(name) for name in _HEARD)
        and not str(environ.get("HTTP_X_AMZ_CONTENT_SHA256", "")).startswith("STREAMING")
        and in_partition(call.region)
        and PLAIN_KEY.fullmatch(call.params["Key"]) is not None
    )
