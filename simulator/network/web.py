"""An HTTP request from a source address to a load balancer's DNS name, and its answer.

Packets decide first who can reach it, and whom it can reach: simulator.network.web_packets.

Sources: "Listeners for your Application Load Balancers", "Action types for listener rules", "HTTP
headers and Application Load Balancers", "Troubleshoot your Application Load Balancers" (Elastic
Load Balancing).
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from simulator.account.world import World
from simulator.network import balancers, dns, guard, health, rules, web_packets
from simulator.network.exchange import Exchange
from simulator.network.message import Reply, WebRequest
from simulator.telemetry import load_balancer

_PLAIN_TO_TLS = "The plain HTTP request was sent to HTTPS port"


def visit(world: World, request: WebRequest) -> Reply:
    """What the client is answered. The access log of the load balancer, if it has one, tells of it.

    Raises:
        EndpointConnectionError: there is no server of that name.
        ConnectTimeoutError: there is, and nothing listens on that port, or packets don't get there.
        SSLError: what listens there speaks no TLS.
    """
    from botocore.exceptions import ConnectTimeoutError, EndpointConnectionError

    balancer = dns.balancer_of(world, request.host)
    if balancer is None:
        if world.internet.answers(request.host):
            return world.internet.answer(request.host, request)
        if not dns.resolve(world, request.host).addresses:
            raise EndpointConnectionError(endpoint_url=request.url)
        raise ConnectTimeoutError(endpoint_url=request.url)
    listener = balancer.listener(request.port)
    if listener is None or balancer.backend.scheme == "internal":
        raise ConnectTimeoutError(endpoint_url=request.url)
    number = world.internet.count()
    exchange = Exchange(
        balancer,
        listener,
        request,
        world.clock.now(),
        random.Random(f"web/{world.seed}/{balancer.id}/{number}"),
        number,
    )
    exchange.way = web_packets.arrive(exchange)
    try:
        if exchange.way is not None and not exchange.way.made:
            raise ConnectTimeoutError(endpoint_url=request.url)
        if balancer.is_network:
            _through_network_balancer(world, exchange)
        else:
            _through_application_balancer(world, exchange)
    finally:
        web_packets.leave(exchange.way, exchange, exchange.leg)
    load_balancer.note(exchange)
    return exchange.reply


def _through_application_balancer(world: World, exchange: Exchange) -> None:
    from botocore.exceptions import SSLError

    request, listener = exchange.request, exchange.listener
    secure = request.parts.scheme == "https"
    if secure and listener.protocol != "HTTPS":
        raise SSLError(endpoint_url=request.url, error="wrong version number")
    if listener.protocol == "HTTPS" and not secure:
        exchange.reply = _own(HTTPStatus.BAD_REQUEST, _PLAIN_TO_TLS)
        return
    refused = guard.inspected(world, exchange)
    if refused is not None:
        exchange.reply = _own(*refused)
        return
    matched = rules.match(listener, request)
    exchange.priority = matched.priority
    for action in matched.actions:
        _act(world, exchange, action)
        if exchange.actions and exchange.actions[-1] != "authenticate":
            return
        if exchange.reply.status != HTTPStatus.OK:
            return


def _act(world: World, exchange: Exchange, action: Mapping[str, Any]) -> None:
    kind = str(action["Type"])
    if kind.startswith("authenticate-"):
        exchange.actions.append("authenticate")
        exchange.reply = _unauthenticated(action)
    elif kind == "fixed-response":
        exchange.actions.append(kind)
        settings = action.get("FixedResponseConfig") or {}
        content = settings.get("ContentType") or "text/plain"
        body = str(settings.get("MessageBody") or "")
        exchange.reply = _own(int(settings.get("StatusCode") or 200), body, content)
    elif kind == "redirect":
        exchange.actions.append(kind)
        settings = action.get("RedirectConfig") or {}
        exchange.redirect_url = _redirected(exchange.request, settings)
        status = int(str(settings.get("StatusCode", "HTTP_302")).removeprefix("HTTP_"))
        reply = _own(status, "")
        exchange.reply = replace(
            reply, headers={**reply.headers, "Location": exchange.redirect_url}
        )
    elif kind == "forward":
        exchange.actions.append(kind)
        exchange.group_arn = balancers.group_of(action, exchange.chance)
        _forward(world, exchange)


def _forward(world: World, exchange: Exchange) -> None:
    """503 without a healthy target, 502 where none listens on its port, 504 where it isn't reached."""
    group_arn = exchange.group_arn or ""
    targets = balancers.healthy(exchange.balancer, group_arn)
    if not targets:
        exchange.reply = _own(HTTPStatus.SERVICE_UNAVAILABLE, "503 Service Temporarily Unavailable")
        return
    target = balancers.next_of(exchange.balancer, group_arn, targets, exchange.chance)
    exchange.target = target
    exchange.leg = web_packets.onward(exchange.way, exchange)
    if exchange.leg is not None and not exchange.leg.answered:
        exchange.reply = _own(HTTPStatus.GATEWAY_TIMEOUT, "504 Gateway Time-out")
        return
    reply = health.reply_of(world, target, _forwarded(exchange))
    if reply is None:
        exchange.reply = _own(HTTPStatus.BAD_GATEWAY, "502 Bad Gateway")
        return
    exchange.target_reply = exchange.reply = reply


