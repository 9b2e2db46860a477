"""Metric filters of CloudWatch Logs, and log groups and streams that end with them.

Source: "PutMetricFilter", "TestMetricFilter", "DescribeMetricFilters", "DeleteMetricFilter",
"MetricTransformation" (Amazon CloudWatch Logs API Reference).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from simulator.account.account import Account
from simulator.account.state import state_of
from simulator.alarms import filters, observer
from simulator.alarms.patterns import pattern
from simulator.alarms.patterns.conditions import InvalidPattern, number
from simulator.alarms.patterns.json_event import getter
from simulator.alarms.patterns.pattern import LogEvent, Pattern
from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.services import Backend, Result, operation

_MOST: Final = 100
"""Metric filters of a log group."""
_MOST_DIMENSIONS: Final = 3
_MOST_TESTED: Final = 50
_PAGE: Final = 50
_NAME: Final = re.compile(r"[^:*]{1,512}")
_METRIC: Final = re.compile(r"[^:*$]{1,255}")
_NAMESPACE: Final = re.compile(r"[^:*$]{1,255}")


@operation
def put_metric_filter(call: Call, backend: Backend) -> Result:
    """Set a filter, for the events that arrive from now on.

    Raises:
        AwsError: ResourceNotFoundException, InvalidParameterException, LimitExceededException.
    """
    params, account = call.params, _account(call)
    for name in ("fieldSelectionCriteria", "emitSystemFieldDimensions", "applyOnTransformedLogs"):
        if params.get(name):
            raise AwsError.not_simulated("logs", f"PutMetricFilter with {name}")
    if not _NAME.fullmatch(params["filterName"]):
        raise _invalid("The filter's name must have 1 to 512 characters, none of them : or *.")
    group = _group(call, params["logGroupName"])
    _check(_pattern(params["filterPattern"]), params["metricTransformations"])
    observer.catch_up(account.world, call.time)
    known = filters.filters_of(account, call.region)
    made = {
        "filterName": params["filterName"],
        "filterPattern": params["filterPattern"],
        "metricTransformations": params["metricTransformations"],
        "creationTime": int(call.time.timestamp() * 1000),
        "logGroupName": group,
    }
    beside = [each for each in known if each["logGroupName"] == group]
    old = next((each for each in beside if each["filterName"] == made["filterName"]), None)
    if old is None and len(beside) >= _MOST:
        raise AwsError("LimitExceededException", "Resource limit exceeded.")
    filters.pass_over(account, call.region, group)
    if old is None:
        known.append(made)
    else:
        known[known.index(old)] = made
    return {}


@operation
def describe_metric_filters(call: Call, backend: Backend) -> Result:
    """The filters of a log group, or of a metric, in alphabetical order.

    Raises:
        AwsError: ResourceNotFoundException, InvalidParameterException.
    """
    params = call.params
    if ("metricName" in params) != ("metricNamespace" in params):
        raise _invalid("The metric's name and its namespace must be given together.")
    if "logGroupName" in params:
        _group(call, params["logGroupName"])
    wanted = (params.get("metricName"), params.get("metricNamespace"))
    found = sorted(
        (
            each
            for each in filters.filters_of(_account(call), call.region)
            if each["filterName"].startswith(params.get("filterNamePrefix", ""))
            and params.get("logGroupName") in {None, each["logGroupName"]}
            and (
                wanted == (None, None)
                or any(
                    wanted == (one["metricName"], one["metricNamespace"])
                    for one in each["metricTransformations"]
                )
            )
        ),
        key=lambda each: (each["filterName"], each["logGroupName"]),
    )
    size, token = params.get("limit", _PAGE), params.get("nextToken", "0")
    if not 1 <= size <= _PAGE or not token.isdecimal():
        raise _invalid("The page that is asked for is not valid.")
    start = int(token)
    answer: Result = {"metricFilters": found[start : start + size]}
    if start + size < len(found):
        answer["nextToken"] = str(start + size)
    return answer


@operation
def delete_metric_filter(call: Call, backend: Backend) -> Result:
    """What it has emitted stays.

    Raises:
        AwsError: ResourceNotFoundException.
    """
    params, account = call.params, _account(call)
    group = _group(call, params["logGroupName"])
    observer.catch_up(account.world, call.time)
    known = filters.filters_of(account, call.region)
    named = (params["filterName"], group)
    old = next((one for one in known if (one["filterName"], one["logGroupName"]) == named), None)
    if old is None:
        raise AwsError("ResourceNotFoundException", "The specified metric filter does not exist.")
    known.remove(old)
    return {}


@operation
def test_metric_filter(call: Call, backend: Backend) -> Result:
    """Which of some messages a pattern matches, and what it takes out of them.

    Raises:
        AwsError: InvalidParameterException.
    """
    messages = call.params["logEventMessages"]
    if not 1 <= len(messages) <= _MOST_TESTED:
        raise _invalid(f"There must be 1 to {_MOST_TESTED} messages.")
    what = _pattern(call.params["filterPattern"])
    return {
        "matches": [
            {
                "eventNumber": place,
                "eventMessage": message,
                "extractedValues": what.extracted(subject),
            }
            for place, message in enumerate(messages, 1)
            if (subject := what.subject(LogEvent(message))) is not None
        ]
    }


@operation
def delete_log_group(call: Call, backend: Backend) -> Result:
    """A log group goes with its filters; what they have emitted stays."""
    account, name = _account(call), call.params["logGroupName"]
    observer.catch_up(account.world, call.time)
    answer = backend()
    known = filters.filters_of(account, call.region)
    known[:] = [each for each in known if each["logGroupName"] != name]
    return answer


@operation
def delete_log_stream(call: Call, backend: Backend) -> Result:
    """What was in the stream has been filtered."""
    observer.catch_up(_account(call).world, call.time)
    return backend()


def _check(what: Pattern, transformations: list[Mapping[str, Any]]) -> None:
    if len(transformations) != 1:
        raise _invalid("A metric filter has exactly one metric transformation.")
    told = transformations[0]
    if not _METRIC.fullmatch(told["metricName"]) or not _NAMESPACE.fullmatch(
        told["metricNamespace"]
    ):
        raise _invalid(
            "Invalid metric transformation: names have 1 to 255 characters, none of them :, * or $."
        )
    value = told["metricValue"]
    if number(value) is None:
        _check_field(what, value, "metricValue must be a number or a field of the log event")
    dimensions = told.get("dimensions") or {}
    if dimensions and "defaultValue" in told:
        raise _invalid(
            "Invalid metric transformation: dimensions and default value are mutually exclusive"
            " properties."
        )
    if len(dimensions) > _MOST_DIMENSIONS:
        raise _invalid(
            f"Invalid metric transformation: at most {_MOST_DIMENSIONS} dimensions are allowed."
        )
    for field in dimensions.values():
        _check_field(what, field, "the value of a dimension must be a field of the log event")


def _check_field(what: Pattern, selector: str, otherwise: str) -> None:
    error = _invalid(f"Invalid metric transformation: {otherwise}.")
    if not selector.startswith("$") or what.kind == "terms":
        raise error
    if what.kind == "json":
        try:
            getter(selector)
        except InvalidPattern as wrong:
            raise error from wrong


def _pattern(text: str) -> Pattern:
    try:
        return pattern.read(text)
    except InvalidPattern as error:
        raise _invalid(str(error)) from error


def _group(call: Call, name: str) -> str:
    state = state_of("logs", _account(call).id, call.region)
    if state is None or name not in state.groups:
        raise AwsError("ResourceNotFoundException", "The specified log group does not exist.")
    return name


def _account(call: Call) -> Account:
    assert call.account is not None
    return call.account


def _invalid(message: str) -> AwsError:
    return AwsError("InvalidParameterException", message)
