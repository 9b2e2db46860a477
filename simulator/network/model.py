"""What a VPC network consists of, as EC2 describes it. Nothing here decides anything.

Blocks and addresses are text, ids are AWS's. Protocols are "tcp", "udp", "icmp", "icmpv6", the
number of another one, or "-1" for all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from simulator.network.balancing import LoadBalancer
from simulator.network.firewall import Firewall


@dataclass(frozen=True, slots=True)
class Permission:
    """A security group's rule. For ICMP, `from_port` is the type and `to_port` the code; -1: any."""

    protocol: str
    peer: str
    """A CIDR block, or the id of a security group or of a prefix list."""
    from_port: int = -1
    to_port: int = -1
    id: str = ""


@dataclass(frozen=True, slots=True)
class SecurityGroup:
    """A security group and its rules."""

    id: str
    vpc: str
    inbound: tuple[Permission, ...] = ()
    outbound: tuple[Permission, ...] = ()


@dataclass(frozen=True, slots=True)
class AclEntry:
    """A rule of a network ACL. For ICMP, `from_port` is the type and `to_port` the code."""

    number: int
    allow: bool
    protocol: str
    cidr: str
    from_port: int = -1
    to_port: int = -1


@dataclass(frozen=True, slots=True)
class NetworkAcl:
    """A network ACL, less the rule `*` at its end, which denies."""

    id: str
    inbound: tuple[AclEntry, ...] = ()
    outbound: tuple[AclEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class Route:
    """To `destination` (a CIDR block or a prefix list) by `target`: an id, or "local"."""

    destination: str
    target: str
    propagated: bool = False


@dataclass(frozen=True, slots=True)
class RouteTable:
    """The routes of a subnet or of a gateway. The local routes of the VPC are implied."""

    id: str
    routes: tuple[Route, ...] = ()


@dataclass(frozen=True, slots=True)
class Vpc:
    """A VPC and its CIDR blocks, IPv6 included."""

    id: str
    blocks: tuple[str, ...]
    region: str = "us-east-1"


@dataclass(frozen=True, slots=True)
class Subnet:
    """A subnet, with the ids of its route table (the main one by default) and network ACL."""

    id: str
    vpc: str
    blocks: tuple[str, ...]
    route_table: str
    acl: str


@dataclass(frozen=True, slots=True)
class Interface:
    """An elastic network interface."""

    id: str
    subnet: str
    addresses: tuple[str, ...]
    """Private IPv4 addresses, the primary one first, then IPv6 addresses."""
    groups: tuple[str, ...] = ()
    public: Mapping[str, str] = field(default_factory=dict)
    """Private IPv4 address → the public or Elastic IP address that stands for it."""
    instance: str = ""
    source_dest_check: bool = True
    running: bool = True
    """False: the instance it is attached to is stopped."""


@dataclass(frozen=True, slots=True)
class InternetGateway:
    """A VPC's way to and from the internet."""

    id: str
    vpc: str
    """Empty: attached to none."""
    route_table: str = ""
    """A gateway route table, if it is associated with one."""


@dataclass(frozen=True, slots=True)
class EgressOnlyGateway:
    """A VPC's way out to the internet over IPv6."""

    id: str
    vpc: str


@dataclass(frozen=True, slots=True)
class NatGateway:
    """A NAT gateway, with the interface by which it is in its subnet."""

    id: str
    interface: str
    available: bool = True


@dataclass(frozen=True, slots=True)
class Peering:
    """A VPC peering connection."""

    id: str
    requester: str
    accepter: str
    active: bool = True


@dataclass(frozen=True, slots=True)
class GatewayEndpoint:
    """To S3 or DynamoDB, by the service's prefix list."""

    id: str
    vpc: str
    service: str


@dataclass(frozen=True, slots=True)
class VirtualPrivateGateway:
    """The VPC's end of a VPN or Direct Connect; behind it, the company's own network."""

    id: str
    vpc: str


@dataclass(frozen=True)
class Network:
    """All of it, at one moment. It can't change, so a copy of it is itself."""

    vpcs: tuple[Vpc, ...] = ()
    subnets: tuple[Subnet, ...] = ()
    interfaces: tuple[Interface, ...] = ()
    groups: tuple[SecurityGroup, ...] = ()
    acls: tuple[NetworkAcl, ...] = ()
    route_tables: tuple[RouteTable, ...] = ()
    prefix_lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    internet_gateways: tuple[InternetGateway, ...] = ()
    egress_only_gateways: tuple[EgressOnlyGateway, ...] = ()
    nat_gateways: tuple[NatGateway, ...] = ()
    peerings: tuple[Peering, ...] = ()
    gateway_endpoints: tuple[GatewayEndpoint, ...] = ()
    endpoint_interfaces: frozenset[str] = frozenset()
    """Interfaces of interface endpoints (AWS PrivateLink)."""
    private_gateways: tuple[VirtualPrivateGateway, ...] = ()
    firewalls: tuple[Firewall, ...] = ()
    load_balancers: tuple[LoadBalancer, ...] = ()
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Addresses by DNS name, for everybody."""
    private_names: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    """Addresses by VPC and DNS name: what only that VPC's resolver says."""
    shielded: frozenset[str] = frozenset()
    """Ids or ARNs of what Shield Advanced protects. Shield Standard protects everything.

    Source: "AWS Shield Standard overview", "AWS Shield Advanced protections list".
    """

    def __deepcopy__(self, _: dict[int, Any]) -> Network:
        return self
