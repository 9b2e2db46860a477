"""Security groups, network ACLs, routes and prefix lists, read from the backend's state of EC2."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from simulator.network.model import AclEntry, NetworkAcl, Permission, Route, SecurityGroup
from simulator.network.packet import protocol_name


def group(one: Any) -> SecurityGroup:
    """A security group."""
    return SecurityGroup(
        one.id,
        one.vpc_id or "",
        tuple(_permissions(one.ingress_rules)),
        tuple(_permissions(one.egress_rules)),
    )


def _permissions(rules: Iterable[Any]) -> Iterator[Permission]:
    for rule in rules:
        peer = (
            rule.cidr_ipv4
            or rule.cidr_ipv6
            or rule.prefix_list_id
            or rule.source_group.get("GroupId")
        )
        if peer:
            yield Permission(
                protocol_name(rule.ip_protocol or "-1"),
                peer,
                -1 if rule.from_port is None else int(rule.from_port),
                -1 if rule.to_port is None else int(rule.to_port),
                rule.id,
            )


def acl(one: Any) -> NetworkAcl:
    """A network ACL. The entry 32767 that the API shows is the rule `*`."""
    entries = [entry for entry in one.network_acl_entries if int(entry.rule_number) < 32767]
    return NetworkAcl(
        one.id,
        tuple(_entry(entry) for entry in entries if not _is_egress(entry)),
        tuple(_entry(entry) for entry in entries if _is_egress(entry)),
    )


def _is_egress(entry: Any) -> bool:
    return str(entry.egress).lower() == "true"


def _entry(entry: Any) -> AclEntry:
    protocol = protocol_name(str(entry.protocol))
    icmp = protocol in {"icmp", "icmpv6"}
    low = entry.icmp_type if icmp else entry.port_range_from
    high = entry.icmp_code if icmp else entry.port_range_to
    return AclEntry(
        int(entry.rule_number),
        str(entry.rule_action).lower() == "allow",
        protocol,
        entry.cidr_block or entry.ipv6_cidr_block,
        -1 if low is None else int(low),
        -1 if high is None else int(high),
    )


def routes(table: Any) -> Iterator[Route]:
    """The routes of a table, but for the local ones, which every table has."""
    for route in table.routes:
        listed = route.destination_prefix_list
        destination = (
            route.destination_cidr_block
            or route.destination_ipv6_cidr_block
            or (listed.id if listed is not None else None)
        )
        target = _target(route)
        if destination and target and target != "local":
            yield Route(destination, target)


def _target(route: Any) -> str | None:
    known: tuple[str | None, ...] = (
        route.gateway_id,
        route.nat_gateway_id,
        route.egress_only_internet_gateway_id,
        route.vpc_peering_connection_id,
        route.network_interface_id,
        route.instance_id,
        route.transit_gateway_id,
        route.carrier_gateway_id,
    )
    return next(filter(None, known), None)


def prefix_lists(state: Any) -> dict[str, tuple[str, ...]]:
    """The blocks of each managed prefix list's current version."""
    return {
        one.id: tuple(entry["Cidr"] for entry in _current(one.entries or {}, one.version))
        for one in state.managed_prefix_lists.values()
        if one.state != "delete-complete"
    }


def _current(entries: dict[Any, Any], version: int | None) -> Iterable[Any]:
    """AWS's own lists have no version."""
    return entries.get(version) or (list(entries.values())[-1] if entries else ()) or ()
