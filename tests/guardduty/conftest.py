"""A detector that is on, on a clock that stands until it is moved."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.events import bus
from simulator.gateway.origin import Origin
from simulator.reactions.event import Event
from tests.conftest import Keys, LogTrail


class Guard:
    """GuardDuty of the first account, and callers from several places."""

    office, elsewhere = "198.51.100.7", "203.0.113.200"

    def __init__(self, trail: LogTrail, told: list[Event]) -> None:
        self.trail, self.cloud, self.told = trail, trail.cloud, told
        self.client = trail.client("guardduty")

    def on(self, **options: Any) -> str:
        """Switch it on; the detector's id."""
        self.id = str(self.client.create_detector(Enable=True, **options)["DetectorId"])
        return self.id

    def wait(self, **duration: float) -> None:
        """Time passes, and services catch up."""
        self.trail.wait(**duration)
        self.cloud.world.react()

    def called_from(self, address: str, service: str, keys: Keys, agent: str = "aws-cli/2") -> Any:
        """A client at an address."""
        return self.cloud.client(service, keys, origin=Origin(address, agent))

    def findings(self, **criterion: Any) -> list[dict[str, Any]]:
        """All findings that fit, the oldest first."""
        ids = self.client.list_findings(
            DetectorId=self.id,
            FindingCriteria={"Criterion": criterion},
            SortCriteria={"AttributeName": "service.eventFirstSeen", "OrderBy": "ASC"},
        )["FindingIds"]
        found = self.client.get_findings(DetectorId=self.id, FindingIds=ids)["Findings"]
        by_id = {one["Id"]: one for one in found}
        return [by_id[one] for one in ids]

    def types(self) -> list[str]:
        """The types of all findings, the oldest first."""
        return [one["Type"] for one in self.findings()]


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[Event]:
    """What comes to the event bus."""
    arrived: list[Event] = []
    monkeypatch.setattr(bus, "put", lambda world, event: arrived.append(event))
    return arrived


@pytest.fixture
def guard(trail: LogTrail, told: list[Event]) -> Guard:
    """GuardDuty, off as yet."""
    return Guard(trail, told)
