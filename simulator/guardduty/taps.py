"""Flows and DNS queries that GuardDuty takes in by itself, flow logs or not, while a detector is on.

They wait in `Account.services` until the observer takes them. Source: "GuardDuty foundational data
sources" (Amazon GuardDuty User Guide): VPC flow logs and Route 53 Resolver DNS query logs are read
"from an independent and duplicated stream". IPv6 flows give no findings ("GuardDuty finding types").
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from simulator.guardduty import state
from simulator.network.addresses import FIRST_V6, text

if TYPE_CHECKING:
    from simulator.account.account import Account
    from simulator.account.world import World
    from simulator.network.packet import Passage, Path
    from simulator.network.plan import Plan
    from simulator.network.volumes import Volume
    from simulator.telemetry.resolver_queries import Query

_WAITING: Final = "guardduty taps"


class Flow(NamedTuple):
    """A connection, as the interface of an instance saw it."""

    time: datetime
    instance: str
    interface: str
    outbound: bool
    local: str
    local_port: int
    remote: str
    remote_port: int
    protocol: str
    accepted: bool
    bytes: int


class Asked(NamedTuple):
    """A name that an instance asked the VPC's resolver for."""

    time: datetime
    instance: str
    domain: str
    blocked: bool


def note_flow(account: Account, plan: Plan, path: Path, volume: Volume) -> None:
    """Keep what the instances on the way saw, where a detector is on."""
    if state.SERVICE not in account.world.awake:
        return
    regions = {vpc.id: vpc.region for vpc in plan.network.vpcs}
    time = datetime.fromtimestamp(path.packet.time, UTC)
    for passage in _passages(path):
        port = plan.ports[passage.interface]
        region = regions.get(port.edge.vpc, account.region)
        if not port.interface.instance or not _listens(account, region):
            continue
        if max(passage.source, passage.destination) >= FIRST_V6:
            continue
        near = (text(passage.source), passage.source_port)
        far = (text(passage.destination), passage.port)
        if not passage.egress:
            near, far = far, near
        flow = Flow(
            time,
            port.interface.instance,
            passage.interface,
            passage.egress,
            *near,
            *far,
            passage.protocol,
            passage.accepted,
            volume.sent.bytes,
        )
        _keep(account, region, flow)


def note_query(world: World, query: Query) -> None:
    """Keep a query of an instance, where a detector is on."""
    source = query.source
    if state.SERVICE not in world.awake or source.instance is None:
        return
    if _listens(source.account, source.region):
        blocked = query.verdict is not None and query.verdict.blocks
        asked = Asked(query.time, source.instance, query.name, blocked)
        _keep(source.account, source.region, asked)


def taken(account: Account, region: str, until: datetime) -> list[Flow | Asked]:
    """What came in up to then, in order; it waits no longer."""
    waiting: tuple[Flow | Asked, ...] = account.services.get((_WAITING, region), ())
    if not waiting or min(one.time for one in waiting) > until:
        return []
    account.services[_WAITING, region] = tuple(one for one in waiting if one.time > until)
    return sorted((one for one in waiting if one.time <= until), key=lambda one: one.time)


def _passages(path: Path) -> Iterator[Passage]:
    yield from path.request_passages
    if path.onward is not None:
        yield from _passages(path.onward)


def _listens(account: Account, region: str) -> bool:
    detector = state.of(account, region).detector
    return detector is not None and detector.enabled


def _keep(account: Account, region: str, one: Flow | Asked) -> None:
    waiting = account.services.get((_WAITING, region), ())
    account.services[_WAITING, region] = (*waiting, one)
