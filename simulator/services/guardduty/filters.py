"""Filters, and among them the rules that suppress findings.

Sources: "CreateFilter", "UpdateFilter" (Amazon GuardDuty API Reference), "Suppression rules in
GuardDuty": a rule archives what comes up from then on; what is there stays.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from simulator.gateway.call import Call
from simulator.guardduty.state import Suppression
from simulator.services import Backend, Result, operation
from simulator.services.guardduty.common import (
    arn_of,
    bad,
    detector_of,
    keep_detector,
    owned,
    page,
    tagged,
    tags_of,
    without,
)

_MOST = 100


@operation
def create_filter(call: Call, backend: Backend) -> Result:
    """A filter at a rank; without one it comes last."""
    detector, params = detector_of(call), call.params
    name = str(params["Name"])
    if name in detector.filters:
        raise bad("a filter with the given name already exists.")
    if len(detector.filters) >= _MOST:
        raise bad("the maximum number of filters has been reached.")
    rank = _rank(params.get("Rank"), len(detector.filters) + 1)
    made = Suppression(
        name,
        params.get("Description", ""),
        params.get("Action") or "NOOP",
        rank,
        _criterion(params["FindingCriteria"]),
        call.time,
        call.time,
    )
    filters = {
        key: replace(one, rank=one.rank + 1) if one.rank >= rank else one
        for key, one in detector.filters.items()
    }
    changed = replace(detector, filters={**filters, name: made})
    keep_detector(call, tagged(call, changed, f"filter/{name}"))
    return {"Name": name}


@operation
def get_filter(call: Call, backend: Backend) -> Result:
    """One filter."""
    detector, name = detector_of(call), str(call.params["FilterName"])
    kept = owned(detector.filters, name, "filterName")
    return {
        "Name": kept.name,
        "Description": kept.description,
        "Action": kept.action,
        "Rank": kept.rank,
        "FindingCriteria": {"Criterion": dict(kept.criterion)},
        "Tags": tags_of(call, detector, f"filter/{name}"),
        "CreatedAt": kept.created,
        "UpdatedAt": kept.updated,
        "Version": kept.version,
    }


@operation
def list_filters(call: Call, backend: Backend) -> Result:
    """Names, by rank."""
    kept = sorted(detector_of(call).filters.values(), key=lambda one: one.rank)
    shown, token = page(call, [one.name for one in kept])
    return {"FilterNames": list(shown), **token}


@operation
def update_filter(call: Call, backend: Backend) -> Result:
    """Change what is named; the rest stays."""
    detector, params = detector_of(call), call.params
    name = str(params["FilterName"])
    kept = owned(detector.filters, name, "filterName")
    changed = replace(
        kept,
        description=params.get("Description", kept.description),
        action=params.get("Action") or kept.action,
        rank=_rank(params.get("Rank"), kept.rank),
        criterion=(
            _criterion(params["FindingCriteria"])
            if params.get("FindingCriteria")
            else kept.criterion
        ),
        updated=call.time,
        version=kept.version + 1,
    )
    keep_detector(call, replace(detector, filters={**detector.filters, name: changed}))
    return {"Name": name}


@operation
def delete_filter(call: Call, backend: Backend) -> Result:
    """What it archived stays archived."""
    detector, name = detector_of(call), str(call.params["FilterName"])
    tags = dict(detector.tags)
    tags.pop(arn_of(call, detector, f"filter/{name}"), None)
    filters = without(detector.filters, name, "filterName")
    keep_detector(call, replace(detector, filters=filters, tags=tags))
    return {}


def _rank(asked: Any, default: int) -> int:
    if asked is None:
        return default
    if not 1 <= int(asked) <= _MOST:
        raise bad("the parameter rank has an invalid value.")
    return int(asked)


def _criterion(criteria: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = dict(criteria.get("Criterion") or {})
    if not found:
        raise bad("the parameter findingCriteria has an invalid value.")
    return found
