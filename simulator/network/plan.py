"""A network made ready for deciding many packets: tables by address, rules compiled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from simulator.network.acls import AclFilter, compile_acl
from simulator.network.addresses import Block, block, number
from simulator.network.balancing import LoadBalancer
from simulator.network.gateways import Gateways, gateways_of
from simulator.network.model import (
    Interface,
    Network,
    NetworkAcl,
    RouteTable,
    SecurityGroup,
    Subnet,
)
from simulator.network.packet import Packet
from simulator.network.routes import CompiledRoute, compile_routes
from simulator.network.security_groups import Filter, compile_groups


@dataclass(frozen=True, slots=True)
class Edge:
    """The border of a subnet: what its network ACL and its route table say."""

    id: str
    vpc: str
    inbound: AclFilter
    outbound: AclFilter
    table: str
    routes: tuple[CompiledRoute, ...]


@dataclass(frozen=True, slots=True)
class Port:
    """An interface, with its subnet and its rules. None for rules: no security group applies."""

    id: str
    interface: Interface
    edge: Edge
    addresses: tuple[int, ...]
    public: Mapping[int, int]
    inbound: Filter | None
    outbound: Filter | None
    nat: str = ""
    """The NAT gateway whose interface it is."""


@dataclass(frozen=True, eq=False)
class Plan:
    """The compiled form of a network. It can't change either."""

    network: Network
    ports: Mapping[str, Port]
    edges: Mapping[str, Edge]
    blocks: Mapping[str, tuple[Block, ...]]
    """By VPC."""
    private: Mapping[str, Mapping[int, Port]]
    """By VPC and address, IPv6 included."""
    public: Mapping[int, tuple[Port, int]]
    """By address on the internet: the interface, and its own address for that one."""
    instances: Mapping[str, Port]
    balancers: Mapping[str, LoadBalancer]
    """By interface."""
    gateways: Gateways
    edge_routes: Mapping[str, tuple[CompiledRoute, ...]]
    """Gateway route tables, by VPC."""
    prefixes: Mapping[str, tuple[Block, ...]]
    answered: dict[Packet, bool] = field(default_factory=dict, init=False, repr=False)
    """What `simulator.network.reach.answered` has found out."""

    def __deepcopy__(self, _: dict[int, Any]) -> Plan:
        return self


def plan(network: Network) -> Plan:
    """Compile a network. Takes milliseconds; do it once for many packets."""
    gateways = gateways_of(network)
    tables = {table.id: table for table in network.route_tables}
    locals_of = {vpc.id: vpc.blocks for vpc in network.vpcs}
    edges = _edges(network, tables, locals_of)
    ports = _ports(network, edges, gateways)
    private: dict[str, dict[int, Port]] = {vpc.id: {} for vpc in network.vpcs}
    public: dict[int, tuple[Port, int]] = {}
    instances: dict[str, Port] = {}
    for port in ports.values():
        private[port.edge.vpc].update(dict.fromkeys(port.addresses, port))
        public.update((outer, (port, inner)) for inner, outer in port.public.items())
        if port.interface.instance:
            instances.setdefault(port.interface.instance, port)
    return Plan(
        network=network,
        ports=ports,
        edges=edges,
        blocks={name: tuple(map(block, blocks)) for name, blocks in locals_of.items()},
        private=private,
        public=public,
        instances=instances,
        balancers={
            name: balancer for balancer in network.load_balancers for name in balancer.interfaces
        },
        gateways=gateways,
        edge_routes={
            gateway.vpc: compile_routes(
                tables[gateway.route_table], locals_of[gateway.vpc], network.prefix_lists
            )
            for gateway in network.internet_gateways
            if gateway.vpc and gateway.route_table
        },
        prefixes={name: tuple(map(block, blocks)) for name, blocks in network.prefix_lists.items()},
    )


def _edges(
    network: Network, tables: Mapping[str, RouteTable], locals_of: Mapping[str, tuple[str, ...]]
) -> dict[str, Edge]:
    acls = {acl.id: acl for acl in network.acls}

    @cache
    def filters(name: str) -> tuple[AclFilter, AclFilter]:
        acl = acls.get(name) or NetworkAcl(name)
        return compile_acl(acl, False), compile_acl(acl, True)

    @cache
    def routes(name: str, vpc: str) -> tuple[CompiledRoute, ...]:
        table = tables.get(name) or RouteTable(name)
        return compile_routes(table, locals_of[vpc], network.prefix_lists)

    def edge(subnet: Subnet) -> Edge:
        table = routes(subnet.route_table, subnet.vpc)
        return Edge(subnet.id, subnet.vpc, *filters(subnet.acl), subnet.route_table, table)

    return {subnet.id: edge(subnet) for subnet in network.subnets}


def _ports(network: Network, edges: Mapping[str, Edge], gateways: Gateways) -> dict[str, Port]:
    groups = {group.id: group for group in network.groups}
    members = _members(network.interfaces)

    @cache
    def members_of(group: str, vpc: str) -> frozenset[int]:
        known = groups.get(group)
        if known is None or not gateways.may_refer(vpc, known.vpc):
            return frozenset()
        return members.get(group, frozenset())

    @cache
    def filters(names: tuple[str, ...]) -> tuple[Filter, Filter]:
        own: list[SecurityGroup] = [groups[name] for name in names if name in groups]
        lists = network.prefix_lists
        return (
            compile_groups(own, False, lists, members_of),
            compile_groups(own, True, lists, members_of),
        )

    nats = {gateway.interface: gateway.id for gateway in network.nat_gateways}
    balanced = {name for one in network.load_balancers if one.network for name in one.interfaces}
    ports = {}
    for interface in network.interfaces:
        free = interface.id in nats or (interface.id in balanced and not interface.groups)
        inbound, outbound = (None, None) if free else filters(interface.groups)
        addresses = tuple(map(number, interface.addresses))
        public = {number(inner): number(outer) for inner, outer in interface.public.items()}
        public.update((address, address) for address in addresses if address >> 125 == 1)
        ports[interface.id] = Port(
            id=interface.id,
            interface=interface,
            edge=edges[interface.subnet],
            addresses=addresses,
            public=public,
            inbound=inbound,
            outbound=outbound,
            nat=nats.get(interface.id, ""),
        )
    return ports


def _members(interfaces: Iterable[Interface]) -> dict[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    for interface in interfaces:
        for group in interface.groups:
            found.setdefault(group, set()).update(map(number, interface.addresses))
    return {name: frozenset(addresses) for name, addresses in found.items()}
