"""A packet that somebody sends, and the path it takes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

_PROTOCOLS = {"6": "tcp", "17": "udp", "1": "icmp", "58": "icmpv6", "all": "-1", "icmpv6": "icmpv6"}


def protocol_name(text: str) -> str:
    """A protocol's name where EC2 knows one, else its number; "-1" for all."""
    lowered = text.lower()
    return _PROTOCOLS.get(lowered, lowered)


@dataclass(frozen=True, slots=True)
class Packet:
    """The first packet of a connection, or a later one of a connection that is tracked."""

    source: str
    """The id of an interface or instance, or an address: anybody's on the internet or, with `via`,
    on the company's own network."""
    destination: str
    """An address, a DNS name, or the id of an interface or instance."""
    port: int = 0
    protocol: str = "tcp"
    source_port: int = 49152
    """An ephemeral port of the client's."""
    icmp: tuple[int, int] = (8, 0)
    """Type and code, where the protocol is ICMP: an echo request by default."""
    time: float = 0.0
    """Seconds since the epoch."""
    via: str = ""
    """The virtual private gateway by which the source's network reaches the VPC."""
    host: str = ""
    """The name in the TLS handshake (SNI) or in the Host header, for what inspects those."""


class Kind(StrEnum):
    """What stands in a packet's way."""

    SOURCE = "source"
    DESTINATION = "destination"
    RESOLVER = "resolver"
    SECURITY_GROUP = "security group"
    ACL = "network ACL"
    ROUTE_TABLE = "route table"
    INTERNET_GATEWAY = "internet gateway"
    EGRESS_ONLY_GATEWAY = "egress-only internet gateway"
    NAT_GATEWAY = "NAT gateway"
    PEERING = "VPC peering connection"
    ENDPOINT = "VPC endpoint"
    PRIVATE_GATEWAY = "virtual private gateway"
    FIREWALL = "firewall endpoint"
    APPLIANCE = "appliance"
    LOAD_BALANCER = "load balancer"
    INTERNET = "internet"


@dataclass(frozen=True, slots=True)
class Hop:
    """One component that decided about a packet."""

    kind: Kind
    component: str
    """Its id."""
    passed: bool
    why: str
    """One sentence."""
    rule: str = ""
    """What decided: a rule's id or number, or a route's destination."""


class Passage(NamedTuple):
    """What one interface saw of a packet: what its flow log would say. Addresses are numbers."""

    interface: str
    egress: bool
    accepted: bool
    protocol: str
    source: int
    destination: int
    source_port: int
    port: int


@dataclass(frozen=True, slots=True)
class Path:
    """Where a packet went, and its answer after it."""

    packet: Packet
    request: tuple[Hop, ...]
    answer: tuple[Hop, ...]
    delivered: bool
    """The packet reached what it was sent to, through a load balancer if there is one."""
    answered: bool
    """The answer came back as well."""
    request_passages: tuple[Passage, ...] = ()
    answer_passages: tuple[Passage, ...] = ()
    reached: str = ""
    """The interface that the packet was delivered to, or "internet", or another place's id."""
    onward: Path | None = None
    """From the load balancer to its target."""
    crossed: tuple[str, ...] = ()
    """The gateways that the packet went through."""

    @property
    def hops(self) -> tuple[Hop, ...]:
        """All hops in the order in which they happen."""
        return self.request + (self.onward.hops if self.onward else ()) + self.answer

    @property
    def stopped_at(self) -> Hop | None:
        """The first hop that stopped it, or its answer; None if neither was stopped."""
        return next((hop for hop in self.hops if not hop.passed), None)

    @property
    def passages(self) -> tuple[Passage, ...]:
        """What each interface on the way saw."""
        onward = self.onward.passages if self.onward else ()
        return self.request_passages + onward + self.answer_passages

    @property
    def why(self) -> str:
        """One sentence: what stopped it, or that nothing did."""
        stopped = self.stopped_at
        return stopped.why if stopped else f"It reaches {self.reached}, and the answer comes back."
