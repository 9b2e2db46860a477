"""What a bucket says of access, read from the backend's state: owner, ACLs, Block Public Access.

Sources: "Controlling ownership of objects and disabling ACLs for your bucket", "Blocking public
access to your Amazon S3 storage" (Amazon S3 User Guide).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from simulator.account.canonical import canonical_id
from simulator.account.resource_policies import bucket_of, bucket_owner
from simulator.account.s3_acl import Acl, private

ENFORCED = "BucketOwnerEnforced"
PREFERRED = "BucketOwnerPreferred"


@dataclass(frozen=True, slots=True)
class PublicAccessBlock:
    """The four settings in force."""

    block_public_acls: bool = False
    ignore_public_acls: bool = False
    block_public_policy: bool = False
    restrict_public_buckets: bool = False


def find_bucket(name_or_arn: str) -> Any:
    """The backend's bucket; None where there is none. Bucket names are global."""
    from moto.s3.models import s3_backends

    name = bucket_of(name_or_arn)
    owner = bucket_owner(name)
    return s3_backends[owner]["aws"].buckets.get(name) if owner else None


def find_object(bucket: Any, key: str, version: str | None = None) -> Any:
    """The backend's object, or a version of it; None for a delete marker and for nothing."""
    found = bucket.keys.get(key)
    if version is not None:
        versions = bucket.keys.getlist(key, [])
        found = next((each for each in versions if str(each.version_id) == version), None)
    return found if hasattr(found, "acl") else None


def acls_disabled(bucket: Any) -> bool:
    """Whether the bucket's owner owns everything in it and ACLs count for nothing."""
    return bool(bucket.ownership_rule == ENFORCED)


def owner_id(bucket: Any) -> str:
    """Canonical user id of the bucket's owner."""
    return canonical_id(bucket.account_id)


def acl(bucket: Any) -> Acl:
    """The bucket's ACL. A bucket with ACLs disabled has but its owner's."""
    kept: Acl | None = bucket.__dict__.get("access_control")
    return kept if kept and not acls_disabled(bucket) else private(owner_id(bucket))


def object_acl(bucket: Any, item: Any) -> Acl:
    """An object's ACL, which names the object's owner."""
    kept: Acl | None = item.__dict__.get("access_control")
    return kept if kept and not acls_disabled(bucket) else private(owner_id(bucket))


def set_acl(resource: Any, wanted: Acl) -> None:
    """Give a bucket, an object or an upload in parts its ACL; the backend reads its own form."""
    from moto.s3.models import FakeAcl, FakeGrant, FakeGrantee

    resource.__dict__["access_control"] = wanted
    resource.acl = FakeAcl(
        [
            FakeGrant(
                [FakeGrantee(uri=each.grantee)]
                if each.grantee.startswith("http")
                else [FakeGrantee(grantee_id=each.grantee)],
                [each.permission],
            )
            for each in wanted.grants
        ]
    )


def block_in_force(bucket: Any) -> PublicAccessBlock:
    """The most restrictive of what the bucket and what its account says."""
    blocks = (bucket.public_access_block, _of_account(bucket.account_id))
    said = [each for each in blocks if each is not None]
    return PublicAccessBlock(
        any(each.block_public_acls for each in said),
        any(each.ignore_public_acls for each in said),
        any(each.block_public_policy for each in said),
        any(each.restrict_public_buckets for each in said),
    )


def _of_account(account_id: str) -> Any:
    from moto.s3control.models import s3control_backends

    if account_id not in s3control_backends:
        return None
    return s3control_backends[account_id]["aws"].public_access_block
