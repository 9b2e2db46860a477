"""CloudWatch looks at its alarms: every minute of the account's time, on the data there was then.

What arrived in log groups is taken in first. A minute in which nothing can change is passed over.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from simulator.account.state import states_of
from simulator.alarms import composite, filters
from simulator.alarms import state as states
from simulator.alarms.alarm import ALARM, OK, Alarm, alarms_of
from simulator.alarms.evaluation import evaluate, iso
from simulator.alarms.filters import Arrival
from simulator.alarms.metric_math import InvalidExpression
from simulator.alarms.metrics import MINUTE, seconds, since
from simulator.alarms.queries import Table, metrics_of
from simulator.alarms.transitions import enter

if TYPE_CHECKING:
    from simulator.account.account import Account
    from simulator.account.world import World
    from simulator.reactions.event import Event

_HIGH_RESOLUTION: Final = 10
"""Seconds between two looks at an alarm whose period is shorter than a minute."""


def observe(world: World, until: datetime) -> Iterator[Event]:
    """Evaluate every alarm for the minutes that have gone by, and tell of what changed."""
    places = _places(world)
    _look_everywhere(world, places, until)
    for account, region in places:
        kept = states.of(account, region)
        if kept.untold:
            states.keep(account, region, replace(kept, untold=()))
            yield from kept.untold


def catch_up(world: World, now: datetime) -> None:
    """Have everything that was emitted up to now among the metrics.

    Alarms are brought up to now as well; EventBridge hears of them when `observe` is asked.
    """
    places = _places(world)
    _look_everywhere(world, places, now)
    if filters.used(world):
        filters.deliver(world, now)
        for account, region in places:
            _add(account, region, filters.take_in(account, region))


def _places(world: World) -> list[tuple[Account, str]]:
    """Where there may be alarms or log groups, a region after the other."""
    return [
        (account, region)
        for account in world.accounts.values()
        for region in sorted(
            {
                state.region_name
                for service in ("cloudwatch", "logs")
                for state in states_of(service, account.id)
            }
        )
    ]


def _look_everywhere(world: World, places: list[tuple[Account, str]], until: datetime) -> None:
    if not any(_due(account, region, until) for account, region in places):
        return
    if filters.used(world):
        filters.deliver(world, until)
    for account, region in places:
        _look(account, region, until)


def _step(alarms: dict[str, Alarm]) -> int:
    short = any(not one.composite and one.period < MINUTE for one in alarms.values())
    return _HIGH_RESOLUTION if short else MINUTE


def _due(account: Account, region: str, until: datetime) -> bool:
    alarms = alarms_of(account, region)
    looked = states.of(account, region).looked
    if not alarms or looked is None:
        return False
    return seconds(until) // (step := _step(alarms)) > seconds(looked) // step


def _look(account: Account, region: str, until: datetime) -> None:
    if not _due(account, region, until):
        return
    arrivals = filters.take_in(account, region)
    kept, step = states.of(account, region), _step(alarms_of(account, region))
    assert kept.looked is not None
    last = seconds(until) // step * step
    now = seconds(kept.looked) // step * step + step
    while now <= last:
        arrived = [each for each in arrivals if each[0].timestamp() <= now]
        arrivals = arrivals[len(arrived) :]
        _add(account, region, arrived)
        _evaluate(account, region, now)
        now = max(now + step, _next(account, region, now, arrivals, step))
    _add(account, region, arrivals)
    after = states.of(account, region)
    states.keep(account, region, replace(after, looked=datetime.fromtimestamp(last, UTC)))


def _add(account: Account, region: str, arrivals: list[Arrival]) -> None:
    if arrivals:
        kept = states.of(account, region)
        points = [(metric, sample) for _, metric, sample in arrivals]
        states.keep(account, region, kept.with_data(points))


def _next(account: Account, region: str, now: int, arrivals: list[Arrival], step: int) -> int:
    """The first look after `now` at which an alarm may be in another state.

    That is when something arrives, or when a sample comes into an alarm's first period or goes
    from one into the next.
    """
    series = states.of(account, region).series
    times = [-int(-arrivals[0][0].timestamp() // step) * step] if arrivals else []
    for alarm in alarms_of(account, region).values():
        if alarm.composite:
            continue
        begins = now - alarm.looks_at * alarm.period
        for metric in metrics_of(alarm.settings):
            for sample in since(series.get(metric, ()), begins):
                passed = max(0, -((sample.at - now) // alarm.period))
                times.append(((sample.at + passed * alarm.period) // step + 1) * step)
    return min(times, default=1 << 62)


def _evaluate(account: Account, region: str, now: int) -> None:
    at = datetime.fromtimestamp(now, UTC)
    for alarm in alarms_of(account, region).values():
        if not alarm.composite and alarm.configured <= at:
            _evaluate_one(account, region, alarm, states.of(account, region).series, at)
    rules = [alarm.name for alarm in alarms_of(account, region).values() if alarm.composite]
    for _ in rules:
        before = alarms_of(account, region)
        for name in rules:
            if before[name].configured <= at:
                _evaluate_rule(account, region, alarms_of(account, region)[name], at)
        if alarms_of(account, region) == before:
            return


def _evaluate_one(account: Account, region: str, alarm: Alarm, series: Table, at: datetime) -> None:
    try:
        found = evaluate(alarm, series, seconds(at))
    except InvalidExpression:
        return
    if found is not None and found.value != alarm.state.value:
        enter(account, region, alarm, found.value, found.reason, found.data, at)


def _evaluate_rule(account: Account, region: str, alarm: Alarm, at: datetime) -> None:
    alarms = alarms_of(account, region)
    rule, names = composite.read(alarm.settings["AlarmRule"])
    value = ALARM if rule({name: one.state.value for name, one in alarms.items()}) else OK
    if value == alarm.state.value:
        return
    children = [alarms[name] for name in sorted(names) if name in alarms]
    last = max(children, key=lambda one: one.state.since, default=None)
    reason = f"{alarm.arn} is in {value}"
    if last is not None:
        reason = (
            f"{last.arn} transitioned to {last.state.value} at"
            f" {last.state.since:%A %d %B, %Y %H:%M:%S} UTC"
        )
    data = {
        "triggeringAlarms": [
            {
                "arn": one.arn,
                "state": {"value": one.state.value, "timestamp": iso(one.state.at.timestamp())},
            }
            for one in children
        ]
    }
    text = json.dumps(data, separators=(",", ":"))
    enter(account, region, alarm, value, reason, text, at)
