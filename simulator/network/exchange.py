"""What came of a request to a load balancer: all that its access log tells."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from simulator.network.balancers import Balancer, Target
from simulator.network.message import Reply, WebRequest

if TYPE_CHECKING:
    from simulator.network.packet import Path
    from simulator.network.web_packets import Way

NONE_EVALUATED = -1
"""The priority that the log writes when no rule was evaluated."""


@dataclass
class Exchange:
    """A request, filled in on its way. `listener` is the backend's; `chance` its dice.

    `time` is when the request came in.
    """

    balancer: Balancer
    listener: Any
    request: WebRequest
    time: datetime
    chance: random.Random
    number: int
    """Tells it from others at the same time."""
    priority: int = NONE_EVALUATED
    actions: list[str] = field(default_factory=list)
    """Those that were executed: "waf", "authenticate", "redirect", "fixed-response", "forward"."""
    group_arn: str | None = None
    target: Target | None = None
    target_reply: Reply | None = None
    redirect_url: str | None = None
    error_reason: str | None = None
    reply: Reply = field(default_factory=Reply)
    way: Way | None = None
    """The client's connection, where the network knows of one."""
    leg: Path | None = None
    """The one to the target."""

    @cached_property
    def client_port(self) -> int:
        return random.Random(self.trace).randrange(32_768, 61_000)

    @cached_property
    def trace(self) -> str:
        """The X-Amzn-Trace-Id that the load balancer gives the request."""
        stamp = f"{int(self.time.timestamp()):08x}"
        seed = f"{self.balancer.id}/{self.request.source_ip}/{stamp}/{self.number}"
        return f"Root=1-{stamp}-{random.Random(seed).getrandbits(96):024x}"
