"""One line of a Network Load Balancer's access log: a TLS connection.

Source: "Access logs for your Network Load Balancer", "Access log entries" (Elastic Load Balancing).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from simulator.telemetry.load_balancer.alb import tls

if TYPE_CHECKING:
    from simulator.network.exchange import Exchange

_PROTOCOLS = {"TLSv1.2": "tlsv12", "TLSv1.3": "tlsv13"}


def line(exchange: Exchange) -> tuple[datetime, str]:
    """When the connection was closed, and the line: the fields in their documented order."""
    request, chance = exchange.request, exchange.chance
    handshake = chance.randint(2, 9)
    connected = handshake + chance.randint(5, 400)
    done = exchange.time + timedelta(milliseconds=connected)
    cipher, protocol = tls(exchange)
    alpn = exchange.listener.alpn_policy
    spoken = "http/1.1" if alpn and alpn != ["None"] else "-"
    fields = (
        "tls",
        "2.0",
        f"{done:%Y-%m-%dT%H:%M:%S}",
        exchange.balancer.id,
        str(exchange.listener.arn).rpartition("/")[2],
        f"{request.source_ip}:{exchange.client_port}",
        f"{exchange.balancer.address}:{request.port}",
        str(connected),
        str(handshake),
        str(request.size),
        str(exchange.reply.size),
        "-",
        exchange.listener.certificate or "-",
        "-",
        cipher,
        _PROTOCOLS[protocol],
        "-",
        request.host,
        spoken,
        spoken,
        '"http/1.1"' if spoken != "-" else "-",
        f"{exchange.time:%Y-%m-%dT%H:%M:%S}",
    )
    return done, " ".join(fields)
