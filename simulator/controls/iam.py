"""Rules on users, keys and policies.

Source: "List of AWS Config Managed Rules" (AWS Config Developer Guide), the page of each rule.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from simulator.account.account import Account
from simulator.account.state import state_of
from simulator.controls.accounts import of_account
from simulator.controls.evaluation import Evaluation


def iam_root_access_key_check(account: Account, region: str) -> Iterator[Evaluation]:
    """The root user has no access key."""
    iam = state_of("iam", account.id)
    has = iam is not None and bool(iam.account_summary.summary_map["AccountAccessKeysPresent"])
    yield of_account(account, not has, "The root user has an access key")


def iam_user_mfa_enabled(account: Account, region: str) -> Iterator[Evaluation]:
    """Each user has an MFA device."""
    for user in _users(account):
        yield _of_user(user, bool(user.mfa_devices), "The user has no MFA device")


def mfa_enabled_for_iam_console_access(account: Account, region: str) -> Iterator[Evaluation]:
    """Each user with a console password has an MFA device."""
    for user in _users(account):
        if user.password:
            yield _of_user(user, bool(user.mfa_devices), "A password without an MFA device")


def access_keys_rotated(
    account: Account, region: str, *, max_access_key_age: str = "90"
) -> Iterator[Evaluation]:
    """Active access keys are at most so many days old."""
    born = account.world.clock.now() - timedelta(days=int(max_access_key_age))
    for user in _users(account):
        old = [
            key.access_key_id
            for key in user.access_keys
            if key.status == "Active" and _aware(key.create_date) < born
        ]
        yield _of_user(user, not old, f"Older than {max_access_key_age} days: {', '.join(old)}")


def iam_user_no_policies_check(account: Account, region: str) -> Iterator[Evaluation]:
    """Users get their rights from groups and roles alone."""
    for user in _users(account):
        bad = bool(user.policies or user.managed_policies)
        yield _of_user(user, not bad, "The user has policies of its own")


def iam_policy_no_statements_with_admin_access(
    account: Account, region: str
) -> Iterator[Evaluation]:
    """No customer managed policy allows every action on every resource."""
    iam = state_of("iam", account.id)
    for policy in iam.managed_policies.values() if iam is not None else ():
        if f":{account.id}:policy/" in policy.arn:
            text = next(v.document for v in policy.versions if v.is_default)
            bad = any(_is_admin(one) for one in _listed(json.loads(text).get("Statement")))
            said = "A statement allows every action on every resource" if bad else ""
            yield Evaluation("AWS::IAM::Policy", policy.id, policy.arn, not bad, said)


def _is_admin(statement: dict[str, Any]) -> bool:
    return (
        statement.get("Effect") == "Allow"
        and "*" in _listed(statement.get("Action"))
        and "*" in _listed(statement.get("Resource"))
    )


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _users(account: Account) -> list[Any]:
    iam = state_of("iam", account.id)
    return list(iam.users.values()) if iam is not None else []


def _of_user(user: Any, good: bool, said: str) -> Evaluation:
    return Evaluation("AWS::IAM::User", user.id, user.arn, good, "" if good else said)


def _aware(time: datetime) -> datetime:
    return time if time.tzinfo else time.replace(tzinfo=UTC)
