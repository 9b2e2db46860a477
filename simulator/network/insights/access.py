"""Which ways there are between the internet and interfaces, as Network Access Analyzer finds them.

One finding for each rule of a security group that lets an interface be reached, or reach out.
Source: "How Network Access Analyzer works" (Network Access Analyzer).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from simulator.network.addresses import block, number
from simulator.network.insights.search import Question, fits, packets
from simulator.network.packet import Kind, Path
from simulator.network.plan import Plan, Port
from simulator.network.reach import decide


@dataclass(frozen=True, slots=True)
class Scope:
    """Ways between internet gateways and interfaces. Empty: any of them."""

    inward: bool
    gateways: frozenset[str] = frozenset()
    interfaces: frozenset[str] = frozenset()
    protocols: tuple[str, ...] = ("tcp", "udp")
    ports: tuple[tuple[int, int], ...] = ()
    blocks: tuple[str, ...] = ()
    """Where the other end on the internet is."""

    def has(self, path: Path, port: Port) -> bool:
        """Whether a way is one of those meant."""
        packet = path.packet
        outside = packet.source if self.inward else packet.destination
        within = (block(cidr) for cidr in self.blocks)
        return (
            (not self.interfaces or bool(self.interfaces & {port.id, port.interface.instance}))
            and (not self.gateways or bool(self.gateways & set(path.crossed)))
            and packet.protocol in self.protocols
            and (not self.ports or any(low <= packet.port <= high for low, high in self.ports))
            and (not self.blocks or any(low <= number(outside) <= high for low, high in within))
        )


@dataclass(frozen=True, slots=True)
class Way:
    """A path that is there, and the interface inside."""

    path: Path
    port: Port


def ways(plan: Plan, scope: Scope, excluded: tuple[Scope, ...]) -> Iterator[Way]:
    """Every way that `scope` means, and none of `excluded` does; one for each rule."""
    for port in plan.ports.values():
        if not port.interface.running or port.nat:
            continue
        seen = set()
        for path in _paths(plan, scope, port):
            key = _rule(path, scope.inward)
            known = any(
                other.inward == scope.inward and other.has(path, port) for other in excluded
            )
            if key not in seen and scope.has(path, port) and not known:
                seen.add(key)
                yield Way(path, port)


def _paths(plan: Plan, scope: Scope, port: Port) -> Iterator[Path]:
    for gateway in plan.network.internet_gateways:
        if gateway.vpc != port.edge.vpc:
            continue
        ends = (gateway.id, port.id) if scope.inward else (port.id, gateway.id)
        for protocol in scope.protocols:
            question = Question(*ends, protocol, scope.ports)
            for asked in _with_addresses(question, scope):
                for packet in packets(plan, asked):
                    path = decide(plan, packet)
                    if path.answered and fits(path, asked):
                        yield path


def _with_addresses(question: Question, scope: Scope) -> Iterator[Question]:
    """With an address of each block that the scope names, if it names any."""
    yield question
    for cidr in scope.blocks:
        address = cidr.partition("/")[0]
        if scope.inward:
            yield replace(question, source_address=address)
        else:
            yield replace(question, destination_address=address)


def _rule(path: Path, inward: bool) -> str:
    """The rule of the interface's own security group that lets it pass."""
    groups = [hop for hop in path.request if hop.kind is Kind.SECURITY_GROUP]
    if not groups:
        return ""
    hop = groups[-1 if inward else 0]
    return f"{hop.component}/{hop.rule}/{path.packet.protocol}"
