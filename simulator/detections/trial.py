"""A rule tried on events whose truth is known, in every view of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from simulator.detections import views
from simulator.detections.rule import Event, Ran
from simulator.detections.scored import Known, Score, score

Run = Callable[[Sequence[Event]], Ran]


@dataclass(frozen=True, slots=True)
class Tried:
    """Alerts by view, as places of events; in how many events, of all views, the rule's code failed."""

    alerts: Mapping[str, list[tuple[int, ...]]]
    broken: int
    broke: str


def tried(run: Run, worlds: Sequence[Sequence[Event]]) -> Tried:
    """Run a rule on each world by itself, in every view. Places count through the worlds."""
    alerts: dict[str, list[tuple[int, ...]]] = {}
    broken, broke = 0, ""
    for view in (views.PLAIN, *views.NAMES):
        alerts[view], first = [], 0
        for number, events in enumerate(worlds):
            ran = run(views.seen(view, events, f"views/{number}"))
            alerts[view] += [tuple(first + place for place in alert) for alert in ran.alerts]
            first += len(events)
            broken += ran.broken
            broke = broke or (f"{ran.broke} ({view})" if ran.broke else "")
    return Tried(alerts, broken, broke)


def worlds_of(known: Sequence[Known]) -> list[list[Event]]:
    """The events of each world. `known` has one world after the other."""
    worlds: dict[int, list[Event]] = {}
    for each in known:
        worlds.setdefault(each.world, []).append(each.event)
    return list(worlds.values())


def scored(run: Run, known: Sequence[Known]) -> tuple[Score, Tried]:
    """Try a rule and score it."""
    outcome = tried(run, worlds_of(known))
    return score(known, outcome.alerts), outcome
