"""Findings filters, and among them the rules that suppress findings.

Sources: "CreateFindingsFilter", "UpdateFindingsFilter" (Amazon Macie API Reference), "Suppressing Macie
findings": a rule archives what comes up from then on; what is there stays.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from simulator.gateway.call import Call
from simulator.macie.state import Filter, Session
from simulator.services import Backend, Result, operation
from simulator.services.macie2.common import (
    arn,
    conflict,
    invalid,
    keep,
    made_before,
    missing,
    noted,
    owned,
    page,
    session_of,
    uuid,
)

_MOST = 1000


@operation
def create_findings_filter(call: Call, backend: Backend) -> Result:
    """A filter at a position; without one it comes last."""
    session, params = session_of(call), call.params
    earlier = made_before(call, session)
    if earlier is not None:
        return {"arn": session.filters[earlier].arn, "id": earlier}
    _unused(session, str(params["name"]))
    name = uuid(call, session, "findings filter")
    made = Filter(
        name,
        arn(call, "findings-filter", name),
        str(params["name"]),
        str(params["action"]),
        _criterion(params["findingCriteria"]),
        _position(params.get("position"), len(session.filters) + 1),
        params.get("description") or "",
        dict(params.get("tags") or {}),
    )
    others = {
        key: replace(one, position=one.position + 1) if one.position >= made.position else one
        for key, one in session.filters.items()
    }
    keep(call, replace(noted(call, session, name), filters={**others, name: made}))
    return {"arn": made.arn, "id": name}


@operation
def get_findings_filter(call: Call, backend: Backend) -> Result:
    """One filter."""
    kept = owned(session_of(call).filters, call.params["id"])
    return {
        **_summary(kept),
        "description": kept.description,
        "findingCriteria": {"criterion": dict(kept.criterion)},
        "position": kept.position,
    }


def _summary(kept: Filter) -> dict[str, Any]:
    return {
        "action": kept.action,
        "arn": kept.arn,
        "id": kept.id,
        "name": kept.name,
        "tags": dict(kept.tags),
    }


@operation
def list_findings_filters(call: Call, backend: Backend) -> Result:
    """By position."""
    kept = sorted(session_of(call).filters.values(), key=lambda one: one.position)
    shown, token = page(call, [_summary(one) for one in kept])
    return {"findingsFilterListItems": list(shown), **token}


@operation
def update_findings_filter(call: Call, backend: Backend) -> Result:
    """Change what is named; the rest stays."""
    session, params = session_of(call), call.params
    kept = owned(session.filters, params["id"])
    name = params.get("name") or kept.name
    if name != kept.name:
        _unused(session, name)
    criteria = params.get("findingCriteria")
    changed = replace(
        kept,
        name=name,
        action=params.get("action") or kept.action,
        description=params.get("description", kept.description),
        position=_position(params.get("position"), kept.position),
        criterion=_criterion(criteria) if criteria else kept.criterion,
    )
    keep(call, replace(session, filters={**session.filters, kept.id: changed}))
    return {"arn": kept.arn, "id": kept.id}


@operation
def delete_findings_filter(call: Call, backend: Backend) -> Result:
    """What it archived stays archived."""
    session, name = session_of(call), call.params["id"]
    if name not in session.filters:
        raise missing()
    left = {key: one for key, one in session.filters.items() if key != name}
    keep(call, replace(session, filters=left))
    return {}


def _unused(session: Session, name: str) -> None:
    if any(one.name == name for one in session.filters.values()):
        raise conflict("A findings filter with the specified name already exists")


def _position(asked: Any, default: int) -> int:
    if asked is None:
        return default
    if not 1 <= int(asked) <= _MOST:
        raise invalid(f"position must be between 1 and {_MOST}")
    return int(asked)


def _criterion(criteria: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = dict(criteria.get("criterion") or {})
    if not found:
        raise invalid("findingCriteria must specify at least one condition")
    return found
