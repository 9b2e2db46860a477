"""The web ACL in front of a load balancer, asked about a request that has come in.

Sources: "Associating or disassociating protection with an AWS resource" (AWS WAF), "Access logs for
your Application Load Balancer": what is rejected has `waf` as its last action.
"""

from __future__ import annotations

from http import HTTPStatus

from simulator.account.world import World
from simulator.network.exchange import Exchange
from simulator.network.message import WebRequest
from simulator.network.survey_waf import web_acl
from simulator.network.waf import inspect
from simulator.network.waf_request import HttpRequest


def inspected(world: World, exchange: Exchange) -> tuple[int, str] | None:
    """Status and body that the client gets instead; None: it may pass, or nothing guards here."""
    acl = web_acl(exchange.balancer.account, str(exchange.balancer.backend.arn))
    if acl is None:
        return None
    exchange.actions.append("waf")
    request = _as_waf_sees(exchange.request, exchange.time.timestamp())
    status = inspect(acl, request, world.internet.rates).status
    if status is None:
        return None
    known = {each.value: each.phrase for each in HTTPStatus}
    return status, f"{status} {known.get(status, '')}".strip()


def _as_waf_sees(request: WebRequest, time: float) -> HttpRequest:
    implied = {"Host": request.header("host"), "User-Agent": request.header("user-agent")}
    given = {name.lower() for name in request.headers}
    headers = [*request.headers.items()]
    headers += [
        (name, value) for name, value in implied.items() if value and name.lower() not in given
    ]
    return HttpRequest(
        request.source_ip,
        request.path,
        request.method,
        request.parts.query,
        tuple(headers),
        request.body,
        time,
    )
