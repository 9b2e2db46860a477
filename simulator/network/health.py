"""Whether a load balancer's targets are healthy: reached, answering, and with the right code.

Sources: "Health checks for Application Load Balancer target groups", "TargetHealth" (Elastic Load
Balancing API Reference).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from simulator.account.account import Account
from simulator.account.state import states_of
from simulator.account.world import World
from simulator.network.balancers import Target
from simulator.network.message import Reply, WebRequest
from simulator.network.packet import Packet
from simulator.network.plan import Plan
from simulator.network.reach import answered
from simulator.network.survey import survey
from simulator.network.survey_balancers import forwarded_to

_CHECKER = "ELB-HealthChecker/2.0"


@dataclass(frozen=True, slots=True)
class Health:
    """As DescribeTargetHealth tells it."""

    state: str
    reason: str = ""
    description: str = ""


HEALTHY = Health("healthy")
_UNUSED = Health("unused", "Target.NotInUse", "Target group is not used by any load balancer")
_UNREACHED = Health("unhealthy", "Target.Timeout", "Request timed out")
_SILENT = Health("unhealthy", "Target.FailedHealthChecks", "Health checks failed")


def reply_of(world: World, target: Target, request: WebRequest) -> Reply | None:
    """What a target answers HTTP: as the scenario has it, or as the host that it is; None: nothing."""
    from simulator.hosts import web

    for name in (target.name, target.address):
        if world.internet.answers(name):
            return world.internet.answer(name, request)
    return web.answers(world, target.name, target.port, request)


def judged(account: Account, group: Any, targets: Iterable[Target]) -> Iterator[Health]:
    """The health of registered targets whose instances run. `group` is the backend's."""
    plan = survey(account)
    nodes = _nodes(account, group, plan)
    for target in targets:
        yield _judged(account, group, target, nodes, plan) if nodes else _UNUSED


def _judged(
    account: Account, group: Any, target: Target, nodes: tuple[str, ...], plan: Plan
) -> Health:
    port = _port(group, target)
    packets = (Packet(node, target.address, port) for node in nodes if node in plan.ports)
    if not all(answered(plan, packet) for packet in packets):
        return _UNREACHED
    if group.health_check_protocol not in {"HTTP", "HTTPS"}:
        return HEALTHY
    scheme, path = str(group.health_check_protocol).lower(), group.health_check_path or "/"
    url = f"{scheme}://{target.address}:{port}{path}"
    checked = Target(target.name, target.address, port)
    source = _address(plan.ports[nodes[0]]) if nodes[0] in plan.ports else target.address
    reply = reply_of(account.world, checked, WebRequest(url, source, "GET", {}, "", _CHECKER))
    if reply is None:
        return _SILENT
    wanted = str((group.matcher or {}).get("HttpCode") or "200")
    if _matches(reply.status, wanted):
        return HEALTHY
    said = f"Health checks failed with these codes: [{reply.status}]"
    return Health("unhealthy", "Target.ResponseCodeMismatch", said)


def _port(group: Any, target: Target) -> int:
    told = str(group.health_check_port or "traffic-port")
    return int(told) if told.isdigit() and told != str(group.port) else target.port


def _nodes(account: Account, group: Any, plan: Plan) -> tuple[str, ...]:
    """The interfaces of the load balancers that use the group."""
    arns = {
        str(balancer.arn)
        for state in states_of("elbv2", account.id)
        for balancer in state.load_balancers.values()
        if group.arn in _forwarded_to(balancer)
    }
    found = plan.network.load_balancers
    return tuple(name for one in found if one.id in arns for name in one.interfaces)


def _forwarded_to(balancer: Any) -> set[str]:
    """The target groups of all listeners' default actions and rules."""
    actions = [
        action
        for listener in balancer.listeners.values()
        for each in (listener, *listener.rules.values())
        for action in (each.default_actions if each is listener else each.actions)
    ]
    return {arn for action in actions for arn in forwarded_to(action)}


def _address(port: Any) -> str:
    return str(port.interface.addresses[0])


def _matches(status: int, wanted: str) -> bool:
    """`wanted` as a target group's matcher has it: "200,202", "200-299"."""
    for part in wanted.split(","):
        low, _, high = part.strip().partition("-")
        if int(low) <= status <= int(high or low):
            return True
    return False
