"""What a bucket and its objects add to a decision: policy, ACL grants, Block Public Access.

Sources: "Access control list (ACL) overview" (mapping of ACL permissions and access policy
permissions), "How Amazon S3 authorizes a request for an object operation" (Amazon S3 User Guide).
"""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from typing import Any

from simulator.account import canonical, s3_bucket
from simulator.account.resource_policies import bucket_of, bucket_owner, resource_policy
from simulator.account.s3_acl import (
    ALL_USERS,
    AUTHENTICATED_USERS,
    FULL_CONTROL,
    LOG_DELIVERY,
    Acl,
    Grant,
)
from simulator.gateway.call import Call
from simulator.iam.actions import Needed
from simulator.iam.evaluate import PolicySet
from simulator.iam.policy import Policy

ARN = "arn:aws:s3:::"
ON_BUCKET = {
    "s3:ListBucket": "READ",
    "s3:ListBucketMultipartUploads": "READ",
    "s3:ListBucketVersions": "READ",
    "s3:GetBucketAcl": "READ_ACP",
    "s3:PutBucketAcl": "WRITE_ACP",
}
ON_OBJECT = {
    "s3:GetObject": "READ",
    "s3:GetObjectTorrent": "READ",
    "s3:GetObjectVersion": "READ",
    "s3:GetObjectAcl": "READ_ACP",
    "s3:GetObjectVersionAcl": "READ_ACP",
    "s3:PutObjectAcl": "WRITE_ACP",
    "s3:PutObjectVersionAcl": "WRITE_ACP",
}
_READS = frozenset({"s3:GetObject", "s3:GetObjectVersion"})
_OF_OBJECT_OWNER = {*ON_OBJECT, "s3:GetObjectAttributes", "s3:GetObjectVersionAttributes"}
"""Actions that the object's owner permits; all others are the bucket owner's to permit."""
_UPLOADS = {"PutObject", "CopyObject", "CreateMultipartUpload", "CompleteMultipartUpload"}


def owner_of(need: Needed, call: Call) -> str:
    """The account whose permission an S3 need takes; a canonical user id where it isn't known."""
    assert call.account is not None
    bucket = None if call.operation == "CreateBucket" else s3_bucket.find_bucket(need.resource)
    if bucket is None:
        return call.account.id
    home = str(bucket.account_id)
    if need.action not in _OF_OBJECT_OWNER or s3_bucket.acls_disabled(bucket):
        return home
    item = _object(bucket, need)
    if item is None or _uploading(need, call):
        return home
    owner = s3_bucket.object_acl(bucket, item).owner
    return canonical.account_of(owner, call.account.world.accounts) or owner


def account_context(need: Needed) -> dict[str, str]:
    """The account of the bucket that a need is about, which may be another than the call's."""
    owner = bucket_owner(bucket_of(need.resource))
    return {"aws:ResourceAccount": owner, "s3:ResourceAccount": owner} if owner else {}


def bearing(call: Call, need: Needed, own: PolicySet, owner: str) -> PolicySet:
    """`own`, the caller's policies, and all that the bucket and the object add.

    The bucket's policy grants nothing on an object of another owner; what it denies holds.
    """
    assert call.account is not None
    bucket = None if call.operation == "CreateBucket" else s3_bucket.find_bucket(need.resource)
    accounts = call.account.world.accounts
    if bucket is None or bucket.account_id not in accounts:
        return own
    policy = resource_policy(need.resource, need.action, bucket.account_id, call.region)
    if policy is not None and owner != bucket.account_id:
        policy = _denials(policy)
    return replace(
        own,
        resource=policy,
        grants=_grants(bucket, need, call, accounts),
        block_public_access=s3_bucket.block_in_force(bucket).restrict_public_buckets,
    )


def hidden(wanted: Iterable[Needed]) -> Iterator[Needed]:
    """s3:ListBucket for each object that is read and isn't there.

    Who may not list a bucket isn't told which keys it lacks ("GetObject", "HeadObject").
    """
    for need in wanted:
        if need.action in _READS and need.resource.startswith(ARN):
            bucket = s3_bucket.find_bucket(need.resource)
            if bucket is not None and _object(bucket, need) is None:
                yield Needed("s3:ListBucket", f"{ARN}{bucket.name}")


