"""Findings: listed, filtered, archived, counted.

Source: "ListFindings", "ListFindingsV2", "GetFinding", "GetFindingV2", "UpdateFindings",
"GetFindingsStatistics" (IAM Access Analyzer API Reference). The first version of the API knows
external access alone.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from simulator.access_analyzer import findings, state
from simulator.access_analyzer.asked import account_of, by_arn, finding_of, missing, page
from simulator.access_analyzer.filters import check, invalid, matches, ordered
from simulator.access_analyzer.state import Analyzer, Exposure, Finding, Unused
from simulator.gateway.call import Call
from simulator.services import Backend, Result, operation


@operation
def list_findings(call: Call, backend: Backend) -> Result:
    """Findings about external access, with what they say."""
    shown, rest = page(call, _listed(call, _external(by_arn(call))))
    return {"findings": [_v1(each) for each in shown]} | rest


@operation
def get_finding(call: Call, backend: Backend) -> Result:
    """One finding about external access."""
    return {"finding": _v1(finding_of(call, _external(by_arn(call))))}


@operation
def list_findings_v2(call: Call, backend: Backend) -> Result:
    """Findings of any kind, without their details."""
    shown, rest = page(call, _listed(call, by_arn(call)))
    return {"findings": [_v2(each) for each in shown]} | rest


@operation
def get_finding_v2(call: Call, backend: Backend) -> Result:
    """One finding with a page of its details."""
    found = finding_of(call, by_arn(call))
    about = found.about
    details = [_exposed(about)] if isinstance(about, Exposure) else _idle(about)
    shown, rest = page(call, details)
    return _v2(found) | {"findingDetails": shown} | rest


@operation
def update_findings(call: Call, backend: Backend) -> Result:
    """Findings are archived or active again, by id or all of a resource.

    Raises:
        AwsError: ValidationException, ResourceNotFoundException.
    """
    analyzer = by_arn(call)
    ids, resource = call.params.get("ids"), call.params.get("resourceArn")
    if bool(ids) == bool(resource):
        raise invalid("Specify either ids or resourceArn.")
    if resource:
        ids = [name for name, one in analyzer.findings.items() if one.about.resource == resource]
    for name in ids or ():
        if name not in analyzer.findings:
            raise missing("Finding", name, "Finding")
    changed, notices = findings.set_status(analyzer, ids or (), call.params["status"], call.time)
    state.put(account_of(call), call.region, changed, *notices)
    return {}


@operation
def get_findings_statistics(call: Call, backend: Backend) -> Result:
    """How many findings there are, by status and kind."""
    analyzer = by_arn(call)
    statuses = Counter(each.status for each in analyzer.findings.values())
    totals = {
        "totalActiveFindings": statuses["ACTIVE"],
        "totalArchivedFindings": statuses["ARCHIVED"],
        "totalResolvedFindings": statuses["RESOLVED"],
    }
    active = [each.about for each in analyzer.findings.values() if each.status == "ACTIVE"]
    if analyzer.type in state.UNUSED:
        kinds = Counter(each.finding_type for each in active if isinstance(each, Unused))
        told: Result = {
            "unusedAccessFindingsStatistics": {
                "unusedAccessTypeStatistics": [
                    {"unusedAccessType": kind, "total": count}
                    for kind, count in sorted(kinds.items())
                ],
                "topAccounts": _top(active),
                **totals,
            }
        }
    else:
        told = {
            "externalAccessFindingsStatistics": {
                "resourceTypeStatistics": _by_type(active),
                **totals,
            }
        }
    return {"findingsStatistics": [told], "lastUpdatedAt": analyzer.scanned or analyzer.created}


def _by_type(active: list[Any]) -> dict[str, dict[str, int]]:
    counted: dict[str, dict[str, int]] = {}
    for about in active:
        zero = {"totalActivePublic": 0, "totalActiveCrossAccount": 0, "totalActiveErrors": 0}
        held = counted.setdefault(about.kind, zero)
        held["totalActivePublic" if about.public else "totalActiveCrossAccount"] += 1
    return counted


def _top(active: list[Any]) -> list[Result]:
    owners: dict[str, Counter[str]] = {}
    for about in active:
        owners.setdefault(about.owner, Counter())[about.finding_type] += 1
    most = sorted(owners.items(), key=lambda each: (-each[1].total(), each[0]))[:10]
    return [
        {"account": owner, "numberOfActiveFindings": kinds.total(), "details": dict(kinds)}
        for owner, kinds in most
    ]


def _external(analyzer: Analyzer) -> Analyzer:
    if analyzer.type not in state.EXTERNAL:
        raise invalid("This operation doesn't support unused access analyzers. Use the V2 API.")
    return analyzer


def _listed(call: Call, analyzer: Analyzer) -> list[Finding]:
    criteria = call.params.get("filter", {})
    check(criteria)
    found = [each for each in analyzer.findings.values() if matches(each, criteria)]
    return ordered(found, call.params.get("sort", {}))


def _v2(finding: Finding) -> Result:
    about = finding.about
    return {
        "id": finding.id,
        "status": finding.status,
        "createdAt": finding.created,
        "updatedAt": finding.updated,
        "analyzedAt": finding.analyzed,
        "resource": about.resource,
        "resourceType": about.kind,
        "resourceOwnerAccount": about.owner,
        "findingType": about.finding_type if isinstance(about, Unused) else "ExternalAccess",
    }


def _v1(finding: Finding) -> Result:
    assert isinstance(finding.about, Exposure)
    shown = _v2(finding)
    del shown["findingType"]
    return shown | access(finding.about)


def access(about: Exposure) -> Result:
    """Who could do what, under which conditions."""
    kind, name = about.principal
    shown: Result = {
        "principal": {kind: name},
        "action": list(about.actions),
        "condition": dict(about.condition),
        "isPublic": about.public,
        "resourceControlPolicyRestriction": about.restriction,
    }
    return shown | ({"sources": [{"type": one} for one in about.sources]} if about.sources else {})


def _exposed(about: Exposure) -> Result:
    return {"externalAccessDetails": access(about)}


def _idle(about: Unused) -> list[Result]:
    last: Result = {"lastAccessed": about.last} if about.last is not None else {}
    if about.finding_type == "UnusedIAMRole":
        return [{"unusedIamRoleDetails": last}]
    if about.finding_type == "UnusedIAMUserPassword":
        return [{"unusedIamUserPasswordDetails": last}]
    if about.finding_type == "UnusedIAMUserAccessKey":
        return [{"unusedIamUserAccessKeyDetails": {"accessKeyId": about.key_id} | last}]
    return [
        {
            "unusedPermissionDetails": {
                "serviceNamespace": namespace,
                **({"lastAccessed": used} if used is not None else {}),
                **({"actions": [_action(*each) for each in actions]} if actions else {}),
            }
        }
        for namespace, used, actions in about.services
    ]


def _action(name: str, used: Any) -> Result:
    return {"action": name} | ({"lastAccessed": used} if used is not None else {})
