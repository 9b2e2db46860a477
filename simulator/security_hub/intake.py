"""Findings come in: a provider's update leaves what the customer has said.

Source: "BatchImportFindings for finding providers" (AWS Security Hub User Guide).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from simulator.security_hub import rules, sending
from simulator.security_hub.finding import Change, Finding, Key, severity
from simulator.security_hub.state import hub_of, keep

if TYPE_CHECKING:
    from simulator.account.account import Account

_CUSTOMERS: Final = ("Note", "UserDefinedFields", "VerificationState", "Workflow")
"""What a provider can set when it makes a finding, and never after."""
_SHARED: Final = ("Confidence", "Criticality", "RelatedFindings", "Severity", "Types")
"""What a provider's update changes until the customer has set it."""


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
            kept[finding.key] = rules.ruled(account, region, hub, finding, now)
    if kept:
        keep(account, region, replace(hub, findings={**hub.findings, **kept}))
        sending.send_imported(account, region, [finding.asff for finding in kept.values()], now)


def default_product(account: Account, region: str) -> str:
    """The product under which an account imports findings of its own."""
    return f"arn:aws:securityhub:{region}:{account.id}:product/{account.id}/default"
