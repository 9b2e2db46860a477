"""All of a drill at one time, to go back to: the world, its people, what is due, what was done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simulator.account.principal import Attempt
    from simulator.drill import Drill
    from simulator.scenario import Phase


@dataclass(frozen=True, slots=True)
class Moment:
    """It can be restored any number of times. Hints and accusations are no part of it."""

    now: datetime
    world: Any
    """None: it was set aside instead."""
    facts: Mapping[str, Any]
    journal: tuple[Attempt, ...]
    chance: tuple[Any, ...]
    people: Mapping[str, Any]
    due: Any
    caught_up: datetime
    adversary: Any
    company: Any
    submission: Mapping[str, Any]
    deeds: tuple[tuple[datetime, str, str], ...]
    reached: Mapping[Phase, datetime]


def save(drill: Drill) -> Moment:
    """The drill as it is now."""
    return _save(drill, drill.gateway.save(drill.world))


@contextmanager
def undone(drill: Drill) -> Iterator[None]:
    """Whatever happens inside the block is undone: in half of the time that `restore` takes."""
    with drill.gateway.glance(drill.world):
        before = _save(drill, None)
        try:
            with drill.gateway.undone(drill.world):
                yield
        finally:
            restore(drill, before)


def _save(drill: Drill, world: Any) -> Moment:
    return Moment(
        now=drill.world.clock.now(),
        world=world,
        facts=dict(drill.facts),
        journal=tuple(drill.journal),
        chance=tuple(chance.getstate() for chance in drill.chances),
        people={name: principal.save() for name, principal in drill.principals.items()},
        due=drill.timeline.save(),
        caught_up=drill.caught_up,
        adversary=drill.adversary.save(),
        company=drill.company.save(),
        submission=dict(drill.submission),
        deeds=tuple(drill.deeds),
        reached=dict(drill.reached),
    )


def restore(drill: Drill, moment: Moment) -> None:
    """Put the drill back, but for the machine's time that has passed meanwhile."""
    if moment.world is not None:
        drill.gateway.restore(drill.world, moment.world)
    drill.facts = dict(moment.facts)
    drill.journal[:] = moment.journal
    for chance, state in zip(drill.chances, moment.chance, strict=True):
        chance.setstate(state)
    for name, state in moment.people.items():
        drill.principals[name].restore(state)
    drill.timeline.restore(moment.due)
    drill.caught_up = moment.caught_up
    drill.adversary.restore(moment.adversary)
    drill.company.restore(moment.company)
    drill.submission = dict(moment.submission)
    drill.deeds, drill.reached = list(moment.deeds), dict(moment.reached)


def go_back(drill: Drill, moment: Moment) -> None:
    """Put the drill back and let the account's time go on from that of the moment."""
    with drill.gateway.turn(drill.world):
        clock = drill.world.clock
        shown = clock.save()
        restore(drill, moment)
        clock.restore(shown)
        clock.turn_back(moment.now)
