"""Worlds that a class has not seen, on which its rules are tried: played once, when first asked for."""

from __future__ import annotations

import random
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from simulator.detections import trial, views
from simulator.detections.rule import BadRule, Event
from simulator.detections.scored import Known, Score, Truth, score
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

    @cached_property
    def _ordinary(self) -> list[list[int]]:
        by_world: dict[int, list[bool]] = {}
        for each in self.known:
            ordinary = each.truth in (Truth.TWIN, Truth.BENIGN)
            by_world.setdefault(each.world, []).append(ordinary)
        return [[at for at, is_ in enumerate(each) if is_] for each in by_world.values()]

    def tried(self, run: trial.Run) -> trial.Tried:
        """The rule's alerts in every view."""
        outcome = trial.tried(run, self.seen)
        if all(len(alert) == 1 for found in outcome.alerts.values() for alert in found):
            return outcome
        return replace(outcome, anyway=trial.tried_anyway(run, self.seen, self._ordinary))

    def score(self, tried: trial.Tried) -> Score:
        return score(self.known, tried.alerts, tried.anyway)

    def reported(self, alerts: Mapping[str, Any]) -> trial.Tried:
        """Alerts that a notebook reports, each about one event.

        Raises:
            BadRule: a view, or a number of an event, that there isn't.
        """
        checked: dict[str, list[tuple[int, ...]]] = {}
        for view, told in alerts.items():
            if view not in (views.PLAIN, *views.NAMES) or not isinstance(told, list):
                raise BadRule(f"Alerts are a list for each view of the events; {view!r} is none.")
            checked[view] = [self._alert(each) for each in told]
        return trial.Tried(checked)

    def _alert(self, told: Any) -> tuple[int]:
        alert = told if isinstance(told, list) else [told]
        if len(alert) != 1 or type(alert[0]) is not int or not 0 <= alert[0] < len(self.known):
            raise BadRule(f"An alert is the number of an event, 0 to {len(self.known) - 1}.")
        return (alert[0],)


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
