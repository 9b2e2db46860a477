"""What a gateway in the route does with a packet.

Each function takes the packet to its next place: a subnet's border that it leaves by next, or an
interface; None once it was stopped, or reached a place outside (`Walk.reached`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from simulator.network.addresses import FIRST_V6, is_private, text
from simulator.network.borders import accept, cross, send
from simulator.network.firewall import Connection, Firewall
from simulator.network.model import (
    EgressOnlyGateway,
    GatewayEndpoint,
    InternetGateway,
    NatGateway,
    Peering,
    VirtualPrivateGateway,
)
from simulator.network.outside import to_egress_only, to_internet
from simulator.network.packet import Kind
from simulator.network.plan import Edge, Port
from simulator.network.walk import Walk

Place = Edge | Port
NAT_PROTOCOLS = frozenset({"tcp", "udp", "icmp"})


def take(walk: Walk, edge: Edge, target: str) -> Place | None:
    """Follow a route from a subnet."""
    gateway = walk.plan.gateways.by_id.get(target)
    if gateway is not None:
        return _WAYS[type(gateway)](walk, edge, gateway)
    appliance = walk.plan.ports.get(target) or walk.plan.instances.get(target)
    if appliance is not None:
        return _appliance(walk, edge, appliance)
    if target.startswith(("tgw-", "lgw-", "cagw-")):
        why = f"The route leads to {target}, and this simulator does not simulate what that does."
    else:
        why = f"The route leads to {target}, which isn't there any more: a black hole."
    walk.stop(Kind.ROUTE_TABLE, edge.table, why, target)
    return None


def _nat(walk: Walk, edge: Edge, gateway: NatGateway) -> Place | None:
    """Source: "NAT gateway basics". It stands in for the sender; security groups don't apply."""
    port, wrong = walk.plan.ports[gateway.interface], ""
    if not gateway.available:
        wrong = "is not available"
    elif walk.answering:
        wrong = "did not pass the request on, so it drops the answer"
    elif walk.source >= FIRST_V6:
        wrong = "carries IPv6 only as NAT64, which is not simulated"
    elif walk.protocol not in NAT_PROTOCOLS:
        wrong = f"carries TCP, UDP and ICMP, not protocol {walk.protocol}"
    elif port.edge.vpc != edge.vpc:
        wrong = "is in another VPC"
    elif gateway.id in walk.translated:
        wrong = "gets its own packets back: the route table of its subnet leads to itself"
    if wrong:
        walk.stop(Kind.NAT_GATEWAY, gateway.id, f"NAT gateway {gateway.id} {wrong}.")
        return None
    if not accept(walk, port, port.edge is not edge):
        return None
    _stand_in(walk, gateway.id, port)
    why = f"NAT gateway {gateway.id} sends it on as {text(walk.source)} port {walk.source_port}."
    walk.passed(Kind.NAT_GATEWAY, gateway.id, why)
    return port.edge


def _stand_in(walk: Walk, name: str, port: Port) -> None:
    walk.translated[name] = (walk.source, walk.source_port)
    walk.source, walk.known_as, walk.sender = port.addresses[0], -1, port
    if walk.source_port < 1024:
        walk.source_port += 1024
    walk.crossed.append(name)


def _peering(walk: Walk, edge: Edge, peering: Peering) -> Place | None:
    """Source: "VPC peering limitations"."""
    plan, wrong = walk.plan, ""
    ends = {peering.requester: peering.accepter, peering.accepter: peering.requester}
    other = ends.get(edge.vpc, "")
    if not peering.active:
        wrong = "is not active"
    elif not other:
        wrong = f"does not belong to {edge.vpc}"
    elif peering.id in plan.gateways.overlapping:
        wrong = "joins VPCs whose blocks overlap, which can't be"
    elif not _in_blocks(plan.blocks.get(other, ()), walk.destination):
        wrong = (
            f"ends in {other}: peering is not transitive, and {text(walk.destination)} is beyond"
        )
    elif not _in_blocks(plan.blocks[edge.vpc], walk.source):
        wrong = f"carries only what comes from {edge.vpc} itself, not from {text(walk.source)}"
    if wrong:
        walk.stop(Kind.PEERING, peering.id, f"VPC peering connection {peering.id} {wrong}.")
        return None
    walk.crossed.append(peering.id)
    walk.passed(Kind.PEERING, peering.id, f"{peering.id} leads from {edge.vpc} to {other}.")
    return find_port(walk, other)


