"""Alarms: how they are set and what they say of themselves.

Source: the operations' pages in the Amazon CloudWatch API Reference.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, Final, TypeVar

from simulator.account.account import Account
from simulator.alarms import composite, observer, transitions
from simulator.alarms import state as states
from simulator.alarms.alarm import INSUFFICIENT_DATA, STATES, Alarm, State, alarms_of, keep
from simulator.alarms.metrics import Metric
from simulator.alarms.queries import metrics_of
from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.reactions.reactions import wake
from simulator.services import Backend, Result, operation
from simulator.services.cloudwatch import settings

Item = TypeVar("Item")
_INITIAL: Final = "Unchecked: Initial alarm creation"
_PAGE: Final = 100
_SHOWN: Final = (
    *("AlarmDescription", "MetricName", "Namespace", "Statistic", "ExtendedStatistic", "Period"),
    *("Unit", "EvaluationPeriods", "DatapointsToAlarm", "Threshold", "ComparisonOperator"),
    *("TreatMissingData", "EvaluateLowSampleCountPercentile", "Metrics", "AlarmRule"),
)
_ACTIONS: Final = ("OKActions", "AlarmActions", "InsufficientDataActions")


@operation
def put_metric_alarm(call: Call, backend: Backend) -> Result:
    """Create an alarm in the state INSUFFICIENT_DATA; one that there is keeps its state.

    Raises:
        AwsError: ValidationError, NotImplemented.
    """
    settings.check_metric_alarm(call.params)
    return _put(call, backend)


@operation
def put_composite_alarm(call: Call, backend: Backend) -> Result:
    """Create an alarm on the states of others, or set it anew.

    Raises:
        AwsError: ValidationError, NotImplemented.
    """
    settings.check_composite_alarm(call.params, alarms_of(_account(call), call.region))
    return _put(call, lambda: _add_rule(call))


@operation
def describe_alarms(call: Call, backend: Backend) -> Result:
    """Metric alarms, and composite ones where they are asked for, in alphabetical order."""
    params = call.params
    found = sorted(alarms_of(_account(call), call.region).values(), key=lambda one: one.name)
    kinds = params.get("AlarmTypes") or ["MetricAlarm"]
    if params.get("AlarmNames") and params.get("AlarmNamePrefix"):
        raise AwsError(
            "ValidationError", "AlarmNamePrefix and AlarmNames cannot both be specified."
        )
    if names := params.get("AlarmNames"):
        found = [one for one in found if one.name in names]
    found = [one for one in found if one.name.startswith(params.get("AlarmNamePrefix", ""))]
    if value := params.get("StateValue"):
        found = [one for one in found if one.state.value == value]
    if prefix := params.get("ActionPrefix"):
        found = [one for one in found if any(arn.startswith(prefix) for arn in _actions(one))]
    if parent := params.get("ChildrenOfAlarmName"):
        children = _children(call, parent)
        found = [one for one in found if one.name in children]
        kinds = ["MetricAlarm", "CompositeAlarm"]
    if child := params.get("ParentsOfAlarmName"):
        found = [one for one in found if one.composite and child in _children(call, one.name)]
        kinds = ["CompositeAlarm"]
    page, token = _page([one for one in found if one.kind in kinds], params)
    return {
        "MetricAlarms": [_shown(one) for one in page if not one.composite],
        "CompositeAlarms": [_shown(one) for one in page if one.composite],
        **token,
    }


@operation
def describe_alarms_for_metric(call: Call, backend: Backend) -> Result:
    """The alarms on a metric, with those dimensions and no others."""
    params, metric = call.params, Metric.of(call.params)
    given = [
        name for name in ("Statistic", "ExtendedStatistic", "Period", "Unit") if name in params
    ]
    return {
        "MetricAlarms": [
            _shown(alarm)
            for alarm in alarms_of(_account(call), call.region).values()
            if not alarm.composite
            and metric in metrics_of(alarm.settings)
            and all(alarm.settings.get(name) == params[name] for name in given)
        ]
    }


@operation
def describe_alarm_history(call: Call, backend: Backend) -> Result:
    """What became of alarms, newest first; also of those that are no more."""
    params = call.params
    kinds = params.get("AlarmTypes") or ["MetricAlarm"]
    items = [
        item
        for item in states.of(_account(call), call.region).history
        if params.get("AlarmName") in {None, item.alarm}
        and params.get("HistoryItemType") in {None, item.type}
        and (item.kind in kinds or "AlarmName" in params)
        and ("StartDate" not in params or item.at >= settings.aware(params["StartDate"]))
        and ("EndDate" not in params or item.at <= settings.aware(params["EndDate"]))
    ]
    if params.get("ScanBy") != "TimestampAscending":
        items.reverse()
    page, token = _page(items, params)
    return {"AlarmHistoryItems": [item.shown for item in page], **token}


@operation
def delete_alarms(call: Call, backend: Backend) -> Result:
    """Delete alarms, all that are named or none."""
    account = _account(call)
    alarms = _named(call)
    backend()
    for alarm in alarms:
        transitions.deleted(account, call.region, alarm, call.time)
    return {}


@operation
def set_alarm_state(call: Call, backend: Backend) -> Result:
    """Put an alarm into a state, with its actions, until it is evaluated next.

    Raises:
        AwsError: ResourceNotFound, InvalidFormat, ValidationError.
    """
    params, account = call.params, _account(call)
    alarm = alarms_of(account, call.region).get(params["AlarmName"])
    if alarm is None:
        raise AwsError("ResourceNotFound", "Unknown", 404)
    if params["StateValue"] not in STATES:
        raise AwsError(
            "ValidationError",
            f"1 validation error detected: Value '{params['StateValue']}' at 'stateValue' failed to"
            " satisfy constraint: Member must satisfy enum value set:"
            " [INSUFFICIENT_DATA, ALARM, OK]",
        )
    data = params.get("StateReasonData")
    try:
        if data:
            json.loads(data)
    except ValueError as error:
        raise AwsError("InvalidFormat", "StateReasonData was not valid JSON") from error
    value, reason = params["StateValue"], params["StateReason"]
    transitions.enter(account, call.region, alarm, value, reason, data, call.time)
    return {}


@operation
def enable_alarm_actions(call: Call, backend: Backend) -> Result:
    """Let alarms act again."""
    return _switch(call, on=True)


@operation
def disable_alarm_actions(call: Call, backend: Backend) -> Result:
    """Alarms go on changing state, and do nothing about it."""
    return _switch(call, on=False)


def _add_rule(call: Call) -> None:
    """The backend has composite alarms, but no operation that makes one."""
    from moto.cloudwatch.models import cloudwatch_backends

    params = call.params
    cloudwatch_backends[_account(call).id][call.region].put_metric_alarm(
        name=params["AlarmName"],
        namespace="",
        metric_name="",
        comparison_operator="",
        evaluation_periods=0,
        period=0,
        threshold=0,
        statistic="",
        description=params.get("AlarmDescription", ""),
        dimensions=[],
        alarm_actions=list(params.get("AlarmActions") or ()),
        ok_actions=list(params.get("OKActions") or ()),
        insufficient_data_actions=list(params.get("InsufficientDataActions") or ()),
        rule=params["AlarmRule"],
        tags=params.get("Tags"),
    )


def _put(call: Call, make: Callable[[], object]) -> Result:
    account, params = _account(call), call.params
    before = alarms_of(account, call.region).get(params["AlarmName"])
    observer.catch_up(account.world, call.time)
    make()
    now, name = call.time, params["AlarmName"]
    alarm = Alarm(
        name,
        f"arn:aws:cloudwatch:{call.region}:{account.id}:alarm:{name}",
        {key: value for key, value in params.items() if key != "Tags"},
        now,
        before.state if before else State(INSUFFICIENT_DATA, _INITIAL, None, now, now),
        params.get("ActionsEnabled", True),
    )
    keep(account, call.region, alarm)
    transitions.configured(account, call.region, alarm, now, before)
    kept = states.of(account, call.region)
    if kept.looked is None or len(alarms_of(account, call.region)) == 1:
        states.keep(account, call.region, replace(kept, looked=now))
    wake(account.world, "cloudwatch")
    return {}


def _switch(call: Call, *, on: bool) -> Result:
    account = _account(call)
    for name in call.params["AlarmNames"]:
        alarm = alarms_of(account, call.region).get(name)
        if alarm is not None and alarm.actions_enabled is not on:
            changed = replace(alarm, actions_enabled=on, configured=call.time)
            keep(account, call.region, changed)
            transitions.configured(account, call.region, changed, call.time, alarm)
    return {}


def _named(call: Call) -> list[Alarm]:
    alarms = alarms_of(_account(call), call.region)
    names = call.params["AlarmNames"]
    lacking = [name for name in names if name not in alarms]
    if lacking:
        raise AwsError("ResourceNotFound", f"Alarm {lacking[0]} does not exist", 404)
    return [alarms[name] for name in dict.fromkeys(names)]


def _children(call: Call, name: str) -> frozenset[str]:
    alarm = alarms_of(_account(call), call.region).get(name)
    if alarm is None or not alarm.composite:
        return frozenset()
    return composite.read(alarm.settings["AlarmRule"])[1]


def _actions(alarm: Alarm) -> Iterable[str]:
    return (arn for kind in _ACTIONS for arn in alarm.settings.get(kind) or ())


def _shown(alarm: Alarm) -> dict[str, Any]:
    """As DescribeAlarms has it."""
    told: dict[str, Any] = {
        "AlarmName": alarm.name,
        "AlarmArn": alarm.arn,
        "AlarmConfigurationUpdatedTimestamp": alarm.configured,
        "ActionsEnabled": alarm.actions_enabled,
        **{kind: list(alarm.settings.get(kind) or ()) for kind in _ACTIONS},
        "StateValue": alarm.state.value,
        "StateReason": alarm.state.reason,
        "StateUpdatedTimestamp": alarm.state.at,
        "StateTransitionedTimestamp": alarm.state.since,
        **{name: alarm.settings[name] for name in _SHOWN if name in alarm.settings},
    }
    if not alarm.composite:
        told["Dimensions"] = list(alarm.settings.get("Dimensions") or ())
    if alarm.state.data is not None:
        told["StateReasonData"] = alarm.state.data
    return told


def _page(found: list[Item], params: dict[str, Any]) -> tuple[list[Item], dict[str, str]]:
    size, token = params.get("MaxRecords", _PAGE), params.get("NextToken", "0")
    if not token.isdecimal():
        raise AwsError("InvalidNextToken", "The next token specified is invalid.")
    start = int(token)
    more = {"NextToken": str(start + size)} if start + size < len(found) else {}
    return found[start : start + size], more


def _account(call: Call) -> Account:
    assert call.account is not None
    return call.account
