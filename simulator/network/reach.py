"""A packet's fate: `decide(plan(network), packet)`. Pure: no clock, no chance, nothing kept.

Both directions are followed, with what each component on the way decided.
"""

from __future__ import annotations

from dataclasses import replace

from simulator.network import names
from simulator.network.addresses import FIRST_V6, number, parsed, text
from simulator.network.balancing import LoadBalancer, Target, choose, listener_of
from simulator.network.borders import cross, send
from simulator.network.crossings import find_port
from simulator.network.journey import travel
from simulator.network.model import VirtualPrivateGateway
from simulator.network.outside import from_internet
from simulator.network.packet import Hop, Kind, Packet, Path, protocol_name
from simulator.network.plan import Plan, Port
from simulator.network.ports import COMMON, icmp_port
from simulator.network.tracking import Flows
from simulator.network.walk import Walk

_ICMP = frozenset({"icmp", "icmpv6"})
_NO_FLOWS: Flows = {}


def decide(plan: Plan, packet: Packet, flows: Flows = _NO_FLOWS) -> Path:
    """Where a packet gets to, and whether its answer comes back.

    `flows` are the connections that are tracked already. What the packet itself opens is
    `simulator.network.connections.opened`.

    Raises:
        ValueError: the source is neither an address nor the id of an interface or instance.
    """
    if packet.protocol not in COMMON:
        packet = replace(packet, protocol=protocol_name(packet.protocol))
    port = names.sender(plan, packet)
    source = port.addresses[0] if port is not None else number(packet.source)
    version = 6 if packet.protocol == "icmpv6" or ":" in packet.destination else 4
    if port is None:
        version = 6 if source >= FIRST_V6 else 4
    address = names.destination(plan, packet, port, version)
    if address is None:
        why = f"The resolver knows no address for {packet.destination}."
        hop = Hop(Kind.RESOLVER, packet.destination, False, why)
        return Path(packet, (hop,), (), False, False)
    if port is not None:
        source = _own_address(port, packet, address)
    number_of_port = icmp_port(*packet.icmp) if packet.protocol in _ICMP else packet.port
    walk = Walk(plan, packet, source, address, number_of_port, flows)
    if port is not None:
        service = names.local_service(plan, port, address)
        if service is not None:
            return _on_host(packet, port, service)
        delivered = _send(walk, port)
    elif packet.via:
        delivered = _from_premises(walk, packet.via)
    else:
        delivered = travel(walk, from_internet(walk))
    return _concluded(plan, packet, walk, delivered, port, flows)


def answered(plan: Plan, packet: Packet) -> bool:
    """Whether a packet's answer comes back where no connection is tracked; decided once for a plan.

    For packets that are sent again and again, as health checks are.
    """
    if packet not in plan.answered:
        plan.answered[packet] = decide(plan, packet).answered
    return plan.answered[packet]


def _own_address(port: Port, packet: Packet, destination: int) -> int:
    """The sender's address: the one that was named, or its first of the destination's family."""
    named = parsed(packet.source)
    if named is not None and named in port.addresses:
        return named
    six = destination >= FIRST_V6
    return next((one for one in port.addresses if (one >= FIRST_V6) == six), port.addresses[0])


def _on_host(packet: Packet, port: Port, service: str) -> Path:
    why = f"{service} answers on the host: no security group, network ACL or route concerns it."
    hop = Hop(Kind.DESTINATION, service, True, why)
    return Path(packet, (hop,), (), True, True, reached=service)


def _send(walk: Walk, port: Port) -> bool:
    if not port.interface.running:
        return walk.stop(Kind.SOURCE, port.id, f"{port.interface.instance} is stopped.")
    if (walk.source >= FIRST_V6) != (walk.destination >= FIRST_V6):
        why = f"{port.id} has no address of the family of {text(walk.destination)}."
        return walk.stop(Kind.SOURCE, port.id, why)
    if not send(walk, port):
        walk.saw(port, True, False)
        return False
    walk.sender = port
    return travel(walk, port.edge)


def _from_premises(walk: Walk, name: str) -> bool:
    gateway = walk.plan.gateways.by_id.get(name)
    if not isinstance(gateway, VirtualPrivateGateway):
        return walk.stop(Kind.PRIVATE_GATEWAY, name, f"There is no virtual private gateway {name}.")
    walk.known_as = -1
    walk.crossed.append(name)
    walk.passed(Kind.PRIVATE_GATEWAY, name, f"{name} leads from on-premises to {gateway.vpc}.")
    return travel(walk, find_port(walk, gateway.vpc))


