"""The connections that a packet opens, as the security groups on its way track them.

Source: "Amazon EC2 security group connection tracking", *Untracked connections* and *Automatically
tracked connections*.
"""

from __future__ import annotations

from simulator.network.addresses import FIRST_V6
from simulator.network.packet import Passage, Path
from simulator.network.plan import Plan, Port
from simulator.network.tracking import Flow, FlowKey, Flows, flow_key

_TRACKED_ANYHOW = ("eigw-", "nat-", "vpce-", "tgw-")


def opened(plan: Plan, path: Path, flows: Flows | None = None) -> tuple[Flow, ...]:
    """What is tracked from now on because `path` was taken; `flows` are tracked before."""
    found = [
        _flow(path, passage)
        for passage in path.request_passages
        if passage.accepted and _is_tracked(plan, path, passage, flows or {})
    ]
    if path.onward is not None:
        found.extend(opened(plan, path.onward, flows))
    return tuple(found)


def _flow(path: Path, passage: Passage) -> Flow:
    time = path.packet.time
    return Flow(_key(passage), time, time, path.answered)


def _key(passage: Passage) -> FlowKey:
    near = (passage.source, passage.source_port)
    far = (passage.destination, passage.port)
    if not passage.egress:
        near, far = far, near
    return flow_key(passage.interface, passage.protocol, *near, *far)


def _is_tracked(plan: Plan, path: Path, passage: Passage, flows: Flows) -> bool:
    port = plan.ports[passage.interface]
    if port.inbound is None or port.outbound is None:
        return False
    if passage.protocol not in {"tcp", "udp"} or tracked_anyhow(plan, path, port):
        return True
    known = flows.get(_key(passage))
    if known is not None and known.alive(path.packet.time):
        return True
    if passage.egress:
        rules, others, peer = port.outbound, port.inbound, passage.destination
    else:
        rules, others, peer = port.inbound, port.outbound, passage.source
    return not (
        rules.open_rule(passage.protocol, passage.port, peer)
        and (passage.protocol, peer >= FIRST_V6) in others.open_to_all
    )


def tracked_anyhow(plan: Plan, path: Path, port: Port) -> bool:
    """Whether what a connection passes makes it tracked, whatever the rules say."""
    if any(name.startswith(_TRACKED_ANYHOW) for name in path.crossed):
        return True
    ends = {port.id, path.reached, path.packet.source}
    if ends & plan.network.endpoint_interfaces:
        return True
    return any(plan.balancers[end].network for end in ends if end in plan.balancers)
