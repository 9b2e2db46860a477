"""A finding as it is told: to EventBridge, in exports, and by GetFindings.

Sources: "GuardDuty finding format", "Processing GuardDuty findings with Amazon EventBridge".
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from simulator.guardduty.state import Found

if TYPE_CHECKING:
    from botocore.model import Shape


def stamp(moment: datetime) -> str:
    """A time as findings have it: milliseconds, UTC."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


def told(found: Found) -> dict[str, Any]:
    """The JSON of a finding as it is now."""
    service = {
        **found.told["service"],
        "eventFirstSeen": stamp(found.first_seen),
        "eventLastSeen": stamp(found.last_seen),
        "archived": found.archived,
        "count": found.count,
    }
    if found.feedback:
        service["userFeedback"] = found.feedback
    return {
        **found.told,
        "service": service,
        "createdAt": stamp(found.created),
        "updatedAt": stamp(found.updated),
    }


def answered(found: Found) -> dict[str, Any]:
    """A finding in boto3's shape."""
    from simulator.gateway.models import operation_model

    shape: Any = operation_model("guardduty", "GetFindings").output_shape
    answer: dict[str, Any] = _shaped(told(found), shape.members["Findings"].member)
    return answer


def _shaped(value: Any, shape: Shape) -> Any:
    """JSON under its wire names, as the model's members; what the model lacks is left out."""
    kind: Any = shape
    if shape.type_name == "structure":
        members = {
            member.serialization.get("name", name): (name, member)
            for name, member in kind.members.items()
        }
        return {
            members[wire][0]: _shaped(each, members[wire][1])
            for wire, each in value.items()
            if wire in members and each is not None
        }
    if shape.type_name == "list":
        return [_shaped(each, kind.member) for each in value]
    if shape.type_name == "map":
        return {key: _shaped(each, kind.value) for key, each in value.items()}
    return value
