"""Findings: listed, read, counted, archived, rated, made up.

Sources: "ListFindings", "GetFindings", "GetFindingsStatistics", "ArchiveFindings",
"UpdateFindingsFeedback", "CreateSampleFindings" (Amazon GuardDuty API Reference).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, time
from typing import Any, Final

from simulator.gateway.call import Call
from simulator.guardduty import collecting, criteria, state
from simulator.guardduty.kinds import KINDS
from simulator.guardduty.samples import sample
from simulator.guardduty.state import Detector, Found
from simulator.guardduty.told import answered, told
from simulator.services import Backend, Result, operation
from simulator.services.guardduty.common import bad, detector_of, keep_detector, page

_MOST: Final = 50


def visible(call: Call, detector: Detector) -> list[Found]:
    """The detector's findings, and those of its member accounts."""
    assert call.account is not None
    found = list(detector.findings.values())
    for member in detector.members.values():
        account = call.account.world.accounts.get(member.account_id)
        if account is not None and member.status == "Enabled":
            other = state.of(account, call.region).detector
            found += other.findings.values() if other is not None else ()
    return [one for one in found if one.created <= call.time]


def fitting(call: Call, found: Iterable[Found]) -> list[tuple[Found, dict[str, Any]]]:
    """Those that fit the call's criteria, and how they are told."""
    criterion = (call.params.get("FindingCriteria") or {}).get("Criterion") or {}
    whole = [(one, told(one)) for one in found]
    return [each for each in whole if criteria.matches(each[1], criterion)]


@operation
def list_findings(call: Call, backend: Backend) -> Result:
    """Ids, sorted as asked; the latest updated first by default."""
    found = fitting(call, visible(call, detector_of(call)))
    order = call.params.get("SortCriteria") or {}
    path = order.get("AttributeName") or "updatedAt"
    descending = order.get("OrderBy", "DESC" if not order else "ASC") == "DESC"
    found.sort(key=lambda one: criteria.sort_key(one[1], path), reverse=descending)
    shown, token = page(call, [one.id for one, _ in found])
    return {"FindingIds": list(shown), "NextToken": "", **token}


@operation
def get_findings(call: Call, backend: Backend) -> Result:
    """Findings in full; ids that are not the account's are left out."""
    wanted = _ids(call)
    found = {one.id: one for one in visible(call, detector_of(call))}
    chosen = [found[one] for one in wanted if one in found]
    order = call.params.get("SortCriteria")
    if order:
        path = order.get("AttributeName", "updatedAt")
        chosen.sort(
            key=lambda one: criteria.sort_key(told(one), path),
            reverse=order.get("OrderBy") == "DESC",
        )
    return {"Findings": [answered(one) for one in chosen]}


def _ids(call: Call) -> list[str]:
    wanted = list(call.params["FindingIds"])
    if len(wanted) > _MOST:
        raise bad("the number of findingIds exceeds the limit of 50.")
    return wanted


@operation
def archive_findings(call: Call, backend: Backend) -> Result:
    """The account's own: only the administrator may, for its members' too."""
    return _change(call, archived=True)


@operation
def unarchive_findings(call: Call, backend: Backend) -> Result:
    """Current again."""
    return _change(call, archived=False, suppressed=False)


@operation
def update_findings_feedback(call: Call, backend: Backend) -> Result:
    """Useful or not; the comment is GuardDuty's to read."""
    return _change(call, feedback=call.params["Feedback"])


def _change(call: Call, **changes: Any) -> Result:
    assert call.account is not None
    detector = detector_of(call)
    if "feedback" not in changes and state.of(call.account, call.region).administrator:
        raise bad("the current account cannot archive or unarchive findings as a member account.")
    seen = {one.id for one in visible(call, detector)}
    wanted = set(_ids(call))
    if wanted - seen:
        raise bad("an invalid or out-of-range value is specified as an input parameter.")
    accounts = [call.account, *(_members(call, detector))]
    for account in accounts:
        own = state.of(account, call.region).detector
        if own is None or not wanted & own.findings.keys():
            continue
        findings = {
            name: replace(one, **changes) if name in wanted else one
            for name, one in own.findings.items()
        }
        state.keep_detector(account, call.region, replace(own, findings=findings))
    return {}


