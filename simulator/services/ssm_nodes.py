"""Systems Manager's managed nodes ("DescribeInstanceInformation")."""

from __future__ import annotations

from typing import Any

from simulator.account.managed_nodes import managed_nodes
from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.hosts.disks import PLAIN
from simulator.hosts.machine import AGENT, Machine
from simulator.services import Backend, Result, operation

_NAMES = {
    "InstanceIds": "InstanceId",
    "PingStatus": "PingStatus",
    "PlatformTypes": "PlatformType",
    "ResourceType": "ResourceType",
    "AgentVersion": "AgentVersion",
    "SourceIds": "SourceId",
    "SourceTypes": "SourceType",
}


@operation
def describe_instance_information(call: Call, backend: Backend) -> Result:
    """The managed nodes that are online and that all filters fit."""
    assert call.account is not None
    found = [(node, _description(call, node)) for node in managed_nodes(call.account, call.region)]
    wanted = [(each["Key"], each["Values"]) for each in call.params.get("Filters", ())]
    wanted += [
        (each["key"], each["valueSet"])
        for each in call.params.get("InstanceInformationFilterList", ())
    ]
    for key, values in wanted:
        found = [(node, shown) for node, shown in found if _value(node, shown, key) in values]
    return {"InstanceInformationList": [shown for _, shown in found]}


def _description(call: Call, node: Any) -> dict[str, Any]:
    assert call.account is not None
    windows = node.platform == "windows"
    packages = Machine(call.account, node).disk.packages
    return {
        "InstanceId": node.id,
        "PingStatus": "Online",
        "LastPingDateTime": call.time,
        "AgentVersion": packages.get(AGENT, PLAIN.packages[AGENT]),
        "IsLatestVersion": True,
        "PlatformType": "Windows" if windows else "Linux",
        "PlatformName": "Microsoft Windows Server 2022 Datacenter" if windows else "Amazon Linux",
        "PlatformVersion": "10.0.20348" if windows else "2023",
        "ResourceType": "EC2Instance",
        "IPAddress": node.private_ip,
        "ComputerName": node.private_dns_name,
        "SourceId": node.id,
        "SourceType": "AWS::EC2::Instance",
    }


def _value(node: Any, shown: dict[str, Any], key: str) -> str | None:
    if key.startswith("tag:"):
        tags = {tag["key"]: tag["value"] for tag in node.get_tags()}
        return tags.get(key.removeprefix("tag:"))
    if key not in _NAMES:
        raise AwsError("InvalidFilterKey", f"The specified filter key is not valid: {key}")
    return str(shown[_NAMES[key]])
