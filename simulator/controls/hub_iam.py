"""Rules on IAM users, their keys and passwords, and on the root user.

Source: "List of AWS Config Managed Rules" (AWS Config Developer Guide). Users are global: each
Region sees the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from simulator.account.account import Account
from simulator.account.state import state_of
from simulator.controls.evaluation import Evaluation
from simulator.controls.hub_asking import ask

_ACCOUNT = "AWS::::Account"


def root_account_mfa_enabled(account: Account, region: str) -> Iterator[Evaluation]:
    """The root user has an MFA device."""
    iam = state_of("iam", account.id)
    has = bool(iam and iam.account_summary.summary_map["AccountMFAEnabled"])
    yield _account(account, has, "" if has else "The root user has no MFA device")


def iam_user_unused_credentials_check(account: Account, region: str) -> Iterator[Evaluation]:
    """Passwords and active keys were used within 90 days."""
    return _unused(account, timedelta(days=90))


def iam_user_unused_credentials_check_45(account: Account, region: str) -> Iterator[Evaluation]:
    """Passwords and active keys were used within 45 days."""
    return _unused(account, timedelta(days=45))


def iam_password_policy(account: Account, region: str) -> Iterator[Evaluation]:
    """Eight characters, of all four kinds."""
    return _password_policy(
        account,
        lambda rules: (
            rules.minimum_password_length >= 8
            and rules.require_uppercase_characters
            and rules.require_lowercase_characters
            and rules.require_symbols
            and rules.require_numbers
        ),
    )


def iam_password_policy_minimum_length(account: Account, region: str) -> Iterator[Evaluation]:
    """Fourteen characters."""
    return _password_policy(account, lambda rules: rules.minimum_password_length >= 14)


def iam_password_policy_reuse(account: Account, region: str) -> Iterator[Evaluation]:
    """Twenty-four passwords are remembered."""
    return _password_policy(account, lambda rules: (rules.password_reuse_prevention or 0) >= 24)


def iam_external_access_analyzer_enabled(account: Account, region: str) -> Iterator[Evaluation]:
    """The Region has an active analyzer for external access."""
    analyzers = ask(account, region, "accessanalyzer", "ListAnalyzers").get("analyzers") or ()
    has = any(
        one["type"] in {"ACCOUNT", "ORGANIZATION"} and one.get("status") == "ACTIVE"
        for one in analyzers
    )
    yield _account(account, has, "" if has else "No analyzer for external access")


def _unused(account: Account, span: timedelta) -> Iterator[Evaluation]:
    now = account.world.clock.now()
    for user in _users(account):
        old = []
        if user.password:
            used = account.last_used.get(user.id)
            changed = user.__dict__.get("password_changed", user.create_date)
            if now - (used.latest.time if used else _aware(changed)) > span:
                old.append("password")
        for key in user.access_keys:
            used = account.last_used.get(key.access_key_id)
            at = used.latest.time if used else _aware(key.create_date)
            if key.status == "Active" and now - at > span:
                old.append(key.access_key_id)
        said = f"Not used for {span.days} days: {old}" if old else ""
        yield _user(user, not old, said)


def _password_policy(account: Account, good: Callable[[Any], bool]) -> Iterator[Evaluation]:
    iam = state_of("iam", account.id)
    rules = iam.account_password_policy if iam else None
    holds = rules is not None and bool(good(rules))
    yield _account(account, holds, "" if holds else "The password policy is missing or too weak")


def _users(account: Account) -> list[Any]:
    iam = state_of("iam", account.id)
    return list(iam.users.values()) if iam else []


def _user(user: Any, compliant: bool, said: str) -> Evaluation:
    return Evaluation("AWS::IAM::User", user.id, user.arn, compliant, said)


def _account(account: Account, compliant: bool, said: str) -> Evaluation:
    arn = f"arn:aws:iam::{account.id}:root"
    return Evaluation(_ACCOUNT, account.id, arn, compliant, said)


def _aware(time: datetime) -> datetime:
    return time if time.tzinfo else time.replace(tzinfo=UTC)
