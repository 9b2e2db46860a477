"""What is kept of an account's functions beside the backend's state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any


@dataclass(slots=True)
class FunctionState:
    """One account's. The values are never changed, only replaced: a copy of the tables is enough."""

    code: dict[str, Callable[..., Any]] = field(default_factory=dict)
    """What code does, by its SHA-256: whoever deploys the same code has the same function."""
    anchors: dict[tuple[str, str], datetime] = field(default_factory=dict)
    """Since when a rule (its ARN) has had its schedule."""
    ran: dict[str, datetime] = field(default_factory=dict)
    """By ARN of a rule: the last time at which it was due and its targets were invoked."""

    def save(self) -> dict[str, Any]:
        return {one.name: dict(getattr(self, one.name)) for one in fields(self)}

    def restore(self, saved: Mapping[str, Any]) -> None:
        for name, table in saved.items():
            setattr(self, name, dict(table))
