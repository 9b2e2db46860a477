"""The packets of an HTTP request: from the client to a load balancer, and from that to its target.

Source: "Troubleshoot your Application Load Balancers": a target that doesn't let the load balancer
in is a 504.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from simulator.network import traffic, volumes
from simulator.network.addresses import parsed
from simulator.network.balancing import Listener, Target
from simulator.network.packet import Packet, Path
from simulator.network.plan import Plan
from simulator.network.reach import decide
from simulator.network.survey import survey
from simulator.network.volumes import Load, Volume

if TYPE_CHECKING:
    from simulator.network.exchange import Exchange

_HEADERS = 52
_SEGMENT = 1_448


@dataclass(frozen=True, slots=True)
class Way:
    """The connection that a client made to a load balancer."""

    plan: Plan
    path: Path

    @property
    def made(self) -> bool:
        return self.path.answered


def arrive(exchange: Exchange) -> Way | None:
    """The client's connection; None where the load balancer is in no subnet that is there."""
    balancer, request = exchange.balancer, exchange.request
    plan = survey(balancer.account)
    if parsed(balancer.address) not in plan.public or parsed(request.source_ip) is None:
        return None
    packet = Packet(
        request.source_ip,
        balancer.address,
        request.port,
        "tcp",
        exchange.client_port,
        time=exchange.time.timestamp(),
        host=request.host,
    )
    return Way(plan, decide(replace(plan, balancers={}), packet))


def onward(way: Way | None, exchange: Exchange) -> Path | None:
    """From the load balancer to the target it has chosen; None for a target that isn't in its VPC."""
    target = exchange.target
    if way is None or target is None:
        return None
    plan, name = way.plan, way.path.reached
    balancer, address = plan.balancers.get(name), parsed(target.address)
    if balancer is None or address not in plan.private[plan.ports[name].edge.vpc]:
        return None
    chosen = Listener("tcp", exchange.request.port, (Target(target.address, target.port),))
    limited = replace(plan, balancers={name: replace(balancer, listeners=(chosen,))})
    return decide(limited, way.path.packet).onward


def leave(way: Way | None, exchange: Exchange, leg: Path | None) -> None:
    """Let flow logs tell of it, once the answer is known."""
    if way is None:
        return
    chance = random.Random(f"packets/{exchange.trace}")
    none = volumes.unanswered("tcp", chance)
    size = _volume(exchange.request.size, exchange.reply.size, chance)
    account = exchange.balancer.account
    traffic.leave_traces(account, way.plan, way.path, size, none)
    if leg is not None:
        traffic.leave_traces(account, way.plan, leg, size, none)


def _volume(sent: int, received: int, chance: random.Random) -> Volume:
    return Volume(_load(sent), _load(received), chance.uniform(0.01, 0.4))


def _load(size: int) -> Load:
    packets = 4 + -(-size // _SEGMENT)
    return Load(packets, size + packets * _HEADERS)
