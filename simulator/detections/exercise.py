"""Worlds that a class has not seen, on which its rules are tried: played once, when first asked for."""

from __future__ import annotations

import random
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from simulator.detections import trial, views
from simulator.detections.rule import BadRule, Event
from simulator.detections.scored import Known, Score, score
from simulator.roster import SEEDS

if TYPE_CHECKING:
    from simulator.catalogue import Play
    from simulator.gateway.app import Gateway

WORLDS = 3
"""A scenario's course goes by the seed's number: so many in a row differ in what is stolen and how."""


@dataclass(frozen=True)
class Exercise:
    """Events of several worlds. Their order says nothing: what is handed out is shuffled."""

    known: Sequence[Known]

    @cached_property
    def worlds(self) -> list[list[Event]]:
        """The events of each world, without what they are."""
        by_world: dict[int, list[Event]] = {}
        for each in self.known:
            by_world.setdefault(each.world, []).append(each.event)
        return list(by_world.values())

    @cached_property
    def seen(self) -> dict[str, list[list[Event]]]:
        """The worlds in each view."""
        return trial.seen(self.worlds)

    def tried(self, run: trial.Run) -> trial.Tried:
        return trial.tried(run, self.seen)

    def score(self, alerts: Mapping[str, Sequence[Sequence[int]]]) -> Score:
        return score(self.known, alerts)

    def checked(self, alerts: Mapping[str, Any]) -> dict[str, list[tuple[int, ...]]]:
        """Alerts that a notebook reports, if they can be.

        Raises:
            BadRule: a view, or a number of an event, that there isn't.
        """
        checked = {}
        for view, told in alerts.items():
            if view not in (views.PLAIN, *views.NAMES) or not isinstance(told, list):
                raise BadRule(f"Alerts are a list for each view of the events; {view!r} is none.")
            checked[view] = [self._alert(each) for each in told]
        return checked

    def _alert(self, told: Any) -> tuple[int, ...]:
        places = told if isinstance(told, list) else [told]
        if not all(type(each) is int and 0 <= each < len(self.known) for each in places):
            raise BadRule(f"An alert is a list of numbers of events, 0 to {len(self.known) - 1}.")
        return tuple(dict.fromkeys(places))


def of(play: Play, seeds: Sequence[int], gateway: Gateway | None = None, **more: Any) -> Exercise:
    """Play the worlds of these seeds. Raises what `simulator.detections.played.several` raises."""
    from simulator.detections.played import several

    known = several(play, seeds, gateway=gateway, **more)
    random.Random(f"shuffled/{play.id}/{seeds}").shuffle(known)
    return Exercise(sorted(known, key=lambda each: each.world))


class Unseen:
    """The exercises of a class, by scenario."""

    def __init__(self) -> None:
        self._made: dict[str, Exercise] = {}
        self._lock = threading.Lock()

    def of(self, play: Play, gateway: Gateway, secret: str) -> Exercise:
        """The scenario's exercise. `secret`, of who asks first, decides its seeds: no learner's."""
        with self._lock:
            if play.id not in self._made:
                first = SEEDS + random.Random(f"unseen/{play.id}/{secret}").randrange(SEEDS)
                seeds = range(first, first + WORLDS)
                self._made[play.id] = of(play, seeds, gateway)
            return self._made[play.id]
