"""Findings are read, imported and worked on.

Sources: "GetFindings", "GetFindingHistory", "BatchImportFindings", "BatchUpdateFindings",
"UpdateFindings" (AWS Security Hub API Reference).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from simulator.account.account import Account
from simulator.gateway.call import Call
from simulator.security_hub import filters, importing, intake, rules, sending, state
from simulator.security_hub.finding import Change, Finding, Key
from simulator.security_hub.sorting import ordered
from simulator.services import Backend, Result, operation
from simulator.services.securityhub.reading import find, findings_seen, hubs_seen
from simulator.services.securityhub.state import account_of, hub_of, invalid, page

_MOST = 100
_NOT_FOUND = {"ErrorCode": "FindingNotFound", "ErrorMessage": "Finding Not Found"}


@operation
def get_findings(call: Call, backend: Backend) -> Result:
    """Those that match all filters, of the hub's own, of members and of linked Regions.

    Raises:
        AwsError: InvalidInputException, InvalidAccessException.
    """
    hub_of(call)
    wanted = call.params.get("Filters") or {}
    filters.check(wanted)
    found = [one for one in findings_seen(call) if filters.matches(one, wanted, call.time)]
    shown, rest = page(call, ordered(found, call.params.get("SortCriteria") or ()), _MOST)
    return {"Findings": shown, **rest}


@operation
def get_finding_history(call: Call, backend: Backend) -> Result:
    """What became of a finding in the last 90 days, the newest change first."""
    hub_of(call)
    asked = call.params["FindingIdentifier"]
    place = find(call, (asked["ProductArn"], asked["Id"]))
    if place is None:
        return {"Records": []}
    since, until = call.params.get("StartTime"), call.params.get("EndTime")
    records = [
        _record(asked, change)
        for change in reversed(place[2].history)
        if (since is None or change.time >= _aware(since))
        and (until is None or change.time <= _aware(until))
    ]
    shown, rest = page(call, records, _MOST)
    return {"Records": shown, **rest}


@operation
def batch_import_findings(call: Call, backend: Backend) -> Result:
    """Findings of a product that the account may import for, one by one.

    Raises:
        AwsError: InvalidInputException for more than 100 of them.
    """
    hub = hub_of(call)
    given = call.params["Findings"]
    if not 1 <= len(given) <= _MOST:
        raise invalid(f"Findings must have between 1 and {_MOST} items.")
    failed, incoming = [], dict[Key, Finding]()
    for each in given:
        error = importing.fault(account_of(call), call.region, hub, each)
        if error is not None:
            failed.append({"Id": each.get("Id", ""), **error})
            continue
        key = each["ProductArn"], each["Id"]
        asff = importing.completed(each, call.region, call.time)
        old = incoming.get(key) or hub.findings.get(key)
        incoming[key] = intake.merged(old, asff, call.time, each["ProductArn"])
    intake.take_in(account_of(call), call.region, incoming.values(), call.time)
    return {
        "FailedCount": len(failed),
        "SuccessCount": len(given) - len(failed),
        "FailedFindings": failed,
    }


@operation
def batch_update_findings(call: Call, backend: Backend) -> Result:
    """What the customer says of findings. An administrator can say it of its members'.

    Raises:
        AwsError: InvalidInputException.
    """
    hub_of(call)
    asked = call.params["FindingIdentifiers"]
    if not 1 <= len(asked) <= _MOST:
        raise invalid(f"FindingIdentifiers must have between 1 and {_MOST} items.")
    update = {name: v for name, v in call.params.items() if name != "FindingIdentifiers"}
    if not update:
        raise invalid("At least one field to update is required.")
    importing.check_update(update)
    done, lost = [], []
    for identifier in asked:
        place = find(call, (identifier["ProductArn"], identifier["Id"]))
        if place is None:
            lost.append({"FindingIdentifier": dict(identifier), **_NOT_FOUND})
            continue
        _change(call, *place, update)
        done.append(dict(identifier))
    return {"ProcessedFindings": done, "UnprocessedFindings": lost}


@operation
def update_findings(call: Call, backend: Backend) -> Result:
    """The deprecated way: note and record state of all that match."""
    hub_of(call)
    wanted = call.params["Filters"]
    filters.check(wanted)
    fields = ("Note", "RecordState")
    update: dict[str, Any] = {name: call.params[name] for name in fields if name in call.params}
    for account, region, hub in list(hubs_seen(call)):
        for finding in list(hub.findings.values()):
            if filters.matches(finding.asff, wanted, call.time):
                _change(call, account, region, finding, update)
    return {}


def _change(
    call: Call, account: Account, region: str, finding: Finding, update: Mapping[str, Any]
) -> None:
    source = ("BATCH_UPDATE_FINDINGS", call.caller.arn or "")
    changed = rules.apply(finding, update, call.time, source)
    hub = state.hub_of(account, region)
    assert hub is not None
    if changed == finding:
        return
    state.keep(account, region, replace(hub, findings={**hub.findings, changed.key: changed}))
    sending.send_imported(account, region, [changed.asff], call.time)


def _record(identifier: Mapping[str, str], change: Change) -> Result:
    kind, name = change.source
    return {
        "FindingIdentifier": dict(identifier),
        "UpdateTime": change.time,
        "FindingCreated": change.created,
        "UpdateSource": {"Type": kind, "Identity": name},
        "Updates": [
            {"UpdatedField": field, "OldValue": _text(old), "NewValue": _text(new)}
            for field, old, new in change.updates
        ],
    }


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return "" if value is None else json.dumps(value, sort_keys=True, default=str)


def _aware(time: datetime) -> datetime:
    return time if time.tzinfo else time.replace(tzinfo=UTC)
