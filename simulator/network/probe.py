"""A packet's path as plain data, for whoever asks from outside the simulator."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.errors import BadSubmission
from simulator.network import dns
from simulator.network.addresses import parsed
from simulator.network.packet import Packet, Path, protocol_name
from simulator.network.plan import Plan
from simulator.network.ports import COMMON
from simulator.network.reach import decide
from simulator.network.survey import survey

if TYPE_CHECKING:
    from simulator.account.account import Account

INTERNET = "internet"
_SOMEBODY = "192.0.2.1"
"""Who `internet` is: an address that `simulator.account.networks` gives to nobody."""


def probe(account: Account, packet: Packet) -> dict[str, Any]:
    """What would become of a packet in the account's network now; nothing is sent.

    Raises:
        BadSubmission: a source, port or protocol that can't be.
    """
    known = survey(account)
    sent = _checked(account, known, packet)
    path = decide(known, sent)
    return {
        "source": packet.source,
        "destination": packet.destination,
        "port": packet.port,
        "protocol": packet.protocol,
        "reached": path.reached,
        "delivered": path.delivered,
        "answered": path.answered,
        "why": path.why,
        "hops": _rows(path, "request"),
    }


def _resolved(account: Account, known: Plan, source: str, name: str) -> str:
    """The first address of a name that only DNS knows; what is known by itself stays as it is."""
    network = known.network
    port = known.ports.get(source) or known.instances.get(source)
    vpc = port.edge.vpc if port is not None else None
    if name in known.ports or name in known.instances or parsed(name) is not None:
        return name
    if name in network.names or (vpc, name) in network.private_names:
        return name
    addresses = dns.resolve(account.world, name, vpc=vpc).addresses
    return addresses[0] if addresses else name


def _checked(account: Account, known: Plan, packet: Packet) -> Packet:
    if protocol_name(packet.protocol) not in COMMON:
        raise BadSubmission(f"A probe's protocol is one of {', '.join(COMMON)}.")
    if not 0 <= packet.port <= 65535:
        raise BadSubmission(f"A port is a number from 0 to 65535, not {packet.port}.")
    source = _SOMEBODY if packet.source == INTERNET else packet.source
    if source not in known.ports and source not in known.instances and parsed(source) is None:
        raise BadSubmission(
            f"No packet can come from {source!r}: a source is the id of an instance or of a network "
            f'interface of this account, an address, or "{INTERNET}".'
        )
    resolved = _resolved(account, known, source, packet.destination)
    return Packet(
        source,
        resolved,
        packet.port,
        protocol_name(packet.protocol),
        time=packet.time,
        via=packet.via,
        host=packet.destination if resolved != packet.destination else "",
    )


def _rows(path: Path, leg: str) -> list[dict[str, Any]]:
    rows = _leg(path, leg, answer=False)
    if path.onward is not None:
        rows += _rows(path.onward, "to the target")
    return rows + _leg(path, "answer" if leg == "request" else "from the target", answer=True)


def _leg(path: Path, leg: str, answer: bool) -> list[dict[str, Any]]:
    return [
        {
            "leg": leg,
            "what": str(hop.kind),
            "id": hop.component,
            "rule": hop.rule,
            "passed": hop.passed,
            "why": hop.why,
        }
        for hop in (path.answer if answer else path.request)
    ]
