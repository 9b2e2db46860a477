"""Services catch up with the account's clock, and rules with what services say.

A service that acts by itself is an observer: a module with

    def observe(world: World, until: datetime) -> Iterable[Event]

which takes in what has happened since it last looked (records, flows, states; how far it has come
is in `Account.services`), brings its own state up to `until`, and returns the events that it sends,
oldest first. It is asked only while it is awake: whoever switches something on in it calls `wake`.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from simulator.account.world import World
    from simulator.reactions.event import Event

OBSERVERS: Final = {
    "api calls": "simulator.events.api_calls",
    "ec2": "simulator.events.instance_states",
    "config": "simulator.configuration.observer",
    "guardduty": "simulator.guardduty.observer",
    "access analyzer": "simulator.access_analyzer.observer",
    "macie": "simulator.macie.observer",
    "security hub": "simulator.security_hub.observer",
    "cloudwatch": "simulator.alarms.observer",
}
"""By name, in the order in which they look: who takes in others' findings comes after them."""
_ROUNDS = 16
"""A rule whose target sets it off again is followed so many times at a look."""


def wake(world: World, observer: str) -> None:
    """Have an observer asked from now on. It stays awake."""
    if observer not in OBSERVERS:
        raise KeyError(observer)
    world.awake.add(observer)


def react(world: World, until: datetime) -> None:
    """Everything that services do up to `until`, which is the present of the world's clock.

    The world must have the gateway's turn. What is done is done now: of the past nothing changes.
    """
    from simulator.events import bus

    if not world.awake or world.reacting:
        return
    world.reacting = True
    try:
        for _ in range(_ROUNDS):
            events = sorted(_observed(world, until), key=lambda event: event.time)
            for event in events:
                bus.put(world, event)
            if not events:
                return
    finally:
        world.reacting = False


def _observed(world: World, until: datetime) -> Iterator[Event]:
    for name, module in OBSERVERS.items():
        if name in world.awake:
            yield from importlib.import_module(module).observe(world, until)
