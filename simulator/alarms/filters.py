"""Metric filters: what they emit for the log events that have arrived since the last look.

A value has the time of the log event that it is about. A filter's default value is for a minute
in which events arrived and none of them matched. Sources: "Creating metrics from log events using
filters" and "MetricTransformation" (Amazon CloudWatch Logs User Guide and API Reference).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from simulator.account.state import state_of, states_of
from simulator.alarms.metrics import Metric, Sample
from simulator.alarms.patterns import pattern
from simulator.alarms.patterns.conditions import number, text_of
from simulator.alarms.patterns.pattern import LogEvent, Pattern

if TYPE_CHECKING:
    from simulator.account.account import Account
    from simulator.account.world import World

Arrival = tuple[datetime, Metric, Sample]
"""When it was emitted, and what."""
_MINUTE: Final = 60_000
_TAKEN: Final = "taken_in"


def used(world: World) -> bool:
    """Whether any log group has a metric filter."""
    return any(
        state.filters.metric_filters
        for account in world.accounts.values()
        for state in states_of("logs", account.id)
    )


def filters_of(account: Account, region: str) -> list[dict[str, Any]]:
    """The metric filters of an account and region, as DescribeMetricFilters shows them."""
    state = state_of("logs", account.id, region)
    found: list[dict[str, Any]] = [] if state is None else state.filters.metric_filters
    return found


def deliver(world: World, now: datetime) -> None:
    """Let everything that is due arrive in the log groups."""
    from simulator.telemetry import log_lines, log_stream

    log_stream.flush(world, now)
    if log_lines.awaited_without_bucket(world):
        log_lines.flush(world, now)


def pass_over(account: Account, region: str, group: str) -> None:
    """A filter is about what comes after it: what a group has is not looked at any more."""
    state = state_of("logs", account.id, region)
    for stream in state.groups[group].streams.values():
        stream.__dict__[_TAKEN] = len(stream.events)


def take_in(account: Account, region: str) -> list[Arrival]:
    """What the filters emit for events that nobody has looked at yet, oldest first."""
    by_group: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for each in filters_of(account, region):
        by_group[each["logGroupName"]].append(each)
    arrivals: list[Arrival] = []
    for name, filters in by_group.items():
        group = state_of("logs", account.id, region).groups.get(name)
        if group is None:
            continue
        for minute, events in sorted(_new(group).items()):
            for each in filters:
                arrivals += _emitted(each, minute, events)
    arrivals.sort(key=lambda arrival: arrival[0])
    return arrivals


def _new(group: Any) -> dict[int, list[tuple[Any, LogEvent]]]:
    """New events of a group by the minute in which they arrived."""
    found: dict[int, list[tuple[Any, LogEvent]]] = defaultdict(list)
    for stream in group.streams.values():
        seen = stream.__dict__.get(_TAKEN, 0)
        for event in stream.events[seen:]:
            found[event.ingestion_time // _MINUTE].append((event, LogEvent(event.message)))
        stream.__dict__[_TAKEN] = len(stream.events)
    return found


def _emitted(
    each: Mapping[str, Any], minute: int, events: list[tuple[Any, LogEvent]]
) -> Iterator[Arrival]:
    what = pattern.read(each["filterPattern"])
    matched = [
        (event, subject)
        for event, message in events
        if (subject := what.subject(message)) is not None
    ]
    for transformation in each["metricTransformations"]:
        unit = transformation.get("unit") or "None"
        for event, subject in matched:
            value = _value(what, subject, transformation["metricValue"])
            dimensions = _dimensions(what, subject, transformation.get("dimensions") or {})
            if value is not None and dimensions is not None:
                sample = Sample.one(event.timestamp / 1000, value, unit)
                yield _moment(event.ingestion_time), _metric(transformation, dimensions), sample
        default = transformation.get("defaultValue")
        if default is not None and not matched:
            last = max(event.timestamp for event, _ in events)
            arrived = _moment(max(event.ingestion_time for event, _ in events))
            sample = Sample.one(last / 1000, float(default), unit)
            yield arrived, _metric(transformation, ()), sample


def _metric(transformation: Mapping[str, Any], dimensions: tuple[tuple[str, str], ...]) -> Metric:
    return Metric(transformation["metricNamespace"], transformation["metricName"], dimensions)


def _value(what: Pattern, subject: Any, value: str) -> float | None:
    """The number itself, or what is in the field that is named."""
    return number(what.value(subject, value) if value.startswith("$") else value)


def _dimensions(
    what: Pattern, subject: Any, dimensions: Mapping[str, str]
) -> tuple[tuple[str, str], ...] | None:
    """None if the event lacks one of the fields."""
    found = [(name, what.value(subject, field)) for name, field in sorted(dimensions.items())]
    if any(value is None or isinstance(value, dict | list) for _, value in found):
        return None
    return tuple((name, text_of(value)) for name, value in found)


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
