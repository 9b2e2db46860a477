"""The rules of the security groups of an interface, compiled for one direction.

Sources: "Security group rules", "Security group referencing", "Update your security groups to
reference peer security groups".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from simulator.network.addresses import FIRST_V6, Block, block
from simulator.network.model import Permission, SecurityGroup
from simulator.network.packet import Hop, Kind, protocol_name
from simulator.network.ports import ALL, COMMON, port_range, port_text

_EVERYBODY = (block("0.0.0.0/0"), block("::/0"))
_Ranges = list[tuple[int, int, int, int, Hop]]
_Members = list[tuple[int, int, frozenset[int], Hop]]
_Rule = TypeVar("_Rule")


@dataclass(frozen=True, slots=True)
class Filter:
    """What a set of groups allows, by protocol: all rules count, whatever group they are in."""

    egress: bool
    ranges: Mapping[str, _Ranges]
    members: Mapping[str, _Members]
    open_to_all: frozenset[tuple[str, bool]]
    """(protocol, IPv6) for which everything on every port is allowed."""
    name: str
    answers: Hop
    """What lets an answer through."""

    def allows(self, protocol: str, port: int, peer: int, member: int) -> Hop | None:
        """The rule that lets a packet through; None for none.

        `peer` is the other end's address; `member` the address by which a referenced group may
        know it, or -1 where a reference doesn't count.
        """
        for low, high, first, last, hop in self.ranges.get(protocol) or self.ranges["-1"]:
            if first <= peer <= last and low <= port <= high:
                return hop
        for low, high, addresses, hop in self.members.get(protocol) or self.members["-1"]:
            if member in addresses and low <= port <= high:
                return hop
        return None

    def open_rule(self, protocol: str, port: int, peer: int) -> bool:
        """Whether a rule for everybody, 0.0.0.0/0 or ::/0, lets a packet through."""
        whole = _EVERYBODY[peer >= FIRST_V6]
        rules = self.ranges.get(protocol) or self.ranges["-1"]
        return any(
            low <= port <= high and (first, last) == whole for low, high, first, last, _ in rules
        )


def compile_groups(
    groups: Iterable[SecurityGroup],
    egress: bool,
    prefix_lists: Mapping[str, tuple[str, ...]],
    members_of: Callable[[str, str], frozenset[int]],
) -> Filter:
    """The filter of an interface in `groups`.

    `members_of` gives the addresses of the interfaces in a group, as seen from a VPC.
    """
    groups = tuple(groups)
    ranges: dict[str, _Ranges] = {name: [] for name in (*COMMON, "-1")}
    members: dict[str, _Members] = {name: [] for name in (*COMMON, "-1")}
    wide: set[tuple[str, bool]] = set()
    for group in groups:
        for rule in group.outbound if egress else group.inbound:
            protocol = protocol_name(rule.protocol)
            low, high = port_range(protocol, rule.from_port, rule.to_port)
            hop = Hop(Kind.SECURITY_GROUP, group.id, True, _sentence(group, rule, egress), rule.id)
            known = (*COMMON, "-1") if protocol == "-1" else (protocol,)
            if rule.peer.startswith("sg-"):
                addresses = members_of(rule.peer, group.vpc)
                for name in known:
                    members.setdefault(name, []).append((low, high, addresses, hop))
                continue
            for first, last in _blocks(rule, prefix_lists):
                for name in known:
                    ranges.setdefault(name, []).append((low, high, first, last, hop))
                    if (first, last) in _EVERYBODY and (low, high) == ALL:
                        wide.add((name, first >= FIRST_V6))
    _add_all_protocols(ranges)
    _add_all_protocols(members)
    name = ", ".join(group.id for group in groups)
    why = f"Security group {name} is stateful: what it let through may be answered."
    answers = Hop(Kind.SECURITY_GROUP, name, True, why, "stateful")
    return Filter(egress, ranges, members, frozenset(wide), name, answers)


def _add_all_protocols(table: dict[str, list[_Rule]]) -> None:
    """Protocols known by number alone are let through by rules for all protocols as well."""
    for name in table.keys() - {*COMMON, "-1"}:
        table[name] = [*table[name], *table["-1"]]


def _blocks(rule: Permission, prefix_lists: Mapping[str, tuple[str, ...]]) -> list[Block]:
    if rule.peer.startswith("pl-"):
        return [block(cidr) for cidr in prefix_lists.get(rule.peer, ())]
    return [block(rule.peer)]


def _sentence(group: SecurityGroup, rule: Permission, egress: bool) -> str:
    what = port_text(protocol_name(rule.protocol), rule.from_port, rule.to_port)
    way = "out to" if egress else "in from"
    return f"Security group {group.id} allows {what} {way} {rule.peer}."