def _members(call: Call, detector: Detector) -> list[Any]:
    assert call.account is not None
    accounts = call.account.world.accounts
    return [accounts[name] for name in detector.members if name in accounts]


@operation
def create_sample_findings(call: Call, backend: Backend) -> Result:
    """One of each type asked for; of every type that is simulated if none is.

    Raises:
        AwsError: a type is unknown here.
    """
    assert call.account is not None
    detector = detector_of(call)
    kinds = call.params.get("FindingTypes") or list(KINDS)
    unknown = [kind for kind in kinds if kind not in KINDS]
    if unknown:
        raise bad(f"the finding type {unknown[0]} is invalid or not simulated.")
    made = [
        sample(call.account, call.region, detector.id, kind, call.time, number)
        for number, kind in enumerate(kinds, detector.made + 1)
    ]
    fresh = {one.id: collecting.suppressed(one, detector.filters.values()) for one in made}
    findings = {**detector.findings, **fresh}
    keep_detector(call, replace(detector, findings=findings, made=detector.made + len(made)))
    return {}


@operation
def get_findings_statistics(call: Call, backend: Backend) -> Result:
    """Counts of findings: by severity as a map, or grouped."""
    found = fitting(call, visible(call, detector_of(call)))
    group = call.params.get("GroupBy")
    if group is None:
        counts = Counter(str(document["severity"]) for _, document in found)
        return {"FindingStatistics": {"CountBySeverity": dict(counts)}}
    if call.params.get("FindingStatisticTypes"):
        raise bad("findingStatisticTypes and groupBy cannot be used together.")
    groups: dict[Any, list[tuple[Found, dict[str, Any]]]] = {}
    for each in found:
        groups.setdefault(_group(group, each[1]), []).append(each)
    ordered = sorted(
        groups.items(),
        key=lambda one: (len(one[1]), str(one[0])),
        reverse=call.params.get("OrderBy", "DESC") == "DESC",
    )[: int(call.params.get("MaxResults") or 25)]
    return {"FindingStatistics": {_GROUPS[group]: [_counted(group, *one) for one in ordered]}}


_GROUPS: Final = {
    "ACCOUNT": "GroupedByAccount",
    "DATE": "GroupedByDate",
    "FINDING_TYPE": "GroupedByFindingType",
    "RESOURCE": "GroupedByResource",
    "SEVERITY": "GroupedBySeverity",
}


def _group(group: str, document: dict[str, Any]) -> Any:
    if group == "ACCOUNT":
        return document["accountId"]
    if group == "DATE":
        return document["updatedAt"][:10]
    if group == "FINDING_TYPE":
        return document["type"]
    if group == "SEVERITY":
        return document["severity"]
    resource = document["resource"]
    named = (
        resource.get("instanceDetails", {}).get("instanceId")
        or next((one["arn"] for one in resource.get("s3BucketDetails", ())), None)
        or resource.get("accessKeyDetails", {}).get("accessKeyId")
    )
    return document["accountId"], resource["resourceType"], named


def _counted(group: str, name: Any, found: list[tuple[Found, dict[str, Any]]]) -> dict[str, Any]:
    last = max(one.last_seen for one, _ in found)
    told_: dict[str, Any] = {"LastGeneratedAt": last, "TotalFindings": len(found)}
    if group == "ACCOUNT":
        return {"AccountId": name, **told_}
    if group == "FINDING_TYPE":
        return {"FindingType": name, **told_}
    if group == "SEVERITY":
        return {"Severity": name, **told_}
    if group == "DATE":
        day = datetime.combine(datetime.fromisoformat(name), time(), tzinfo=last.tzinfo)
        worst = max(document["severity"] for _, document in found)
        return {"Date": day, "Severity": worst, **told_}
    account, kind, resource = name
    return {"AccountId": account, "ResourceId": resource, "ResourceType": kind, **told_}
