"""HTTP to a host, and from one: its services' answers, and the flaw that fetches for a visitor.

Sources: "Use the Instance Metadata Service to access instance metadata" (what SSRF can and can't
send), and RFC 9110 for the answers of a server.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fnmatch import fnmatchcase
from urllib.parse import parse_qs

from simulator.account.world import World
from simulator.hosts import imds
from simulator.hosts.host import Fetch, Service
from simulator.hosts.machine import Machine, find
from simulator.hosts.places import address, located
from simulator.hosts.reach import connect
from simulator.network.message import Reply, WebRequest


def visit(world: World, request: WebRequest, source: Machine | None = None) -> Reply:
    """What an instance answers a request from the internet or, given `source`, from that host.

    Raises:
        EndpointConnectionError: no instance has that name or address, or it refuses the connection.
        ConnectTimeoutError: packets are dropped on the way.
        ConnectionClosedError: what listens there speaks no HTTP.
    """
    from botocore.exceptions import ConnectionClosedError, EndpointConnectionError

    target = located(world, request.host, source)
    if target is None and source is not None and world.internet.answers(request.host):
        connect(world, source.id, request.host, request.port, request.url)
        return world.internet.answer(request.host, request)
    if target is None:
        raise EndpointConnectionError(endpoint_url=request.url)
    sender = source.id if source is not None else request.source_ip
    destination = address(target, request.host, source is not None)
    connect(world, sender, destination, request.port, request.url)
    listening = target.listener(request.port)
    if listening is None:
        raise EndpointConnectionError(endpoint_url=request.url)
    reply = None if listening.service is None else serve(target, listening.service, request)
    if reply is None:
        raise ConnectionClosedError(endpoint_url=request.url)
    return reply


def answers(world: World, instance_id: str, port: int, request: WebRequest) -> Reply | None:
    """What a load balancer gets of an instance that is its target; None: nobody answers there."""
    target = find(world, instance_id)
    listening = target.listener(port) if target is not None else None
    if target is None or listening is None or listening.service is None:
        return None
    return serve(target, listening.service, request)


def serve(machine: Machine, service: Service, request: WebRequest) -> Reply | None:
    """A service's answer; None if it speaks no HTTP."""
    if service.pages is None:
        return None
    if request.path in service.fetches:
        return _fetched(machine, service, service.fetches[request.path], request)
    for pattern, page in service.pages.items():
        if fnmatchcase(request.path, pattern):
            said = page(request) if callable(page) else page
            return Reply(said) if isinstance(said, str) else said
    return Reply("Not Found", 404)


def ask(machine: Machine, request: WebRequest, hops: int = 0) -> Reply:
    """What a process on a host is answered, `hops` network hops away from the host itself.

    Raises:
        ReadTimeoutError: the metadata service's answer doesn't get that far.
        BotoCoreError: as `visit` does.
    """
    from botocore.exceptions import ReadTimeoutError

    request = replace(request, source_ip=str(machine.instance.private_ip))
    if not imds.listens(machine, request.host) or request.port != 80:
        return _local(machine, request) or visit(machine.account.world, request, machine)
    reply = imds.answer(machine, request, hops)
    if reply is None:
        raise ReadTimeoutError(endpoint_url=request.url)
    return reply


def _local(machine: Machine, request: WebRequest) -> Reply | None:
    listening = machine.listener(request.port)
    if request.host not in {"localhost", "127.0.0.1"} or listening is None:
        return None
    return serve(machine, listening.service, request) if listening.service is not None else None


def _fetched(machine: Machine, service: Service, flaw: Fetch, request: WebRequest) -> Reply:
    """What the service fetches for its visitor: with the method and headers that it lets through."""
    from botocore.exceptions import BotoCoreError

    given = {name: values[0] for name, values in parse_qs(request.parts.query).items()}
    if flaw.url not in given:
        return Reply(f"Give a URL as {flaw.url}.", 400)
    wanted = WebRequest(
        given[flaw.url],
        machine.instance.private_ip,
        given.get(flaw.method, "GET").upper() if flaw.method else "GET",
        _headers(given.get(flaw.headers, "")) if flaw.headers else {},
        user_agent=f"{service.name}/{service.version}",
    )
    if wanted.parts.scheme not in {"http", "https"}:
        return Reply("Only http and https are fetched.", 400)
    try:
        got = ask(machine, wanted, service.hops)
    except BotoCoreError as error:
        return Reply(f"Could not fetch {wanted.url}: {error}", 502)
    return Reply(got.body, got.status, {"Content-Type": got.headers.get("Content-Type", "")})


def _headers(lines: str) -> Mapping[str, str]:
    pairs = (line.partition(":") for line in lines.splitlines() if ":" in line)
    return {name.strip(): value.strip() for name, _, value in pairs}
