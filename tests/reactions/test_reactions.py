"""Observers are asked while they are awake, and what they tell goes on until nothing is told."""

from __future__ import annotations

import sys
from datetime import datetime
from types import ModuleType
from typing import Any

import pytest

from simulator.account.world import World
from simulator.events import bus
from simulator.reactions import reactions
from simulator.reactions.event import Event
from tests.conftest import Cloud

AT = datetime.fromisoformat("2026-11-02T12:00:00+00:00")


def event(number: int) -> Event:
    return Event(
        "111122223333", "us-east-1", AT, "aws.test", "Test", {"number": number}, str(number)
    )


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[Event]:
    """What came to the bus; an observer "test" tells of the number of events so far, up to three."""
    arrived: list[Event] = []

    def observe(world: World, until: datetime) -> list[Event]:
        return [event(len(arrived))] if len(arrived) < 3 else []

    module: Any = ModuleType("observer_of_test")
    module.observe = observe
    monkeypatch.setitem(sys.modules, "observer_of_test", module)
    monkeypatch.setitem(reactions.OBSERVERS, "test", "observer_of_test")  # type: ignore[arg-type]
    monkeypatch.setattr(bus, "put", lambda world, event: arrived.append(event))
    return arrived


def test_nobody_is_asked_who_is_asleep(cloud: Cloud, told: list[Event]) -> None:
    cloud.client("sts", cloud.user("ada")).get_caller_identity()
    assert not told


def test_services_catch_up_before_a_call(cloud: Cloud, told: list[Event]) -> None:
    """And with what came of that, until nothing does."""

    reactions.wake(cloud.world, "test")
    cloud.world.react()
    assert [each.detail["number"] for each in told] == [0, 1, 2]


def test_who_falls_asleep_again_with_a_restored_moment(cloud: Cloud, told: list[Event]) -> None:
    saved = cloud.gateway.save(cloud.world)
    reactions.wake(cloud.world, "test")
    cloud.gateway.restore(cloud.world, saved)
    cloud.world.react()
    assert not told


def test_an_unknown_observer_cannot_be_woken(cloud: Cloud) -> None:
    with pytest.raises(KeyError):
        reactions.wake(cloud.world, "nobody")


def test_an_event_has_eventbridges_envelope() -> None:
    assert event(1).as_json() == {
        "version": "0",
        "id": "1",
        "detail-type": "Test",
        "source": "aws.test",
        "account": "111122223333",
        "time": "2026-11-02T12:00:00Z",
        "region": "us-east-1",
        "resources": [],
        "detail": {"number": 1},
    }
