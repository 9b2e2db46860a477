"""The state that an alarm's data put it in.

Sources: "Evaluating an alarm" and "Configuring how CloudWatch alarms treat missing data" (Amazon
CloudWatch User Guide). AWS doesn't say how many periods an evaluation range has: its example, five
where three are needed, is taken as the rule.
"""

from __future__ import annotations

import json
import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from simulator.alarms import queries
from simulator.alarms.alarm import ALARM, INSUFFICIENT_DATA, OK, Alarm
from simulator.alarms.metrics import merged, statistic, within

_COMPARISONS: Final[dict[str, Callable[[float, float], bool]]] = {
    "GreaterThanOrEqualToThreshold": operator.ge,
    "GreaterThanThreshold": operator.gt,
    "LessThanOrEqualToThreshold": operator.le,
    "LessThanThreshold": operator.lt,
}
COMPARISONS: Final = tuple(_COMPARISONS)
_WORDS: Final = {
    "GreaterThanOrEqualToThreshold": "greater than or equal to",
    "GreaterThanThreshold": "greater than",
    "LessThanOrEqualToThreshold": "less than or equal to",
    "LessThanThreshold": "less than",
}
_FILLED: Final = {"breaching": "Breaching", "notBreaching": "NonBreaching"}


@dataclass(frozen=True, slots=True)
class Point:
    """The value of a period, which begins at `at`."""

    at: int
    value: float
    count: float | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What an evaluation came to. `data` is JSON."""

    value: str
    reason: str
    data: str


def points(alarm: Alarm, table: queries.Table, now: int) -> list[Point | None]:
    """The evaluation range, oldest first; None is a period without data."""
    period = alarm.period
    starts = [now - place * period for place in range(alarm.looks_at, 0, -1)]
    settings = alarm.settings
    if "Metrics" in settings:
        asked = settings["Metrics"]
        found = queries.answers(table, asked, starts, period)[queries.returned(asked)["Id"]]
        return [Point(start, found[start]) if start in found else None for start in starts]
    series = table.get(queries.metrics_of(settings)[0], ())
    name = settings.get("Statistic") or settings["ExtendedStatistic"]
    made: list[Point | None] = []
    for start in starts:
        samples = within(series, start, start + period, settings.get("Unit"))
        whole = merged(samples) if samples else None
        value = statistic(name, whole) if whole is not None else None
        made.append(Point(start, value, whole.count) if whole and value is not None else None)
    return made


def evaluate(alarm: Alarm, table: queries.Table, now: int) -> Finding | None:
    """The state at a time; None if the alarm stays in the one that it is in.

    Raises:
        InvalidExpression: of metric math.
    """
    found = points(alarm, table, now)
    compare, limit = _COMPARISONS[alarm.settings["ComparisonOperator"]], alarm.settings["Threshold"]
    breaching = [None if one is None else compare(one.value, limit) for one in found]
    value = verdict(breaching, alarm.periods, alarm.needed, alarm.missing)
    if value is None:
        return None
    real = [one for one in found if one is not None][-alarm.periods :]
    return Finding(value, _reason(alarm, value, real), _data(alarm, found, real, now))


def verdict(
    breaching: Sequence[bool | None], periods: int, needed: int, missing: str
) -> str | None:
    """The state that an evaluation range means, oldest first; None to stay in the present one."""
    real = [one for one in breaching if one is not None][-periods:]
    bad, lacking = sum(real), periods - len(real)
    if bad >= needed:
        return ALARM
    if not lacking:
        return OK
    if missing == "breaching":
        return ALARM if bad + lacking >= needed else OK
    if missing == "notBreaching" or not all(real):
        return OK
    if not real:
        return INSUFFICIENT_DATA if missing == "missing" else None
    recent = breaching[-periods:]
    oldest = next((len(recent) - place for place, one in enumerate(recent) if one), 0)
    return ALARM if missing == "missing" and oldest >= needed else None


def _reason(alarm: Alarm, value: str, real: Sequence[Point]) -> str:
    lacking = alarm.periods - len(real)
    if value == INSUFFICIENT_DATA:
        return f"Insufficient Data: {_counted(lacking)} {_were(lacking)} unknown."
    filled = alarm.missing in _FILLED and lacking
    treated = (
        f" and {_counted(lacking, 'missing ')} {_were(lacking)} treated as"
        f" [{_FILLED[alarm.missing]}]"
        if filled
        else ""
    )
    if not real:
        periods = f"{alarm.periods} period{'s' * (alarm.periods > 1)}"
        return f"Threshold Crossed: no datapoints were received for {periods}{treated}."
    settings = alarm.settings
    is_not = "" if value == ALARM else "not "
    limit = f"{is_not}{_WORDS[settings['ComparisonOperator']]} the threshold ({_float(settings['Threshold'])})"
    shown = ", ".join(f"{_float(one.value)} ({_moment(one.at)})" for one in reversed(real))
    if "DatapointsToAlarm" not in settings:
        many = len(real)
        return f"Threshold Crossed: {_counted(many)} [{shown}] {_were(many)} {limit}{treated}."
    compare = _COMPARISONS[settings["ComparisonOperator"]]
    bad = [one for one in real if compare(one.value, settings["Threshold"])]
    told = bad if value == ALARM and bad else [one for one in real if one not in bad] or list(real)
    shown = ", ".join(f"{_float(one.value)} ({_moment(one.at)})" for one in reversed(told))
    least = alarm.needed if value == ALARM else alarm.periods - alarm.needed + 1
    turn = "OK -> ALARM" if value == ALARM else "ALARM -> OK"
    return (
        f"Threshold Crossed: {len(told)} out of the last {_counted(alarm.periods)} [{shown}]"
        f" {_were(len(told))} {limit}{treated} (minimum {_counted(least)} for {turn} transition)."
    )


def _data(alarm: Alarm, found: Sequence[Point | None], real: Sequence[Point], now: int) -> str:
    settings = alarm.settings
    told: dict[str, object] = {"version": "1.0", "queryDate": iso(now)}
    if real:
        told["startDate"] = iso(real[0].at)
    if settings.get("Unit"):
        told["unit"] = settings["Unit"]
    if "Metrics" not in settings:
        told["statistic"] = settings.get("Statistic") or settings["ExtendedStatistic"]
    told |= {
        "period": alarm.period,
        "recentDatapoints": [one.value for one in real],
        "threshold": float(settings["Threshold"]),
        "evaluatedDatapoints": [_evaluated(one) for one in reversed(found) if one is not None],
    }
    return json.dumps(told, separators=(",", ":"))


def _evaluated(one: Point) -> dict[str, object]:
    counted = {} if one.count is None else {"sampleCount": float(one.count)}
    return {"timestamp": iso(one.at), **counted, "value": float(one.value)}


def iso(time: float) -> str:
    """As CloudWatch writes times in JSON: with milliseconds, and the zone without a colon."""
    moment = datetime.fromtimestamp(time, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}+0000"


def _moment(at: int) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%d/%m/%y %H:%M:%S}"


def _float(value: float) -> str:
    return repr(float(value))


def _counted(many: int, kind: str = "") -> str:
    return f"{many} {kind}datapoint{'s' * (many != 1)}"


def _were(many: int) -> str:
    return "was" if many == 1 else "were"