def _concluded(
    plan: Plan, packet: Packet, walk: Walk, delivered: bool, port: Port | None, flows: Flows
) -> Path:
    onward, answer, answered = None, None, False
    if delivered and walk.reached_port is not None:
        balancer = plan.balancers.get(walk.reached_port.id)
        if balancer is not None:
            onward = _balanced(plan, packet, walk, balancer, flows)
            delivered = walk.hops[-1].passed and (onward is None or onward.answered)
    if delivered:
        answer = walk.turned()
        answered = _answer(answer, walk, port)
    return Path(
        packet,
        tuple(walk.hops),
        tuple(answer.hops) if answer else (),
        delivered,
        answered,
        tuple(walk.passages),
        tuple(answer.passages) if answer else (),
        walk.reached,
        onward,
        tuple(walk.crossed),
    )


def _answer(answer: Walk, walk: Walk, port: Port | None) -> bool:
    if walk.reached_port is not None:
        if not send(answer, walk.reached_port):
            return False
        answer.sender = walk.reached_port
        back = travel(answer, walk.reached_port.edge)
    else:
        back = _answer_from_outside(answer, walk, port)
    if not back:
        return False
    if answer.crossed[::-1] == walk.crossed:
        return True
    went, came = " and ".join(walk.crossed), " and ".join(answer.crossed[::-1])
    why = (
        f"The request came by {went or 'the local route'}, but the answer leaves by "
        f"{came or 'the local route'}: it never reaches whoever asked."
    )
    return answer.stop(Kind.ROUTE_TABLE, answer.hops[-1].component, why)


def _answer_from_outside(answer: Walk, walk: Walk, port: Port | None) -> bool:
    last = walk.crossed[-1]
    if walk.reached == "internet":
        return travel(answer, from_internet(answer))
    assert port is not None, "only an interface reaches what is behind an endpoint"
    answer.crossed.append(last)
    return travel(answer, find_port(answer, port.edge.vpc))


def _balanced(
    plan: Plan, packet: Packet, walk: Walk, balancer: LoadBalancer, flows: Flows
) -> Path | None:
    """The connection from a load balancer to a target; None if there is none to be made."""
    listener = listener_of(balancer, walk.protocol, walk.port)
    target: Target | None = None
    wrong = ""
    if not balancer.active:
        wrong = "is not active"
    elif listener is None:
        wrong = f"has no listener for {walk.protocol} port {walk.port}"
    elif listener.forwards:
        target = choose(listener, walk.source, walk.source_port)
        wrong = "" if target else f"has no target registered behind port {walk.port}"
    if wrong:
        walk.stop(Kind.LOAD_BALANCER, balancer.id, f"Load balancer {balancer.id} {wrong}.")
        return None
    if target is None:
        walk.passed(Kind.LOAD_BALANCER, balancer.id, f"{balancer.id} answers by itself.")
        return None
    why = f"{balancer.id} chooses {target.address} port {target.port}, which is {target.state}."
    walk.passed(Kind.LOAD_BALANCER, balancer.id, why)
    assert walk.reached_port is not None
    onward = Packet(
        source=walk.reached_port.id,
        destination=target.address,
        port=target.port,
        protocol=walk.protocol,
        source_port=max(walk.source_port, 1024),
        time=packet.time,
        host=packet.host,
    )
    if not balancer.preserves_client:
        return decide(plan, onward, flows)
    return _preserving(plan, onward, walk, flows)


def _preserving(plan: Plan, onward: Packet, walk: Walk, flows: Flows) -> Path:
    """To a target that sees the client's own address; the answer goes back to the load balancer.

    Source: "Client IP preservation" in "Edit target group attributes for your Network Load
    Balancer".
    """
    node = walk.reached_port
    assert node is not None
    leg = Walk(plan, onward, walk.source, number(onward.destination), onward.port, flows)
    leg.known_as = node.addresses[0]
    delivered = send(leg, node)
    leg.sender = node
    delivered = delivered and travel(leg, node.edge)
    answer, answered = leg.turned(), False
    if delivered and leg.reached_port is not None:
        own = leg.reached_port.edge
        answered = send(answer, leg.reached_port)
        if own is not node.edge:
            answered = answered and cross(answer, own, True) and cross(answer, node.edge, False)
        answer.saw(leg.reached_port, True, answered)
    return Path(
        onward,
        tuple(leg.hops),
        tuple(answer.hops),
        delivered,
        answered,
        tuple(leg.passages),
        tuple(answer.passages),
        leg.reached,
        None,
        tuple(leg.crossed),
    )
