"""Names that CloudTrail spells differently from the API."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Final

_S3: Final = {
    "DeletePublicAccessBlock": "DeleteBucketPublicAccessBlock",
    "GetBucketLifecycleConfiguration": "GetBucketLifecycle",
    "GetBucketNotificationConfiguration": "GetBucketNotification",
    "GetObjectLockConfiguration": "GetBucketObjectLockConfiguration",
    "GetPublicAccessBlock": "GetBucketPublicAccessBlock",
    "ListObjectsV2": "ListObjects",
    "PutBucketLifecycleConfiguration": "PutBucketLifecycle",
    "PutBucketNotificationConfiguration": "PutBucketNotification",
    "PutObjectLockConfiguration": "PutBucketObjectLockConfiguration",
    "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
}

_S3_CONTROL: Final = {
    "DeletePublicAccessBlock": "DeleteAccountPublicAccessBlock",
    "GetPublicAccessBlock": "GetAccountPublicAccessBlock",
    "PutPublicAccessBlock": "PutAccountPublicAccessBlock",
}

_LAMBDA_SUFFIXES: Final = {
    "20150331": (
        "CreateAlias",
        "CreateEventSourceMapping",
        "CreateFunction",
        "DeleteAlias",
        "DeleteEventSourceMapping",
        "DeleteFunction",
        "GetAlias",
        "GetEventSourceMapping",
        "ListAliases",
        "ListEventSourceMappings",
        "ListFunctions",
        "ListVersionsByFunction",
        "PublishVersion",
        "UpdateAlias",
        "UpdateEventSourceMapping",
    ),
    "20150331v2": (
        "AddPermission",
        "GetFunction",
        "GetFunctionConfiguration",
        "GetPolicy",
        "RemovePermission",
        "UpdateFunctionCode",
        "UpdateFunctionConfiguration",
    ),
    "20160819": ("GetAccountSettings",),
    "20170331": ("ListTags",),
    "20170331v2": ("TagResource", "UntagResource"),
    "20171031": ("DeleteFunctionConcurrency", "PutFunctionConcurrency"),
    "20181031": (
        "AddLayerVersionPermission",
        "DeleteLayerVersion",
        "GetLayerVersion",
        "GetLayerVersionPolicy",
        "ListLayerVersions",
        "ListLayers",
        "PublishLayerVersion",
        "RemoveLayerVersionPermission",
    ),
}


@cache
def event_name(service: str, operation: str) -> str:
    """CloudTrail's `eventName` of an operation (botocore's names).

    S3 has names of its own for some bucket operations, Lambda appends the date of the API
    version that introduced the operation: "UpdateFunctionCode20150331v2".
    """
    if service == "lambda":
        for suffix, operations in _LAMBDA_SUFFIXES.items():
            if operation in operations:
                return operation + suffix
        return operation
    if service == "s3":
        return _S3.get(operation, operation)
    if service == "s3control":
        return _S3_CONTROL.get(operation, operation)
    return operation


@lru_cache(maxsize=8192)
def lower_first(name: str) -> str:
    """`name` with its first letter in lower case: "DBSnapshotId" gives "dBSnapshotId"."""
    return name[:1].lower() + name[1:]


@lru_cache(maxsize=8192)
def upper_first(name: str) -> str:
    """`name` with its first letter in upper case."""
    return name[:1].upper() + name[1:]
