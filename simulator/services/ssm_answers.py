"""How Run Command describes a command and what came of it (AWS Systems Manager API Reference)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from simulator.gateway.call import Call
from simulator.hosts.asked import Completed

PLUGIN = "aws:runShellScript"
_TIMEOUT = 3600
_EXECUTION = 3600


def sent(call: Call, command_id: str) -> dict[str, Any]:
    """A command of which nothing has run yet."""
    params = call.params
    seconds = int(params.get("TimeoutSeconds", _TIMEOUT))
    logs = params.get("CloudWatchOutputConfig", {})
    quiet = {"NotificationArn": "", "NotificationEvents": [], "NotificationType": ""}
    return {
        "CommandId": command_id,
        "DocumentName": params["DocumentName"],
        "DocumentVersion": params.get("DocumentVersion", "$DEFAULT"),
        "Comment": params.get("Comment", ""),
        "ExpiresAfter": call.time + timedelta(seconds=seconds + _EXECUTION),
        "Parameters": params.get("Parameters", {}),
        "InstanceIds": params.get("InstanceIds", []),
        "Targets": params.get("Targets", []),
        "RequestedDateTime": call.time,
        "Status": "Pending",
        "StatusDetails": "Pending",
        "OutputS3BucketName": params.get("OutputS3BucketName", ""),
        "OutputS3KeyPrefix": params.get("OutputS3KeyPrefix", ""),
        "OutputS3Region": params.get("OutputS3Region", call.region),
        "MaxConcurrency": params.get("MaxConcurrency", "50"),
        "MaxErrors": params.get("MaxErrors", "0"),
        "CompletedCount": 0,
        "ErrorCount": 0,
        "DeliveryTimedOutCount": 0,
        "ServiceRole": params.get("ServiceRoleArn", ""),
        "NotificationConfig": params.get("NotificationConfig", quiet),
        "CloudWatchOutputConfig": {
            "CloudWatchLogGroupName": logs.get("CloudWatchLogGroupName", ""),
            "CloudWatchOutputEnabled": logs.get("CloudWatchOutputEnabled", False),
        },
        "TimeoutSeconds": seconds,
        "AlarmConfiguration": params.get(
            "AlarmConfiguration", {"IgnorePollAlarmFailure": False, "Alarms": []}
        ),
        "TriggeredAlarms": [],
    }


def listed(described: dict[str, Any], runs: Iterable[Completed]) -> dict[str, Any]:
    """A command that is over."""
    codes = [run.code for run in runs]
    status = "Failed" if any(codes) else "Success"
    return {
        **described,
        "Status": status,
        "StatusDetails": status if codes else "NoInstancesInTag",
        "TargetCount": len(codes),
        "CompletedCount": len(codes),
        "ErrorCount": sum(code != 0 for code in codes),
    }


def invocation(described: dict[str, Any], node: str, run: Completed) -> dict[str, Any]:
    """GetCommandInvocation's answer."""
    began, status = described["RequestedDateTime"], _status(run)
    return {
        "CommandId": described["CommandId"],
        "InstanceId": node,
        "Comment": described["Comment"],
        "DocumentName": described["DocumentName"],
        "DocumentVersion": described["DocumentVersion"],
        "PluginName": PLUGIN,
        "ResponseCode": run.code,
        "ExecutionStartDateTime": _instant(began),
        "ExecutionElapsedTime": "PT0.1S",
        "ExecutionEndDateTime": _instant(began),
        "Status": status,
        "StatusDetails": status,
        "StandardOutputContent": run.out,
        "StandardOutputUrl": "",
        "StandardErrorContent": run.err,
        "StandardErrorUrl": "",
        "CloudWatchOutputConfig": described["CloudWatchOutputConfig"],
    }


def summary(
    described: dict[str, Any], node: str, name: str, run: Completed, details: bool
) -> dict[str, Any]:
    """One of ListCommandInvocations."""
    status, when = _status(run), described["RequestedDateTime"]
    plugin = {
        "Name": PLUGIN,
        "Status": status,
        "StatusDetails": status,
        "ResponseCode": run.code,
        "ResponseStartDateTime": when,
        "ResponseFinishDateTime": when,
        "Output": (run.out + (f"\n----------ERROR-------\n{run.err}" if run.err else ""))[:2500],
        "StandardOutputUrl": "",
        "StandardErrorUrl": "",
    }
    kept = (
        "CommandId",
        "Comment",
        "DocumentName",
        "DocumentVersion",
        "RequestedDateTime",
        "ServiceRole",
        "NotificationConfig",
        "CloudWatchOutputConfig",
    )
    return {
        **{key: described[key] for key in kept},
        "InstanceId": node,
        "InstanceName": name,
        "Status": status,
        "StatusDetails": status,
        "StandardOutputUrl": "",
        "StandardErrorUrl": "",
        "CommandPlugins": [plugin] if details else [],
    }


def _status(run: Completed) -> str:
    return "Failed" if run.code else "Success"


def _instant(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"
