"""Addresses of instances: whose an address is, and which one the outside sees.

Sources: "NAT gateways", "Gateway endpoints", "Access an AWS service using an interface VPC
endpoint" (Amazon VPC User Guide, AWS PrivateLink Guide).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from simulator.account.world import World
from simulator.gateway.origin import Origin
from simulator.hosts.machine import Machine, machines


def located(world: World, host: str, source: Machine | None = None) -> Machine | None:
    """The running instance that a host name or an address stands for, seen from `source`.

    From the internet public addresses and names alone mean something. Of several instances with a
    private address, the one in the asker's own VPC is meant.
    """
    found = [one for one in machines(world) if host in _names(one, source is not None)]
    if source is not None:
        vpc = source.instance.vpc_id
        found.sort(key=lambda one: bool(one.instance.vpc_id != vpc))
    return found[0] if found else None


def address(machine: Machine, host: str, inside: bool) -> str:
    """The address that a name of an instance stands for, inside the VPC or outside."""
    if host.replace(".", "").isdigit():
        return host
    return str(machine.instance.private_ip if inside else machine.instance.public_ip)


def _names(machine: Machine, inside: bool) -> Iterator[str]:
    for interface in machine.instance.nics.values():
        if interface.public_ip:
            yield interface.public_ip
        if inside:
            yield from (one["PrivateIpAddress"] for one in interface.private_ip_addresses)
    if machine.instance.public_dns_name:
        yield machine.instance.public_dns_name
    if inside:
        yield from (machine.instance.private_dns_name, machine.id)


def origin(machine: Machine, agent: str) -> Origin:
    """Where calls from an instance come from: its public address, its NAT gateway's, or its own."""
    instance = machine.instance
    table = _route_table(machine)
    private = str(instance.private_ip)
    return Origin(
        source_ip=instance.public_ip or _behind(machine, table) or private,
        user_agent=agent,
        vpc_endpoints=tuple(_endpoints(machine, table)),
        private_ip=private,
    )


def _route_table(machine: Machine) -> Any:
    """The table of an instance's subnet, else the main one of its VPC."""
    tables = [t for t in machine.state.route_tables.values() if t.vpc_id == machine.instance.vpc_id]
    subnet = machine.instance.subnet_id
    for table in tables:
        if subnet in table._associations.values():
            return table
    return next((table for table in tables if table.main_association_id), None)


def _behind(machine: Machine, table: Any) -> str:
    """The public address of the NAT gateway to which the default route leads."""
    for route in table.routes if table is not None else ():
        nat = route.nat_gateway if route.destination_cidr_block == "0.0.0.0/0" else None
        if nat is not None and nat.state == "available":
            return str(nat._eni.public_ip or "")
    return ""


def _endpoints(machine: Machine, table: Any) -> Iterator[str]:
    """Ids of the endpoints that calls take: by route, or by private DNS."""
    for endpoint in machine.state.vpc_end_points.values():
        if endpoint.vpc_id != machine.instance.vpc_id:
            continue
        if endpoint.vpc_endpoint_type == "Interface":
            if endpoint.private_dns_enabled is not False:
                yield str(endpoint.id)
        elif table is not None and table.id in (endpoint.route_table_ids or ()):
            yield str(endpoint.id)
