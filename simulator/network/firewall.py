"""What a Network Firewall endpoint in the route does with a connection.

Approximated: 5-tuple rules and domain lists, no Suricata strings; one decision of the stateful rules
for the whole connection, so a domain list judges the first packet by the name that the handshake will
carry. Stateless rules first, by priority, on each packet by itself, answers included; then, unless
they passed or dropped it, the stateful ones: by default all that pass, then drop, then reject; in
strict order one after the other.
Sources: "How AWS Network Firewall filters network traffic", "Managing evaluation order for
Suricata compatible rules in AWS Network Firewall", "Stateful domain list rule groups",
"Working with stateless rule groups in AWS Network Firewall".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from simulator.network.addresses import Block, block

_ANYWHERE: tuple[Block, ...] = (block("0.0.0.0/0"), block("::/0"))
_ORDER = {"pass": 0, "drop": 1, "reject": 2, "alert": 3}


@dataclass(frozen=True, slots=True)
class Connection:
    """What a firewall looks at. Addresses are numbers."""

    protocol: str
    source: int
    source_port: int
    destination: int
    port: int
    host: str = ""

    def turned(self) -> Connection:
        """The same from the other end."""
        ends = (self.destination, self.port, self.source, self.source_port)
        return Connection(self.protocol, *ends, self.host)


@dataclass(frozen=True, slots=True)
class TupleRule:
    """A rule of either engine: `action` is pass, drop, reject, alert, or forward to stateful."""

    action: str
    protocols: frozenset[str] = frozenset()
    """Empty: any."""
    sources: tuple[Block, ...] = _ANYWHERE
    destinations: tuple[Block, ...] = _ANYWHERE
    source_ports: tuple[tuple[int, int], ...] = ((0, 65535),)
    ports: tuple[tuple[int, int], ...] = ((0, 65535),)
    id: str = ""
    any_direction: bool = False
    opens: bool = True
    """A stateless rule's TCP flags are those of a packet that opens a connection, or there are none."""
    answers: bool = True
    """They are those of the answer to it, or there are none."""

    def matches(self, connection: Connection) -> bool:
        """Whether a connection is what the rule describes."""
        if self.protocols and connection.protocol not in self.protocols:
            return False
        there = self._ends(
            connection.source, connection.source_port, connection.destination, connection.port
        )
        return there or (
            self.any_direction
            and self._ends(
                connection.destination, connection.port, connection.source, connection.source_port
            )
        )

    def _ends(self, source: int, source_port: int, destination: int, port: int) -> bool:
        return (
            _within(self.sources, source)
            and _within(self.destinations, destination)
            and _within(self.source_ports, source_port)
            and _within(self.ports, port)
        )


@dataclass(frozen=True, slots=True)
class DomainList:
    """Names, each exact or with a leading dot for all below it, on HTTP, TLS or both."""

    allow: bool
    names: tuple[str, ...]
    ports: frozenset[int] = frozenset({80, 443})
    """Where the inspected protocols are taken to be."""
    id: str = ""
    sources: tuple[Block, ...] = _ANYWHERE
    """The home network: what comes from elsewhere is not inspected."""

    def verdict(self, connection: Connection) -> str | None:
        """pass, drop, or None where the list says nothing."""
        if connection.protocol != "tcp" or connection.port not in self.ports:
            return None
        if not _within(self.sources, connection.source):
            return None
        listed = any(_is_under(connection.host.lower(), name.lower()) for name in self.names)
        if self.allow:
            return "pass" if listed else "drop"
        return "drop" if listed else None


@dataclass(frozen=True, slots=True)
class FirewallPolicy:
    """What the firewalls that use it do."""

    stateless: tuple[TupleRule, ...] = ()
    """In the order of their priorities."""
    stateless_default: str = "forward"
    stateful: tuple[TupleRule | DomainList, ...] = ()
    strict: bool = False
    stateful_default: str = "pass"
    """In strict order: "drop" where the policy drops all or all established."""

    def decide(self, connection: Connection) -> tuple[bool, str]:
        """Whether the connection passes, and what decided."""
        action, rule = self._stateless(connection)
        if action == "forward":
            action, rule = self._stateful(connection)
        return action in {"pass", "alert"}, rule

    def decide_answer(self, connection: Connection) -> tuple[bool, str]:
        """Whether the answer in a connection passes that passed before, and what decided.

        `connection` is as the answer has it: its source is what the request was sent to.
        """
        action, rule = self._stateless(connection, answering=True)
        if action != "forward":
            return action == "pass", rule
        if self._stateless(connection.turned())[0] != "forward":
            return False, "stateless rules let the stateful ones see the answer and not the request"
        return True, "part of a connection that it passed"

    def _stateless(self, connection: Connection, answering: bool = False) -> tuple[str, str]:
        for rule in self.stateless:
            if (rule.answers if answering else rule.opens) and rule.matches(connection):
                return rule.action, rule.id
        return self.stateless_default, "stateless default action"

    def _stateful(self, connection: Connection) -> tuple[str, str]:
        matched = [
            (verdict, rule.id)
            for rule in self.stateful
            if (verdict := _verdict(rule, connection)) not in {None, "alert"}
        ]
        if not self.strict:
            matched.sort(key=lambda one: _ORDER[str(one[0])])
        for verdict, name in matched:
            return str(verdict), name
        return self.stateful_default, "stateful default action"


@dataclass(frozen=True, slots=True)
class Firewall:
    """An endpoint of a firewall in a subnet."""

    id: str
    subnet: str
    policy: FirewallPolicy | None = None
    """None: what it does is not known, so nothing passes."""


def _verdict(rule: TupleRule | DomainList, connection: Connection) -> str | None:
    if isinstance(rule, DomainList):
        return rule.verdict(connection)
    return rule.action if rule.matches(connection) else None


def _within(ranges: Iterable[tuple[int, int]], value: int) -> bool:
    return any(first <= value <= last for first, last in ranges)


def _is_under(host: str, name: str) -> bool:
    return host == name or (name.startswith(".") and (host.endswith(name) or host == name[1:]))
