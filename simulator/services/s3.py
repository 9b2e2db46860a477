"""Amazon S3: access control, and the settings that every new bucket has.

Sources: "Controlling ownership of objects and disabling ACLs for your bucket", "Blocking public
access to your Amazon S3 storage", "Default settings for new S3 buckets FAQ" (Amazon S3 User
Guide).
"""

from __future__ import annotations

from simulator.account import s3_acl, s3_bucket
from simulator.account.canonical import canonical_id
from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.iam.policy import Policy
from simulator.iam.public import is_public
from simulator.services import Backend, Result, operation
from simulator.services.s3_acls import (
    get_bucket_acl,
    get_object_acl,
    put_bucket_acl,
    put_object_acl,
)
from simulator.services.s3_logging import get_bucket_logging, put_bucket_logging
from simulator.services.s3_object_lock import put_object_lock_configuration
from simulator.services.s3_refusals import acl_with_ownership, blocked
from simulator.services.s3_uploads import (
    complete_multipart_upload,
    copy_object,
    create_multipart_upload,
    put_object,
)

__all__ = [
    "complete_multipart_upload",
    "copy_object",
    "create_bucket",
    "create_multipart_upload",
    "get_bucket_acl",
    "get_bucket_encryption",
    "get_bucket_logging",
    "get_bucket_policy_status",
    "get_object_acl",
    "put_bucket_acl",
    "put_bucket_logging",
    "put_bucket_ownership_controls",
    "put_bucket_policy",
    "put_object",
    "put_object_acl",
    "put_object_lock_configuration",
]


@operation
def create_bucket(call: Call, backend: Backend) -> Result:
    """A new bucket blocks public access and disables ACLs, unless it is told otherwise.

    Made again by its owner in us-east-1, a bucket keeps everything but its ACL.
    """
    from moto.s3.models import PublicAccessBlock

    assert call.account is not None
    name = str(call.params["Bucket"])
    owner = s3_acl.private(canonical_id(call.account.id))
    wanted = s3_acl.asked(call.params, owner.owner, owner.owner)
    before = s3_bucket.find_bucket(name)
    ownership = call.params.get("ObjectOwnership") or s3_bucket.ENFORCED
    if before is not None:
        ownership = before.ownership_rule
    if wanted is not None and wanted.shared and ownership == s3_bucket.ENFORCED:
        raise acl_with_ownership()
    if wanted is not None and wanted.public and before is None:
        raise AwsError(
            "InvalidBucketAclWithBlockPublicAccessError",
            "Bucket cannot have public ACLs set with BlockPublicAccess enabled",
        )
    answer = backend()
    bucket = s3_bucket.find_bucket(name)
    if before is None:
        bucket.ownership_rule = ownership
        bucket.public_access_block = PublicAccessBlock(True, True, True, True)
    s3_bucket.set_acl(bucket, wanted or owner)
    return answer


@operation
def put_bucket_ownership_controls(call: Call, backend: Backend) -> Result:
    """ACLs can't be disabled while the bucket's grants something to others."""
    bucket = s3_bucket.find_bucket(str(call.params["Bucket"]))
    rules = (call.params.get("OwnershipControls") or {}).get("Rules") or [{}]
    enforced = rules[0].get("ObjectOwnership") == s3_bucket.ENFORCED
    if bucket is not None and enforced and s3_bucket.acl(bucket).shared:
        raise acl_with_ownership()
    return backend()


@operation
def put_bucket_policy(call: Call, backend: Backend) -> Result:
    """BlockPublicPolicy refuses a policy that is public."""
    name = str(call.params["Bucket"])
    bucket = s3_bucket.find_bucket(name)
    blocks = bucket is not None and s3_bucket.block_in_force(bucket).block_public_policy
    if blocks and is_public(Policy.parse(str(call.params["Policy"]), "bucket policy")):
        raise blocked(call, "s3:PutBucketPolicy", f"arn:aws:s3:::{name}", "BlockPublicPolicy")
    return backend()


@operation
def get_bucket_policy_status(call: Call, backend: Backend) -> Result:
    """Whether the policy is public, as Block Public Access sees it."""
    bucket = s3_bucket.find_bucket(str(call.params["Bucket"]))
    if bucket is None or not bucket.policy:
        return backend()
    policy = Policy.parse(bucket.policy.decode(), "bucket policy")
    return {"PolicyStatus": {"IsPublic": is_public(policy)}}


@operation
def get_bucket_encryption(call: Call, backend: Backend) -> Result:
    """SSE-S3 where nothing else is set ("Setting default server-side encryption behavior")."""
    bucket = s3_bucket.find_bucket(str(call.params["Bucket"]))
    if bucket is None or bucket.encryption:
        return backend()
    rule = {
        "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"},
        "BucketKeyEnabled": False,
    }
    return {"ServerSideEncryptionConfiguration": {"Rules": [rule]}}
