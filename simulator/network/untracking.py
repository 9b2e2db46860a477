"""Tracked connections that changed security groups make untracked ones.

Where everything is allowed both ways for everybody, a connection needs no tracking; one that was
tracked before isn't any longer, and ends when such groups are replaced. This is what the two steps
of containment by security groups rest on: first a group that admits everything, then one that
admits nothing. What is tracked anyhow (by way of a NAT gateway, for one) stays tracked.

Sources: "Amazon EC2 security group connection tracking" (Amazon EC2 User Guide),
"AWSSupport-ContainEC2Instance" (AWS Systems Manager Automation Runbook Reference).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.network.addresses import FIRST_V6, text
from simulator.network.connections import tracked_anyhow
from simulator.network.packet import Packet
from simulator.network.reach import decide
from simulator.network.survey import survey

if TYPE_CHECKING:
    from simulator.account.account import Account
    from simulator.network.plan import Plan
    from simulator.network.tracking import FlowKey


def settle(account: Account) -> None:
    """Forget the connections that the groups, as they are now, don't track."""
    if not account.connections:
        return
    plan = survey(account)
    for key in [key for key in account.connections if _untracked(plan, key)]:
        del account.connections[key]


def _untracked(plan: Plan, key: FlowKey) -> bool:
    port = plan.ports.get(key.interface)
    if port is None or port.inbound is None or port.outbound is None:
        return False
    if key.protocol not in {"tcp", "udp"}:
        return False
    wanted = (key.protocol, key.remote >= FIRST_V6)
    if wanted not in port.inbound.open_to_all or wanted not in port.outbound.open_to_all:
        return False
    packet = Packet(
        key.interface, text(key.remote), key.remote_port, key.protocol, source_port=key.local_port
    )
    return not tracked_anyhow(plan, decide(plan, packet), port)
