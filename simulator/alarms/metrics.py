"""Metrics and their data, as CloudWatch aggregates them.

Source: "Metrics concepts" (Amazon CloudWatch User Guide): a metric is its namespace, name and
dimensions; data is kept by the minute, or by the second where it is of high resolution.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, Self

MINUTE: Final = 60
_PERCENTILE: Final = re.compile(r"p(\d{1,2}(?:\.\d{1,10})?|100)")
PLAIN: Final = ("SampleCount", "Average", "Sum", "Minimum", "Maximum")


@dataclass(frozen=True, slots=True, order=True)
class Metric:
    """What data is about: a namespace, a name, and dimensions."""

    namespace: str
    name: str
    dimensions: tuple[tuple[str, str], ...] = ()
    """Sorted pairs of name and value."""

    @classmethod
    def of(cls, params: Mapping[str, Any]) -> Self:
        """From Namespace, MetricName and Dimensions, as requests have them."""
        pairs = ((one["Name"], one["Value"]) for one in params.get("Dimensions") or ())
        return cls(params["Namespace"], params["MetricName"], tuple(sorted(pairs)))

    @property
    def shown(self) -> dict[str, Any]:
        dimensions = [{"Name": name, "Value": value} for name, value in self.dimensions]
        return {
            "Namespace": self.namespace,
            "MetricName": self.name,
            "Dimensions": dimensions,
        }


@dataclass(frozen=True, slots=True)
class Sample:
    """What was measured in one minute, or second, in one unit."""

    at: int
    """Its beginning, in seconds since 1970."""
    unit: str
    count: float
    total: float
    least: float
    most: float
    values: tuple[tuple[float, float], ...] | None = None
    """Each value and how often; None where statistics alone were given."""

    @classmethod
    def one(
        cls, at: float, value: float, unit: str = "None", count: float = 1, step: int = 60
    ) -> Self:
        """A value that was measured `count` times."""
        begins = int(at) // step * step
        return cls(begins, unit, count, value * count, value, value, ((value, count),))

    @property
    def place(self) -> tuple[int, str]:
        return self.at, self.unit


Series = tuple[Sample, ...]
"""In the order of times and units, one for each."""


def recorded(
    table: Mapping[Metric, Series], points: Iterable[tuple[Metric, Sample]]
) -> dict[Metric, Series]:
    """The table with further data."""
    made = dict(table)
    for metric, sample in points:
        made[metric] = _with(made.get(metric, ()), sample)
    return made


def _with(series: Series, sample: Sample) -> Series:
    if not series or series[-1].place < sample.place:
        return (*series, sample)
    place = bisect_left(series, sample.place, key=lambda one: one.place)
    if place < len(series) and series[place].place == sample.place:
        return (*series[:place], merged((series[place], sample)), *series[place + 1 :])
    return (*series[:place], sample, *series[place:])


def merged(samples: Iterable[Sample]) -> Sample:
    """All of some samples, at the time of the first."""
    first, *others = samples
    for other in others:
        values = None
        if first.values is not None and other.values is not None:
            counted = dict(first.values)
            for value, count in other.values:
                counted[value] = counted.get(value, 0) + count
            values = tuple(counted.items())
        first = replace(
            first,
            count=first.count + other.count,
            total=first.total + other.total,
            least=min(first.least, other.least),
            most=max(first.most, other.most),
            values=values,
            unit=first.unit if first.unit == other.unit else "None",
        )
    return first


def within(series: Series, start: int, end: int, unit: str | None = None) -> Series:
    """The samples from `start` up to `end`, which is not included."""
    low = bisect_left(series, start, key=lambda one: one.at)
    high = bisect_left(series, end, key=lambda one: one.at)
    found = series[low:high]
    return found if unit is None else tuple(one for one in found if one.unit == unit)


def since(series: Series, time: int) -> Series:
    """The samples at or after a time."""
    return series[bisect_left(series, time, key=lambda one: one.at) :]


def is_statistic(name: str) -> bool:
    """Whether it is one of the five, or a percentile such as "p99.9"."""
    return name in PLAIN or _PERCENTILE.fullmatch(name) is not None


def statistic(name: str, sample: Sample) -> float | None:
    """A statistic of what was measured; None for a percentile that nothing is known of.

    Percentiles need the values themselves, but for a set of one, or of equal values.
    """
    if name == "Average":
        return sample.total / sample.count if sample.count else None
    plain = {
        "SampleCount": sample.count,
        "Sum": sample.total,
        "Minimum": sample.least,
        "Maximum": sample.most,
    }
    return plain[name] if name in plain else _percentile(float(name[1:]), sample)


def _percentile(share: float, sample: Sample) -> float | None:
    values = sample.values
    if values is None:
        return sample.least if sample.least == sample.most else None
    wanted, seen = share / 100 * sample.count, 0.0
    ordered = sorted(values)
    for value, count in ordered:
        seen += count
        if seen >= wanted:
            return value
    return ordered[-1][0] if ordered else None


def seconds(time: datetime) -> int:
    """Since 1970, whole ones."""
    return int(time.timestamp())
