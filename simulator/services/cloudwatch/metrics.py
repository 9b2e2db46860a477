"""Metrics: data is put, listed and summed up by period.

Source: "PutMetricData", "GetMetricStatistics", "GetMetricData", "ListMetrics" (Amazon CloudWatch
API Reference).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from simulator.account.account import Account
from simulator.account.state import state_of
from simulator.alarms import metric_math, observer, queries
from simulator.alarms import state as states
from simulator.alarms.metrics import (
    MINUTE,
    Metric,
    Sample,
    Series,
    merged,
    recorded,
    seconds,
    statistic,
    within,
)
from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.services import Backend, Result, operation
from simulator.services.cloudwatch import settings

_OLDEST: Final = timedelta(days=14)
_NEWEST: Final = timedelta(hours=2)
_MOST_POINTS: Final = 1_440
_MOST_VALUES: Final = 100_800
_MOST_LISTED: Final = 500
_STEPS: Final = ((timedelta(days=15), MINUTE), (timedelta(days=63), 300), (timedelta.max, 3_600))
"""How exact the beginning of a request is, by how long ago it is."""


@operation
def put_metric_data(call: Call, backend: Backend) -> Result:
    """Add to metrics, from two weeks ago to two hours ahead.

    Raises:
        AwsError: InvalidParameterValue, InvalidParameterCombination, MissingParameter.
    """
    params, account = call.params, _account(call)
    if params.get("EntityMetricData"):
        raise AwsError.not_simulated("cloudwatch", "PutMetricData with EntityMetricData")
    if params["Namespace"].startswith("AWS/"):
        raise AwsError(
            "InvalidParameterValue", "The value AWS/ for parameter Namespace is invalid."
        )
    found = [
        (Metric.of({"Namespace": params["Namespace"], **datum}), sample)
        for place, datum in enumerate(params.get("MetricData") or (), 1)
        for sample in _samples(call, datum, place)
    ]
    observer.catch_up(account.world, call.time)
    states.keep(account, call.region, states.of(account, call.region).with_data(found))
    return {}


@operation
def get_metric_statistics(call: Call, backend: Backend) -> Result:
    """Statistics of a metric, by period from the start on.

    Raises:
        AwsError: InvalidParameterValue, InvalidParameterCombination, ValidationError.
    """
    params = call.params
    names = [*params.get("Statistics", ()), *params.get("ExtendedStatistics", ())]
    if not names:
        raise AwsError(
            "InvalidParameterCombination",
            "Must specify either Statistics or ExtendedStatistics",
        )
    for name in names:
        settings.check_statistic(name)
    period = params["Period"]
    settings.check_period(period)
    start, end = _range(call)
    if (end - start) / period > _MOST_POINTS:
        raise AwsError(
            "InvalidParameterCombination",
            f"You have requested up to {math.ceil((end - start) / period):,} datapoints, which"
            f" exceeds the limit of {_MOST_POINTS:,}. You may reduce the datapoints requested by"
            " increasing Period, or decreasing the time range.",
        )
    series = _table(call).get(Metric.of(params), ())
    points = []
    for begins in range(start, end, period):
        samples = within(series, begins, min(begins + period, end), params.get("Unit"))
        if samples:
            points.append(_datapoint(params, begins, merged(samples)))
    return {"Label": params["MetricName"], "Datapoints": points}


@operation
def get_metric_data(call: Call, backend: Backend) -> Result:
    """Statistics of several metrics and metric math on them, newest first unless asked otherwise.

    Raises:
        AwsError: ValidationError, NotImplemented.
    """
    params = call.params
    asked = params["MetricDataQueries"]
    start, end = _range(call)
    table = _table(call)
    results = []
    periods = {_period(query) for query in asked if "MetricStat" in query}
    if len(periods) > 1 and any("Expression" in query for query in asked):
        raise AwsError.not_simulated("cloudwatch", "metric math on several periods")
    for query in asked:
        if ("MetricStat" in query) == ("Expression" in query):
            raise settings.invalid(
                "The parameter MetricDataQueries.member.1.MetricStat is required.\n"
            )
        period = _period(query) or next(iter(periods), MINUTE)
        settings.check_period(period)
        if "MetricStat" in query:
            settings.check_statistic(query["MetricStat"]["Stat"])
        if not query.get("ReturnData", True):
            continue
        starts = range(start // period * period, end, period)
        if len(starts) > _MOST_VALUES:
            raise settings.invalid("You have requested too many datapoints.")
        try:
            inside = asked if "Expression" in query else [query]
            values = queries.answers(table, inside, starts, period)[query["Id"]]
        except metric_math.InvalidExpression as error:
            raise settings.invalid(f"{error} (Id: {query['Id']})") from error
        newest = params.get("ScanBy") != "TimestampAscending"
        times = sorted(values, reverse=newest)
        results.append(
            {
                "Id": query["Id"],
                "Label": query.get("Label") or _label(query),
                "Timestamps": [datetime.fromtimestamp(time, UTC) for time in times],
                "Values": [values[time] for time in times],
                "StatusCode": "Complete",
            }
        )
    return {"MetricDataResults": results, "Messages": []}


@operation
def list_metrics(call: Call, backend: Backend) -> Result:
    """The metrics that had data in the last two weeks, 500 a page."""
    params = call.params
    recent = timedelta(hours=3) if params.get("RecentlyActive") == "PT3H" else _OLDEST
    since = seconds(call.time - recent)
    wanted = {(one["Name"], one.get("Value")) for one in params.get("Dimensions") or ()}
    found = [
        metric.shown
        for metric, series in sorted(_table(call).items())
        if series[-1].at >= since
        and params.get("Namespace") in {None, metric.namespace}
        and params.get("MetricName") in {None, metric.name}
        and wanted <= {*metric.dimensions, *((name, None) for name, _ in metric.dimensions)}
    ]
    token = params.get("NextToken", "0")
    if not token.isdecimal():
        raise AwsError("InvalidParameterValue", "Request parameter NextToken is invalid")
    start = int(token)
    answer: Result = {"Metrics": found[start : start + _MOST_LISTED]}
    if start + _MOST_LISTED < len(found):
        answer["NextToken"] = str(start + _MOST_LISTED)
    return answer


def _table(call: Call) -> Mapping[Metric, Series]:
    """What was put and emitted, and what the backend says of the sizes of buckets."""
    account = _account(call)
    observer.catch_up(account.world, call.time)
    kept = states.of(account, call.region).series
    backend = state_of("cloudwatch", account.id, call.region)
    if backend is None or call.params.get("Namespace") not in {None, "AWS/S3"}:
        return kept
    return recorded(kept, _of_buckets(backend))


def _of_buckets(backend: Any) -> Iterator[tuple[Metric, Sample]]:
    for datum in backend.aws_metric_data:
        pairs = tuple(sorted((one.name, one.value) for one in datum.dimensions))
        time = datum.timestamp
        at = settings.aware(time).timestamp()
        yield Metric(datum.namespace, datum.name, pairs), Sample.one(at, float(datum.value))


def _range(call: Call) -> tuple[int, int]:
    """Start and end of what is asked for, in seconds since 1970."""
    start, end = (settings.aware(call.params[name]) for name in ("StartTime", "EndTime"))
    if start >= end:
        raise AwsError(
            "InvalidParameterValue"
            if call.operation == "GetMetricStatistics"
            else "ValidationError",
            "The parameter StartTime must be less than the parameter EndTime.",
        )
    ago = call.time - start
    step = next(step for most, step in _STEPS if ago <= most)
    return seconds(start) // step * step, math.ceil(end.timestamp())


def _datapoint(params: Mapping[str, Any], begins: int, whole: Sample) -> dict[str, Any]:
    plain = {name: statistic(name, whole) for name in params.get("Statistics", ())}
    extended = {name: statistic(name, whole) for name in params.get("ExtendedStatistics", ())}
    told: dict[str, Any] = {
        "Timestamp": datetime.fromtimestamp(begins, UTC),
        "Unit": whole.unit,
        **plain,
    }
    known = {name: value for name, value in extended.items() if value is not None}
    return {**told, "ExtendedStatistics": known} if known else told


def _period(query: Mapping[str, Any]) -> int:
    return int(query["MetricStat"]["Period"] if "MetricStat" in query else query.get("Period", 0))


def _label(query: Mapping[str, Any]) -> str:
    return str(
        query["MetricStat"]["Metric"]["MetricName"] if "MetricStat" in query else query["Id"]
    )


def _samples(call: Call, datum: Mapping[str, Any], place: int) -> Iterator[Sample]:
    where = f"MetricData.member.{place}"
    at = settings.aware(datum.get("Timestamp", call.time))
    if at < call.time - _OLDEST or at > call.time + _NEWEST:
        raise AwsError(
            "InvalidParameterValue",
            f"The parameter {where}.Timestamp must specify a time no more than two weeks in the"
            " past, and no more than two hours in the future.",
        )
    unit = datum.get("Unit", "None")
    step = 1 if datum.get("StorageResolution") == 1 else MINUTE
    given = [name for name in ("Value", "Values", "StatisticValues") if name in datum]
    if len(given) != 1:
        raise AwsError(
            "InvalidParameterCombination" if given else "MissingParameter",
            f"Exactly one of {where}.Value, {where}.Values and {where}.StatisticValues is required.",
        )
    if "StatisticValues" in datum:
        told = {name: float(value) for name, value in datum["StatisticValues"].items()}
        _check_numbers(told.values(), where)
        begins = int(at.timestamp()) // step * step
        yield Sample(
            begins, unit, told["SampleCount"], told["Sum"], told["Minimum"], told["Maximum"]
        )
        return
    values = [datum["Value"]] if "Value" in datum else list(datum["Values"])
    counts = list(datum.get("Counts") or [1.0] * len(values))
    if len(counts) != len(values):
        raise AwsError(
            "InvalidParameterValue",
            f"The parameters {where}.Values and {where}.Counts must be of the same size.",
        )
    _check_numbers([*values, *counts], where)
    for value, count in zip(values, counts, strict=True):
        yield Sample.one(at.timestamp(), float(value), unit, float(count), step)


def _check_numbers(values: Any, where: str) -> None:
    wrong = next((value for value in values if not math.isfinite(value)), None)
    if wrong is not None:
        raise AwsError(
            "InvalidParameterValue", f"The value {wrong} for parameter {where}.Value is invalid."
        )


def _account(call: Call) -> Account:
    assert call.account is not None
    return call.account
