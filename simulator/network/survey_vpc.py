"""The VPCs of one Region, read from the backend's state of EC2."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from simulator.network.addresses import block, text
from simulator.network.firewall import Firewall
from simulator.network.model import (
    EgressOnlyGateway,
    GatewayEndpoint,
    Interface,
    InternetGateway,
    NatGateway,
    Network,
    Peering,
    RouteTable,
    Subnet,
    VirtualPrivateGateway,
    Vpc,
)
from simulator.network.survey_rules import acl, group, prefix_lists, routes


def regional_network(state: Any) -> Network:
    """Everything but load balancers."""
    region = state.region_name
    gone = {nat._eni.id for nat in state.nat_gateways.values() if nat.state == "deleted"}
    endpoints = list(state.vpc_end_points.values())
    groups_of = {
        name: tuple(one.security_group_ids)
        for one in endpoints
        for name in one.network_interface_ids
    }
    lists = prefix_lists(state)
    return Network(
        vpcs=tuple(Vpc(vpc.id, _vpc_blocks(vpc), region) for vpc in state.vpcs.values()),
        subnets=tuple(_subnets(state)),
        interfaces=tuple(
            _interface(eni, groups_of.get(eni.id))
            for eni in state.enis.values()
            if eni.id not in gone and not _terminated(eni)
        ),
        groups=tuple(group(one) for known in state.groups.values() for one in known.values()),
        acls=tuple(map(acl, state.network_acls.values())),
        route_tables=tuple(
            RouteTable(table.id, tuple(routes(table))) for table in state.route_tables.values()
        ),
        prefix_lists=lists,
        internet_gateways=tuple(_internet_gateways(state)),
        egress_only_gateways=tuple(
            EgressOnlyGateway(one.id, one.vpc_id)
            for one in state.egress_only_internet_gateways.values()
        ),
        nat_gateways=tuple(
            NatGateway(nat.id, nat._eni.id, available=nat.state == "available")
            for nat in state.nat_gateways.values()
            if nat.state != "deleted"
        ),
        peerings=tuple(
            Peering(one.id, one.vpc.id, one.peer_vpc.id, one._status.code == "active")
            for one in state.vpc_pcxs.values()
        ),
        gateway_endpoints=tuple(
            GatewayEndpoint(one.id, one.vpc_id, one.service_name)
            for one in endpoints
            if (one.vpc_endpoint_type or "Gateway") == "Gateway"
        ),
        endpoint_interfaces=frozenset(groups_of),
        private_gateways=tuple(
            VirtualPrivateGateway(one.id, vpc)
            for one in state.vpn_gateways.values()
            for vpc in one.attachments
        ),
        firewalls=tuple(
            Firewall(one.id, subnet)
            for one in endpoints
            if one.vpc_endpoint_type == "GatewayLoadBalancer"
            for subnet in one.subnet_ids or ()
        ),
        names=_service_names(state, lists),
        private_names=dict(_endpoint_names(state)),
    )


def _vpc_blocks(vpc: Any) -> tuple[str, ...]:
    known = [*vpc.get_cidr_block_association_set(), *vpc.get_cidr_block_association_set(ipv6=True)]
    return tuple(one["cidr_block"] for one in known)


def _subnets(state: Any) -> Iterator[Subnet]:
    tables = {
        subnet: table.id
        for table in state.route_tables.values()
        for subnet in table._associations.values()
    }
    main = {
        table.vpc_id: table.id
        for table in state.route_tables.values()
        if table.main_association_id is not None
    }
    acls = {
        association.subnet_id: one.id
        for one in state.network_acls.values()
        for association in one.associations
    }
    for subnet in (one for zone in state.subnets.values() for one in zone.values()):
        six = (one["ipv6CidrBlock"] for one in subnet.ipv6_cidr_block_associations.values())
        yield Subnet(
            subnet.id,
            subnet.vpc_id,
            (subnet.cidr_block, *six),
            tables.get(subnet.id) or main.get(subnet.vpc_id, ""),
            acls.get(subnet.id, ""),
        )


def _interface(eni: Any, groups: tuple[str, ...] | None) -> Interface:
    first = eni.private_ip_address
    others = [one["PrivateIpAddress"] for one in eni.private_ip_addresses]
    instance = eni.instance
    return Interface(
        id=eni.id,
        subnet=eni.subnet.id,
        addresses=tuple(dict.fromkeys([first, *others, *filter(None, eni.ipv6_addresses)])),
        groups=groups if groups is not None else tuple(one.id for one in eni._group_set),
        public={first: eni.public_ip} if eni.public_ip else {},
        instance=instance.id if instance is not None else "",
        source_dest_check=bool(eni.source_dest_check),
        running=instance is None or instance.state == "running",
    )


def _terminated(eni: Any) -> bool:
    return eni.instance is not None and eni.instance.state == "terminated"


def _internet_gateways(state: Any) -> Iterator[InternetGateway]:
    tables = {
        gateway: table.id
        for table in state.route_tables.values()
        for gateway in table._associations.values()
    }
    for one in state.internet_gateways.values():
        vpc = one.vpc.id if one.vpc else ""
        yield InternetGateway(one.id, vpc, tables.get(one.id, ""))


def _service_names(state: Any, lists: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Addresses of the services that have a prefix list, such as S3 and DynamoDB."""
    names = {}
    for one in state.managed_prefix_lists.values():
        prefix, _, service = str(one.prefix_list_name).rpartition(".")
        if prefix == f"com.amazonaws.{state.region_name}":
            addresses = tuple(text(block(cidr)[0] + 1) for cidr in lists[one.id])
            names[f"{service}.{state.region_name}.amazonaws.com"] = addresses
    return names


def _endpoint_names(state: Any) -> Iterator[tuple[tuple[str, str], tuple[str, ...]]]:
    """What interface endpoints answer to; with private DNS, the service's own name as well."""
    for one in state.vpc_end_points.values():
        addresses = tuple(_addresses(state, one.network_interface_ids))
        if not addresses:
            continue
        for entry in one.dns_entries or ():
            yield (one.vpc_id, entry["dns_name"]), addresses
        if one.private_dns_enabled is not False:
            service = one.service_name.rpartition(".")[2]
            yield (one.vpc_id, f"{service}.{state.region_name}.amazonaws.com"), addresses


def _addresses(state: Any, interfaces: Iterable[str]) -> Iterator[str]:
    for name in interfaces:
        if name in state.enis:
            yield state.enis[name].private_ip_address
