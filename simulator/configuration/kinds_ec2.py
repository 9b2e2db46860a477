"""Instances, networks and volumes, as the describing calls of EC2 tell of them.

Source: "Supported Resource Types for AWS Config", which also names the relationships.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from simulator.account.account import Account
from simulator.account.state import state_of
from simulator.configuration.kinds import Kind
from simulator.configuration.resource import Related, Resource, camel, tags_of
from simulator.gateway.errors import AwsError

ID: Final = re.compile(r"\b(i|sg|vpc|subnet|acl|vol|igw|rtb|eni)-[0-9a-f]{8,17}\b")
PREFIXES: Final = {
    "i": "AWS::EC2::Instance",
    "sg": "AWS::EC2::SecurityGroup",
    "vpc": "AWS::EC2::VPC",
    "subnet": "AWS::EC2::Subnet",
    "acl": "AWS::EC2::NetworkAcl",
    "vol": "AWS::EC2::Volume",
    "igw": "AWS::EC2::InternetGateway",
    "rtb": "AWS::EC2::RouteTable",
    "eni": "AWS::EC2::NetworkInterface",
}
_GONE = {"terminated", "shutting-down"}


@dataclass(frozen=True, slots=True)
class _Told:
    """How EC2 tells of a kind: the operation, its parameter, the answer's list, the id's name."""

    operation: str
    param: str
    answer: str
    id: str
    arn: str


_TOLD: Final = {
    "AWS::EC2::Instance": _Told(
        "DescribeInstances", "InstanceIds", "Reservations", "InstanceId", "instance"
    ),
    "AWS::EC2::SecurityGroup": _Told(
        "DescribeSecurityGroups", "GroupIds", "SecurityGroups", "GroupId", "security-group"
    ),
    "AWS::EC2::VPC": _Told("DescribeVpcs", "VpcIds", "Vpcs", "VpcId", "vpc"),
    "AWS::EC2::Subnet": _Told("DescribeSubnets", "SubnetIds", "Subnets", "SubnetId", "subnet"),
    "AWS::EC2::NetworkAcl": _Told(
        "DescribeNetworkAcls", "NetworkAclIds", "NetworkAcls", "NetworkAclId", "network-acl"
    ),
    "AWS::EC2::Volume": _Told("DescribeVolumes", "VolumeIds", "Volumes", "VolumeId", "volume"),
    "AWS::EC2::InternetGateway": _Told(
        "DescribeInternetGateways",
        "InternetGatewayIds",
        "InternetGateways",
        "InternetGatewayId",
        "internet-gateway",
    ),
    "AWS::EC2::RouteTable": _Told(
        "DescribeRouteTables", "RouteTableIds", "RouteTables", "RouteTableId", "route-table"
    ),
    "AWS::EC2::NetworkInterface": _Told(
        "DescribeNetworkInterfaces",
        "NetworkInterfaceIds",
        "NetworkInterfaces",
        "NetworkInterfaceId",
        "network-interface",
    ),
}
_CONTAINING = {"AWS::EC2::VPC": "Vpc", "AWS::EC2::Subnet": "Subnet"}


def _listed(kind: str, account: Account, region: str) -> Iterator[str]:
    for one in _asked(kind, account, region, None):
        yield str(one[_TOLD[kind].id])


def _described(kind: str, account: Account, region: str, name: str) -> Resource | None:
    told = next(iter(_asked(kind, account, region, name)), None)
    if told is None:
        return None
    configuration = camel(told)
    tags = tags_of(told.get("Tags") or told.get("TagSet"))
    return Resource(
        kind,
        name,
        f"arn:aws:ec2:{region}:{account.id}:{_TOLD[kind].arn}/{name}",
        region,
        str(told.get("GroupName", "")) if kind == "AWS::EC2::SecurityGroup" else "",
        _zone(kind, told),
        told.get("LaunchTime") or told.get("CreateTime"),
        tags,
        tuple(sorted(set(_related(kind, name, configuration)))),
        configuration,
    )


def _asked(kind: str, account: Account, region: str, name: str | None) -> list[dict[str, Any]]:
    from simulator.gateway.inner_call import ask

    if state_of("ec2", account.id, region) is None:
        return []
    how = _TOLD[kind]
    try:
        answer = ask(account, region, "ec2", how.operation, {how.param: [name]} if name else {})
    except AwsError:
        return []
    found: list[dict[str, Any]] = answer.get(how.answer, [])
    if kind == "AWS::EC2::Instance":
        found = [
            one
            for reservation in found
            for one in reservation["Instances"]
            if one["State"]["Name"] not in _GONE
        ]
    return found


def _zone(kind: str, told: dict[str, Any]) -> str:
    zone = told.get("AvailabilityZone") or told.get("Placement", {}).get("AvailabilityZone")
    if zone:
        return str(zone)
    several = kind in {"AWS::EC2::VPC", "AWS::EC2::NetworkAcl"}
    return "Multiple Availability Zones" if several else "Not Applicable"


def _related(kind: str, own: str, value: Any) -> Iterator[Related]:
    """Every other resource that the configuration names."""
    if isinstance(value, dict):
        for inner in value.values():
            yield from _related(kind, own, inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _related(kind, own, inner)
    elif isinstance(value, str) and value != own and (found := ID.fullmatch(value)):
        other = PREFIXES[found[1]]
        yield other, value, _relation(kind, other)


def _relation(kind: str, other: str) -> str:
    short = other.rpartition("::")[2]
    if other in _CONTAINING and (kind, other) != ("AWS::EC2::InternetGateway", "AWS::EC2::VPC"):
        return f"Is contained in {_CONTAINING[other]}"
    if kind == "AWS::EC2::Instance" and other == "AWS::EC2::NetworkInterface":
        return "Contains NetworkInterface"
    if other in {"AWS::EC2::Instance", "AWS::EC2::Volume", "AWS::EC2::VPC"}:
        return f"Is attached to {short}"
    return f"Is associated with {short}"


KINDS: Final = {kind: Kind(partial(_listed, kind), partial(_described, kind)) for kind in _TOLD}
