"""Amazon S3.

Source: "Required permissions for Amazon S3 API operations" (Amazon S3 User Guide) and
"Actions, resources, and condition keys for Amazon S3" (Service Authorization Reference).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from urllib.parse import unquote

from simulator.iam.actions import s3_context as context
from simulator.iam.actions.needed import ContextValue, Needed, Request
from simulator.iam.actions.resources import role_arn
from simulator.iam.actions.s3_names import ON_BUCKET, ON_OBJECT, WRITES

PREFIX = "s3"
Needs = tuple[Needed, ...]


def bucket_arn(call: Request, name: object = None) -> str:
    """ARN of the bucket, or of the access point, that a call names."""
    bucket = str(name or call.params.get("Bucket") or "*")
    if bucket.endswith("--x-s3"):
        raise call.unmapped("directory buckets have actions of their own (s3express)")
    return bucket if bucket.startswith("arn:") else f"arn:aws:s3:::{bucket}"


def object_arn(bucket: str, key: object) -> str:
    """ARN of an object in a bucket, or behind an access point."""
    middle = "/object/" if ":accesspoint/" in bucket else "/"
    return f"{bucket}{middle}{key}"


def on_bucket(action: str, call: Request) -> Needs:
    """One action on the bucket."""
    arn = bucket_arn(call)
    return (call.need(f"s3:{action}", arn, context.of_bucket(call, arn)),)


def on_object(plain: str, versioned: str, call: Request) -> Needs:
    """One action on the object, or on the version that the call names."""
    version = call.params.get("VersionId")
    action = f"s3:{versioned if version and versioned else plain}"
    arn = object_arn(bucket_arn(call), call.params.get("Key", "*"))
    return (call.need(action, arn, context.of_object(call, action, arn)),)


def list_objects(action: str, call: Request) -> Needs:
    """Listing: the keys s3:prefix, s3:delimiter and s3:max-keys say what is listed."""
    arn = bucket_arn(call)
    return (call.need(action, arn, context.of_listing(call.params)),)


def write_object(call: Request) -> Needs:
    """PutObject and the steps of an upload in parts, with what its headers ask further."""
    arn = object_arn(bucket_arn(call), call.params.get("Key", "*"))
    return (call.need("s3:PutObject", arn, context.of_write(call)), *_extras(call, arn))


def _extras(call: Request, arn: str, tagging: bool = True) -> Needs:
    params = call.params
    extras = []
    if context.acl_of(params):
        extras.append("s3:PutObjectAcl")
    if tagging and params.get("Tagging"):
        extras.append("s3:PutObjectTagging")
    if params.get("ObjectLockMode") or params.get("ObjectLockRetainUntilDate"):
        extras.append("s3:PutObjectRetention")
    if params.get("ObjectLockLegalHoldStatus"):
        extras.append("s3:PutObjectLegalHold")
    return tuple(call.need(one, arn, context.of_object(call, one, arn)) for one in extras)


def copy(call: Request) -> Needs:
    """CopyObject and UploadPartCopy: read the source, write the destination."""
    source, key, version = copy_source(call)
    origin = object_arn(bucket_arn(call, source), key)
    read = "s3:GetObjectVersion" if version else "s3:GetObject"
    target = object_arn(bucket_arn(call), call.params.get("Key", "*"))
    needs = [
        call.need(read, origin, context.of_existing(call, origin, version)),
        call.need("s3:PutObject", target, context.of_write(call)),
    ]
    if call.operation == "UploadPartCopy":
        return tuple(needs)
    replace = call.params.get("TaggingDirective") == "REPLACE"
    tags = None if replace or call.lookup is None else call.lookup.tags(origin)
    if tags:
        reading = "s3:GetObjectVersionTagging" if version else "s3:GetObjectTagging"
        needs.append(call.need(reading, origin, context.of_existing(call, origin, version)))
        needs.append(call.need("s3:PutObjectTagging", target, context.object_tags(tags)))
    return (*needs, *_extras(call, target, tagging=replace))


def copy_source(call: Request) -> tuple[str, str, str | None]:
    """Bucket (or access point ARN), key and version of CopySource, as boto3 or as sent."""
    source = call.params.get("CopySource") or ""
    if isinstance(source, Mapping):
        return str(source.get("Bucket")), str(source.get("Key")), source.get("VersionId")
    path, _, query = str(source).partition("?versionId=")
    path = unquote(path).removeprefix("/")
    if ":accesspoint/" in path and "/object/" in path:
        bucket, _, key = path.partition("/object/")
    else:
        bucket, _, key = path.partition("/")
    return bucket, key, query or None


def delete_object(call: Request) -> Needs:
    """DeleteObject."""
    return _delete(call, call.params.get("Key"), call.params.get("VersionId"))


def delete_objects(call: Request) -> Needs:
    """DeleteObjects: as many needs as there are objects."""
    wanted = call.params.get("Delete", {}).get("Objects", ())
    return tuple(n for o in wanted for n in _delete(call, o.get("Key"), o.get("VersionId")))


def _delete(call: Request, key: object, version: str | None) -> Needs:
    arn = object_arn(bucket_arn(call), key or "*")
    keys: dict[str, ContextValue] = {"s3:versionid": version} if version else {}
    if not version and call.params.get("IfMatch"):
        keys["s3:if-match"] = str(call.params["IfMatch"])
    action = "s3:DeleteObjectVersion" if version else "s3:DeleteObject"
    return (call.need(action, arn, keys), *_bypass(call, arn))


def _bypass(call: Request, arn: str) -> Needs:
    if call.params.get("BypassGovernanceRetention"):
        return (call.need("s3:BypassGovernanceRetention", arn),)
    return ()


def object_attributes(call: Request) -> Needs:
    """GetObjectAttributes: reading the object, and reading its attributes."""
    return on_object("GetObject", "GetObjectVersion", call) + on_object(
        "GetObjectAttributes", "GetObjectVersionAttributes", call
    )


def object_retention(call: Request) -> Needs:
    """PutObjectRetention, with the right to shorten a governance lock where it is asked for."""
    needs = on_object("PutObjectRetention", "", call)
    return needs + _bypass(call, needs[0].resource)


def create_bucket(call: Request) -> Needs:
    """CreateBucket, with what its headers set up at the same time."""
    arn = bucket_arn(call)
    params = call.params
    needs = [call.need("s3:CreateBucket", arn, context.of_new_bucket(params))]
    acl = context.acl_of(params)
    if acl and params.get("ACL") != "private":
        needs.append(call.need("s3:PutBucketAcl", arn, acl))
    if params.get("ObjectLockEnabledForBucket"):
        needs.append(call.need("s3:PutBucketObjectLockConfiguration", arn))
        needs.append(call.need("s3:PutBucketVersioning", arn))
    if params.get("ObjectOwnership"):
        needs.append(call.need("s3:PutBucketOwnershipControls", arn))
    tags = context.bucket_tags(params)
    if tags:
        needs.append(call.need("s3:TagResource", arn, tags))
    return tuple(needs)


def put_bucket_acl(call: Request) -> Needs:
    """PutBucketAcl, with the x-amz-acl and x-amz-grant-… keys."""
    return (call.need("s3:PutBucketAcl", bucket_arn(call), context.acl_of(call.params)),)


def put_replication(call: Request) -> Needs:
    """PutBucketReplication, which passes its role to S3."""
    needs = on_bucket("PutReplicationConfiguration", call)
    role = call.params.get("ReplicationConfiguration", {}).get("Role")
    if not role:
        return needs
    passed = {"iam:PassedToService": "s3.amazonaws.com"}
    return (*needs, call.need("iam:PassRole", role_arn(call, role), passed))


def without_resource(action: str, call: Request) -> Needs:
    """An action that takes no resource."""
    return (call.need(action, "*", wildcard_only=True),)


OPERATIONS: dict[str, Callable[[Request], Needs]] = {
    **{name: partial(on_bucket, action) for name, action in ON_BUCKET.items()},
    **{name: partial(on_object, *actions) for name, actions in ON_OBJECT.items()},
    **dict.fromkeys(WRITES, write_object),
    "CopyObject": copy,
    "CreateBucket": create_bucket,
    "DeleteObject": delete_object,
    "DeleteObjects": delete_objects,
    "GetObjectAttributes": object_attributes,
    "ListBuckets": partial(without_resource, "s3:ListAllMyBuckets"),
    "ListDirectoryBuckets": partial(without_resource, "s3express:ListAllMyDirectoryBuckets"),
    "ListObjectVersions": partial(list_objects, "s3:ListBucketVersions"),
    "ListObjects": partial(list_objects, "s3:ListBucket"),
    "ListObjectsV2": partial(list_objects, "s3:ListBucket"),
    "PutBucketAcl": put_bucket_acl,
    "PutBucketReplication": put_replication,
    "PutObjectRetention": object_retention,
    "UploadPartCopy": copy,
}
