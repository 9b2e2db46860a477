"""A rule tried on events whose truth is known, in every view of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from simulator.detections import views
from simulator.detections.rule import Event, Ran

Run = Callable[[Sequence[Event]], Ran]
Worlds = Sequence[Sequence[Event]]


@dataclass(frozen=True, slots=True)
class Tried:
    """Alerts by view, as places of events; on how many events, in all views, the rule's code failed.

    `anyway` are the alerts on ordinary events alone, where there are alerts about several events.
    """

    alerts: Mapping[str, list[tuple[int, ...]]]
    anyway: Mapping[str, list[tuple[int, ...]]] = field(default_factory=dict)
    broken: int = 0
    broke: str = ""


def seen(worlds: Worlds) -> dict[str, list[list[Event]]]:
    """The worlds in each view."""
    return {
        view: [views.seen(view, events, f"views/{place}") for place, events in enumerate(worlds)]
        for view in (views.PLAIN, *views.NAMES)
    }


def tried(run: Run, by_view: Mapping[str, Worlds]) -> Tried:
    """Run a rule on each world by itself, in every view. Places count through the worlds."""
    alerts: dict[str, list[tuple[int, ...]]] = {}
    broken, broke = 0, ""
    for view, worlds in by_view.items():
        alerts[view], first = [], 0
        for events in worlds:
            ran = run(events)
            alerts[view] += [tuple(first + place for place in alert) for alert in ran.alerts]
            first += len(events)
            broken += ran.broken
            broke = broke or (f"{ran.broke} ({view})" if ran.broke else "")
    return Tried(alerts, {}, broken, broke)


def tried_anyway(
    run: Run, by_view: Mapping[str, Worlds], ordinary: Sequence[Sequence[int]]
) -> dict[str, list[tuple[int, ...]]]:
    """Alerts on the ordinary events of each world, which `ordinary` names by their places there."""
    alerts: dict[str, list[tuple[int, ...]]] = {}
    for view, worlds in by_view.items():
        alerts[view], first = [], 0
        for events, places in zip(worlds, ordinary, strict=True):
            ran = run([events[place] for place in places])
            alerts[view] += [tuple(first + places[each] for each in alert) for alert in ran.alerts]
            first += len(events)
    return alerts


def together(each: Iterable[Tried]) -> Tried:
    """Several rules as one: what any of them alerts on, each alert once."""
    rules = list(each)
    return Tried(_joined(one.alerts for one in rules), _joined(one.anyway for one in rules))


def _joined(
    each: Iterable[Mapping[str, list[tuple[int, ...]]]],
) -> dict[str, list[tuple[int, ...]]]:
    joined: dict[str, dict[tuple[int, ...], None]] = {}
    for alerts in each:
        for view, found in alerts.items():
            joined.setdefault(view, {}).update(dict.fromkeys(found))
    return {view: list(found) for view, found in joined.items()}
