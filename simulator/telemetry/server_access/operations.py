"""What a server access log calls an operation: "REST.GET.OBJECT".

Sources: "Amazon S3 server access log format", "Logging requests with server access logging" (Amazon
S3 User Guide).
"""

from __future__ import annotations

import functools
import re
from typing import Final

BATCH_DELETE: Final = "BATCH.DELETE.OBJECT"
COPY_SOURCES: Final = {"CopyObject": "REST.COPY.OBJECT_GET", "UploadPartCopy": "REST.COPY.PART_GET"}
"""How the request shows in the log of the bucket that is copied from."""
OF_OBJECTS: Final = frozenset(
    {
        "CompleteMultipartUpload",
        "CopyObject",
        "GetObject",
        "HeadObject",
        "PutObject",
        "UploadPart",
        "UploadPartCopy",
    }
)
"""Operations on the content of an object: their lines tell its size and a turn-around time."""

_NAMES: Final = {
    "AbortMultipartUpload": "REST.DELETE.UPLOAD",
    "CompleteMultipartUpload": "REST.POST.UPLOAD",
    "CopyObject": "REST.COPY.OBJECT",
    "CreateBucket": "REST.PUT.BUCKET",
    "CreateMultipartUpload": "REST.POST.UPLOADS",
    "DeleteObjects": "REST.POST.MULTI_OBJECT_DELETE",
    "GetBucketAccelerateConfiguration": "REST.GET.ACCELERATE",
    "GetBucketLogging": "REST.GET.LOGGING_STATUS",
    "GetBucketPolicyStatus": "REST.GET.POLICY_STATUS",
    "GetObjectLegalHold": "REST.GET.OBJECT_LOCK_LEGALHOLD",
    "GetObjectRetention": "REST.GET.OBJECT_LOCK_RETENTION",
    "ListMultipartUploads": "REST.GET.UPLOADS",
    "ListObjects": "REST.GET.BUCKET",
    "ListObjectsV2": "REST.GET.BUCKET",
    "ListObjectVersions": "REST.GET.BUCKETVERSIONS",
    "ListParts": "REST.GET.UPLOAD",
    "PutBucketAccelerateConfiguration": "REST.PUT.ACCELERATE",
    "PutBucketLogging": "REST.PUT.LOGGING_STATUS",
    "PutObjectLegalHold": "REST.PUT.OBJECT_LOCK_LEGALHOLD",
    "PutObjectRetention": "REST.PUT.OBJECT_LOCK_RETENTION",
    "RestoreObject": "REST.POST.RESTORE",
    "SelectObjectContent": "REST.POST.SELECT",
    "UploadPart": "REST.PUT.PART",
    "UploadPartCopy": "REST.COPY.PART",
}
_RESOURCES: Final = {
    "Bucket": "BUCKET",
    "BucketPolicy": "BUCKETPOLICY",
    "BucketLifecycleConfiguration": "LIFECYCLE",
    "BucketNotificationConfiguration": "NOTIFICATION",
    "BucketIntelligentTieringConfiguration": "INTELLIGENT_TIERING",
    "BucketRequestPayment": "REQUEST_PAYMENT",
    "BucketOwnershipControls": "OWNERSHIP_CONTROLS",
    "Object": "OBJECT",
    "ObjectAcl": "ACL",
    "ObjectTagging": "OBJECT_TAGGING",
    "ObjectAttributes": "OBJECT_ATTRIBUTES",
    "ObjectLockConfiguration": "OBJECT_LOCK_CONFIGURATION",
    "PublicAccessBlock": "PUBLIC_ACCESS_BLOCK",
}
_VERB: Final = re.compile(r"(Get|Head|Put|Delete|List|Create|Update)(.+)")
_WORDS: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")


@functools.cache
def name(operation: str) -> str:
    """The log's name of one of botocore's operations of S3."""
    if operation in _NAMES:
        return _NAMES[operation]
    said = _VERB.fullmatch(operation)
    if said is None:
        return f"REST.POST.{operation.upper()}"
    verb, thing = said.groups()
    method = {"List": "GET", "Create": "PUT", "Update": "PUT"}.get(verb, verb.upper())
    bare = thing.removesuffix("s") if verb == "List" else thing
    if bare in _RESOURCES:
        return f"REST.{method}.{_RESOURCES[bare]}"
    short = bare.removeprefix("Bucket").removesuffix("Configuration")
    return f"REST.{method}.{_WORDS.sub('_', short).upper()}"
