"""What becomes of a control's finding from check to check.

Sources: "Generating and updating control findings", "Evaluating compliance status and control
status" (AWS Security Hub User Guide).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from simulator.security_hub.finding import Change, Finding, stamp


def checked_again(old: Finding, asff: Mapping[str, Any], now: datetime) -> Finding:
    """A finding after another check. It stays as it is where the check says what it said.

    FAILED to PASSED resolves it; PASSED to FAILED makes it new again, unless it is suppressed.
    """
    before = old.asff
    status = asff["Compliance"]["Status"]
    workflow = before["Workflow"]["Status"]
    if status == before["Compliance"]["Status"] and before["RecordState"] == "ACTIVE":
        same = ("Compliance", "Title", "GeneratorId")
        if all(asff[name] == before[name] for name in same):
            return old
    changes = {
        name: asff[name]
        for name in (
            "Compliance",
            "UpdatedAt",
            "LastObservedAt",
            "ProcessedAt",
            "RecordState",
            "ProductFields",
            "FindingProviderFields",
        )
    }
    if "Severity" not in old.own:
        changes["Severity"] = asff["Severity"]
    if status == "PASSED" and workflow != "SUPPRESSED":
        changes["Workflow"] = {"Status": "RESOLVED"}
    elif status == "FAILED" and workflow in {"RESOLVED", "NOTIFIED"}:
        changes["Workflow"] = {"Status": "NEW"}
    return old.changed(changes, now, ("BATCH_IMPORT_FINDINGS", before["ProductArn"]))


def refreshed(old: Finding, now: datetime) -> Finding:
    """A finding whose scheduled check said the same: it was observed once more."""
    at = {"LastObservedAt": stamp(now), "UpdatedAt": stamp(now), "ProcessedAt": stamp(now)}
    return Finding({**old.asff, **at}, old.own, old.history)


def archived(old: Finding, now: datetime) -> Finding:
    """A finding whose resource or control is no more."""
    if old.asff["RecordState"] == "ARCHIVED":
        return old
    return old.changed(
        {"RecordState": "ARCHIVED", "UpdatedAt": stamp(now)},
        now,
        ("BATCH_IMPORT_FINDINGS", old.asff["ProductArn"]),
    )


def first(asff: Mapping[str, Any], now: datetime) -> Finding:
    """A finding of a resource that was never checked before."""
    source = ("BATCH_IMPORT_FINDINGS", str(asff["ProductArn"]))
    return Finding(asff, history=(Change(now, source, created=True),))
