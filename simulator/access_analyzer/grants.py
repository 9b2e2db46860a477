"""What lets somebody in beside a policy, put as policies: bucket ACLs and KMS grants.

Sources: "Access control list (ACL) overview", mapping of ACL permissions (Amazon S3 User Guide);
"Grants in AWS KMS" (AWS KMS Developer Guide).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from simulator.account import s3_bucket
from simulator.account.s3_acl import AUTHENTICATED_USERS, FULL_CONTROL, PUBLIC, Grant
from simulator.iam.policy import Policy

_VERSION = "2008-10-17"
_PERMITTED = {
    "READ": ("s3:ListBucket", "s3:ListBucketMultipartUploads", "s3:ListBucketVersions"),
    "WRITE": ("s3:DeleteObject", "s3:PutObject"),
    "READ_ACP": ("s3:GetBucketAcl",),
    "WRITE_ACP": ("s3:PutBucketAcl",),
}
_NO_STRANGER = {"StringNotEquals": {"aws:PrincipalType": "Anonymous"}}


def of_bucket(bucket: Any) -> tuple[Policy, ...]:
    """The grants of a bucket's own ACL to others than its owner, where ACLs count."""
    acl = s3_bucket.acl(bucket)
    if s3_bucket.acls_disabled(bucket) or not acl.shared:
        return ()
    ignored = s3_bucket.block_in_force(bucket).ignore_public_acls
    return of_acl(
        tuple(
            each
            for each in acl.grants
            if each.grantee != acl.owner and not (ignored and each.public)
        )
    )


@lru_cache(maxsize=1_024)
def of_acl(grants: tuple[Grant, ...]) -> tuple[Policy, ...]:
    """An ACL's grants, each as a policy. Groups that are AWS's own aren't somebody else."""
    return tuple(
        Policy.parse({"Version": _VERSION, "Statement": _permitted(each)}, "access control list")
        for each in grants
        if each.grantee in PUBLIC or not each.grantee.startswith("http")
    )


def _permitted(grant: Grant) -> dict[str, Any]:
    all_of_them = [name for names in _PERMITTED.values() for name in names]
    actions = all_of_them if grant.permission == FULL_CONTROL else _PERMITTED[grant.permission]
    statement: dict[str, Any] = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
    if grant.grantee not in PUBLIC:
        return {**statement, "Principal": {"CanonicalUser": grant.grantee}}
    statement["Principal"] = "*"
    if grant.grantee == AUTHENTICATED_USERS:
        statement["Condition"] = _NO_STRANGER
    return statement


def of_key(key: Any) -> tuple[Policy, ...]:
    """The grants on a key. Services that are grantees aren't outside."""
    return tuple(
        granted(grant.grantee_principal, tuple(grant.operations))
        for _, grant in sorted(key.grants.items())
        if grant.grantee_principal.startswith("arn:")
    )


@lru_cache(maxsize=1_024)
def granted(principal: str, operations: tuple[str, ...]) -> Policy:
    """A KMS grant as a policy."""
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": principal},
        "Action": [f"kms:{operation}" for operation in operations],
        "Resource": "*",
    }
    return Policy.parse({"Version": _VERSION, "Statement": statement}, "grant")
