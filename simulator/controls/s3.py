"""Rules on the Region's buckets and on the account's Block Public Access.

Source: "List of AWS Config Managed Rules" (AWS Config Developer Guide), the page of each rule.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from simulator.account.account import Account
from simulator.account.s3_acl import ALL_USERS, AUTHENTICATED_USERS
from simulator.account.s3_bucket import acl, acls_disabled, block_in_force
from simulator.account.state import state_of
from simulator.controls.accounts import of_account
from simulator.controls.evaluation import Evaluation
from simulator.iam.policy import Policy
from simulator.iam.public import is_public

FOUR: Final = (
    "block_public_acls",
    "ignore_public_acls",
    "block_public_policy",
    "restrict_public_buckets",
)
_READING = ("s3:getobject", "s3:listbucket")
_WRITING = ("s3:putobject", "s3:deleteobject")
_EVERYBODY = {ALL_USERS, AUTHENTICATED_USERS}


def s3_bucket_public_read_prohibited(account: Account, region: str) -> Iterator[Evaluation]:
    """Neither policy nor ACL lets everybody read, Block Public Access considered."""
    return _each(account, region, lambda one: _open(one, _READING, {"READ", "FULL_CONTROL"}))


def s3_bucket_public_write_prohibited(account: Account, region: str) -> Iterator[Evaluation]:
    """Neither policy nor ACL lets everybody write, Block Public Access considered."""
    return _each(account, region, lambda one: _open(one, _WRITING, {"WRITE", "FULL_CONTROL"}))


def s3_bucket_level_public_access_prohibited(
    account: Account, region: str, *, excluded_public_buckets: str = ""
) -> Iterator[Evaluation]:
    """All four settings are on for each bucket itself, but for those that are excluded."""
    excluded = {name.strip() for name in excluded_public_buckets.split(",")}
    return _each(
        account, region, lambda one: "" if one.name in excluded else _off(one.public_access_block)
    )


def s3_account_level_public_access_blocks_periodic(
    account: Account, region: str, **wanted: str
) -> Iterator[Evaluation]:
    """The account's four settings are as wanted: on, where the rule's parameters don't say."""
    held = state_of("s3control", account.id)
    block = getattr(held, "public_access_block", None)
    off = [
        name
        for name in FOUR
        if wanted.get(name, "True").lower() == "true" and not getattr(block, name, False)
    ]
    yield of_account(account, not off, f"Not on for the account: {', '.join(off)}")


s3_account_level_public_access_blocks = s3_account_level_public_access_blocks_periodic


def s3_bucket_versioning_enabled(account: Account, region: str) -> Iterator[Evaluation]:
    """Each bucket keeps versions."""
    return _each(
        account,
        region,
        lambda one: "" if one.versioning_status == "Enabled" else "Versioning is not enabled",
    )


def s3_bucket_logging_enabled(account: Account, region: str) -> Iterator[Evaluation]:
    """Each bucket has server access logs."""
    return _each(
        account, region, lambda one: "" if one.logging else "Server access logging is not enabled"
    )


def _each(account: Account, region: str, wrong: Callable[[Any], str]) -> Iterator[Evaluation]:
    held = state_of("s3", account.id)
    for name, bucket in sorted(held.buckets.items() if held is not None else ()):
        if bucket.region_name == region:
            said = wrong(bucket)
            yield Evaluation("AWS::S3::Bucket", name, f"arn:aws:s3:::{name}", not said, said)


def _off(block: Any) -> str:
    off = [name for name in FOUR if not getattr(block, name, False)]
    return f"Not on for the bucket: {', '.join(off)}" if off else ""


def _open(bucket: Any, actions: tuple[str, ...], permissions: set[str]) -> str:
    block = block_in_force(bucket)
    if not block.restrict_public_buckets and bucket.policy:
        text = bucket.policy.decode() if isinstance(bucket.policy, bytes) else str(bucket.policy)
        policy = Policy.parse(text)
        if is_public(policy) and any(_allows(policy, action) for action in actions):
            return "The bucket policy grants public access"
    if not block.ignore_public_acls and not acls_disabled(bucket):
        for grant in acl(bucket).grants:
            if grant.grantee in _EVERYBODY and grant.permission in permissions:
                return "The bucket ACL grants public access"
    return ""


def _allows(policy: Policy, action: str) -> bool:
    return any(not one.denies and one.actions.covers(action) for one in policy.statements)
