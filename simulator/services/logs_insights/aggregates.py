"""The functions of `stats`.

Source: "stats", section "Functions" (CloudWatch Logs User Guide).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from simulator.services.logs_insights.syntax import Function, Node, Value
from simulator.services.logs_insights.values import finite, natural, number, text

Sample = tuple[Value, Value, int]
"""The first argument's value, the second's, and the event's time in milliseconds."""


@dataclass(frozen=True, slots=True)
class Aggregate:
    """`reckon` makes one value of the samples in which the first argument has one."""

    arity: tuple[int, int]
    reckon: Callable[[Sequence[Sample]], Value]


def is_aggregate(node: Node) -> bool:
    """Whether a value is reckoned from a group of events."""
    return isinstance(node, Function) and node.name in AGGREGATES


def _numbers(samples: Sequence[Sample]) -> list[int | float]:
    return [found for value, _, _ in samples if (found := number(value)) is not None]


def _average(samples: Sequence[Sample]) -> Value:
    found = _numbers(samples)
    return finite(math.fsum(found) / len(found)) if found else None


def _deviation(samples: Sequence[Sample]) -> Value:
    found = _numbers(samples)
    if len(found) < 2:
        return 0 if found else None
    mean = math.fsum(found) / len(found)
    try:
        square = math.fsum((one - mean) ** 2 for one in found) / (len(found) - 1)
    except OverflowError:
        return None
    return finite(math.sqrt(square))


def _percentile(samples: Sequence[Sample]) -> Value:
    """Interpolated between the two nearest values."""
    found = sorted(_numbers(samples))
    wanted = number(samples[0][1]) if samples else None
    if not found or wanted is None or not 0 <= wanted <= 100:
        return None
    place = (len(found) - 1) * wanted / 100
    low = int(place)
    high = min(low + 1, len(found) - 1)
    return finite(found[low] + (found[high] - found[low]) * (place - low))


def _total(samples: Sequence[Sample]) -> Value:
    found = _numbers(samples)
    if all(isinstance(one, int) for one in found):
        return finite(sum(found))
    return finite(math.fsum(found))


def _extreme(choose: Callable[..., Any]) -> Callable[[Sequence[Sample]], Value]:
    """Of the numbers, if there are any; else of all values in the order of `sort`."""

    def reckon(samples: Sequence[Sample]) -> Value:
        values = [value for value, _, _ in samples]
        numeric = [value for value in values if number(value) is not None]
        found: Value = choose(numeric or values, key=natural, default=None)
        return found

    return reckon


def _first_by(place: Callable[[Sample], Any], *, last: bool) -> Callable[[Sequence[Sample]], Value]:
    def reckon(samples: Sequence[Sample]) -> Value:
        if not samples:
            return None
        return (max if last else min)(samples, key=place)[0]

    return reckon


AGGREGATES: Mapping[str, Aggregate] = {
    "avg": Aggregate((1, 1), _average),
    "count": Aggregate((0, 1), len),
    "count_distinct": Aggregate((1, 1), lambda samples: len({text(v) for v, _, _ in samples})),
    "earliest": Aggregate((1, 1), _first_by(lambda sample: sample[2], last=False)),
    "latest": Aggregate((1, 1), _first_by(lambda sample: sample[2], last=True)),
    "max": Aggregate((1, 1), _extreme(max)),
    "min": Aggregate((1, 1), _extreme(min)),
    "pct": Aggregate((2, 2), _percentile),
    "sortsfirst": Aggregate((1, 1), _first_by(lambda sample: natural(sample[0]), last=False)),
    "sortslast": Aggregate((1, 1), _first_by(lambda sample: natural(sample[0]), last=True)),
    "stddev": Aggregate((1, 1), _deviation),
    "sum": Aggregate((1, 1), _total),
}