def _object(bucket: Any, need: Needed) -> Any:
    version = need.context.get("s3:versionid")
    key = need.resource.removeprefix(f"{ARN}{bucket.name}/")
    return s3_bucket.find_object(bucket, key, str(version) if version else None)


def _uploading(need: Needed, call: Call) -> bool:
    """Whether an s3:PutObjectAcl is asked for an upload, and so is about the object to come."""
    return need.action == "s3:PutObjectAcl" and call.operation in _UPLOADS


def _grants(bucket: Any, need: Needed, call: Call, accounts: Collection[str]) -> tuple[Policy, ...]:
    if s3_bucket.acls_disabled(bucket):
        return ()
    granted = tuple(_granted(bucket, need, call))
    if granted and s3_bucket.block_in_force(bucket).ignore_public_acls:
        granted = tuple(grantee for grantee in granted if not Grant(grantee, "").public)
    named = frozenset(_name(grantee, accounts) for grantee in granted)
    return (_policy(need.action, named),) if named else ()


def _granted(bucket: Any, need: Needed, call: Call) -> Iterator[str]:
    """Everybody to whom an ACL grants the very need."""
    action, of_bucket = need.action, s3_bucket.acl(bucket)
    if action in ON_BUCKET:
        yield from _holders(of_bucket, ON_BUCKET[action])
        return
    if action not in {*ON_OBJECT, "s3:PutObject", "s3:DeleteObject"}:
        return
    item = _object(bucket, need)
    if action in {"s3:PutObject", "s3:DeleteObject"} or _uploading(need, call):
        writers = _holders(of_bucket, "WRITE")
        yield from _owners(writers, s3_bucket.object_acl(bucket, item).owner) if item else writers
    elif item is not None:
        yield from _holders(s3_bucket.object_acl(bucket, item), ON_OBJECT[action])
    elif action in _READS:
        yield from _holders(of_bucket, "READ")


def _holders(acl: Acl, permission: str) -> Iterator[str]:
    return (each.grantee for each in acl.grants if each.permission in {permission, FULL_CONTROL})


def _owners(writers: Iterable[str], owner: str) -> Iterator[str]:
    """Who may write to a bucket may overwrite and delete what it owns, and nothing else."""
    for writer in writers:
        known = writer == AUTHENTICATED_USERS and owner != canonical.ANONYMOUS
        if writer in {owner, ALL_USERS} or known:
            yield owner


def _name(grantee: str, accounts: Collection[str]) -> str:
    return canonical.account_of(grantee, accounts) or grantee


@functools.lru_cache(maxsize=1_024)
def _policy(action: str, named: frozenset[str]) -> Policy:
    """Grants of one action as a policy. A canonical user that is nobody here gets nothing."""
    statements: list[dict[str, Any]] = []
    for each in sorted(named):
        condition: dict[str, Any] = {}
        principal: Any = {"AWS": each}
        if each == ALL_USERS:
            principal = "*"
        elif each == AUTHENTICATED_USERS:
            principal = "*"
            condition = {"StringNotEquals": {"aws:PrincipalType": "Anonymous"}}
        elif each == canonical.ANONYMOUS:
            principal = "*"
            condition = {"StringEquals": {"aws:PrincipalType": "Anonymous"}}
        elif each == LOG_DELIVERY:
            principal = {"Service": "logging.s3.amazonaws.com"}
        elif not each.isdecimal():
            continue
        statements.append(
            {
                "Effect": "Allow",
                "Principal": principal,
                "Action": action,
                "Resource": "*",
                "Condition": condition,
            }
        )
    return Policy.parse({"Version": "2012-10-17", "Statement": statements}, "access control list")


@functools.lru_cache(maxsize=1_024)
def _denials(policy: Policy) -> Policy:
    return Policy(
        policy.name, policy.version, tuple(each for each in policy.statements if each.denies)
    )
