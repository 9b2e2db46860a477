"""Which target a load balancer sends a connection to.

Sources: "Health checks for your target groups", "How Elastic Load Balancing works",
"Client IP preservation" (Network Load Balancers).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Target:
    """Where a load balancer may send a connection."""

    address: str
    port: int
    state: str = "healthy"
    """As DescribeTargetHealth says it."""


@dataclass(frozen=True, slots=True)
class Listener:
    """A port that a load balancer listens on."""

    protocol: str
    """What the wire carries: "tcp" or "udp"."""
    port: int
    targets: tuple[Target, ...] = ()
    """Those of the target groups that its default action forwards to."""
    forwards: bool = True
    """False: it answers by itself (a redirect, a fixed response)."""


@dataclass(frozen=True, slots=True)
class LoadBalancer:
    """A load balancer, with an interface in each of its subnets."""

    id: str
    interfaces: tuple[str, ...]
    listeners: tuple[Listener, ...] = ()
    preserves_client: bool = False
    """Targets see the client's address (a Network Load Balancer's default for instances)."""
    network: bool = False
    """A Network Load Balancer."""
    active: bool = True


def listener_of(balancer: LoadBalancer, protocol: str, port: int) -> Listener | None:
    """The listener for a port, if there is one."""
    for listener in balancer.listeners:
        if listener.port == port and listener.protocol == protocol:
            return listener
    return None


def choose(listener: Listener, client: int, port: int) -> Target | None:
    """The target of a connection; the same one for the same client's address and port.

    Healthy targets take turns. If none is healthy, all of them get traffic: load balancers fail
    open. None: no target is registered and in use.
    """
    used = [target for target in listener.targets if target.state not in {"unused", "draining"}]
    healthy = [target for target in used if target.state in {"healthy", "initial"}]
    chosen = healthy or used
    return chosen[(client + port) % len(chosen)] if chosen else None