def _forwarded(exchange: Exchange) -> WebRequest:
    """The request as the target gets it."""
    request = exchange.request
    before = request.header("X-Forwarded-For")
    added = {
        "X-Forwarded-For": f"{before}, {request.source_ip}" if before else request.source_ip,
        "X-Forwarded-Proto": request.parts.scheme,
        "X-Forwarded-Port": str(request.port),
        "X-Amzn-Trace-Id": exchange.trace,
    }
    theirs = {name.lower() for name in added}
    kept = {name: v for name, v in request.headers.items() if name.lower() not in theirs}
    return replace(request, headers={**kept, **added})


def _unauthenticated(action: Mapping[str, Any]) -> Reply:
    """A client without a session is sent to the identity provider, or refused."""
    oidc, pool = action.get("AuthenticateOidcConfig"), action.get("AuthenticateCognitoConfig")
    settings: Mapping[str, Any] = oidc or pool or {}
    wanted = settings.get("OnUnauthenticatedRequest", "authenticate")
    if wanted == "allow":
        return Reply()
    if wanted == "deny":
        return _own(HTTPStatus.UNAUTHORIZED, "401 Authorization Required")
    place = settings.get("AuthorizationEndpoint") or (
        f"https://{settings.get('UserPoolDomain')}/oauth2/authorize"
    )
    reply = _own(HTTPStatus.FOUND, "")
    return replace(reply, headers={**reply.headers, "Location": str(place)})


def _redirected(request: WebRequest, settings: Mapping[str, Any]) -> str:
    parts = {
        "protocol": request.parts.scheme,
        "host": (request.header("host") or request.host).rsplit(":", 1)[0],
        "port": str(request.port),
        "path": request.path.lstrip("/"),
        "query": request.parts.query,
    }

    def filled(name: str, default: str) -> str:
        text = str(settings.get(name) or default)
        for key, value in parts.items():
            text = text.replace(f"#{{{key}}}", value)
        return text

    protocol = filled("Protocol", "#{protocol}").lower()
    query = filled("Query", "#{query}")
    place = f"{filled('Host', '#{host}')}:{filled('Port', '#{port}')}{filled('Path', '/#{path}')}"
    return f"{protocol}://{place}" + (f"?{query}" if query else "")


def _own(status: int, body: str, content: str = "text/html") -> Reply:
    """An answer that the load balancer makes itself."""
    headers = {"Server": "awselb/2.0", "Content-Type": content, "Content-Length": str(len(body))}
    return Reply(body, int(status), headers)


def _through_network_balancer(world: World, exchange: Exchange) -> None:
    """A connection that no target takes is reset; one that doesn't reach its target hangs."""
    from botocore.exceptions import ConnectionClosedError, ConnectTimeoutError, SSLError

    request, listener = exchange.request, exchange.listener
    if listener.protocol == "TLS" and request.parts.scheme != "https":
        raise ConnectionClosedError(endpoint_url=request.url)
    if listener.protocol != "TLS" and request.parts.scheme == "https":
        raise SSLError(endpoint_url=request.url, error="wrong version number")
    (action, *_) = rules.match(listener, request).actions
    exchange.group_arn = balancers.group_of(action, exchange.chance)
    targets = balancers.healthy(exchange.balancer, exchange.group_arn or "")
    if not targets:
        raise ConnectionClosedError(endpoint_url=request.url)
    exchange.target = exchange.chance.choice(targets)
    exchange.leg = web_packets.onward(exchange.way, exchange)
    if exchange.leg is not None and not exchange.leg.answered:
        raise ConnectTimeoutError(endpoint_url=request.url)
    reply = health.reply_of(world, exchange.target, request)
    if reply is None:
        raise ConnectionClosedError(endpoint_url=request.url)
    exchange.target_reply = exchange.reply = reply
