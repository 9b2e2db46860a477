"""What S3 asks of KMS for objects under SSE-KMS.

Sources: "Using server-side encryption with AWS KMS keys (SSE-KMS)", "Multipart upload API and
permissions" and "Setting default server-side encryption behavior for Amazon S3 buckets" (Amazon S3
User Guide); HeadObject's page of the API reference for the checksum.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from simulator.account.hidden_call import HiddenCall
from simulator.account.resource_policies import bucket_owner
from simulator.gateway.call import Call
from simulator.iam.actions.needed import Request
from simulator.iam.actions.s3 import copy_source

_KMS = ("aws:kms", "aws:kms:dsse")
_MANAGED = "alias/aws/s3"


def _get(call: Call) -> Iterator[HiddenCall]:
    params = call.params
    yield from _decrypt(params.get("Bucket"), params.get("Key"), params.get("VersionId"))


def _head(call: Call) -> Iterator[HiddenCall]:
    """Metadata need no key; the checksum does."""
    if call.params.get("ChecksumMode") == "ENABLED":
        yield from _get(call)


def _put(call: Call) -> Iterator[HiddenCall]:
    params = call.params
    bucket = _bucket(params.get("Bucket"))
    applied = _applied(bucket, params.get("ServerSideEncryption"), params.get("SSEKMSKeyId"))
    if applied is not None and not params.get("SSECustomerAlgorithm"):
        key, bucket_key = applied
        context = _context(
            bucket.name, params.get("Key"), params.get("BucketKeyEnabled", bucket_key)
        ) | encryption_context(params)
        more = {"KeySpec": "AES_256"}
        yield HiddenCall("GenerateDataKey", key, context, more, call.caller.account_id)


def _copy(call: Call) -> Iterator[HiddenCall]:
    asked = Request(call.service, call.operation, call.params, "", call.region)
    yield from _decrypt(*copy_source(asked))
    yield from _put(call)


def _part(call: Call) -> Iterator[HiddenCall]:
    """A part is encrypted with the data key of its upload, which S3 must decrypt first."""
    if call.params.get("CopySource"):
        asked = Request(call.service, call.operation, call.params, "", call.region)
        yield from _decrypt(*copy_source(asked))
    bucket = _bucket(call.params.get("Bucket"))
    upload = bucket.multiparts.get(call.params.get("UploadId")) if bucket is not None else None
    if upload is None:
        return
    applied = _applied(bucket, upload.sse_encryption, upload.kms_key_id)
    if applied is not None:
        context = _context(bucket.name, call.params.get("Key"), applied[1])
        yield HiddenCall("Decrypt", applied[0], context, account_id=bucket.account_id)


def _decrypt(name: Any, key: Any, version: str | None) -> Iterator[HiddenCall]:
    bucket = _bucket(name)
    found = _object(bucket, str(key), version) if bucket is not None else None
    if found is not None and getattr(found, "encryption", None) in _KMS:
        context = _context(bucket.name, key, str(found.bucket_key_enabled).lower() == "true")
        context |= found.__dict__.get("encryption_context", {})
        yield HiddenCall(
            "Decrypt", found.kms_key_id or _MANAGED, context, account_id=bucket.account_id
        )


def encryption_context(params: Mapping[str, Any]) -> dict[str, str]:
    """The pairs that a request adds to the context of its object; none if it can't be read."""
    try:
        given = json.loads(base64.b64decode(params.get("SSEKMSEncryptionContext") or "e30="))
    except ValueError:
        return {}
    return {str(key): str(value) for key, value in given.items()} if type(given) is dict else {}


def _bucket(name: Any) -> Any:
    from moto.s3.models import s3_backends

    owner = bucket_owner(str(name))
    return s3_backends[owner]["aws"].buckets.get(str(name)) if owner else None


def _object(bucket: Any, key: str, version: str | None) -> Any:
    if not version:
        return bucket.keys.get(key)
    versions = bucket.keys.getlist(key, default=[])
    return next((one for one in versions if str(one.version_id) == version), None)


def _applied(bucket: Any, asked: str | None, key: str | None) -> tuple[str, bool] | None:
    """The key and whether a Bucket Key is used; None where SSE-KMS does not apply.

    What the request says goes before the bucket's default.
    """
    if bucket is None or (asked and asked not in _KMS):
        return None
    rules: Any = (bucket.encryption or {}).get("Rule") or {}
    rule = rules[0] if isinstance(rules, list) else rules
    default = rule.get("ApplyServerSideEncryptionByDefault") or {}
    if not asked and default.get("SSEAlgorithm") not in _KMS:
        return None
    bucket_key = str(rule.get("BucketKeyEnabled", "")).lower() == "true"
    return key or default.get("KMSMasterKeyID") or _MANAGED, bucket_key


def _context(bucket: str, key: Any, bucket_key: Any) -> dict[str, str]:
    """With an S3 Bucket Key the context is the bucket, otherwise the object."""
    arn = f"arn:aws:s3:::{bucket}"
    return {"aws:s3:arn": arn if bucket_key else f"{arn}/{key}"}


READERS: Mapping[str, Callable[[Call], Iterator[HiddenCall]]] = {
    "CompleteMultipartUpload": _part,
    "CopyObject": _copy,
    "CreateMultipartUpload": _put,
    "GetObject": _get,
    "HeadObject": _head,
    "PutObject": _put,
    "SelectObjectContent": _get,
    "UploadPart": _part,
    "UploadPartCopy": _part,
}
