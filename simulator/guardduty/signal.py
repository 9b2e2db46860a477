"""One thing that was found, before it is a finding: what happened, to what, by whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Signal:
    """An occurrence. `resource` and `action` have the form of a finding's JSON."""

    type: str
    time: datetime
    resource: Mapping[str, Any]
    action: Mapping[str, Any]
    target: str
    """Which resource: with the type and the actor it tells which occurrences are one finding."""
    actor: str
    words: Mapping[str, str] = field(default_factory=dict)
    """What the title and the description name."""
    role: str = "TARGET"
    severity: float | None = None
    """Where it isn't the type's default."""
    additional: Mapping[str, Any] = field(default_factory=dict)
    feature: str = ""

    @property
    def key(self) -> str:
        return f"{self.type}|{self.target}|{self.actor}"


def time_of(record: Mapping[str, Any]) -> datetime:
    """When a record's event happened."""
    return datetime.fromisoformat(record["eventTime"])
