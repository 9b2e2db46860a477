"""The events of an account that its people can read: event history, and what its trails logged."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from simulator.detections.views import copied

if TYPE_CHECKING:
    from simulator.account.account import Account
    from simulator.detections.rule import Event

_KEPT = timedelta(days=90)
"""Source: "Working with CloudTrail event history" (CloudTrail User Guide)."""


def events(account: Account) -> list[Event]:
    """Management events of 90 days, and data events that a trail logs, in the order of their records."""
    since = f"{account.world.clock.now() - _KEPT:%Y-%m-%dT%H:%M:%SZ}"
    courses = list(account.delivery.values())
    return [
        copied(record)
        for place, record in enumerate(account.records)
        if (record["managementEvent"] and record["eventTime"] >= since)
        or any(
            (selection := course.selection_at(place)) is not None and selection.logs(record)
            for course in courses
        )
    ]
