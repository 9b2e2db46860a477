"""Rules look at resources: when they are made, when resources change, on schedule and on demand.

Sources: "Components of an AWS Config Rule" (trigger types), "Evaluating Your Resources with AWS
Config Rules" (AWS Config Developer Guide).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from simulator.account.account import Account
from simulator.configuration.managed import Managed, managed
from simulator.configuration.state import Item, Kept, Key, Result, Rule, keep, kept

FREQUENCIES: Final = {
    "One_Hour": timedelta(hours=1),
    "Three_Hours": timedelta(hours=3),
    "Six_Hours": timedelta(hours=6),
    "Twelve_Hours": timedelta(hours=12),
    "TwentyFour_Hours": timedelta(hours=24),
}


@dataclass(frozen=True, slots=True)
class Change:
    """A resource's compliance with a rule changed. None: the rule said or says nothing of it."""

    rule: Rule
    key: Key
    old: Result | None
    new: Result | None
    at: datetime


def evaluate(
    account: Account, region: str, now: datetime, items: Iterable[Item]
) -> tuple[Change, ...]:
    """Run the rules that new items set off, that are due, or that somebody wants to run."""
    state, changes = kept(account, region), list[Change]()
    changed = {str(one.told["resourceType"]) for one in items}
    if not state.rules:
        return ()
    rules = dict(state.rules)
    for name, rule in state.rules.items():
        how = managed(rule.told["Source"]["SourceIdentifier"])
        if how is None:
            continue
        due = rule.due is not None and rule.due <= now
        if not (rule.wanted or due or changed & set(triggers(rule, how))):
            continue
        after = _evaluated(account, region, state, rule, how, now)
        rules[name] = replace(after, wanted=False, due=_next(rule, how, now))
        changes += _changes(rule, after, now)
    if changes or rules != state.rules:
        keep(account, region, replace(state, rules=rules))
    return tuple(changes)


def triggers(rule: Rule, how: Managed) -> tuple[str, ...]:
    """The resource types whose changes set a rule off: those in its scope."""
    scope = rule.told.get("Scope", {}).get("ComplianceResourceTypes")
    return tuple(kind for kind in how.types if not scope or kind in scope)


def _next(rule: Rule, how: Managed, now: datetime) -> datetime | None:
    """Periodic evaluations keep to the hour of the first."""
    if not how.periodic:
        return None
    period = FREQUENCIES[rule.told.get("MaximumExecutionFrequency", "TwentyFour_Hours")]
    due = rule.due if rule.due is not None else now + period
    while due <= now:
        due += period
    return due


def _evaluated(
    account: Account, region: str, state: Kept, rule: Rule, how: Managed, now: datetime
) -> Rule:
    given = json.loads(rule.told.get("InputParameters") or "{}")
    try:
        found = how.judge(account, region, given)
    except (KeyError, TypeError, ValueError) as error:
        text = f"The rule's parameters are not valid: {error}"
        return replace(rule, error=("InvalidParameterValueException", text), evaluated=now)
    results: dict[Key, Result] = {}
    for one in found:
        key = (one.resource_type, one.resource_id)
        if not _applies(state, rule, how, key):
            continue
        before = rule.results.get(key)
        same = before is not None and (before.compliant, before.said) == (one.compliant, one.said)
        ordering = before.ordering if same and before is not None else now
        results[key] = Result(one.compliant, one.said, one.resource_arn, now, ordering)
    return replace(rule, results=results, error=None, evaluated=now)


def _applies(state: Kept, rule: Rule, how: Managed, key: Key) -> bool:
    """A rule about changes speaks of what is recorded; a scope leaves out the rest."""
    item = state.current(key)
    if how.types and key[0] != "AWS::::Account" and item is None:
        return False
    scope: Mapping[str, Any] = rule.told.get("Scope", {})
    if (kinds := scope.get("ComplianceResourceTypes")) and how.types and key[0] not in kinds:
        return False
    if scope.get("ComplianceResourceId") not in {None, key[1]}:
        return False
    if scope.get("TagKey"):
        tags = item.told["tags"] if item is not None else {}
        wanted = scope.get("TagValue")
        return scope["TagKey"] in tags and wanted in {None, tags[scope["TagKey"]]}
    return True


def _changes(before: Rule, after: Rule, now: datetime) -> Iterator[Change]:
    for key in dict.fromkeys((*before.results, *after.results)):
        old, new = before.results.get(key), after.results.get(key)
        if (old and old.compliant) != (new and new.compliant):
            yield Change(after, key, old, new, now)
