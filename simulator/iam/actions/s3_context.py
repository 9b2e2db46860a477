"""Amazon S3's condition keys.

Source: "Actions, resources, and condition keys for Amazon S3" (Service Authorization
Reference) and "Bucket policy examples using condition keys" (Amazon S3 User Guide).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from simulator.iam.actions.context import request_tags, tags_of
from simulator.iam.actions.needed import ContextValue, Request
from simulator.iam.actions.paths import text

Context = dict[str, ContextValue]

ACL_HEADERS = {
    "ACL": "s3:x-amz-acl",
    "GrantFullControl": "s3:x-amz-grant-full-control",
    "GrantRead": "s3:x-amz-grant-read",
    "GrantReadACP": "s3:x-amz-grant-read-acp",
    "GrantWrite": "s3:x-amz-grant-write",
    "GrantWriteACP": "s3:x-amz-grant-write-acp",
}
LISTING = {"Prefix": "s3:prefix", "Delimiter": "s3:delimiter", "MaxKeys": "s3:max-keys"}
WRITE_HEADERS = {
    **ACL_HEADERS,
    "IfMatch": "s3:if-match",
    "IfNoneMatch": "s3:if-none-match",
    "MetadataDirective": "s3:x-amz-metadata-directive",
    "SSECustomerAlgorithm": "s3:x-amz-server-side-encryption-customer-algorithm",
    "SSEKMSKeyId": "s3:x-amz-server-side-encryption-aws-kms-key-id",
    "ServerSideEncryption": "s3:x-amz-server-side-encryption",
    "StorageClass": "s3:x-amz-storage-class",
    "WebsiteRedirectLocation": "s3:x-amz-website-redirect-location",
    "ObjectLockLegalHoldStatus": "s3:object-lock-legal-hold",
    "ObjectLockMode": "s3:object-lock-mode",
    "ObjectLockRetainUntilDate": "s3:object-lock-retain-until-date",
}
CREATES = frozenset({"CompleteMultipartUpload", "CopyObject", "PutObject"})
"""Operations that leave a new object behind; the steps of an upload in parts do not."""
EXISTING_TAGS = frozenset(
    f"s3:{name}"
    for name in [
        "DeleteObjectTagging",
        "DeleteObjectVersionTagging",
        "GetObject",
        "GetObjectAcl",
        "GetObjectAttributes",
        "GetObjectTagging",
        "GetObjectVersion",
        "GetObjectVersionAcl",
        "GetObjectVersionAttributes",
        "GetObjectVersionTagging",
        "PutObjectAcl",
        "PutObjectTagging",
        "PutObjectVersionAcl",
        "PutObjectVersionTagging",
        "UpdateObjectEncryption",
        "DeleteObjectAnnotation",
        "DeleteObjectVersionAnnotation",
        "GetObjectAnnotation",
        "GetObjectVersionAnnotation",
        "ListObjectAnnotations",
        "ListObjectVersionAnnotations",
        "PutObjectAnnotation",
        "PutObjectVersionAnnotation",
    ]
)
"""Actions that s3:ExistingObjectTag/… is available for."""


def headers(params: Mapping[str, Any], names: Mapping[str, str]) -> Context:
    """The keys of the headers that a call sends; an empty value counts as sent."""
    return {key: text(params[name]) for name, key in names.items() if params.get(name) is not None}


def acl_of(params: Mapping[str, Any]) -> Context:
    """The x-amz-acl and x-amz-grant-… keys."""
    return headers(params, ACL_HEADERS)


def of_listing(params: Mapping[str, Any]) -> Context:
    """s3:prefix, s3:delimiter, s3:max-keys."""
    return headers(params, LISTING)


def of_write(call: Request) -> Context:
    """Keys of a call that writes an object."""
    params = call.params
    keys = headers(params, WRITE_HEADERS)
    keys |= _retention_days(params.get("ObjectLockRetainUntilDate"), call.now)
    keys["s3:ObjectCreationOperation"] = "true" if call.operation in CREATES else "false"
    source = params.get("CopySource")
    if source:
        if isinstance(source, Mapping):
            source = f"{source.get('Bucket')}/{source.get('Key')}"
        keys["s3:x-amz-copy-source"] = str(source)
    tagging = params.get("Tagging")
    if tagging:
        keys |= object_tags(sent_tags(tagging))
    return keys


def of_new_bucket(params: Mapping[str, Any]) -> Context:
    """Keys of CreateBucket."""
    keys = acl_of(params)
    settings = params.get("CreateBucketConfiguration") or {}
    if settings.get("LocationConstraint"):
        keys["s3:locationconstraint"] = text(settings["LocationConstraint"])
    if params.get("ObjectOwnership"):
        keys["s3:x-amz-object-ownership"] = text(params["ObjectOwnership"])
    return keys | bucket_tags(params)


def bucket_tags(params: Mapping[str, Any]) -> Context:
    """aws:RequestTag/… and aws:TagKeys of CreateBucket."""
    settings = params.get("CreateBucketConfiguration") or {}
    return request_tags(tags_of(settings.get("Tags")))


def of_bucket(call: Request, arn: str) -> Context:
    """aws:ResourceTag/… and s3:BucketTag/… of a bucket for which ABAC is enabled.

    The look-up answers None for a bucket where it is not.
    """
    tags = call.lookup.tags(arn) if call.lookup is not None else None
    keys: Context = {}
    for key, value in (tags or {}).items():
        keys[f"aws:ResourceTag/{key}"] = value
        keys[f"s3:BucketTag/{key}"] = value
    return keys


def of_existing(call: Request, arn: str, version: str | None) -> Context:
    """s3:versionid and s3:ExistingObjectTag/… of an object that is read."""
    keys: Context = {"s3:versionid": version} if version else {}
    tags = call.lookup.tags(arn) if call.lookup is not None else None
    for key, value in (tags or {}).items():
        keys[f"s3:ExistingObjectTag/{key}"] = value
    return keys


def of_object(call: Request, action: str, arn: str) -> Context:
    """Keys of an action on one object."""
    params = call.params
    keys: Context = {}
    if action in EXISTING_TAGS:
        keys = of_existing(call, arn, params.get("VersionId") if "Version" in action else None)
    if "Tagging" in action and action.startswith("s3:Put") and params.get("Tagging"):
        keys |= object_tags(sent_tags(params["Tagging"]))
    elif action in ("s3:PutObjectAcl", "s3:PutObjectVersionAcl"):
        keys |= acl_of(params)
    elif action == "s3:PutObjectRetention":
        keys |= _retention(params, call.now)
    elif action == "s3:PutObjectLegalHold":
        hold = (params.get("LegalHold") or {}).get("Status")
        hold = hold or params.get("ObjectLockLegalHoldStatus")
        if hold:
            keys["s3:object-lock-legal-hold"] = text(hold)
    return keys


def sent_tags(tagging: Any) -> dict[str, str]:
    """Tags of a Tagging parameter: PutObject's "a=1&b=2" or PutObjectTagging's TagSet."""
    if isinstance(tagging, str):
        return dict(parse_qsl(tagging, keep_blank_values=True))
    return tags_of(tagging.get("TagSet"))


def object_tags(tags: Mapping[str, str]) -> Context:
    """s3:RequestObjectTag/… and s3:RequestObjectTagKeys."""
    keys: Context = {f"s3:RequestObjectTag/{key}": value for key, value in tags.items()}
    if tags:
        keys["s3:RequestObjectTagKeys"] = tuple(tags)
    return keys


def _retention(params: Mapping[str, Any], now: datetime | None) -> Context:
    asked = params.get("Retention") or {}
    mode = asked.get("Mode") or params.get("ObjectLockMode")
    until = asked.get("RetainUntilDate") or params.get("ObjectLockRetainUntilDate")
    keys: Context = {"s3:object-lock-mode": text(mode)} if mode else {}
    if until:
        keys["s3:object-lock-retain-until-date"] = text(until)
    return keys | _retention_days(until, now)


def _retention_days(until: Any, now: datetime | None) -> Context:
    if not isinstance(until, datetime) or now is None:
        return {}
    aware = until if until.tzinfo else until.replace(tzinfo=UTC)
    days = (aware - now).days
    return {"s3:object-lock-remaining-retention-days": str(days)}
