"""A resource as AWS Config describes it.

Source: "Components of a Configuration Item" (AWS Config Developer Guide).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

Related = tuple[str, str, str]
"""A resource type, an id, and the relationship's name ("Is contained in Vpc")."""
_LEADING = re.compile(r"^(?:[A-Z]+(?=[A-Z][a-z]|$)|[A-Z])")
_AS_WRITTEN = {"Variables", "Tags", "Metadata"}
"""Members whose keys are people's own."""


@dataclass(frozen=True, slots=True)
class Resource:
    """`region` is "global" for IAM. Times are aware UTC."""

    type: str
    id: str
    arn: str
    region: str
    name: str = ""
    zone: str = "Not Applicable"
    created: datetime | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    related: tuple[Related, ...] = ()
    configuration: Mapping[str, Any] = field(default_factory=dict)
    supplementary: Mapping[str, Any] = field(default_factory=dict)

    @property
    def content(self) -> str:
        """All of it, in a form in which two states can be compared."""
        parts = (self.name, self.tags, self.related, self.configuration, self.supplementary)
        return json.dumps(parts, sort_keys=True)


def camel(value: Any) -> Any:
    """An API's answer as configuration items show it: JSON whose names begin in lower case."""
    if isinstance(value, Mapping):
        return {
            lowered(name): dict(inner)
            if name in _AS_WRITTEN and isinstance(inner, Mapping)
            else camel(inner)
            for name, inner in value.items()
        }
    if isinstance(value, (list, tuple, set)):
        return [camel(one) for one in value]
    if isinstance(value, datetime):
        return stamp(value)
    return value


def lowered(name: str) -> str:
    """A member's name that begins in lower case: vpcId, sseAlgorithm, id."""
    return _LEADING.sub(lambda found: found[0].lower(), name)


def stamp(time: datetime) -> str:
    """AWS Config's form of a time: 2026-11-02T12:00:00.000Z."""
    return f"{aware(time).astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{time.microsecond // 1000:03d}Z"


def aware(time: datetime) -> datetime:
    """The backend's times are UTC without saying so."""
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def tags_of(listed: Any) -> dict[str, str]:
    """[{"Key", "Value"}] as a table."""
    return {str(one["Key"]): str(one.get("Value", "")) for one in listed or ()}
