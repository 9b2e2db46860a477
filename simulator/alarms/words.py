"""What an alarm's change is told with: the notification, and the events for EventBridge.

Sources: "Alarm events and EventBridge" (Amazon CloudWatch User Guide), and notifications that
people have published.
"""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from simulator.account.chance import drawn_uuid
from simulator.alarms.alarm import Alarm, State
from simulator.alarms.evaluation import iso
from simulator.alarms.metrics import PLAIN

if TYPE_CHECKING:
    from simulator.account.account import Account

_STATISTICS = {"SampleCount": "SAMPLE_COUNT"}


def subject(alarm: Alarm, region: str) -> str:
    """Of the notification, and of the e-mail that comes of it."""
    return f'{alarm.state.value}: "{alarm.name}" in {region_name(region)}'


def notification(account: Account, region: str, alarm: Alarm, before: State) -> str:
    """The message that a topic gets, in JSON. A missing value is null."""
    settings, state = alarm.settings, alarm.state
    told: dict[str, Any] = {
        "AlarmName": alarm.name,
        "AlarmDescription": settings.get("AlarmDescription"),
        "AWSAccountId": account.id,
    }
    if not alarm.composite:
        told["AlarmConfigurationUpdatedTimestamp"] = iso(alarm.configured.timestamp())
    told |= {
        "NewStateValue": state.value,
        "NewStateReason": state.reason,
        "StateChangeTime": iso(state.at.timestamp()),
        "Region": region_name(region),
        "AlarmArn": alarm.arn,
        "OldStateValue": before.value,
        "OKActions": list(settings.get("OKActions") or ()),
        "AlarmActions": list(settings.get("AlarmActions") or ()),
        "InsufficientDataActions": list(settings.get("InsufficientDataActions") or ()),
    }
    if alarm.composite:
        told["AlarmRule"] = settings["AlarmRule"]
    else:
        told["Trigger"] = _trigger(alarm)
    return json.dumps(told, separators=(",", ":"))


def change(alarm: Alarm, before: State) -> dict[str, Any]:
    """The detail of a "CloudWatch Alarm State Change"."""
    return {
        "alarmName": alarm.name,
        "state": _state(alarm.state),
        "previousState": _state(before),
        "configuration": configuration(alarm),
    }


def configured(alarm: Alarm, operation: str, before: Alarm | None = None) -> dict[str, Any]:
    """The detail of a "CloudWatch Alarm Configuration Change"."""
    told = {
        "alarmName": alarm.name,
        "operation": operation,
        "state": _state(alarm.state),
        "configuration": _whole(alarm),
    }
    return told if before is None else {**told, "previousConfiguration": _whole(before)}


def _whole(alarm: Alarm) -> dict[str, Any]:
    settings = alarm.settings
    told = {
        **configuration(alarm),
        "alarmName": alarm.name,
        "actionsEnabled": alarm.actions_enabled,
        "timestamp": iso(alarm.configured.timestamp()),
        "okActions": list(settings.get("OKActions") or ()),
        "alarmActions": list(settings.get("AlarmActions") or ()),
        "insufficientDataActions": list(settings.get("InsufficientDataActions") or ()),
    }
    if alarm.composite:
        return told
    return {
        **told,
        "evaluationPeriods": alarm.periods,
        "threshold": float(settings["Threshold"]),
        "comparisonOperator": settings["ComparisonOperator"],
        "treatMissingData": alarm.missing,
    }


def configuration(alarm: Alarm) -> dict[str, Any]:
    """What the alarm is about, as state changes tell it."""
    settings = alarm.settings
    told: dict[str, Any] = {}
    if settings.get("AlarmDescription"):
        told["description"] = settings["AlarmDescription"]
    if alarm.composite:
        return {**told, "alarmRule": settings["AlarmRule"]}
    queries = settings.get("Metrics")
    if queries is None:
        asked = {
            "Metric": settings,
            "Period": settings["Period"],
            "Stat": settings.get("Statistic") or settings["ExtendedStatistic"],
        }
        number = drawn_uuid(random.Random(f"metric/{alarm.arn}"))
        queries = [{"Id": number, "MetricStat": asked, "ReturnData": True}]
    told["metrics"] = [_query(query) for query in queries]
    return told


@lru_cache(maxsize=64)
def region_name(region: str) -> str:
    """As AWS calls it: "US East (N. Virginia)"."""
    from botocore.loaders import Loader

    found = Loader().load_data("endpoints")["partitions"][0]["regions"]
    return str(found.get(region, {}).get("description", region))


def _state(state: State) -> dict[str, Any]:
    told = {"reason": state.reason, "timestamp": iso(state.at.timestamp()), "value": state.value}
    return told if state.data is None else {**told, "reasonData": state.data}


def _query(query: Mapping[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = {"id": query["Id"], "returnData": query.get("ReturnData", True)}
    if "Label" in query:
        told["label"] = query["Label"]
    if "Expression" in query:
        return {**told, "expression": query["Expression"]}
    asked = query["MetricStat"]
    metric = asked["Metric"]
    told["metricStat"] = {
        "metric": {
            "namespace": metric["Namespace"],
            "name": metric["MetricName"],
            "dimensions": {one["Name"]: one["Value"] for one in metric.get("Dimensions") or ()},
        },
        "period": int(asked["Period"]),
        "stat": asked["Stat"],
    }
    return told


def _trigger(alarm: Alarm) -> dict[str, Any]:
    settings = alarm.settings
    told: dict[str, Any] = {}
    if "Metrics" in settings:
        told["Metrics"] = [
            {
                **({"Expression": query["Expression"]} if "Expression" in query else {}),
                **_metric(query),
            }
            for query in settings["Metrics"]
        ]
    else:
        name = settings.get("Statistic")
        kind = "Statistic" if name in PLAIN else "ExtendedStatistic"
        told = {
            "MetricName": settings["MetricName"],
            "Namespace": settings["Namespace"],
            "StatisticType": kind,
            kind: _STATISTICS.get(name, name.upper()) if name else settings["ExtendedStatistic"],
            "Unit": settings.get("Unit"),
            "Dimensions": _dimensions(settings),
            "Period": int(settings["Period"]),
        }
    told |= {
        "EvaluationPeriods": alarm.periods,
        "ComparisonOperator": settings["ComparisonOperator"],
        "Threshold": float(settings["Threshold"]),
        "TreatMissingData": settings.get("TreatMissingData") or "",
        "EvaluateLowSampleCountPercentile": settings.get("EvaluateLowSampleCountPercentile") or "",
    }
    if "DatapointsToAlarm" in settings:
        told["DatapointsToAlarm"] = alarm.needed
    return told


def _metric(query: Mapping[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = {"Id": query["Id"], "ReturnData": query.get("ReturnData", True)}
    if "Label" in query:
        told["Label"] = query["Label"]
    if "MetricStat" in query:
        asked = query["MetricStat"]
        metric = asked["Metric"]
        told["MetricStat"] = {
            "Metric": {
                "Dimensions": _dimensions(metric),
                "MetricName": metric["MetricName"],
                "Namespace": metric["Namespace"],
            },
            "Period": int(asked["Period"]),
            "Stat": asked["Stat"],
        }
    return told


def _dimensions(metric: Mapping[str, Any]) -> list[dict[str, str]]:
    return [{"value": one["Value"], "name": one["Name"]} for one in metric.get("Dimensions") or ()]
