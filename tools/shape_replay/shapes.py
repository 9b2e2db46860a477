"""The shape of a record: its keys, its types, and the values that are names."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

_BY_VALUE: Final = (
    "eventName",
    "eventSource",
    "eventType",
    "eventCategory",
    "errorCode",
    "managementEvent",
    "readOnly",
    "userIdentity.type",
    "userIdentity.sessionContext.sessionIssuer.type",
    "userIdentity.sessionContext.attributes.mfaAuthenticated",
    "additionalEventData.MFAUsed",
    "additionalEventData.MobileVersion",
    "responseElements.ConsoleLogin",
)
"""Paths whose value must agree, not just its type."""


def real_records(folder: Path) -> Iterator[dict[str, Any]]:
    """The records in the JSON files of `folder`, in their order."""
    for path in sorted(folder.rglob("*.json")):
        content = json.loads(path.read_text())
        yield from content["Records"] if isinstance(content, dict) else content


def shape_of(entry: dict[str, Any]) -> dict[str, str]:
    """Every path in a record with the JSON type found there; names by value."""
    found: dict[str, set[str]] = {}
    for path, kind in _paths(entry, ""):
        found.setdefault(path, set()).add(kind)
    shape = {path: "|".join(sorted(kinds)) for path, kinds in found.items() if path}
    for path in _BY_VALUE:
        if path in shape:
            shape[path] = repr(_at(entry, path))
    return shape


def differences(
    theirs: dict[str, str], ours: dict[str, str]
) -> list[tuple[str, str | None, str | None]]:
    """(path, there, here) wherever two shapes differ."""
    return [
        (path, theirs.get(path), ours.get(path))
        for path in sorted(theirs.keys() | ours.keys())
        if theirs.get(path) != ours.get(path)
    ]


def _at(value: Any, path: str) -> Any:
    for key in path.split("."):
        value = value[key]
    return value


def _paths(value: Any, at: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        yield at, "object"
        for key, item in value.items():
            yield from _paths(item, f"{at}.{key}" if at else key)
    elif isinstance(value, list):
        yield at, "array"
        for item in value:
            yield from _paths(item, f"{at}[]")
    else:
        yield at, type(value).__name__
