"""An account with an analyzer in it, and the means to let it look."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from simulator.events import bus
from tests.conftest import Cloud, LogTrail


class Watch:
    """An analyzer of the account, on a clock that stands until it is moved."""

    def __init__(self, trail: LogTrail, told: list[Any]) -> None:
        self.trail, self.cloud, self.told = trail, trail.cloud, told
        self.api = self.client("accessanalyzer")
        self.arn = ""

    def client(self, service: str) -> Any:
        """A client of the IAM user admin, whose calls are recorded."""
        return self.trail.client(service)

    def start(self, kind: str = "ACCOUNT", **more: Any) -> str:
        """A new analyzer, which has looked at everything."""
        made = self.api.create_analyzer(analyzerName="watch", type=kind, **more)
        self.arn = made["arn"]
        self.wait(minutes=1)
        return str(self.arn)

    def wait(self, **duration: float) -> None:
        """Let time pass, and services catch up."""
        self.trail.wait(**duration)
        self.cloud.world.react()

    def later(self) -> None:
        """So late that what was called is taken in."""
        self.wait(minutes=5)

    def findings(self, status: str = "ACTIVE", **tests: Any) -> list[dict[str, Any]]:
        """The findings of a status, in V1's shape, by resource and principal."""
        criteria = {"status": {"eq": [status]}, **tests}
        found = self.api.list_findings(analyzerArn=self.arn, filter=criteria)["findings"]
        return sorted(found, key=lambda each: (each["resource"], str(each["principal"])))

    def about(self, resource: str, status: str = "ACTIVE") -> list[dict[str, Any]]:
        """The findings about a resource, by the end of its ARN."""
        return [one for one in self.findings(status) if one["resource"].endswith(resource)]


@pytest.fixture
def watch(trail: LogTrail, monkeypatch: pytest.MonkeyPatch) -> Watch:
    told: list[Any] = []
    put = bus.put

    def noted(world: Any, event: Any) -> None:
        told.append(event)
        put(world, event)

    monkeypatch.setattr(bus, "put", noted)
    return Watch(trail, told)


Shared = Callable[[Cloud], str]
ONE_DAY = timedelta(days=1)
