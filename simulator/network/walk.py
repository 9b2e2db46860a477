"""A packet on its way: what it has passed, and what it looks like by now."""

from __future__ import annotations

from simulator.network.addresses import text
from simulator.network.packet import Hop, Kind, Packet, Passage
from simulator.network.plan import Plan, Port
from simulator.network.ports import icmp_answer
from simulator.network.tracking import Flow, Flows, flow_key

MOST_HOPS = 64
"""More than any path without a loop has."""


class Walk:
    """The state of one direction of a packet's journey. Addresses are numbers."""

    __slots__ = (
        "answering",
        "crossed",
        "destination",
        "flows",
        "hops",
        "host",
        "known_as",
        "passages",
        "plan",
        "port",
        "protocol",
        "reached",
        "reached_port",
        "sender",
        "source",
        "source_port",
        "time",
        "translated",
        "via",
    )

    def __init__(
        self, plan: Plan, packet: Packet, source: int, destination: int, port: int, flows: Flows
    ) -> None:
        self.plan = plan
        self.protocol = packet.protocol
        self.time, self.host, self.flows = packet.time, packet.host, flows
        self.source, self.destination = source, destination
        self.known_as = source
        """The address by which groups may refer to the sender; -1: they can't."""
        self.source_port, self.port = packet.source_port, port
        self.answering = False
        self.via: tuple[str, ...] = ()
        """What the request crossed, where this is its answer."""
        self.crossed: list[str] = []
        self.translated: dict[str, tuple[int, int]] = {}
        """By NAT gateway: the address and port it stands in for."""
        self.hops: list[Hop] = []
        self.passages: list[Passage] = []
        self.sender: Port | None = None
        """The interface that sends it into the subnet it is in; None for an endpoint."""
        self.reached = ""
        self.reached_port: Port | None = None

    def turned(self) -> Walk:
        """The answer, about to be sent."""
        answer: Walk = object.__new__(Walk)
        answer.plan, answer.protocol = self.plan, self.protocol
        answer.time, answer.host, answer.flows = self.time, self.host, self.flows
        answer.source, answer.destination = self.destination, self.source
        answer.known_as = -1
        answer.source_port, answer.port = self.port, self.source_port
        if self.protocol in {"icmp", "icmpv6"}:
            answer.port = icmp_answer(self.port)
        answer.answering, answer.via = True, tuple(self.crossed)
        answer.crossed, answer.translated = [], self.translated
        answer.hops, answer.passages, answer.sender = [], [], None
        answer.reached, answer.reached_port = "", None
        return answer

    def what(self) -> str:
        """The packet in words, as it is now."""
        if self.protocol in {"tcp", "udp"}:
            end = f"{text(self.destination)} port {self.port}"
        elif self.protocol in {"icmp", "icmpv6"}:
            end = f"{text(self.destination)} (type {self.port >> 8})"
        else:
            end = text(self.destination)
        return f"{self.protocol} from {text(self.source)} to {end}"

    def stop(self, kind: Kind, component: str, why: str, rule: str = "") -> bool:
        """It ends here. Always False, which callers return."""
        self.hops.append(Hop(kind, component, False, why, rule))
        return False

    def passed(self, kind: Kind, component: str, why: str) -> None:
        """It goes on from here."""
        self.hops.append(Hop(kind, component, True, why))

    def saw(self, port: Port, egress: bool, accepted: bool) -> None:
        """An interface saw it, as its flow log will say."""
        self.passages.append(
            Passage(
                port.id,
                egress,
                accepted,
                self.protocol,
                self.source,
                self.destination,
                self.source_port,
                self.port,
            )
        )

    def tracked(self, port: Port, egress: bool) -> Flow | None:
        """The connection that this packet belongs to, if the interface remembers it."""
        if not self.flows:
            return None
        if egress:
            ends = (self.source, self.source_port, self.destination, self.port)
        else:
            ends = (self.destination, self.port, self.source, self.source_port)
        flow = self.flows.get(flow_key(port.id, self.protocol, *ends))
        return flow if flow is not None and flow.alive(self.time) else None
