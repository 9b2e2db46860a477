"""AWS Systems Manager: managed nodes, and what moto leaves out of a sent command."""

from __future__ import annotations

from typing import Any

from simulator.account.managed_nodes import managed_nodes
from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.services import Backend, Result, operation, ssm_sessions

start_session = ssm_sessions.start_session
terminate_session = ssm_sessions.terminate_session
describe_sessions = ssm_sessions.describe_sessions

_AGENT = "3.3.987.0"


@operation
def describe_instance_information(call: Call, backend: Backend) -> Result:
    """The managed nodes that all filters fit ("DescribeInstanceInformation")."""
    assert call.account is not None
    nodes = [_description(call, node) for node in managed_nodes(call.account, call.region)]
    wanted = [(each["Key"], each["Values"]) for each in call.params.get("Filters", ())]
    wanted += [
        (each["key"], each["valueSet"])
        for each in call.params.get("InstanceInformationFilterList", ())
    ]
    for key, values in wanted:
        nodes = [node for node in nodes if _value(node, key) in values]
    for node in nodes:
        del node["Tags"]
    return {"InstanceInformationList": nodes}


@operation
def send_command(call: Call, backend: Backend) -> Result:
    """The command as AWS describes it when nothing has run yet ("SendCommand")."""
    answer = backend()
    command: dict[str, Any] = answer["Command"]
    logs = call.params.get("CloudWatchOutputConfig", {})
    command |= {
        "AlarmConfiguration": call.params.get(
            "AlarmConfiguration", {"IgnorePollAlarmFailure": False, "Alarms": []}
        ),
        "CloudWatchOutputConfig": {
            "CloudWatchLogGroupName": logs.get("CloudWatchLogGroupName", ""),
            "CloudWatchOutputEnabled": logs.get("CloudWatchOutputEnabled", False),
        },
        "CompletedCount": 0,
        "DeliveryTimedOutCount": 0,
        "InstanceIds": list(call.params.get("InstanceIds", ())),
        "TargetCount": len(call.params.get("InstanceIds", ())),
        "DocumentVersion": call.params.get("DocumentVersion", "$DEFAULT"),
        "MaxConcurrency": call.params.get("MaxConcurrency", "50"),
        "MaxErrors": call.params.get("MaxErrors", "0"),
        "NotificationConfig": call.params.get(
            "NotificationConfig",
            {"NotificationArn": "", "NotificationEvents": [], "NotificationType": ""},
        ),
        "Status": "Pending",
        "StatusDetails": "Pending",
        "TriggeredAlarms": [],
    }
    return answer


def _description(call: Call, node: Any) -> dict[str, Any]:
    assert call.account is not None
    windows = node.platform == "windows"
    return {
        "InstanceId": node.id,
        "PingStatus": "Online",
        "LastPingDateTime": call.time,
        "AgentVersion": _AGENT,
        "IsLatestVersion": True,
        "PlatformType": "Windows" if windows else "Linux",
        "PlatformName": "Microsoft Windows Server 2022 Datacenter" if windows else "Amazon Linux",
        "PlatformVersion": "10.0.20348" if windows else "2023",
        "ResourceType": "EC2Instance",
        "IPAddress": node.private_ip,
        "ComputerName": node.private_dns_name,
        "SourceId": node.id,
        "SourceType": "AWS::EC2::Instance",
        "Tags": {tag["key"]: tag["value"] for tag in node.get_tags()},
    }


def _value(node: dict[str, Any], key: str) -> str | None:
    if key.startswith("tag:"):
        found: str | None = node["Tags"].get(key.removeprefix("tag:"))
        return found
    names = {
        "InstanceIds": "InstanceId",
        "PingStatus": "PingStatus",
        "PlatformTypes": "PlatformType",
        "ResourceType": "ResourceType",
        "AgentVersion": "AgentVersion",
        "SourceIds": "SourceId",
        "SourceTypes": "SourceType",
    }
    if key not in names:
        raise AwsError("InvalidFilterKey", f"The specified filter key is not valid: {key}")
    return str(node[names[key]])
