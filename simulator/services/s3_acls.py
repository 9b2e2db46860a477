"""Reading and setting the ACLs of buckets and objects.

Sources: "PutBucketAcl", "PutObjectAcl" (Amazon S3 API Reference), "Access control list (ACL)
overview" (Amazon S3 User Guide).
"""

from __future__ import annotations

from typing import Any

from simulator.account import s3_acl, s3_bucket
from simulator.account.s3_acl import FULL_CONTROL, Acl, Grant
from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.services import Backend, Result, operation
from simulator.services.s3_refusals import acl_not_supported, blocked


@operation
def get_bucket_acl(call: Call, backend: Backend) -> Result:
    """Owner and grants; of a bucket with ACLs disabled, its owner's full control."""
    bucket = s3_bucket.find_bucket(str(call.params["Bucket"]))
    return backend() if bucket is None else s3_bucket.acl(bucket).as_boto3()


@operation
def get_object_acl(call: Call, backend: Backend) -> Result:
    """As with buckets; the owner is the object's."""
    bucket, item = _object(call)
    return backend() if item is None else s3_bucket.object_acl(bucket, item).as_boto3()


@operation
def put_bucket_acl(call: Call, backend: Backend) -> Result:
    """Replace the bucket's ACL."""
    name = str(call.params["Bucket"])
    bucket = s3_bucket.find_bucket(name)
    if bucket is None:
        return backend()
    owner = s3_bucket.owner_id(bucket)
    wanted = _wanted(call, owner, owner)
    if s3_bucket.acls_disabled(bucket) and not says_nothing(call, wanted, owner):
        raise acl_not_supported()
    if wanted.public and s3_bucket.block_in_force(bucket).block_public_acls:
        raise blocked(call, "s3:PutBucketAcl", f"arn:aws:s3:::{name}", "BlockPublicAcls")
    s3_bucket.set_acl(bucket, wanted)
    return {}


@operation
def put_object_acl(call: Call, backend: Backend) -> Result:
    """Replace the ACL of an object or of one of its versions. Its owner stays."""
    bucket, item = _object(call)
    if item is None:
        return backend()
    owner, home = s3_bucket.object_acl(bucket, item).owner, s3_bucket.owner_id(bucket)
    wanted = _wanted(call, owner, home)
    if s3_bucket.acls_disabled(bucket):
        if says_nothing(call, wanted, home):
            return {}
        raise acl_not_supported()
    if wanted.public and s3_bucket.block_in_force(bucket).block_public_acls:
        arn = f"arn:aws:s3:::{bucket.name}/{call.params['Key']}"
        raise blocked(call, "s3:PutObjectAcl", arn, "BlockPublicAcls")
    s3_bucket.set_acl(item, wanted)
    return {}


def says_nothing(call: Call, wanted: Acl, owner: str) -> bool:
    """Whether an ACL is bucket-owner-full-control, or the same in other words.

    It is the one that a bucket with ACLs disabled accepts.
    """
    canned = call.params.get("ACL")
    if canned:
        return bool(canned == "bucket-owner-full-control")
    return set(wanted.grants) == {Grant(owner, FULL_CONTROL)}


def _wanted(call: Call, owner: str, bucket_owner: str) -> Acl:
    wanted = s3_acl.asked(call.params, owner, bucket_owner)
    if wanted is None:
        raise AwsError("MissingSecurityHeader", "Your request was missing a required header", 400)
    return wanted


def _object(call: Call) -> tuple[Any, Any]:
    bucket = s3_bucket.find_bucket(str(call.params["Bucket"]))
    if bucket is None:
        return None, None
    key, version = str(call.params["Key"]), call.params.get("VersionId")
    return bucket, s3_bucket.find_object(bucket, key, version)
