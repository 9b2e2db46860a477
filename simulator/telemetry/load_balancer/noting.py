"""Which requests leave a line, and where it goes.

Sources: "Access logs for your Application Load Balancer", "Access logs for your Network Load
Balancer" (Elastic Load Balancing).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.telemetry import log_lines
from simulator.telemetry.load_balancer import alb, nlb
from simulator.telemetry.load_balancer.files import ALB, NLB
from simulator.telemetry.log_lines import Destination

if TYPE_CHECKING:
    from simulator.network.balancers import Balancer
    from simulator.network.exchange import Exchange


def note(exchange: Exchange) -> None:
    """Keep the line of a finished exchange, if its load balancer logs.

    Of a Network Load Balancer TLS listeners alone do.
    """
    balancer = exchange.balancer
    to = destination(balancer)
    if to is None or (balancer.is_network and exchange.listener.protocol != "TLS"):
        return
    done, text = (nlb if balancer.is_network else alb).line(exchange)
    log_lines.note(balancer.account, to, (done, text))


def destination(balancer: Balancer) -> Destination | None:
    """Where the load balancer's settings send its access log; None where it is off."""
    told = balancer.backend.attrs
    if str(told.get("access_logs.s3.enabled", "false")).lower() != "true":
        return None
    return Destination(
        NLB if balancer.is_network else ALB,
        source=str(balancer.backend.arn),
        region=balancer.region,
        bucket=str(told.get("access_logs.s3.bucket", "")),
        prefix=str(told.get("access_logs.s3.prefix") or ""),
    )
