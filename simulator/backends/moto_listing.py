"""A list of a bucket's objects, written from moto's state without an HTTP request.

moto's own way finds the model of each member of each of hundreds of objects. A list by prefix, and
no more, in the form that SDKs ask for is known; any other goes its whole way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import quote

from simulator.backends.moto_object import in_partition
from simulator.gateway.call import Call

_USUAL: Final = frozenset({"Bucket", "Delimiter", "EncodingType", "MaxKeys", "Prefix"})
_QUERY: Final = frozenset({"delimiter", "encoding-type", "list-type", "max-keys", "prefix"})
_PLAIN_PREFIX: Final = re.compile(r"[\w./=-]*", re.ASCII)
_DOCUMENT: Final = (
    '<?xml version="1.0" encoding="utf-8"?>\n'
    '<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">{}</ListBucketResult>'
)


def objects(
    call: Call, environ: Mapping[str, Any], body: bytes
) -> tuple[int, dict[str, str], bytes] | None:
    """Status, headers and body of moto's answer; None where it must be asked by a request."""
    if (call.service, call.operation) != ("s3", "ListObjectsV2") or not _usual(call, environ, body):
        return None
    from moto.s3.models import FakeBucket, s3_backends
    from moto.settings import get_s3_default_max_keys
    from moto.utilities.aws_headers import gen_amzn_requestid_long

    assert call.account is not None
    params = call.params
    backend: Any = s3_backends[call.account.id]["aws"]
    bucket = backend.buckets.get(params["Bucket"])
    if type(bucket) is not FakeBucket:
        return None
    prefix, delimiter = params.get("Prefix"), params.get("Delimiter")
    most = params.get("MaxKeys", get_s3_default_max_keys())
    found, cut, token = backend.list_objects_v2(bucket, prefix, delimiter, None, None, most)
    said = {
        "Name": bucket.name,
        "Prefix": quote(prefix or ""),
        "Delimiter": delimiter,
        "MaxKeys": most,
    }
    folders = [each for each in found if isinstance(each, str)]
    more = {"EncodingType": "url", "KeyCount": len(found), "NextContinuationToken": token}
    text = "".join(
        (
            f"<IsTruncated>{str(cut).lower()}</IsTruncated>",
            *(_object(each) for each in found if not isinstance(each, str)),
            *_members(said),
            *(f"<CommonPrefixes><Prefix>{quote(one)}</Prefix></CommonPrefixes>" for one in folders),
            *_members(more),
        )
    )
    headers = {"Content-Type": "application/xml", "server": "amazon.com"}
    gen_amzn_requestid_long(headers)
    return 200, headers, _DOCUMENT.format(text).encode()


def _object(item: Any) -> str:
    """Nothing of it needs to be escaped: a key is in the form of a URL."""
    checksum = item.checksum_algorithm
    return (
        f"<Contents><Key>{quote(item.name)}</Key>"
        f"<LastModified>{item.last_modified_ISO8601}</LastModified><ETag>{item.etag}</ETag>"
        f"{f'<ChecksumAlgorithm>{checksum}</ChecksumAlgorithm>' if checksum else ''}"
        f"<Size>{item.size}</Size><StorageClass>{item.storage_class}</StorageClass></Contents>"
    )


def _members(said: Mapping[str, Any]) -> Iterator[str]:
    for name, value in said.items():
        if value is not None:
            yield f"<{name}>{value}</{name}>" if value != "" else f"<{name}/>"


def _usual(call: Call, environ: Mapping[str, Any], body: bytes) -> bool:
    params, query = call.params, str(environ.get("QUERY_STRING", ""))
    return (
        not body
        and params.keys() <= _USUAL
        and _names(query) <= _QUERY
        and params.get("EncodingType") == "url"
        and params.get("Delimiter", "/") == "/"
        and _PLAIN_PREFIX.fullmatch(params.get("Prefix", "")) is not None
        and not environ.get("CONTENT_TYPE")
        and not str(environ.get("HTTP_X_AMZ_CONTENT_SHA256", "")).startswith("STREAMING")
        and in_partition(call.region)
    )


def _names(query: str) -> set[str]:
    return {each.partition("=")[0] for each in query.split("&")}
