"""Amazon EC2's resource ids: the kind that an id's prefix tells, and the ARN of each kind."""

from __future__ import annotations

from functools import partial

from simulator.iam.actions.needed import Request
from simulator.iam.actions.resources import Builder

PREFIXES = {
    "acl": "network-acl",
    "ami": "image",
    "cgw": "customer-gateway",
    "cr": "capacity-reservation",
    "dopt": "dhcp-options",
    "eice": "instance-connect-endpoint",
    "eigw": "egress-only-internet-gateway",
    "eipalloc": "elastic-ip",
    "eni": "network-interface",
    "fl": "vpc-flow-log",
    "fleet": "fleet",
    "h": "dedicated-host",
    "i": "instance",
    "igw": "internet-gateway",
    "key": "key-pair",
    "lt": "launch-template",
    "nat": "natgateway",
    "pcx": "vpc-peering-connection",
    "pg": "placement-group",
    "pl": "prefix-list",
    "rtb": "route-table",
    "sfr": "spot-fleet-request",
    "sg": "security-group",
    "sgr": "security-group-rule",
    "sir": "spot-instances-request",
    "snap": "snapshot",
    "subnet": "subnet",
    "tgw": "transit-gateway",
    "tgw-attach": "transit-gateway-attachment",
    "tgw-rtb": "transit-gateway-route-table",
    "vgw": "vpn-gateway",
    "vol": "volume",
    "vpc": "vpc",
    "vpce": "vpc-endpoint",
    "vpce-svc": "vpc-endpoint-service",
    "vpn": "vpn-connection",
}
"""The part of an id before its last hyphen → the resource type."""

NO_ACCOUNT = frozenset({"image", "snapshot"})
"""Resource types whose ARNs name no account."""

BY_NAME = frozenset({"key-pair", "placement-group"})
"""Resource types whose ARNs end in a name where others end in an id."""


def arn_of(kind: str, call: Request, name: str) -> str:
    """ARN of an EC2 resource by its id, or by its name where the ARN has that.

    What a call gives instead (a group's name, a key pair's or an association's id) is looked
    up; where that finds nothing, all of the kind.
    """
    if name.startswith("arn:"):
        return name
    owner = "" if kind in NO_ACCOUNT else call.account_id
    by_id = PREFIXES.get(name.rpartition("-")[0]) == kind
    if name != "*" and by_id == (kind in BY_NAME):
        found = call.lookup.resource_arn("ec2", kind, name) if call.lookup is not None else None
        if found:
            return found
        name = name if kind in BY_NAME else "*"
    return f"arn:aws:ec2:{call.region}:{owner}:{kind}/{name}"


def any_arn(call: Request, identifier: str) -> str:
    """ARN of a resource whose kind only its id tells."""
    kind = PREFIXES.get(identifier.rpartition("-")[0], "*")
    return arn_of(kind, call, identifier)


def builder(kind: str) -> Builder:
    """The builder of one kind's ARNs."""
    return partial(arn_of, kind)