def find_port(walk: Walk, vpc: str) -> Port | None:
    """The interface in a VPC that a packet is for; stops it if there is none."""
    port = walk.plan.private[vpc].get(walk.destination)
    if port is None:
        address = text(walk.destination)
        walk.stop(Kind.DESTINATION, address, f"No interface in {vpc} has the address {address}.")
    return port


def _endpoint(walk: Walk, edge: Edge, endpoint: GatewayEndpoint) -> Place | None:
    """Source: "Gateway endpoints"."""
    if endpoint.vpc != edge.vpc:
        why = f"Gateway endpoint {endpoint.id} serves {endpoint.vpc} alone."
        walk.stop(Kind.ENDPOINT, endpoint.id, why)
        return None
    walk.crossed.append(endpoint.id)
    walk.passed(Kind.ENDPOINT, endpoint.id, f"{endpoint.id} leads to {endpoint.service}.")
    walk.reached = endpoint.service
    return None


def _private_gateway(walk: Walk, edge: Edge, gateway: VirtualPrivateGateway) -> Place | None:
    if gateway.vpc != edge.vpc:
        why = f"Virtual private gateway {gateway.id} is not attached to {edge.vpc}."
        walk.stop(Kind.PRIVATE_GATEWAY, gateway.id, why)
        return None
    walk.crossed.append(gateway.id)
    why = f"{gateway.id} leads to the company's own network."
    walk.passed(Kind.PRIVATE_GATEWAY, gateway.id, why)
    walk.reached = "on-premises"
    return None


def _firewall(walk: Walk, edge: Edge, firewall: Firewall) -> Place | None:
    """Both directions have to take it. Source: "How AWS Network Firewall filters ..."."""
    own = walk.plan.edges[firewall.subnet]
    if firewall.id in walk.crossed:
        why = f"Firewall endpoint {firewall.id} gets its own packets back: a loop in the routes."
        walk.stop(Kind.FIREWALL, firewall.id, why)
        return None
    if own is not edge and not cross(walk, own, False):
        return None
    passes, rule = _inspected(walk, firewall)
    verb = "passes" if passes else "drops"
    why = f"The firewall behind {firewall.id} {verb} {walk.what()} ({rule})."
    if not passes:
        walk.stop(Kind.FIREWALL, firewall.id, why, rule)
        return None
    walk.passed(Kind.FIREWALL, firewall.id, why)
    walk.crossed.append(firewall.id)
    walk.known_as, walk.sender = -1, None
    return own


def _inspected(walk: Walk, firewall: Firewall) -> tuple[bool, str]:
    if walk.answering and firewall.id not in walk.via:
        return False, "it never saw the request that this answers: the routing is asymmetric"
    if firewall.policy is None:
        return False, "its rules are not known to the simulator"
    decide = firewall.policy.decide_answer if walk.answering else firewall.policy.decide
    return decide(
        Connection(
            walk.protocol, walk.source, walk.source_port, walk.destination, walk.port, walk.host
        )
    )


def _appliance(walk: Walk, edge: Edge, port: Port) -> Place | None:
    """An instance that routes; one with a public address does NAT for what goes to the internet.

    Sources: "NAT instances", "Disable source/destination checks"; and "Security group referencing":
    behind it, group references don't count.
    """
    if port.interface.source_dest_check:
        why = f"{port.id} drops what isn't addressed to it: its source/destination check is on."
        walk.stop(Kind.APPLIANCE, port.id, why)
        return None
    if not accept(walk, port, port.edge is not edge):
        return None
    if port.public and not walk.answering and not is_private(walk.destination):
        _stand_in(walk, port.id, port)
    walk.known_as, walk.sender = -1, port
    if not send(walk, port):
        return None
    walk.passed(Kind.APPLIANCE, port.id, f"{port.id} passes it on as {text(walk.source)}.")
    return port.edge


def _in_blocks(blocks: tuple[tuple[int, int], ...], address: int) -> bool:
    return any(first <= address <= last for first, last in blocks)


_WAYS: dict[type, Callable[[Walk, Edge, Any], Place | None]] = {
    InternetGateway: to_internet,
    EgressOnlyGateway: to_egress_only,
    NatGateway: _nat,
    Peering: _peering,
    GatewayEndpoint: _endpoint,
    VirtualPrivateGateway: _private_gateway,
    Firewall: _firewall,
}
