"""How an alarm may be set.

Source: "PutMetricAlarm", "PutCompositeAlarm" (Amazon CloudWatch API Reference).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from simulator.alarms import composite, metric_math
from simulator.alarms.evaluation import COMPARISONS
from simulator.alarms.metrics import PLAIN, is_statistic
from simulator.gateway.errors import AwsError

_NOT_SIMULATED: Final = (
    "EvaluationWindow",
    "WarmUpConfiguration",
    "EvaluationCriteria",
    "EvaluationInterval",
    "ActionConfiguration",
    "ThresholdMetricId",
)
_OF_ONE_METRIC: Final = ("MetricName", "Namespace", "Statistic", "ExtendedStatistic", "Period")
_MISSING: Final = ("breaching", "notBreaching", "ignore", "missing")
_ACTIONS: Final = ("OKActions", "AlarmActions", "InsufficientDataActions")
_MOST_ACTIONS: Final = 5
_DAY: Final = 86_400
_HOUR: Final = 3_600


def invalid(message: str) -> AwsError:
    """CloudWatch's refusal of a parameter."""
    return AwsError("ValidationError", message)


def aware(time: datetime) -> datetime:
    """A time in a request, which may say no zone: it is UTC."""
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def check_metric_alarm(params: Mapping[str, Any]) -> None:
    """Refuse settings that AWS refuses, and those that are not simulated.

    Raises:
        AwsError: ValidationError, NotImplemented.
    """
    _refuse_absent(params, _NOT_SIMULATED)
    _check_common(params)
    operator = params["ComparisonOperator"]
    if operator not in COMPARISONS:
        if "UpperThreshold" in operator:
            raise AwsError.not_simulated("cloudwatch", f"PutMetricAlarm with {operator}")
        raise invalid(_enumerated(operator, "comparisonOperator", COMPARISONS))
    if "Threshold" not in params:
        raise invalid("Threshold must be specified for this alarm type")
    missing = params.get("TreatMissingData", "missing")
    if missing not in _MISSING:
        raise invalid(
            f"Option {missing} is not supported. Supported options for parameter "
            "TreatMissingData are breaching, notBreaching, ignore and missing."
        )
    if params["EvaluationPeriods"] < 1:
        raise invalid("EvaluationPeriods must be at least 1")
    needed = params.get("DatapointsToAlarm")
    if needed is not None and not 1 <= needed <= params["EvaluationPeriods"]:
        raise invalid(
            f"DatapointsToAlarm parameter ({needed}) must be lesser than or equal to "
            f"EvaluationPeriods ({params['EvaluationPeriods']})"
        )
    period = _of_queries(params) if params.get("Metrics") else _of_one_metric(params)
    longest = _DAY if period < _HOUR else 7 * _DAY
    if params["EvaluationPeriods"] * period > longest:
        raise invalid(
            f"Metrics cannot be checked across more than {'a day' if longest == _DAY else '7 days'}"
            f" (EvaluationPeriods * Period must be <= {longest})."
        )


def check_composite_alarm(params: Mapping[str, Any], alarms: Iterable[str]) -> None:
    """Refuse a rule that can't be read or names no alarm that there is.

    Raises:
        AwsError: ValidationError, NotImplemented.
    """
    _refuse_absent(params, ("ActionsSuppressor",))
    _check_common(params)
    try:
        _, names = composite.read(params["AlarmRule"])
    except composite.InvalidRule as error:
        raise invalid(str(error)) from error
    lacking = sorted(names - set(alarms))
    if lacking:
        raise invalid(
            "AlarmRule must not contain alarms that do not exist. Non-existent alarms: "
            f"[{', '.join(lacking)}]"
        )


def check_period(period: int) -> None:
    """Refuse a period that no metric has.

    Raises:
        AwsError: ValidationError.
    """
    if period not in {10, 20, 30} and (period < 60 or period % 60):
        raise invalid(f"Period must be 10, 20, 30 or a multiple of 60, but was {period}")


def check_statistic(name: str) -> None:
    """Refuse a statistic that is not known here; AWS may have it.

    Raises:
        AwsError: NotImplemented.
    """
    if not is_statistic(name):
        raise AwsError.not_simulated("cloudwatch", f"the statistic {name}")


def _check_common(params: Mapping[str, Any]) -> None:
    if not 1 <= len(params["AlarmName"]) <= 255:
        raise invalid("AlarmName must have 1 to 255 characters")
    for kind in _ACTIONS:
        actions = params.get(kind) or ()
        if len(actions) > _MOST_ACTIONS:
            raise invalid(f"{kind} must contain at most {_MOST_ACTIONS} actions")
        for arn in actions:
            if not arn.startswith("arn:") or arn.count(":") < 5:
                raise invalid(f"Invalid arn syntax: {arn}")


def _of_one_metric(params: Mapping[str, Any]) -> int:
    lacking = [name for name in ("MetricName", "Namespace", "Period") if name not in params]
    if lacking:
        raise invalid(f"{lacking[0]} must be specified for this alarm")
    if ("Statistic" in params) == ("ExtendedStatistic" in params):
        raise invalid("Exactly one of Statistic and ExtendedStatistic must be specified")
    if "Statistic" in params and params["Statistic"] not in PLAIN:
        raise invalid(_enumerated(params["Statistic"], "statistic", PLAIN))
    check_statistic(params.get("Statistic") or params["ExtendedStatistic"])
    check_period(params["Period"])
    return int(params["Period"])


def _of_queries(params: Mapping[str, Any]) -> int:
    both = [name for name in _OF_ONE_METRIC if name in params]
    if both:
        raise invalid(f"{both[0]} must not be specified together with Metrics")
    queries, ids = params["Metrics"], [query["Id"] for query in params["Metrics"]]
    if len(queries) > 20 or len(set(ids)) != len(ids):
        raise invalid("The Ids of Metrics must be unique, and there may be 20 at most")
    if sum(bool(query.get("ReturnData", True)) for query in queries) != 1:
        raise invalid("Exactly one element of the metrics list should return data.")
    periods = set()
    for query in queries:
        if ("MetricStat" in query) == ("Expression" in query):
            raise invalid("Exactly one of MetricStat and Expression must be specified")
        if "MetricStat" in query:
            check_statistic(query["MetricStat"]["Stat"])
            periods.add(int(query["MetricStat"]["Period"]))
            continue
        try:
            named = metric_math.names(query["Expression"])
        except metric_math.InvalidExpression as error:
            raise invalid(str(error)) from error
        if not named <= set(ids):
            raise invalid(f"Error in expression '{query['Id']}': undefined variable")
    if len(periods) != 1:
        raise invalid("All metrics of an alarm must have the same period")
    period = periods.pop()
    check_period(period)
    return period


def _refuse_absent(params: Mapping[str, Any], names: Iterable[str]) -> None:
    given = next((name for name in names if params.get(name)), None)
    if given is not None:
        raise AwsError.not_simulated("cloudwatch", f"an alarm's {given}")


def _enumerated(value: str, name: str, among: Iterable[str]) -> str:
    return (
        f"1 validation error detected: Value '{value}' at '{name}' failed to satisfy constraint: "
        f"Member must satisfy enum value set: [{', '.join(sorted(among))}]"
    )
