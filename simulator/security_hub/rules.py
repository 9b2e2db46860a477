"""What the customer, or an automation rule, says of a finding.

Sources: "BatchUpdateFindings for customers", "Understanding automation rules" (AWS Security Hub User
Guide).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from simulator.security_hub import filters
from simulator.security_hub.finding import Finding, severity
from simulator.security_hub.state import Hub, Rule, hub_of

if TYPE_CHECKING:
    from simulator.account.account import Account

_RULE: Final = "AUTOMATION_RULES"


def ruled(account: Account, region: str, hub: Hub, finding: Finding, now: datetime) -> Finding:
    """A finding once the enabled rules were applied, the lowest order first."""
    for rule in _rules(account, region, hub):
        if filters.matches(finding.asff, rule.criteria, now):
            for update in rule.updates:
                finding = apply(finding, update, now, (_RULE, rule.arn))
            if rule.terminal:
                break
    return finding


def _rules(account: Account, region: str, hub: Hub) -> list[Rule]:
    """An administrator's rules hold for its members, who have none."""
    boss = account.world.accounts.get(hub.administrator)
    held = hub_of(boss, region) if boss is not None else hub
    rules = held.rules.values() if held is not None else ()
    return sorted((one for one in rules if one.enabled), key=lambda one: (one.order, one.arn))


def apply(
    finding: Finding, update: Mapping[str, Any], now: datetime, source: tuple[str, str]
) -> Finding:
    """A finding with what the customer, or a customer's rule, says of it."""
    fields: dict[str, Any] = {}
    for name, value in update.items():
        if name == "Severity":
            fields[name] = severity({**_without_number(finding.asff.get(name, {})), **value})
        elif name == "Note":
            fields[name] = {**value, "UpdatedAt": now.isoformat().replace("+00:00", "Z")}
        elif name == "UserDefinedFields":
            fields[name] = {**finding.asff.get(name, {}), **value}
        else:
            fields[name] = value
    return finding.changed(fields, now, source, own=True)


def _without_number(given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if name not in {"Label", "Normalized"}}
