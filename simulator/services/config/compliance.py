"""What rules say of resources.

Source: "Viewing Compliance Information", API reference of each call.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from simulator.configuration.events import compliance
from simulator.configuration.state import Key, Result, Rule
from simulator.gateway.call import Call
from simulator.services import Backend, operation
from simulator.services import Result as Answer
from simulator.services.config.rules import found_rule, named_rules
from simulator.services.config.shared import catch_up, kept, page

_NONE = "INSUFFICIENT_DATA"


@operation
def describe_compliance_by_config_rule(call: Call, backend: Backend) -> Answer:
    """Each rule: broken if one resource breaks it."""
    catch_up(call)
    wanted, told = call.params.get("ComplianceTypes"), []
    for rule in named_rules(call):
        found = _compliance(rule.results.values())
        if not wanted or found["ComplianceType"] in wanted:
            told.append({"ConfigRuleName": rule.told["ConfigRuleName"], "Compliance": found})
    shown, more = page(call, told, 25)
    return {"ComplianceByConfigRules": shown, **more}


@operation
def describe_compliance_by_resource(call: Call, backend: Backend) -> Answer:
    """Each resource: it breaks a rule, or it keeps all those that speak of it."""
    catch_up(call)
    params, told = call.params, []
    for key, results in _by_resource(call).items():
        if params.get("ResourceType") not in {None, key[0]}:
            continue
        found = _compliance(results)
        other = (
            params.get("ComplianceTypes")
            and found["ComplianceType"] not in (params["ComplianceTypes"])
        )
        if params.get("ResourceId") in {None, key[1]} and not other:
            told.append({"ResourceType": key[0], "ResourceId": key[1], "Compliance": found})
    shown, more = page(call, told, 10)
    return {"ComplianceByResources": shown, **more}


@operation
def get_compliance_details_by_config_rule(call: Call, backend: Backend) -> Answer:
    """What a rule says of each resource."""
    catch_up(call)
    rule, wanted = (
        found_rule(call, call.params["ConfigRuleName"]),
        call.params.get("ComplianceTypes"),
    )
    told = [
        _told(rule, key, result)
        for key, result in sorted(rule.results.items())
        if not wanted or compliance(result) in wanted
    ]
    shown, more = page(call, told, 10)
    return {"EvaluationResults": shown, **more}


@operation
def get_compliance_details_by_resource(call: Call, backend: Backend) -> Answer:
    """What each rule says of a resource."""
    catch_up(call)
    params = call.params
    key, wanted = (
        (params.get("ResourceType"), params.get("ResourceId")),
        params.get("ComplianceTypes"),
    )
    told = [
        _told(rule, one, result)
        for _, rule in sorted(kept(call).rules.items())
        for one, result in rule.results.items()
        if one == key and (not wanted or compliance(result) in wanted)
    ]
    shown, more = page(call, told, 10)
    return {"EvaluationResults": shown, **more}


@operation
def get_compliance_summary_by_config_rule(call: Call, backend: Backend) -> Answer:
    """How many rules are kept, and how many are broken."""
    catch_up(call)
    found = [_compliance(rule.results.values()) for rule in kept(call).rules.values()]
    return {"ComplianceSummary": _summary(call, found)}


@operation
def get_compliance_summary_by_resource_type(call: Call, backend: Backend) -> Answer:
    """How many resources keep their rules, in all or of each type that is asked for."""
    catch_up(call)
    by_resource, kinds = _by_resource(call), call.params.get("ResourceTypes")
    told: list[dict[str, Any]] = []
    for kind in kinds or (None,):
        found = [_compliance(r) for key, r in by_resource.items() if kind in {None, key[0]}]
        one: dict[str, Any] = {"ComplianceSummary": _summary(call, found)}
        told.append({"ResourceType": kind, **one} if kind else one)
    return {"ComplianceSummariesByResourceType": told}


def _by_resource(call: Call) -> dict[Key, list[Result]]:
    found: dict[Key, list[Result]] = {}
    for rule in kept(call).rules.values():
        for key, result in rule.results.items():
            found.setdefault(key, []).append(result)
    return dict(sorted(found.items()))


def _compliance(results: Iterable[Result]) -> dict[str, Any]:
    listed = list(results)
    broken = sum(not one.compliant for one in listed)
    if not listed:
        return {"ComplianceType": _NONE}
    if not broken:
        return {"ComplianceType": "COMPLIANT"}
    count = {"CappedCount": min(broken, 25), "CapExceeded": broken > 25}
    return {"ComplianceType": "NON_COMPLIANT", "ComplianceContributorCount": count}


def _summary(call: Call, found: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        **dict(_counts(one["ComplianceType"] for one in found)),
        "ComplianceSummaryTimestamp": call.time,
    }


def _counts(found: Iterable[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    listed = list(found)
    for kind, name in (("COMPLIANT", "Compliant"), ("NON_COMPLIANT", "NonCompliant")):
        count = listed.count(kind)
        yield f"{name}ResourceCount", {"CappedCount": min(count, 25), "CapExceeded": count > 25}


def _told(rule: Rule, key: Key, result: Result) -> dict[str, Any]:
    told: dict[str, Any] = {
        "EvaluationResultIdentifier": {
            "EvaluationResultQualifier": {
                "ConfigRuleName": rule.told["ConfigRuleName"],
                "ResourceType": key[0],
                "ResourceId": key[1],
                "EvaluationMode": "DETECTIVE",
            },
            "OrderingTimestamp": result.ordering,
        },
        "ComplianceType": compliance(result),
        "ResultRecordedTime": result.invoked,
        "ConfigRuleInvokedTime": result.invoked,
    }
    if result.said:
        told["Annotation"] = result.said
    return told
