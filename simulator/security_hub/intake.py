"""Findings come in: what is kept of them, what automation rules make of them, and who is told.

Sources: "BatchImportFindings" and "BatchUpdateFindings" (AWS Security Hub User Guide), "Automation
rules", "EventBridge event formats for Security Hub CSPM".
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from simulator.account.chance import drawn_uuid
from simulator.reactions.event import Event
from simulator.security_hub import filters, reach
from simulator.security_hub.finding import Change, Finding, Key, severity
from simulator.security_hub.state import Hub, Rule, hub_of, keep

if TYPE_CHECKING:
    from simulator.account.account import Account

_CUSTOMERS: Final = ("Note", "UserDefinedFields", "VerificationState", "Workflow")
"""What a provider can set when it makes a finding, and never after."""
_SHARED: Final = ("Confidence", "Criticality", "RelatedFindings", "Severity", "Types")
"""What a provider's update changes until the customer has set it."""
_RULE: Final = "AUTOMATION_RULES"


def merged(old: Finding | None, given: Mapping[str, Any], now: datetime, source: str) -> Finding:
    """A provider's finding, new or updated. `source` is the product, for its history."""
    asff = _completed(given)
    if old is None:
        return Finding(
            asff, history=(Change(now, ("BATCH_IMPORT_FINDINGS", source), created=True),)
        )
    kept = {name: old.asff[name] for name in _CUSTOMERS if name in old.asff}
    kept |= {name: old.asff[name] for name in _SHARED if name in old.own and name in old.asff}
    kept["CreatedAt"] = old.asff["CreatedAt"]
    if "FirstObservedAt" in old.asff:
        kept["FirstObservedAt"] = old.asff["FirstObservedAt"]
    wanted = {**asff, **kept}
    if "WorkflowState" in old.asff:
        wanted["WorkflowState"] = old.asff["WorkflowState"]
    gone = dict.fromkeys(sorted(old.asff.keys() - wanted.keys()))
    new = old.changed({**wanted, **gone}, now, ("BATCH_IMPORT_FINDINGS", source))
    return replace(new, asff={name: v for name, v in new.asff.items() if v is not None})


def _completed(given: Mapping[str, Any]) -> dict[str, Any]:
    asff = dict(given)
    provided = dict(asff.get("FindingProviderFields") or {})
    for name in _SHARED:
        if name in provided:
            asff[name] = provided[name]
        elif name in asff:
            provided[name] = asff[name]
    asff["Severity"] = severity(asff.get("Severity") or {})
    asff.setdefault("Types", [])
    told = {name: v for name, v in asff["Severity"].items() if name in {"Label", "Original"}}
    asff["FindingProviderFields"] = {**provided, "Severity": told, "Types": asff["Types"]}
    asff.setdefault("RecordState", "ACTIVE")
    asff.setdefault("Workflow", {"Status": "NEW"})
    asff.setdefault("WorkflowState", "NEW")
    asff.setdefault("ProductFields", {})
    asff["ProductFields"] = {
        **asff["ProductFields"],
        "aws/securityhub/FindingId": f"{asff['ProductArn']}/{asff['Id']}",
        "aws/securityhub/ProductName": asff.get("ProductName", "Default"),
        "aws/securityhub/CompanyName": asff.get("CompanyName", "Personal"),
    }
    asff.setdefault("ProductName", "Default")
    asff.setdefault("CompanyName", "Personal")
    asff["Resources"] = [
        {"Partition": "aws", "Region": asff.get("Region", ""), **each} for each in asff["Resources"]
    ]
    return asff


def take_in(account: Account, region: str, incoming: Iterable[Finding], now: datetime) -> None:
    """Keep findings that are new or other than they were, and send word of each."""
    hub = hub_of(account, region)
    if hub is None:
        return
    kept: dict[Key, Finding] = {}
    for finding in incoming:
        old = kept.get(finding.key) or hub.findings.get(finding.key)
        if old is None or finding != old:
            kept[finding.key] = _ruled(account, region, hub, finding, now)
    if kept:
        keep(account, region, replace(hub, findings={**hub.findings, **kept}))
        send_imported(account, region, [finding.asff for finding in kept.values()], now)


def send_imported(
    account: Account, region: str, findings: Iterable[Mapping[str, Any]], now: datetime
) -> None:
    """One "Security Hub Findings - Imported" event a finding, to everybody who sees it."""
    listed = list(findings)
    for watcher, where in reach.watchers(account.world, account, region):
        send(watcher, where, "Security Hub Findings - Imported", listed, now)


def send(
    account: Account,
    region: str,
    detail_type: str,
    findings: Iterable[Mapping[str, Any]],
    now: datetime,
    extra: Mapping[str, Any] | None = None,
    resource: str | None = None,
) -> None:
    """Put events into the hub's outbox, which the observer empties."""
    hub = hub_of(account, region)
    if hub is None:
        return
    made, events = hub.made, list[Event]()
    for finding in findings:
        made += 1
        place = f"{account.world.seed}/{account.id}/{region}/{made}"
        about = resource or f"{finding['ProductArn']}/{finding['Id']}"
        events.append(
            Event(
                account.id,
                region,
                now,
                "aws.securityhub",
                detail_type,
                {**(extra or {}), "findings": [dict(finding)]},
                drawn_uuid(random.Random(f"security-hub/event/{place}")),
                (about,),
            )
        )
    keep(account, region, replace(hub, made=made, outbox=(*hub.outbox, *events)))


def _ruled(account: Account, region: str, hub: Hub, finding: Finding, now: datetime) -> Finding:
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


def default_product(account: Account, region: str) -> str:
    """The product under which an account imports findings of its own."""
    return f"arn:aws:securityhub:{region}:{account.id}:product/{account.id}/default"
