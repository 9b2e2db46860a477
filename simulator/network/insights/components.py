"""A path as the analyzers describe it: component by component.

Source: "Getting started with Reachability Analyzer using the AWS CLI" (VPC Reachability Analyzer).
AWS gives whole ranges of addresses and ports in headers; here they are of one packet that passes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from simulator.network.addresses import FIRST_V6, text
from simulator.network.model import AclEntry, Permission
from simulator.network.packet import Hop, Kind, Path
from simulator.network.plan import Plan, Port

Component = dict[str, Any]

_TYPES: Final = {
    "acl": "network-acl",
    "eigw": "egress-only-internet-gateway",
    "eni": "network-interface",
    "i": "instance",
    "igw": "internet-gateway",
    "nat": "natgateway",
    "pcx": "vpc-peering-connection",
    "pl": "prefix-list",
    "rtb": "route-table",
    "sg": "security-group",
    "subnet": "subnet",
    "vgw": "vpn-gateway",
    "vpc": "vpc",
    "vpce": "vpc-endpoint",
}
_TARGETS: Final = {
    "eigw": "EgressOnlyInternetGatewayId",
    "eni": "NetworkInterfaceId",
    "i": "InstanceId",
    "nat": "NatGatewayId",
    "pcx": "VpcPeeringConnectionId",
    "tgw": "TransitGatewayId",
}
_GATEWAYS: Final = frozenset(
    [
        Kind.INTERNET_GATEWAY,
        Kind.EGRESS_ONLY_GATEWAY,
        Kind.NAT_GATEWAY,
        Kind.PEERING,
        Kind.ENDPOINT,
        Kind.PRIVATE_GATEWAY,
        Kind.LOAD_BALANCER,
    ]
)
_NUMBERS: Final = {"tcp": "6", "udp": "17"}


@dataclass(frozen=True, slots=True)
class Terms:
    """What names need: the network, and whose it is."""

    plan: Plan
    account_id: str
    region: str

    def component(self, name: str) -> Component:
        """A resource by its id, or by its ARN."""
        if name.startswith("arn:"):
            return {"Id": name.rpartition("/")[2], "Arn": name}
        kind = _TYPES.get(name.partition("-")[0], "resource")
        return {"Id": name, "Arn": f"arn:aws:ec2:{self.region}:{self.account_id}:{kind}/{name}"}

    def route(self, table: str, destination: str) -> Component:
        """A route of a table, as RouteTableRoute."""
        known = (one for one in self.plan.network.route_tables if one.id == table)
        routes = next((one.routes for one in known), ())
        route = next((one for one in routes if one.destination == destination), None)
        target = route.target if route is not None else "local"
        field = _TARGETS.get(target.partition("-")[0], "GatewayId")
        place = "DestinationPrefixListId" if destination.startswith("pl-") else "DestinationCidr"
        made = "createroute" if route is not None and target != "local" else "createroutetable"
        origin = "enablevgwroutepropagation" if route is not None and route.propagated else made
        return {place: destination, field: target, "Origin": origin, "State": "active"}

    def acl_rule(self, acl: str, rule: str, egress: bool) -> Component:
        """A rule of a network ACL, as AclRule."""
        known = next((one for one in self.plan.network.acls if one.id == acl), None)
        entries: tuple[AclEntry, ...] = ()
        if known is not None:
            entries = known.outbound if egress else known.inbound
        entry = next((one for one in entries if str(one.number) == rule), None)
        told: Component = {"Egress": egress, "RuleNumber": int(rule) if entry else 32767}
        if entry is None:
            return {**told, "Cidr": "0.0.0.0/0", "Protocol": "all", "RuleAction": "deny"}
        told |= {
            "Cidr": entry.cidr,
            "Protocol": "all" if entry.protocol == "-1" else entry.protocol,
        }
        if entry.from_port >= 0:
            told["PortRange"] = {"From": entry.from_port, "To": entry.to_port}
        return {**told, "RuleAction": "allow" if entry.allow else "deny"}

    def group_rule(self, group: str, rule: str, egress: bool) -> Component | None:
        """A rule of a security group, as SecurityGroupRule; None for none in particular."""
        known = next((one for one in self.plan.network.groups if one.id == group), None)
        rules: tuple[Permission, ...] = ()
        if known is not None:
            rules = known.outbound if egress else known.inbound
        found = next((one for one in rules if one.id == rule), None)
        if found is None:
            return None
        told: Component = {
            "Direction": "egress" if egress else "ingress",
            "Protocol": "all" if found.protocol == "-1" else found.protocol,
        }
        if found.from_port >= 0:
            told["PortRange"] = {"From": found.from_port, "To": found.to_port}
        kinds = {"sg-": "SecurityGroupId", "pl-": "PrefixListId"}
        return {**told, kinds.get(found.peer[:3], "Cidr"): found.peer}

    def interface(self, port: Port) -> Component:
        """An interface where it is, as a path component."""
        told: Component = {
            "Component": self.component(port.id),
            "Subnet": self.component(port.edge.id),
            "Vpc": self.component(port.edge.vpc),
        }
        if port.interface.instance:
            told["AttachedTo"] = self.component(port.interface.instance)
        return told


def forward(terms: Terms, path: Path, source: Port | None) -> list[Component]:
    """From the source to where the packet is delivered."""
    steps = [*_from(terms, source, _header(path, answer=False))]
    steps += _hops(terms, path.request, source is not None)
    last = terms.plan.ports.get(path.reached)
    if path.onward is not None:
        if last is not None:
            steps.insert(len(steps) - 1, terms.interface(last))
        steps += _hops(terms, path.onward.request, True)
        last = terms.plan.ports.get(path.onward.reached)
    inward = path.onward or path
    steps += _to(terms, last, _header(inward, answer=False))
    return _numbered(steps)


def backward(terms: Terms, path: Path, source: Port | None) -> list[Component]:
    """The way of the answer."""
    last = terms.plan.ports.get(path.reached)
    steps = [*_from(terms, last, _header(path, answer=True))]
    steps += _hops(terms, path.answer, last is not None)
    steps += _to(terms, source, _header(path, answer=True))
    return _numbered(steps)


def directed(hops: Iterable[Hop], outward: bool) -> Iterator[tuple[Hop, bool]]:
    """Hops with whether each acts on what leaves: out of a subnet or interface, then into one."""
    turns = {Kind.ACL: outward, Kind.SECURITY_GROUP: outward}
    for hop in hops:
        yield hop, turns.get(hop.kind, outward)
        if hop.kind in turns:
            turns[hop.kind] = not turns[hop.kind]


def _hops(terms: Terms, hops: Iterable[Hop], outward: bool) -> list[Component]:
    found = []
    for hop, egress in directed(hops, outward):
        if not hop.passed:
            break
        step: Component = {"Component": terms.component(hop.component.partition(",")[0])}
        if hop.kind is Kind.ACL:
            step["AclRule"] = terms.acl_rule(hop.component, hop.rule, egress)
        elif hop.kind is Kind.SECURITY_GROUP:
            rule = terms.group_rule(hop.component, hop.rule, egress)
            step |= {"SecurityGroupRule": rule} if rule is not None else {}
        elif hop.kind is Kind.ROUTE_TABLE:
            step["RouteTableRoute"] = terms.route(hop.component, hop.rule)
        elif hop.kind is Kind.INTERNET_GATEWAY:
            gateways = terms.plan.network.internet_gateways
            vpc = next((one.vpc for one in gateways if one.id == hop.component), "")
            step |= {"Vpc": terms.component(vpc)} if vpc else {}
        elif hop.kind not in _GATEWAYS and hop.kind not in {Kind.FIREWALL, Kind.APPLIANCE}:
            continue
        found.append(step)
    return found


def _from(terms: Terms, port: Port | None, header: Component) -> Iterator[Component]:
    if port is None:
        return
    if port.interface.instance:
        instance = terms.component(port.interface.instance)
        yield {"Component": instance, "OutboundHeader": header}
    yield terms.interface(port)


def _to(terms: Terms, port: Port | None, header: Component) -> Iterator[Component]:
    if port is None:
        return
    yield terms.interface(port)
    if port.interface.instance:
        yield {"Component": terms.component(port.interface.instance), "InboundHeader": header}


def _header(path: Path, *, answer: bool) -> Component:
    packet, passages = path.packet, path.answer_passages if answer else path.request_passages
    ends = (passages[-1].source, passages[-1].destination) if passages else (0, 0)
    ports = (packet.source_port, packet.port)[:: -1 if answer else 1]
    return {
        "SourceAddresses": [_single(ends[0])],
        "DestinationAddresses": [_single(ends[1])],
        "SourcePortRanges": [{"From": ports[0], "To": ports[0]}],
        "DestinationPortRanges": [{"From": ports[1], "To": ports[1]}],
        "Protocol": _NUMBERS.get(packet.protocol, packet.protocol),
    }


def _single(address: int) -> str:
    return f"{text(address)}/{128 if address >= FIRST_V6 else 32}"


def _numbered(steps: list[Component]) -> list[Component]:
    empty: Component = {"AdditionalDetails": [], "Explanations": []}
    return [{"SequenceNumber": place, **step, **empty} for place, step in enumerate(steps, 1)]
