"""From one place in the network to where a packet is for: subnet by subnet, gateway by gateway."""

from __future__ import annotations

from simulator.network.addresses import text
from simulator.network.borders import accept, cross
from simulator.network.crossings import Place, find_port, take
from simulator.network.packet import Kind
from simulator.network.plan import Edge, Port
from simulator.network.routes import find
from simulator.network.walk import MOST_HOPS, Walk


def travel(walk: Walk, place: Place | None) -> bool:
    """Go on from `place` until the packet is delivered or stopped."""
    while place is not None:
        if len(walk.hops) > MOST_HOPS:
            return walk.stop(Kind.ROUTE_TABLE, "", "The routes lead round in a circle.")
        if isinstance(place, Edge):
            place = _leave(walk, place)
        else:
            onwards = _ingress_route(walk, place)
            place = onwards if onwards is not place else _arrive(walk, place)
    return bool(walk.reached)


def _leave(walk: Walk, edge: Edge) -> Place | None:
    neighbour = walk.plan.private[edge.vpc].get(walk.destination)
    sender, walk.sender = walk.sender, None
    if neighbour is not None and neighbour.edge is edge:
        if sender is not None:
            walk.saw(sender, True, True)
        return _arrive(walk, neighbour, crossing=False)
    passed = cross(walk, edge, True)
    if sender is not None:
        walk.saw(sender, True, passed)
    if not passed:
        return None
    route = find(edge.routes, walk.destination)
    if route is None:
        why = f"Route table {edge.table} has no route to {text(walk.destination)}."
        walk.stop(Kind.ROUTE_TABLE, edge.table, why)
        return None
    walk.hops.append(route[3])
    if route[2] != "local":
        return take(walk, edge, route[2])
    if neighbour is None:
        return find_port(walk, edge.vpc)
    return _arrive(walk, neighbour)


def _arrive(walk: Walk, port: Port, crossing: bool = True) -> Place | None:
    """At an interface: the end of the way, but for what does NAT."""
    if not accept(walk, port, crossing):
        return None
    name = port.nat or port.id
    stands_for = walk.translated.get(name) if walk.answering else None
    if stands_for is not None and name not in walk.crossed:
        walk.crossed.append(name)
        walk.destination = stands_for[0]
        if walk.protocol in {"tcp", "udp"}:
            walk.port = stands_for[1]
        walk.sender = port
        why = f"{name} hands the answer to {text(walk.destination)}, for which it stood in."
        walk.passed(Kind.NAT_GATEWAY if port.nat else Kind.APPLIANCE, name, why)
        return port.edge
    if port.nat:
        why = f"NAT gateway {port.nat} lets nothing in but answers."
        walk.stop(Kind.NAT_GATEWAY, port.nat, why)
        return None
    walk.reached, walk.reached_port = port.id, port
    return None


def _ingress_route(walk: Walk, port: Port) -> Place | None:
    """What a gateway route table says of traffic that has just come in; `port` if nothing.

    Source: "Gateway route tables".
    """
    routes = walk.plan.edge_routes.get(port.edge.vpc)
    gateway = walk.plan.gateways.internet.get(port.edge.vpc)
    if routes is None or gateway is None or walk.crossed[-1:] != [gateway.id]:
        return port
    route = find(routes, walk.destination)
    if route is None or route[2] == "local":
        return port
    walk.hops.append(route[3])
    return take(walk, port.edge, route[2])
