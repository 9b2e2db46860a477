"""Rules and recorders of AWS Config, whose ARNs end in ids of their own, and their tags.

They are in the account, not in the backend.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from simulator.configuration.state import Kept, kept


def config_arn(
    accounts: Collection[str], account_id: str, region: str, kind: str, name: str
) -> str | None:
    """The ARN of the rule or the recorder of that name; None where there is none."""
    state = _kept(accounts, account_id, region)
    if state is None:
        return None
    if kind == "ConfigRule":
        rule = state.rules.get(name)
        return str(rule.told["ConfigRuleArn"]) if rule is not None else None
    recorder: Mapping[str, Any] = state.recorder or {}
    return str(recorder["arn"]) if recorder.get("name") == name else None


def config_tags(
    accounts: Collection[str], account_id: str, region: str, arn: str
) -> Mapping[str, str] | None:
    """The tags of what has that ARN; None for none."""
    state = _kept(accounts, account_id, region)
    return state.tags.get(arn) if state is not None else None


def _kept(accounts: Collection[str], account_id: str, region: str) -> Kept | None:
    if not isinstance(accounts, Mapping) or account_id not in accounts:
        return None
    return kept(accounts[account_id], region)
