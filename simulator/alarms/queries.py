"""Values of metrics by period: what GetMetricData returns and alarms evaluate.

Source: "GetMetricData", "MetricDataQuery" (Amazon CloudWatch API Reference).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from simulator.alarms import metric_math
from simulator.alarms.metric_math import InvalidExpression, Values
from simulator.alarms.metrics import Metric, Series, merged, statistic, within

Table = Mapping[Metric, Series]


def values(
    series: Series, name: str, starts: Collection[int], period: int, unit: str | None = None
) -> Values:
    """A statistic in each period that has data; `starts` are the periods' beginnings."""
    found: Values = {}
    for start in starts:
        samples = within(series, start, start + period, unit)
        if samples and (value := statistic(name, merged(samples))) is not None:
            found[start] = value
    return found


def answers(
    table: Table, queries: Sequence[Mapping[str, Any]], starts: Collection[int], period: int
) -> dict[str, Values]:
    """What each query comes to, by its id. All must have the same period.

    Raises:
        InvalidExpression: an expression can't be evaluated.
    """
    known: dict[str, Values] = {}
    for query in queries:
        if "MetricStat" in query:
            asked = query["MetricStat"]
            series = table.get(Metric.of(asked["Metric"]), ())
            known[query["Id"]] = values(series, asked["Stat"], starts, period, asked.get("Unit"))
    metrics = tuple(known.values())
    waiting = [query for query in queries if "Expression" in query]
    while waiting:
        ready = [one for one in waiting if _named(one) <= known.keys()]
        if not ready:
            raise InvalidExpression("Error in expression: undefined variable")
        for query in ready:
            known[query["Id"]] = metric_math.evaluate(query["Expression"], known, starts, metrics)
            waiting.remove(query)
    return known


def returned(queries: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """The one query that an alarm is about."""
    return next(query for query in queries if query.get("ReturnData", True))


def metrics_of(settings: Mapping[str, Any]) -> list[Metric]:
    """The metrics that an alarm looks at."""
    if "Metrics" not in settings:
        return [Metric.of(settings)]
    return [
        Metric.of(query["MetricStat"]["Metric"])
        for query in settings["Metrics"]
        if "MetricStat" in query
    ]


def _named(query: Mapping[str, Any]) -> set[str]:
    return metric_math.names(query["Expression"])
