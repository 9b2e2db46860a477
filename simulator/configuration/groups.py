"""A recorder's recording group: which resource types it records.

Source: "RecordingGroup", "RecordingStrategy" (AWS Config API Reference).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.configuration.kinds import GLOBAL
from simulator.gateway.errors import AwsError

_ALL, _SOME, _BUT = (
    "ALL_SUPPORTED_RESOURCE_TYPES",
    "INCLUSION_BY_RESOURCE_TYPES",
    "EXCLUSION_BY_RESOURCE_TYPES",
)


def records(recorder: Mapping[str, Any], kind: str) -> bool:
    """Whether resources of a type are recorded."""
    group = recorder["recordingGroup"]
    strategy = group["recordingStrategy"]["useOnly"]
    if strategy == _SOME:
        return kind in group["resourceTypes"]
    if strategy == _BUT:
        return kind not in group["exclusionByResourceTypes"]["resourceTypes"]
    return kind not in GLOBAL or bool(group["includeGlobalResourceTypes"])


def completed(given: Mapping[str, Any] | None) -> dict[str, Any]:
    """The group that a request means, as it is told afterwards.

    Raises:
        AwsError: InvalidRecordingGroupException.
    """
    given = given or {"allSupported": True}
    types = list(given.get("resourceTypes") or ())
    without = list((given.get("exclusionByResourceTypes") or {}).get("resourceTypes") or ())
    every, worldwide = (
        bool(given.get("allSupported")),
        bool(given.get("includeGlobalResourceTypes")),
    )
    strategy = (given.get("recordingStrategy") or {}).get("useOnly")
    strategy = strategy or (_SOME if types else _BUT if without else _ALL)
    if every and (types or without or strategy != _ALL):
        raise invalid()
    if strategy == _ALL and not every:
        raise invalid()
    if strategy == _SOME and (not types or without or worldwide):
        raise invalid()
    if strategy == _BUT and (not without or types or worldwide):
        raise invalid()
    told: dict[str, Any] = {
        "allSupported": every,
        "includeGlobalResourceTypes": worldwide,
        "resourceTypes": types,
        "recordingStrategy": {"useOnly": strategy},
    }
    if strategy != _SOME:
        told["exclusionByResourceTypes"] = {"resourceTypes": without}
    return told


def invalid() -> AwsError:
    """The group contradicts itself."""
    text = "The recording group provided is not valid"
    return AwsError("InvalidRecordingGroupException", text)
