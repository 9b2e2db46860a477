"""Between a VPC and the internet.

An internet gateway translates between an interface's private IPv4 address and its public one, so
one without a public address can't use it. An egress-only internet gateway lets IPv6 out and answers
in. Sources: "Enable internet access for a VPC using an internet gateway", "Enable outbound IPv6
traffic using an egress-only internet gateway".
"""

from __future__ import annotations

from simulator.network.addresses import FIRST_V6, is_private, text
from simulator.network.model import EgressOnlyGateway, InternetGateway
from simulator.network.packet import Hop, Kind
from simulator.network.plan import Edge, Port
from simulator.network.walk import Walk


def to_internet(walk: Walk, edge: Edge, gateway: InternetGateway) -> Port | None:
    """Out by an internet gateway."""
    if gateway.vpc != edge.vpc:
        why = f"Internet gateway {gateway.id} is not attached to {edge.vpc}."
        walk.stop(Kind.INTERNET_GATEWAY, gateway.id, why)
        return None
    if not _translate(walk, edge, gateway) or not _on_internet(walk, gateway.id):
        return None
    walk.crossed.append(gateway.id)
    why = f"Internet gateway {gateway.id} sends it out from {text(walk.source)}."
    walk.hops.append(Hop(Kind.INTERNET_GATEWAY, gateway.id, True, why))
    return _beyond(walk)


def _translate(walk: Walk, edge: Edge, gateway: InternetGateway) -> bool:
    own = walk.plan.private[edge.vpc].get(walk.source)
    public = own.public.get(walk.source) if own is not None else None
    if public is None:
        why = (
            f"{text(walk.source)} has no public address, and internet gateway {gateway.id} "
            "only translates from one to the other."
        )
        return walk.stop(Kind.INTERNET_GATEWAY, gateway.id, why)
    walk.source, walk.known_as = public, -1
    return True


def _on_internet(walk: Walk, gateway: str) -> bool:
    if is_private(walk.destination):
        why = f"{text(walk.destination)} is a private address: the internet has no way to it."
        return walk.stop(Kind.INTERNET, gateway, why)
    return True


def to_egress_only(walk: Walk, edge: Edge, gateway: EgressOnlyGateway) -> Port | None:
    """Out by an egress-only internet gateway."""
    wrong = ""
    if gateway.vpc != edge.vpc:
        wrong = f"belongs to {gateway.vpc}"
    elif walk.source < FIRST_V6:
        wrong = "carries IPv6 alone"
    elif walk.answering and gateway.id not in walk.via:
        wrong = "did not pass the request on, so it drops the answer"
    if wrong:
        why = f"Egress-only internet gateway {gateway.id} {wrong}."
        walk.stop(Kind.EGRESS_ONLY_GATEWAY, gateway.id, why)
        return None
    if not _on_internet(walk, gateway.id):
        return None
    walk.known_as = -1
    walk.crossed.append(gateway.id)
    why = f"Egress-only internet gateway {gateway.id} sends it out."
    walk.passed(Kind.EGRESS_ONLY_GATEWAY, gateway.id, why)
    return _beyond(walk)


def _beyond(walk: Walk) -> Port | None:
    if walk.destination in walk.plan.public:
        return from_internet(walk)
    walk.reached = "internet"
    return None


def from_internet(walk: Walk) -> Port | None:
    """In from the internet: to the interface that a public address stands for."""
    found = walk.plan.public.get(walk.destination)
    if found is None:
        address = text(walk.destination)
        why = f"No interface of this network has {address} as its public address."
        if is_private(walk.destination):
            why = f"{address} is a private address: the internet has no way to it."
        walk.stop(Kind.INTERNET, address, why)
        return None
    port, inner = found
    gateways = walk.plan.gateways
    egress_only = gateways.egress_only.get(port.edge.vpc)
    if egress_only is not None and egress_only.id in walk.via and inner >= FIRST_V6:
        walk.crossed.append(egress_only.id)
        why = f"Egress-only internet gateway {egress_only.id} lets the answer in."
        walk.passed(Kind.EGRESS_ONLY_GATEWAY, egress_only.id, why)
        return port
    gateway = gateways.internet.get(port.edge.vpc)
    if gateway is None:
        why = f"No internet gateway is attached to {port.edge.vpc}, so nothing gets in."
        if egress_only is not None:
            why = f"Egress-only internet gateway {egress_only.id} lets nothing in but answers."
        name = egress_only.id if egress_only is not None else port.edge.vpc
        walk.stop(Kind.INTERNET_GATEWAY, name, why)
        return None
    walk.crossed.append(gateway.id)
    why = f"Internet gateway {gateway.id} hands it to {port.id} as {text(inner)}."
    walk.hops.append(Hop(Kind.INTERNET_GATEWAY, gateway.id, True, why))
    walk.destination = inner
    return port
