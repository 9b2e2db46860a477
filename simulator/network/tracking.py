"""Connections that security groups remember, and go on letting through after their rules changed.

Not tracked, so cut at once when a rule goes: TCP and UDP that a rule for everybody (0.0.0.0/0 or
::/0) let through while another one lets everything through the other way on all ports; unless the
connection passes something that makes it tracked anyhow.
Source: "Amazon EC2 security group connection tracking". It names no idle timeout for ICMP; taken
here as UDP's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

_WITH_PORTS = frozenset({"tcp", "udp"})


class FlowKey(NamedTuple):
    """What a connection is known by at one interface. Addresses are numbers."""

    interface: str
    protocol: str
    local: int
    local_port: int
    remote: int
    remote_port: int


@dataclass(frozen=True, slots=True)
class Flow:
    """A tracked connection. Times are seconds since the epoch."""

    key: FlowKey
    opened: float
    seen: float
    """When its last packet passed."""
    answered: bool = True

    def alive(self, time: float) -> bool:
        """Whether it is remembered still."""
        return time - self.seen <= _timeout(self.key.protocol, self.answered)


def _timeout(protocol: str, answered: bool) -> float:
    if protocol == "tcp":
        return 432_000 if answered else 60
    if protocol in {"udp", "icmp", "icmpv6"}:
        return 180 if answered and protocol == "udp" else 30
    return 600


def flow_key(
    interface: str, protocol: str, local: int, local_port: int, remote: int, remote_port: int
) -> FlowKey:
    """The key of a connection; protocols other than TCP and UDP have no ports."""
    if protocol not in _WITH_PORTS:
        local_port = remote_port = 0
    return FlowKey(interface, protocol, local, local_port, remote, remote_port)


Flows = Mapping[FlowKey, Flow]


def remember(flows: Flows, opened: Iterable[Flow]) -> dict[FlowKey, Flow]:
    """`flows` with the connections that a packet opened or kept alive (`Path.flows`)."""
    merged = dict(flows)
    for flow in opened:
        known = merged.get(flow.key)
        merged[flow.key] = _continued(known, flow) if known is not None else flow
    return merged


def _continued(known: Flow, flow: Flow) -> Flow:
    if not known.alive(flow.seen):
        return flow
    return replace(flow, opened=known.opened, answered=known.answered or flow.answered)


def prune(flows: Flows, time: float) -> dict[FlowKey, Flow]:
    """Those that are still remembered at a time."""
    return {key: flow for key, flow in flows.items() if flow.alive(time)}
