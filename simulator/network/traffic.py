"""Packets that are really sent: through the account's network as it is, with what that leaves.

The engine decides (`simulator.network.reach`); connections that stay open are remembered for
security groups that change later, and every interface's flow logs tell what it saw.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from simulator.guardduty import taps
from simulator.network.connections import opened
from simulator.network.packet import Packet, Path
from simulator.network.plan import Plan
from simulator.network.reach import decide
from simulator.network.survey import survey
from simulator.network.tracking import Flow, prune
from simulator.network.volumes import Volume
from simulator.telemetry import flow_logs

if TYPE_CHECKING:
    from simulator.account.account import Account

_MANY = 4_096
"""Connections remembered before those that timed out are forgotten."""


def send(
    account: Account,
    packet: Packet,
    answered: Volume,
    unanswered: Volume,
    *,
    opens: bool = True,
    closes: bool = True,
) -> Path:
    """Send what `answered` says, or, if it gets no answer, the tries that `unanswered` says.

    The packet's time is now. `opens` and `closes`: this is the beginning, the end of a connection;
    one that isn't closed stays tracked. What is decided at its beginning holds for all of it.
    """
    sent = replace(packet, time=account.world.clock.now().timestamp())
    plan = survey(account)
    path = decide(plan, sent, account.connections)
    return leave_traces(account, plan, path, answered, unanswered, opens=opens, closes=closes)


def leave_traces(
    account: Account,
    plan: Plan,
    path: Path,
    answered: Volume,
    unanswered: Volume,
    *,
    opens: bool = True,
    closes: bool = True,
) -> Path:
    """Track the connection, and tell the flow logs and GuardDuty."""
    if path.answered:
        _track(account, plan, path, closes)
    carried = answered if path.answered else unanswered
    flow_logs.note(account.world, plan, path, carried, opens=opens, closes=closes and path.answered)
    taps.note_flow(account, plan, path, carried)
    return path


def _track(account: Account, plan: Plan, path: Path, closes: bool) -> None:
    known = account.connections
    for flow in opened(plan, path, known):
        if closes and flow.key.protocol == "tcp":
            known.pop(flow.key, None)
        else:
            before = known.get(flow.key)
            known[flow.key] = _continued(before, flow) if before is not None else flow
    if len(known) > _MANY:
        account.connections = prune(known, path.packet.time)


def _continued(before: Flow, flow: Flow) -> Flow:
    return replace(flow, opened=before.opened) if before.alive(flow.seen) else flow
