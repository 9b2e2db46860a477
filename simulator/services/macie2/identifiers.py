"""Custom data identifiers.

Sources: "CreateCustomDataIdentifier", "TestCustomDataIdentifier" (Amazon Macie API Reference),
"Configuration options for custom data identifiers".
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from typing import Any

from simulator.gateway.call import Call
from simulator.macie.expressions import objection
from simulator.macie.matching import Custom, custom_matches
from simulator.macie.state import Identifier
from simulator.services import Backend, Result, operation
from simulator.services.macie2.common import (
    arn,
    conflict,
    invalid,
    keep,
    made_before,
    noted,
    owned,
    page,
    session_of,
    uuid,
)

_ORDER = ("LOW", "MEDIUM", "HIGH")


@operation
def create_custom_data_identifier(call: Call, backend: Backend) -> Result:
    """A pattern, and what must be near."""
    session, params = session_of(call), call.params
    earlier = made_before(call, session)
    if earlier is not None:
        return {"customDataIdentifierId": earlier}
    criteria = _criteria(params)
    kept = session.identifiers.values()
    if any(one.name == params["name"] and not one.deleted for one in kept):
        raise conflict("A custom data identifier with the specified name already exists")
    name = uuid(call, session, "custom data identifier")
    made = Identifier(
        name,
        arn(call, "custom-data-identifier", name),
        str(params["name"]),
        str(params["regex"]),
        call.time,
        params.get("description") or "",
        criteria.keywords,
        criteria.ignored,
        criteria.distance,
        _levels(params.get("severityLevels") or ()),
        dict(params.get("tags") or {}),
    )
    session = noted(call, session, name)
    keep(call, replace(session, identifiers={**session.identifiers, name: made}))
    return {"customDataIdentifierId": name}


def _criteria(params: dict[str, Any]) -> Custom:
    why = objection(str(params["regex"]))
    if why:
        raise invalid(why)
    keywords = tuple(params.get("keywords") or ())
    ignored = tuple(params.get("ignoreWords") or ())
    distance = int(params.get("maximumMatchDistance") or 50)
    if len(keywords) > 50 or any(not 3 <= len(one) <= 90 for one in keywords):
        raise invalid("keywords can contain as many as 50 values of 3-90 characters")
    if len(ignored) > 10 or any(not 4 <= len(one) <= 90 for one in ignored):
        raise invalid("ignoreWords can contain as many as 10 values of 4-90 characters")
    if not 1 <= distance <= 300:
        raise invalid("maximumMatchDistance must be between 1 and 300")
    return Custom("", re.compile(params["regex"]), keywords, ignored, distance)


def _levels(given: Any) -> dict[str, int]:
    levels = {one["severity"]: int(one["occurrencesThreshold"]) for one in given}
    ordered = [levels[name] for name in _ORDER if name in levels]
    if len(levels) != len(given) or any(one >= other for one, other in pairwise(ordered)):
        raise invalid("The occurrences thresholds must be in ascending order by severity")
    return levels


@operation
def get_custom_data_identifier(call: Call, backend: Backend) -> Result:
    """One, also one that was deleted."""
    kept = owned(session_of(call).identifiers, call.params["id"])
    levels = [
        {"severity": name, "occurrencesThreshold": kept.levels[name]}
        for name in _ORDER
        if name in kept.levels
    ]
    return {
        **_summary(kept),
        "deleted": kept.deleted,
        "ignoreWords": list(kept.ignored),
        "keywords": list(kept.keywords),
        "maximumMatchDistance": kept.distance,
        "regex": kept.regex,
        "severityLevels": levels or [{"severity": "MEDIUM", "occurrencesThreshold": 1}],
        "tags": dict(kept.tags),
    }


def _summary(kept: Identifier) -> dict[str, Any]:
    return {
        "arn": kept.arn,
        "createdAt": kept.created,
        "description": kept.description,
        "id": kept.id,
        "name": kept.name,
    }


@operation
def list_custom_data_identifiers(call: Call, backend: Backend) -> Result:
    """Those that were not deleted."""
    kept = session_of(call).identifiers.values()
    shown, token = page(call, [_summary(one) for one in kept if not one.deleted])
    return {"items": list(shown), **token}


@operation
def batch_get_custom_data_identifiers(call: Call, backend: Backend) -> Result:
    """Several, by id."""
    kept = session_of(call).identifiers
    ids = list(call.params.get("ids") or ())
    return {
        "customDataIdentifiers": [
            {**_summary(kept[one]), "deleted": kept[one].deleted} for one in ids if one in kept
        ],
        "notFoundIdentifierIds": [one for one in ids if one not in kept],
    }


@operation
def delete_custom_data_identifier(call: Call, backend: Backend) -> Result:
    """Marked as deleted: findings go on naming it."""
    session = session_of(call)
    kept = owned(session.identifiers, call.params["id"])
    gone = replace(kept, deleted=True)
    keep(call, replace(session, identifiers={**session.identifiers, kept.id: gone}))
    return {}


@operation
def test_custom_data_identifier(call: Call, backend: Backend) -> Result:
    """How often criteria match a text."""
    session_of(call)
    found = custom_matches(_criteria(call.params), str(call.params["sampleText"])[:1000])
    return {"matchCount": sum(1 for _ in found)}
