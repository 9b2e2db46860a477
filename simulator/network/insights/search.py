"""Whether any packet gets from one place to another: the ones that rules speak of are tried.

The analyzers reason about all packets at once. Here those are tried that differ in what rules of
security groups and network ACLs tell apart: an address of each block, the ends of each range.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from simulator.network.addresses import FIRST_V6, block, is_private, text
from simulator.network.packet import Packet, Path, protocol_name
from simulator.network.plan import Plan, Port
from simulator.network.ports import ALL, port_range
from simulator.network.reach import decide

SOMEBODY = "192.0.2.1"
"""An address on the internet that is nobody's."""
_MOST = 600
"""Packets tried for one question."""


@dataclass(frozen=True, slots=True)
class Question:
    """From where to where. Ids of gateways, instances or interfaces; empty for any address."""

    source: str
    destination: str
    protocol: str = "tcp"
    ports: tuple[tuple[int, int], ...] = ()
    """Destination ports; none: any."""
    source_port: int = 49_152
    source_address: str = ""
    destination_address: str = ""


def port_of(plan: Plan, name: str) -> Port | None:
    """An interface, by its id or its instance's."""
    return plan.ports.get(name) or plan.instances.get(name)


def search(plan: Plan, question: Question) -> Path | None:
    """A path that is there, else the one that got furthest; None: nothing could be tried."""
    best: Path | None = None
    for packet in islice(packets(plan, question), _MOST):
        path = decide(plan, packet)
        if fits(path, question) and path.answered:
            return path
        if best is None or _reach(path) > _reach(best):
            best = path
    return best


def fits(path: Path, question: Question) -> bool:
    """Whether the path takes the gateways that were named as its ends."""
    gateways = {name for name in (question.source, question.destination) if _gateway(name)}
    return gateways <= set(path.crossed)


def packets(plan: Plan, question: Question) -> Iterator[Packet]:
    """The packets to try, plain ones first."""
    sender = port_of(plan, question.source)
    receiver = port_of(plan, question.destination)
    froms = (
        [question.source]
        if sender is not None
        else _outside(question.source_address, receiver, plan)
    )
    tos = (
        [question.destination_address or question.destination]
        if receiver is not None or question.destination_address
        else _outside("", sender, plan)
    )
    via = question.source if question.source.startswith("vgw-") else ""
    for to in tos:
        for source in froms:
            for port in _ports(question, sender, receiver, plan):
                yield Packet(source, to, port, question.protocol, question.source_port, via=via)


def _gateway(name: str) -> bool:
    return name.startswith(("igw-", "vgw-", "pcx-", "nat-"))


def _reach(path: Path) -> int:
    return len(path.hops)


def _outside(given: str, inner: Port | None, plan: Plan) -> list[str]:
    """Addresses on the internet that rules of an interface may tell apart."""
    if given:
        return [given]
    found = [SOMEBODY]
    for cidr in _blocks(inner, plan):
        first, last = block(cidr)
        if first >= FIRST_V6:
            continue
        inside = next((one for one in (first, first + 1, last) if _free(one, plan)), None)
        if inside is not None and first <= inside <= last:
            found.append(text(inside))
    return list(dict.fromkeys(found))


def _free(address: int, plan: Plan) -> bool:
    return 0 < address >> 24 < 224 and not is_private(address) and address not in plan.public


def _blocks(port: Port | None, plan: Plan) -> Iterator[str]:
    if port is None:
        return
    for group in plan.network.groups:
        if group.id in port.interface.groups:
            for rule in (*group.inbound, *group.outbound):
                if rule.peer.startswith("pl-"):
                    yield from plan.network.prefix_lists.get(rule.peer, ())
                elif not rule.peer.startswith("sg-"):
                    yield rule.peer
    for acl in plan.network.acls:
        if acl.id == port.edge.inbound.id:
            yield from (entry.cidr for entry in (*acl.inbound, *acl.outbound))


def _ports(
    question: Question, sender: Port | None, receiver: Port | None, plan: Plan
) -> Iterable[int]:
    """The ends of every range of ports that a rule names, within what is asked."""
    asked = question.ports or (ALL,)
    named = [first for first, _ in asked] if question.ports else [443, 80, 22]
    groups = {name for port in (sender, receiver) if port for name in port.interface.groups}
    for group in plan.network.groups:
        for rule in (*group.inbound, *group.outbound) if group.id in groups else ():
            if protocol_name(rule.protocol) in {question.protocol, "-1"}:
                named += port_range(protocol_name(rule.protocol), rule.from_port, rule.to_port)
    within = (one for one in named if any(low <= one <= high for low, high in asked))
    return list(dict.fromkeys(within))
