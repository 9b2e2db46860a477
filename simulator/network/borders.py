"""Network ACLs at a subnet's border, security groups at an interface.

Traffic within a subnet meets no network ACL. Security groups are stateful, so an answer passes them
whatever their rules say; network ACLs are not. Sources: "Network ACL basics", "Security group
basics", "Amazon EC2 security group connection tracking".
"""

from __future__ import annotations

from datetime import UTC, datetime

from simulator.network.packet import Hop, Kind
from simulator.network.plan import Edge, Port
from simulator.network.security_groups import Filter
from simulator.network.walk import Walk


def cross(walk: Walk, edge: Edge, egress: bool) -> bool:
    """Out of a subnet, or into it."""
    acl = edge.outbound if egress else edge.inbound
    hop = acl.decide(walk.protocol, walk.port, walk.destination if egress else walk.source)
    if hop is not None:
        walk.hops.append(hop)
        return hop.passed
    way, ephemeral = ("out" if egress else "in"), ""
    if walk.answering and walk.port >= 1024 and walk.protocol in {"tcp", "udp"}:
        ephemeral = (
            " It is an answer: a network ACL is stateless, so the client's ephemeral port "
            f"{walk.port} needs a rule of its own."
        )
    why = (
        f"No rule of network ACL {acl.id} lets {walk.what()} {way}, so its last rule, *, denies it."
        f"{ephemeral}"
    )
    return walk.stop(Kind.ACL, acl.id, why, "*")


def send(walk: Walk, port: Port) -> bool:
    """Past the security groups of the interface that sends it."""
    return _guard(walk, port, port.outbound, True, walk.destination, walk.destination)


def accept(walk: Walk, port: Port, crossing: bool) -> bool:
    """Into an interface, from its own subnet or (`crossing`) from elsewhere."""
    if not port.interface.running:
        walk.stop(Kind.DESTINATION, port.id, f"{port.interface.instance} is stopped.")
        passed = False
    elif crossing and not cross(walk, port.edge, False):
        passed = False
    else:
        passed = _guard(walk, port, port.inbound, False, walk.source, walk.known_as)
    walk.saw(port, False, passed)
    return passed


def _guard(
    walk: Walk, port: Port, rules: Filter | None, egress: bool, peer: int, member: int
) -> bool:
    if rules is None:
        return True
    if walk.answering:
        walk.hops.append(rules.answers)
        return True
    flow = walk.tracked(port, egress)
    if flow is not None:
        opened = datetime.fromtimestamp(flow.opened, UTC).isoformat(timespec="seconds")
        why = (
            f"Security group {rules.name} still tracks this connection, opened at {opened}: "
            "it passes whatever the rules say now."
        )
        walk.hops.append(Hop(Kind.SECURITY_GROUP, rules.name, True, why, "tracked"))
        return True
    hop = rules.allows(walk.protocol, walk.port, peer, member)
    if hop is not None:
        walk.hops.append(hop)
        return True
    way = "outbound" if egress else "inbound"
    name = rules.name or port.id
    why = f"No {way} rule of {rules.name or 'any security group'} allows {walk.what()}."
    return walk.stop(Kind.SECURITY_GROUP, name, why)
