"""Load balancers and their targets, read from the backend's state.

Sources: "Health checks for Application Load Balancer target groups", "Target groups for your
Application Load Balancers" (Elastic Load Balancing).
"""

from __future__ import annotations

import functools
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from simulator.account.account import Account
from simulator.account.state import state_of, states_of
from simulator.account.world import World


@dataclass(frozen=True, slots=True)
class Balancer:
    """A load balancer: `backend` is the backend's object."""

    account: Account
    region: str
    backend: Any

    @property
    def id(self) -> str:
        """As logs name it: "app/my-loadbalancer/50dc6c495c0c9188"."""
        return str(self.backend.arn).partition(":loadbalancer/")[2]

    @property
    def is_network(self) -> bool:
        return bool(self.backend.type == "network")

    def listener(self, port: int) -> Any:
        """The backend's listener on a port; None for none."""
        found = self.backend.listeners.values()
        return next((each for each in found if int(each.port) == port), None)

    @property
    def address(self) -> str:
        """The address of its node: it has one."""
        return node_address(str(self.backend.arn))


@dataclass(frozen=True, slots=True)
class Target:
    """A registered target that is healthy. `name` is what it was registered as."""

    name: str
    address: str
    port: int


def find(world: World, host: str) -> Balancer | None:
    """The load balancer with that DNS name."""
    wanted = host.rstrip(".").lower()
    for account in world.accounts.values():
        for state in states_of("elbv2", account.id):
            for each in state.load_balancers.values():
                if str(each.dns_name).lower() == wanted:
                    return Balancer(account, str(state.region_name), each)
    return None


def healthy(balancer: Balancer, group_arn: str) -> tuple[Target, ...]:
    """The targets of a group that requests go to: its healthy ones, or all if none is healthy."""
    from simulator.network.health import judged

    group = _groups(balancer).get(group_arn)
    if group is None:
        return ()
    running = tuple(_targets(balancer, group))
    if len(running) < 2:
        return running
    states = judged(balancer.account, group, running)
    fine = (each for each, health in zip(running, states, strict=True) if health.state == "healthy")
    return tuple(fine) or running


def next_of(
    balancer: Balancer, group_arn: str, targets: Sequence[Target], chance: random.Random
) -> Target:
    """The target of an Application Load Balancer's next request: by turns, if not set otherwise."""
    if not takes_turns(balancer, group_arn):
        return targets[chance.randrange(len(targets))]
    group = _groups(balancer)[group_arn]
    turn = int(group.__dict__.get("turn", 0))
    group.__dict__["turn"] = turn + 1
    return targets[turn % len(targets)]


def takes_turns(balancer: Balancer, group_arn: str) -> bool:
    """Whether it is an Application Load Balancer that asks a group's targets by turns."""
    group = _groups(balancer).get(group_arn)
    if balancer.is_network or group is None:
        return False
    return bool(group.attributes.get("load_balancing.algorithm.type") != "weighted_random")


def _groups(balancer: Balancer) -> Any:
    """The backend's target groups, by ARN."""
    return state_of("elbv2", balancer.account.id, balancer.region).target_groups


def _targets(balancer: Balancer, group: Any) -> Iterator[Target]:
    instances = state_of("ec2", balancer.account.id, balancer.region)
    for registered in group.targets.values():
        name, port = str(registered["Id"]), int(registered.get("Port") or group.port or 0)
        if not name.startswith("i-"):
            yield Target(name, name, port)
            continue
        instance = instances.get_instance_by_id(name) if instances is not None else None
        if instance is not None and instance.state == "running":
            yield Target(name, str(instance.private_ip_address), port)


def group_of(action: Mapping[str, Any], chance: random.Random) -> str | None:
    """The target group that a forward action picks, by weight."""
    groups = (action.get("ForwardConfig") or {}).get("TargetGroups") or ()
    if not groups:
        return action.get("TargetGroupArn")
    weights = [float(each.get("Weight", 1)) for each in groups]
    if not any(weights):
        return None
    return str(chance.choices([each["TargetGroupArn"] for each in groups], weights)[0])


@functools.lru_cache(maxsize=1024)
def node_address(name: str) -> str:
    """An address of AWS's for a name: of none of the networks that actors of a drill call from."""
    return f"198.19.{128 + random.Random(f'node/{name}').randrange(64)}.{_host(name)}"


@functools.lru_cache(maxsize=1024)
def _host(name: str) -> int:
    return random.Random(f"host/{name}").randrange(4, 252)
