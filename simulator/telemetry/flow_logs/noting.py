"""Which interfaces saw what of a path, told to the flow logs that are about them.

Not logged: what goes to the resolver, the metadata service, the time service, Windows license
activation, DHCP, or the reserved address of the VPC router. Source: "Flow log limitations" (Amazon
VPC User Guide).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from simulator.account.state import states_of
from simulator.network.addresses import block
from simulator.telemetry import log_lines
from simulator.telemetry.flow_logs.destination import Watch, offset_of, watch_of
from simulator.telemetry.flow_logs.piece import FIN, SYN, SYN_ACK, Piece
from simulator.telemetry.flow_logs.seen import NITRO_INTERVAL, is_nitro, place_of, stream_of

if TYPE_CHECKING:
    from simulator.account.account import Account
    from simulator.account.world import World
    from simulator.network.packet import Passage, Path
    from simulator.network.plan import Plan
    from simulator.network.volumes import Load, Volume

_LINK_LOCAL: Final = (block("169.254.0.0/16"), block("fd00:ec2::/32"))
_DHCP: Final = frozenset({67, 68, 546, 547})
_BEFORE: Final = timedelta(microseconds=1)


def note(
    world: World, plan: Plan, path: Path, volume: Volume, *, opens: bool, closes: bool
) -> None:
    """Tell every flow log of what its interfaces saw. `path.packet.time` is when it began."""
    watching = [*_watching(world)]
    if not watching:
        return
    for leg, passage, answering in _passages(path):
        if _unlogged(plan, passage):
            continue
        port = plan.ports[passage.interface]
        action = "ACCEPT" if passage.accepted else "REJECT"
        scope = {port.id, port.edge.id, port.edge.vpc}
        wanting = [each for each in watching if each[2].resource in scope and each[2].wants(action)]
        if not wanting:
            continue
        load = volume.received if answering else volume.sent
        first = (SYN_ACK if answering else SYN) if opens else 0
        flags = (first, FIN if closes else 0) if passage.protocol == "tcp" else (0, 0)
        for account, state, watch in wanting:
            place = place_of(state, port, watch.to.region)
            stream = stream_of(state, plan, leg, passage, answering)
            interval = NITRO_INTERVAL if is_nitro(state, port) else watch.interval
            windows = _windows(watch, interval, path.packet.time, volume.seconds)
            for window, part in _shared(windows, load, flags):
                piece = Piece(place, window, stream, *part)
                _keep(account, state, plan, watch, piece)


def _watching(world: World) -> Iterator[tuple[Account, Any, Watch]]:
    for account in world.accounts.values():
        for state in states_of("ec2", account.id):
            for log in state.flow_logs.values():
                watch = watch_of(log, str(state.region_name), account.id)
                if watch is not None:
                    yield account, state, watch


def _passages(path: Path) -> Iterator[tuple[Path, Passage, bool]]:
    for passage in path.request_passages:
        yield path, passage, False
    if path.onward is not None:
        yield from _passages(path.onward)
    for passage in path.answer_passages:
        yield path, passage, True


def _unlogged(plan: Plan, passage: Passage) -> bool:
    ends = (passage.source, passage.destination)
    if any(first <= end <= last for end in ends for first, last in _LINK_LOCAL):
        return True
    if passage.protocol == "udp" and {passage.source_port, passage.port} <= _DHCP:
        return True
    port = plan.ports[passage.interface]
    own = next((one for one in plan.network.subnets if one.id == port.edge.id), None)
    return own is not None and block(own.blocks[0])[0] + 1 in ends


def _windows(
    watch: Watch, interval: int, begin: float, seconds: float
) -> list[tuple[tuple[int, int], int, int]]:
    """The aggregation intervals that a flow is in, each with its first and last second in it."""
    start, end = _start(watch, interval, begin), begin + seconds
    found = []
    while start <= end:
        first, last = max(int(begin), start), min(int(end) + 1, start + interval - 1)
        found.append(((start, start + interval), first, max(first, last)))
        start += interval
    return found


def _shared(
    windows: list[tuple[tuple[int, int], int, int]], load: Load, flags: tuple[int, int]
) -> Iterator[tuple[tuple[int, int], tuple[int, int, int, int, int]]]:
    """What was carried, spread evenly over the intervals: packets, bytes, start, end, flags.

    The first packet is in the first interval and the last one in the last, however few there are.
    """
    spans = [last - first + 1 for _, first, last in windows]
    total, done, marks = sum(spans), 0, [(0, 0)]
    for span in spans:
        done += span
        packets = max(min(1, load.packets), load.packets * done // total)
        marks.append((packets, load.bytes * packets // max(1, load.packets)))
    for place, (before, after) in enumerate(pairwise(marks)):
        window, first, last = windows[place]
        packets, size = after[0] - before[0], after[1] - before[1]
        own = (flags[0] if place == 0 else 0) | (flags[1] if place == len(windows) - 1 else 0)
        if packets:
            yield window, (packets, size, first, last, own)


def _keep(account: Account, state: Any, plan: Plan, watch: Watch, piece: Piece) -> None:
    """The first piece of an interval brings the others' silence along."""
    time = _due(piece)
    lines = account.log_lines.get(watch.to, [])
    place = bisect_left(lines, time, key=lambda line: line[0])
    if watch.traffic == "ALL" and (place == len(lines) or lines[place][0] != time):
        for quiet in _silence(state, plan, watch, piece):
            log_lines.note(account, watch.to, (_due(quiet), quiet.text()))
    log_lines.note(account, watch.to, (time, piece.text()))


def _due(piece: Piece) -> datetime:
    """The end of its interval, which decides about the file that it is in."""
    return datetime.fromtimestamp(piece.window[1], UTC) - _BEFORE


def _silence(state: Any, plan: Plan, watch: Watch, piece: Piece) -> Iterator[Piece]:
    """The other interfaces in their own intervals at that time; traffic overrules it."""
    for port in plan.ports.values():
        scope = {port.id, port.edge.id, port.edge.vpc}
        if port.id == piece.place.interface or watch.resource not in scope:
            continue
        if port.interface.running:
            interval = NITRO_INTERVAL if is_nitro(state, port) else watch.interval
            start = _start(watch, interval, piece.window[0])
            place = place_of(state, port, watch.to.region)
            yield Piece(place, (start, start + interval), None)


def _start(watch: Watch, interval: int, time: float) -> int:
    offset = offset_of(watch.to.source)
    return int((time - offset) // interval * interval + offset)
