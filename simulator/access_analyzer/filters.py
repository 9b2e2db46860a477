"""Filters of findings and archive rules, and the order of a list.

Source: "IAM Access Analyzer filter keys" (IAM User Guide), "Criterion", "SortCriteria" (IAM Access
Analyzer API Reference).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from simulator.access_analyzer.state import Criteria, Exposure, Finding
from simulator.gateway.errors import AwsError

_PLAIN = {
    "action",
    "analyzedAt",
    "createdAt",
    "error",
    "findingType",
    "id",
    "isPublic",
    "resource",
    "resourceControlPolicyRestriction",
    "resourceOwnerAccount",
    "resourceType",
    "status",
    "updatedAt",
}
_PRINCIPALS = {"principal.AWS", "principal.Federated", "principal.CanonicalUser"}
_OPERATORS = {"eq", "neq", "contains", "exists"}
_NOT_IN_RULES = {"status", "id", "createdAt", "updatedAt", "analyzedAt"}
_VALUES = 20


def invalid(message: str) -> AwsError:
    """A ValidationException."""
    return AwsError("ValidationException", message, 400, {"reason": "other"})


def check(criteria: Criteria, of_rule: bool = False) -> None:
    """Refuse a filter on what no finding has.

    Raises:
        AwsError: ValidationException.
    """
    if of_rule and not criteria:
        raise invalid("Invalid filter: a filter must have at least one criterion.")
    for key, tests in criteria.items():
        known = key in _PLAIN | _PRINCIPALS or key.startswith("condition.")
        if not known or (of_rule and key in _NOT_IN_RULES):
            raise invalid(f"Invalid filter key: {key}")
        if not tests or tests.keys() - _OPERATORS:
            raise invalid(f"Invalid filter criterion for key: {key}")
        if any(len(tests.get(name, ())) > _VALUES for name in ("eq", "neq", "contains")):
            raise invalid(f"Too many values in the filter criterion for key: {key}")


def matches(finding: Finding, criteria: Criteria) -> bool:
    """Whether a finding meets all criteria."""
    return all(_meets(values(finding, key), tests) for key, tests in criteria.items())


def _meets(found: list[str], tests: Any) -> bool:
    if "exists" in tests and bool(tests["exists"]) != bool(found):
        return False
    if tests.get("eq") and not any(value in tests["eq"] for value in found):
        return False
    if tests.get("neq") and any(value in tests["neq"] for value in found):
        return False
    wanted = tests.get("contains")
    return not wanted or any(part in value for value in found for part in wanted)


def values(finding: Finding, key: str) -> list[str]:
    """What a finding has for a filter key."""
    about = finding.about
    plain: dict[str, Any] = {
        "id": finding.id,
        "status": finding.status,
        "resource": about.resource,
        "resourceType": about.kind,
        "resourceOwnerAccount": about.owner,
        "createdAt": finding.created.isoformat(),
        "updatedAt": finding.updated.isoformat(),
        "analyzedAt": finding.analyzed.isoformat(),
    }
    if key in plain:
        return [plain[key]]
    if not isinstance(about, Exposure):
        return [about.finding_type] if key == "findingType" else []
    if key.startswith("principal."):
        kind, name = about.principal
        return [name] if key == f"principal.{kind}" else []
    if key.startswith("condition."):
        wanted = key.removeprefix("condition.").lower()
        return [value for name, value in about.condition if name.lower() == wanted]
    more = {
        "action": list(about.actions),
        "findingType": ["ExternalAccess"],
        "isPublic": [str(about.public).lower()],
        "resourceControlPolicyRestriction": [about.restriction],
    }
    return more.get(key, [])


def ordered(findings: Iterable[Finding], sort: dict[str, str]) -> list[Finding]:
    """By the wanted attribute; else those that changed last come first."""
    by = sort.get("attributeName", "updatedAt")
    if by not in _PLAIN | _PRINCIPALS:
        raise invalid(f"Invalid sort attribute: {by}")
    backwards = sort.get("orderBy", "ASC" if "attributeName" in sort else "DESC") == "DESC"
    listed = sorted(findings, key=lambda each: each.id)
    return sorted(listed, key=lambda each: values(each, by), reverse=backwards)
