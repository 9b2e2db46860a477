"""One line of an Application Load Balancer's access log.

Source: "Access logs for your Application Load Balancer", "Access log entries" (Elastic Load
Balancing).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulator.network.exchange import Exchange
    from simulator.network.message import WebRequest

_NOT_DISPATCHED = ("-1", "-1", "-1")


def line(exchange: Exchange) -> tuple[datetime, str]:
    """When the answer was sent, and the line: the fields in their documented order."""
    request, reply, target = exchange.request, exchange.reply, exchange.target
    secure = exchange.listener.protocol == "HTTPS" and request.parts.scheme == "https"
    took = [exchange.chance.randint(*limits) for limits in ((0, 3), (2, 180), (0, 2))]
    answered = exchange.target_reply is not None
    times = tuple(f"{each / 1_000:.3f}" for each in took) if answered else _NOT_DISPATCHED
    done = exchange.time + timedelta(
        milliseconds=sum(took) if answered else 1, microseconds=exchange.chance.randrange(1_000)
    )
    status = str(exchange.target_reply.status) if exchange.target_reply is not None else None
    place = f"{target.address}:{target.port}" if target is not None else None
    if target is not None and target.address.startswith("arn:"):
        place = None  # a function has no address
    cipher, protocol = tls(exchange) if secure else ("-", "-")
    fields = (
        "https" if secure else "http",
        f"{done:%Y-%m-%dT%H:%M:%S.%fZ}",
        exchange.balancer.id,
        f"{request.source_ip}:{exchange.client_port}",
        place or "-",
        *times,
        str(reply.status),
        status or "-",
        str(request.size),
        str(reply.size),
        quoted(_request(request)),
        quoted(request.header("user-agent")),
        cipher,
        protocol,
        exchange.group_arn or "-",
        quoted(exchange.trace),
        quoted(request.host if secure else None),
        quoted(exchange.listener.certificate if secure else None),
        str(exchange.priority),
        f"{exchange.time:%Y-%m-%dT%H:%M:%S.%fZ}",
        quoted(",".join(exchange.actions)),
        quoted(exchange.redirect_url),
        quoted(exchange.error_reason),
        quoted(place),
        quoted(status),
        quoted(None),
        quoted(None),
        f"TID_{exchange.chance.getrandbits(64):016x}",
        quoted(None),
        quoted(None),
        quoted(None),
    )
    return done, " ".join(fields)


def tls(exchange: Exchange) -> tuple[str, str]:
    """Cipher and protocol that the listener's security policy makes of a modern client."""
    if "TLS13" in str(exchange.listener.ssl_policy):
        return "TLS_AES_128_GCM_SHA256", "TLSv1.3"
    return "ECDHE-RSA-AES128-GCM-SHA256", "TLSv1.2"


def quoted(text: object) -> str:
    """In quotation marks; those inside, and what is no printable ASCII, are escaped."""
    if text in (None, ""):
        return '"-"'
    shown = "".join(
        each if 32 <= ord(each) < 127 and each not in '"\\' else _escaped(each)
        for each in str(text)
    )
    return f'"{shown}"'


def _escaped(character: str) -> str:
    return "".join(f"\\x{byte:02X}" for byte in character.encode(errors="replace"))


def _request(request: WebRequest) -> str:
    host = (request.header("host") or request.host).rsplit(":", 1)[0]
    query = f"?{request.parts.query}" if request.parts.query else ""
    url = f"{request.parts.scheme}://{host}:{request.port}{request.path}{query}"
    return f"{request.method} {url} HTTP/1.1"
