"""Rules on IAM policies, managed and inline.

Source: "List of AWS Config Managed Rules" (AWS Config Developer Guide). They are global: each Region
sees the same.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

from simulator.account.account import Account
from simulator.account.state import state_of
from simulator.controls.evaluation import Evaluation


def iam_policy_no_statements_with_full_access(
    account: Account, region: str
) -> Iterator[Evaluation]:
    """No customer managed policy allows every action of a service, such as "s3:*"."""
    return _policies(account, _is_full, "allows every action of a service")


def iam_customer_policy_blocked_kms_actions(account: Account, region: str) -> Iterator[Evaluation]:
    """No customer managed policy allows kms:Decrypt or kms:ReEncryptFrom on all keys."""
    return _policies(account, _decrypts, "allows decryption with every KMS key")


def iam_inline_policy_blocked_kms_actions(account: Account, region: str) -> Iterator[Evaluation]:
    """No inline policy allows kms:Decrypt or kms:ReEncryptFrom on all keys."""
    iam = state_of("iam", account.id)
    for kind, holders in _holders(iam):
        for holder in holders:
            bad = [n for n, text in holder.policies.items() if any(map(_decrypts, allows(text)))]
            said = f"Inline policies allow decryption with every KMS key: {bad}" if bad else ""
            yield Evaluation(kind, holder.id, holder.arn, not bad, said)


def iam_policy_blacklisted_check(account: Account, region: str) -> Iterator[Evaluation]:
    """Nobody has AWSCloudShellFullAccess."""
    arn = "arn:aws:iam::aws:policy/AWSCloudShellFullAccess"
    for kind, holders in _holders(state_of("iam", account.id)):
        for holder in holders:
            has = arn in holder.managed_policies
            said = "AWSCloudShellFullAccess is attached" if has else ""
            yield Evaluation(kind, holder.id, holder.arn, not has, said)


def allows(document: Any) -> list[Mapping[str, Any]]:
    """The Allow statements of a policy document."""
    told = json.loads(document) if isinstance(document, str) else document
    found = told.get("Statement") or []
    listed = found if isinstance(found, list) else [found]
    return [one for one in listed if one.get("Effect") == "Allow"]


def listed(value: Any) -> list[str]:
    """An element that may be one text or several."""
    if value is None:
        return []
    return [str(each) for each in value] if isinstance(value, list) else [str(value)]


def _is_full(statement: Mapping[str, Any]) -> bool:
    actions = listed(statement.get("Action"))
    return any(action.endswith(":*") and action != "*:*" for action in actions)


def _decrypts(statement: Mapping[str, Any]) -> bool:
    wide = {"*", "arn:aws:kms:*:*:key/*", "arn:aws:kms:*:*:alias/*"}
    if not wide & set(listed(statement.get("Resource"))):
        return False
    patterns = [action.lower() for action in listed(statement.get("Action"))]
    blocked = ("kms:decrypt", "kms:reencryptfrom")
    return any(fnmatchcase(action, pattern) for action in blocked for pattern in patterns)


def _policies(
    account: Account, bad: Callable[[Mapping[str, Any]], bool], said: str
) -> Iterator[Evaluation]:
    iam = state_of("iam", account.id)
    for arn, policy in iam.managed_policies.items() if iam else ():
        if arn.split(":")[4] == "aws":
            continue
        version = next(v for v in policy.versions if v.version_id == policy.default_version_id)
        fails = any(bad(statement) for statement in allows(version.document))
        why = f"The policy's default version {said}" if fails else ""
        yield Evaluation("AWS::IAM::Policy", policy.id, arn, not fails, why)


def _holders(iam: Any) -> Iterator[tuple[str, list[Any]]]:
    if iam is not None:
        yield "AWS::IAM::User", list(iam.users.values())
        yield "AWS::IAM::Group", list(iam.groups.values())
        yield "AWS::IAM::Role", list(iam.roles.values())
