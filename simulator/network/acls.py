"""A network ACL's entries, compiled for one direction.

Stateless, lowest rule number first, the first that matches decides, and whatever no entry matches
is denied by the rule called `*`. Sources: "Network ACL basics", "Network ACL rules".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from simulator.network.addresses import block
from simulator.network.model import AclEntry, NetworkAcl
from simulator.network.packet import Hop, Kind, protocol_name
from simulator.network.ports import COMMON, port_range, port_text

_Entries = list[tuple[int, int, int, int, bool, Hop]]


@dataclass(frozen=True, slots=True)
class AclFilter:
    """One direction of a network ACL, by protocol."""

    id: str
    egress: bool
    entries: dict[str, _Entries]

    def decide(self, protocol: str, port: int, peer: int) -> Hop | None:
        """What the first matching entry says; None if none matches."""
        for low, high, first, last, _, hop in self.entries.get(protocol) or self.entries["-1"]:
            if first <= peer <= last and low <= port <= high:
                return hop
        return None


def compile_acl(acl: NetworkAcl, egress: bool) -> AclFilter:
    """The filter of a network ACL's inbound or outbound entries."""
    entries = sorted(acl.outbound if egress else acl.inbound, key=lambda entry: entry.number)
    named = {protocol_name(entry.protocol) for entry in entries} | {*COMMON, "-1"}
    return AclFilter(
        acl.id,
        egress,
        {name: _matching(acl.id, name, entries, egress) for name in sorted(named)},
    )


def _matching(acl: str, protocol: str, entries: Iterable[AclEntry], egress: bool) -> _Entries:
    found = []
    for entry in entries:
        own = protocol_name(entry.protocol)
        if own in {protocol, "-1"}:
            low, high = port_range(own, entry.from_port, entry.to_port)
            hop = Hop(Kind.ACL, acl, entry.allow, _sentence(acl, entry, egress), str(entry.number))
            found.append((low, high, *block(entry.cidr), entry.allow, hop))
    return found


def _sentence(acl: str, entry: AclEntry, egress: bool) -> str:
    what = port_text(protocol_name(entry.protocol), entry.from_port, entry.to_port)
    verb = "allows" if entry.allow else "denies"
    way = "out to" if egress else "in from"
    return f"Rule {entry.number} of network ACL {acl} {verb} {what} {way} {entry.cidr}."
