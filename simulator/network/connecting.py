"""A connection from somewhere to somewhere, as an actor of a scenario makes it.

A name is looked up first: an instance asks its VPC's resolver, whose query log tells of it.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from simulator.errors import ScenarioError
from simulator.network import dns, resolver, traffic, volumes
from simulator.network.addresses import number, parsed, text
from simulator.network.packet import Packet, Path, protocol_name
from simulator.network.survey import survey
from simulator.network.talk import Connection, Talk

if TYPE_CHECKING:
    from simulator.account.account import Account
    from simulator.account.world import World

_PORTS = (32_768, 61_000)
"""From which Linux takes ephemeral ports."""


def connect(world: World, source: str, to: str, port: int, talk: Talk) -> Connection:
    """Open a connection, send what `talk` says, and close it unless told to keep it.

    `source` is an address of the internet, or the id of an instance or interface; so is `to`, which
    may be a name as well. A target that is reached is taken to listen.

    Raises:
        ConnectTimeoutError: nobody answers.
        EndpointConnectionError: nothing has that name.
        ScenarioError: there is no such source.
    """
    from botocore.exceptions import ConnectTimeoutError

    protocol = protocol_name(talk.protocol)
    url = f"{protocol}://{to}:{port}"
    account = account_of(world, source, to)
    address = _looked_up(world, account, source, to, url)
    account = account or account_of(world, source, address)
    chance = random.Random(f"traffic/{world.seed}/{world.internet.count()}")
    source_port = talk.over.source_port if talk.over is not None else chance.randrange(*_PORTS)
    usual = volumes.usual(protocol, port, chance)
    answered = volumes.asked(usual, talk.sent, talk.packets, talk.received, talk.seconds)
    unanswered = volumes.unanswered(protocol, chance)
    if account is None:
        raise ConnectTimeoutError(endpoint_url=url)
    packet = Packet(source, address, port, protocol, source_port, host=to if to != address else "")
    opens, closes = talk.over is None, not talk.keep
    path = traffic.send(account, packet, answered, unanswered, opens=opens, closes=closes)
    onward = _elsewhere(world, account, path, packet)
    if path.answered and onward is not None:
        other, incoming = onward
        path = traffic.send(other, incoming, answered, unanswered, opens=opens, closes=closes)
    if not path.answered:
        raise ConnectTimeoutError(endpoint_url=url)
    return Connection(source, address, port, protocol, source_port, closed=closes)


def account_of(world: World, source: str, to: str) -> Account | None:
    """The account whose network a packet begins in, or gets into from the internet.

    Raises:
        ScenarioError: the source is neither an address nor anything that is there.
    """
    if parsed(source) is None:
        for account in world.accounts.values():
            plan = survey(account)
            if source in plan.instances or source in plan.ports:
                return account
        raise ScenarioError(f"There is no {source} that could send anything.")
    address = parsed(to)
    for account in world.accounts.values():
        plan = survey(account)
        if to in plan.instances or to in plan.ports or address in plan.public:
            return account
    return None


def resolved(world: World, account: Account | None, source: str, to: str) -> str | None:
    """The address, or the id or name that the network itself knows; None for what has none."""
    if parsed(to) is not None:
        return to
    plan = survey(account) if account is not None else None
    port = None
    if plan is not None:
        port = plan.instances.get(source) or plan.ports.get(source)
        vpc = port.edge.vpc if port is not None else ""
        known = (plan.instances, plan.ports, plan.network.names)
        if any(to in each for each in known) or (vpc, to) in plan.network.private_names:
            return to
    answer = dns.resolve(world, to, vpc=port.edge.vpc if port is not None else None)
    return answer.addresses[0] if answer.addresses else None


def _looked_up(world: World, account: Account | None, source: str, to: str, url: str) -> str:
    """As `resolved`, but a name is really asked for: the VPC's query log and firewall know."""
    from botocore.exceptions import EndpointConnectionError

    address = resolved(world, account, source, to)
    plan = survey(account) if account is not None else None
    if plan is not None and parsed(to) is None and to not in {*plan.instances, *plan.ports}:
        port = plan.instances.get(source) or plan.ports.get(source)
        if port is not None and port.interface.instance:
            answer = resolver.ask(world, to, instance=port.interface.instance)
            if address != to:
                address = answer.addresses[0] if answer.addresses else None
    if address is None:
        raise EndpointConnectionError(endpoint_url=url)
    return address


def _elsewhere(
    world: World, account: Account, path: Path, packet: Packet
) -> tuple[Account, Packet] | None:
    """What left for the internet and is for another account's network, as that one gets it."""
    address = parsed(packet.destination)
    if path.reached != "internet" or address is None or not path.request_passages:
        return None
    last = path.request_passages[-1]
    port = survey(account).ports[last.interface]
    sender = text(port.public.get(last.source, last.source))
    for other in world.accounts.values():
        if other is not account and number(packet.destination) in survey(other).public:
            incoming = Packet(
                sender, packet.destination, packet.port, packet.protocol, last.source_port
            )
            return other, incoming
    return None
