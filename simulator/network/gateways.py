"""The gateways of a network, found by id or by VPC."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product

from simulator.network.addresses import block, overlap
from simulator.network.firewall import Firewall
from simulator.network.model import (
    EgressOnlyGateway,
    GatewayEndpoint,
    InternetGateway,
    NatGateway,
    Network,
    Peering,
    VirtualPrivateGateway,
)

Gateway = (
    InternetGateway
    | EgressOnlyGateway
    | NatGateway
    | Peering
    | GatewayEndpoint
    | VirtualPrivateGateway
    | Firewall
)


@dataclass(frozen=True, slots=True)
class Gateways:
    """What a route may lead to, other than an interface."""

    by_id: Mapping[str, Gateway]
    internet: Mapping[str, InternetGateway]
    """By the VPC that it is attached to."""
    egress_only: Mapping[str, EgressOnlyGateway]
    overlapping: frozenset[str]
    """Peering connections of VPCs whose blocks overlap: EC2 would refuse to make them."""
    peered: frozenset[tuple[str, str]]
    """VPCs joined by an active peering connection, each pair both ways."""
    referable: frozenset[tuple[str, str]]
    """Those of them that may refer to each other's security groups."""

    def may_refer(self, vpc: str, other: str) -> bool:
        """Whether a rule in `vpc` may name a group of `other` as its source.

        Source: "Update your security groups to reference peer security groups": over an active
        peering connection within one Region.
        """
        return vpc == other or (vpc, other) in self.referable

    def joined(self, vpc: str, other: str) -> bool:
        """Whether private addresses of one VPC mean something in the other."""
        return vpc == other or (vpc, other) in self.peered


def gateways_of(network: Network) -> Gateways:
    """The gateways of a network."""
    regions = {vpc.id: vpc.region for vpc in network.vpcs}
    peered = {
        pair
        for peering in network.peerings
        if peering.active
        for pair in (
            (peering.requester, peering.accepter),
            (peering.accepter, peering.requester),
        )
    }
    everything: tuple[Gateway, ...] = (
        *network.internet_gateways,
        *network.egress_only_gateways,
        *network.nat_gateways,
        *network.peerings,
        *network.gateway_endpoints,
        *network.private_gateways,
        *network.firewalls,
    )
    return Gateways(
        by_id={gateway.id: gateway for gateway in everything},
        internet={gateway.vpc: gateway for gateway in network.internet_gateways if gateway.vpc},
        egress_only={gateway.vpc: gateway for gateway in network.egress_only_gateways},
        overlapping=_overlapping(network),
        peered=frozenset(peered),
        referable=frozenset(
            (one, other) for one, other in peered if regions.get(one) == regions.get(other)
        ),
    )


def _overlapping(network: Network) -> frozenset[str]:
    blocks = {vpc.id: tuple(map(block, vpc.blocks)) for vpc in network.vpcs}
    return frozenset(
        peering.id
        for peering in network.peerings
        if any(
            overlap(one, other)
            for one, other in product(
                blocks.get(peering.requester, ()), blocks.get(peering.accepter, ())
            )
        )
    )
