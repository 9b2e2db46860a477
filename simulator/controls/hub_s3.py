"""Rules on buckets of the Region, by what the account's state makes of them.

Source: "List of AWS Config Managed Rules" (AWS Config Developer Guide).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from simulator.account.account import Account
from simulator.account.s3_bucket import acl, acls_disabled, block_in_force
from simulator.account.state import state_of, states_of
from simulator.controls.evaluation import Evaluation
from simulator.controls.hub_policies import listed
from simulator.iam.policy import Policy, Statement
from simulator.iam.public import is_public

_READS = ("s3:getobject", "s3:listbucket")
Verdict = tuple[bool, str]


def s3_bucket_ssl_requests_only(account: Account, region: str) -> Iterator[Evaluation]:
    """The policy denies everybody every action without TLS, on the bucket and in it."""
    return _each(account, region, _tls_only)


def s3_bucket_acl_prohibited(account: Account, region: str) -> Iterator[Evaluation]:
    """ACLs are off, or grant nobody but the owner anything."""

    def _judge(bucket: Any) -> Verdict:
        return acls_disabled(bucket) or not acl(bucket).shared, "The bucket's ACL grants access"

    return _each(account, region, _judge)


def s3_bucket_default_lock_enabled(account: Account, region: str) -> Iterator[Evaluation]:
    """Object Lock is on."""
    return _each(account, region, lambda b: (bool(b.object_lock_enabled), "No Object Lock"))


def s3_bucket_mfa_delete_enabled(account: Account, region: str) -> Iterator[Evaluation]:
    """Which nobody can turn on here: the simulated root user makes no such call."""
    return _each(account, region, lambda b: (False, "MFA delete is off"))


def cloudtrail_bucket_not_public(account: Account, region: str) -> Iterator[Evaluation]:
    """Nobody but known principals reads the buckets of trails."""
    for bucket in _trail_buckets(account):
        good, said = _closed(bucket, _READS, {"READ", "FULL_CONTROL"})
        yield _evaluation(bucket, good, said)


def cloudtrail_bucket_logging_enabled(account: Account, region: str) -> Iterator[Evaluation]:
    """Requests for trails' log files are logged."""
    for bucket in _trail_buckets(account):
        yield _evaluation(bucket, bool(bucket.logging), "Server access logs are off")


def _each(account: Account, region: str, judge: Callable[[Any], Verdict]) -> Iterator[Evaluation]:
    state = state_of("s3", account.id)
    for bucket in state.buckets.values() if state is not None else ():
        if bucket.region_name == region:
            good, said = judge(bucket)
            yield _evaluation(bucket, good, said)


def _evaluation(bucket: Any, good: bool, said: str) -> Evaluation:
    arn = f"arn:aws:s3:::{bucket.name}"
    return Evaluation("AWS::S3::Bucket", bucket.name, arn, good, "" if good else said)


def _closed(bucket: Any, actions: tuple[str, ...], permissions: set[str]) -> Verdict:
    block = block_in_force(bucket)
    granted = any(one.public and one.permission in permissions for one in acl(bucket).grants)
    if granted and not block.ignore_public_acls:
        return False, "The bucket's ACL grants access to everybody"
    policy = _policy(bucket)
    if policy is None or block.restrict_public_buckets or not is_public(policy):
        return True, ""
    public = (one for one in policy.statements if not one.denies and _is_public(one))
    if any(one.actions.covers(action) for one in public for action in actions):
        return False, "The bucket's policy grants access to everybody"
    return True, ""


def _is_public(statement: Statement) -> bool:
    document = {"Version": "2012-10-17", "Statement": [dict(statement.written)]}
    return is_public(Policy.parse(document))


def _tls_only(bucket: Any) -> Verdict:
    policy = _policy(bucket)
    places = {f"arn:aws:s3:::{bucket.name}", f"arn:aws:s3:::{bucket.name}/*"}
    denied: set[str] = set()
    for statement in policy.statements if policy is not None else ():
        if statement.denies and _without_tls(statement) and _everything(statement):
            resources = set(listed(statement.written.get("Resource")))
            denied |= places if "*" in resources else resources
    return places <= denied, "The policy doesn't deny requests without TLS"


def _without_tls(statement: Statement) -> bool:
    conditions = statement.conditions
    return len(conditions) == 1 and (
        conditions[0].key.lower() == "aws:securetransport"
        and conditions[0].written.lower() == "bool"
        and [str(value).lower() for value in conditions[0].wanted] == ["false"]
    )


def _everything(statement: Statement) -> bool:
    who = statement.principal
    everybody = who is not None and who.everyone and not who.negated
    return everybody and bool({"*", "s3:*"} & set(listed(statement.written.get("Action"))))


def _policy(bucket: Any) -> Policy | None:
    return Policy.parse(bucket.policy.decode()) if bucket.policy else None


def _trail_buckets(account: Account) -> Iterator[Any]:
    names = {
        trail.bucket_name
        for state in states_of("cloudtrail", account.id)
        for trail in state.trails.values()
    }
    held = state_of("s3", account.id)
    for name in sorted(names):
        if held is not None and name in held.buckets:
            yield held.buckets[name]
