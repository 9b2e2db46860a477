"""What a packet's source and destination, given as ids, names or addresses, stand for."""

from __future__ import annotations

from simulator.network.addresses import number, parsed
from simulator.network.packet import Packet
from simulator.network.plan import Plan, Port

_LINK_LOCAL = {
    number("169.254.169.254"): "instance metadata",
    number("169.254.169.253"): "Route 53 Resolver",
    number("169.254.169.123"): "Amazon Time Sync",
    number("fd00:ec2::254"): "instance metadata",
    number("fd00:ec2::253"): "Route 53 Resolver",
    number("fd00:ec2::123"): "Amazon Time Sync",
}


def sender(plan: Plan, packet: Packet) -> Port | None:
    """The interface that sends a packet; None: somebody outside the network does."""
    port = plan.ports.get(packet.source) or plan.instances.get(packet.source)
    address = parsed(packet.source)
    if port is not None or packet.via or address is None:
        return port
    if address in plan.public:
        return plan.public[address][0]
    owners = [known[address] for known in plan.private.values() if address in known]
    return owners[0] if len(owners) == 1 else None


def destination(plan: Plan, packet: Packet, source: Port | None, version: int) -> int | None:
    """The address that a packet is sent to; None: the name stands for nothing.

    An interface or instance is called by its private address from within its VPC, from a peered
    one, and from the company's own network; else by its public one, if it has any.
    """
    name = packet.destination
    address = parsed(name)
    if address is not None:
        return address
    port = plan.ports.get(name) or plan.instances.get(name)
    if port is not None:
        return _address_of(plan, port, packet, source, version)
    known = plan.network.private_names.get((source.edge.vpc, name)) if source else None
    known = known or plan.network.names.get(name)
    if not known:
        return None
    fitting = [one for one in known if (":" in one) == (version == 6)] or list(known)
    return number(fitting[packet.source_port % len(fitting)])


def _address_of(
    plan: Plan, port: Port, packet: Packet, source: Port | None, version: int
) -> int | None:
    inside = bool(packet.via) or (
        source is not None and plan.gateways.joined(source.edge.vpc, port.edge.vpc)
    )
    fits = [one for one in port.addresses if (one >> 32 > 0) == (version == 6)]
    if inside or version == 6:
        return fits[0] if fits else port.addresses[0]
    return port.public.get(port.addresses[0], port.addresses[0])


def local_service(plan: Plan, port: Port, address: int) -> str | None:
    """The service of the host that an address stands for on every instance, if it is one.

    Neither security groups nor network ACLs nor routes concern it. Sources: "Security group
    rules" (Limitation), "Network ACL basics".
    """
    service = _LINK_LOCAL.get(address)
    if service is None and any(address == first + 2 for first, _ in plan.blocks[port.edge.vpc]):
        return "Route 53 Resolver"
    return service
