"""Lines of access and query logs, from the moment they are noted until their file is delivered.

A file holds the lines of one period. As with trails (simulator.telemetry.delivery) delivery is
lazy: each file is put into its bucket, at the time at which it was due, when somebody looks. What
the bucket doesn't take is lost: these logs are delivered on a best-effort basis.

Sources: "Logging requests with server access logging" (Amazon S3 User Guide), "Access logs for your
Application Load Balancer", "Access logs for your Network Load Balancer" (Elastic Load Balancing).
"""

from __future__ import annotations

import random
from bisect import insort
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulator.account.account import Account
    from simulator.account.world import World
    from simulator.gateway.service_call import ServiceCall

Line = tuple[datetime, str]
"""When what it tells of happened, and the line without its newline."""
Lines = dict["Destination", list[Line]]


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a log's files go.

    `source` names what is logged: a bucket, a load balancer's ARN, a VPC's id.
    """

    log: Log
    source: str
    region: str
    bucket: str
    prefix: str = ""
    layout: str = ""
    """What kind of keys the files have, where there is a choice."""


@dataclass(frozen=True, slots=True)
class File:
    """The lines of one period, which ends at `end`; the file is delivered `at` that time."""

    lines: tuple[str, ...]
    end: datetime
    at: datetime
    chance: random.Random

    @property
    def text(self) -> bytes:
        return "".join(f"{line}\n" for line in self.lines).encode()


@dataclass(frozen=True, slots=True)
class Log:
    """A kind of log: how often a file is made, how late it arrives, who delivers it how.

    `lateness` is the least and the most, in seconds. `post` gives the upload in the names of all
    who may make it: the first that the bucket lets in does. It gives none if it has sent the lines
    by itself, to where there is no bucket.
    """

    name: str
    period: timedelta
    lateness: tuple[float, float]
    post: Callable[[Account, Destination, File], tuple[ServiceCall, ...]]


def note(account: Account, to: Destination, line: Line) -> None:
    """Keep a line until its file is due."""
    lines = account.log_lines.setdefault(to, [])
    if lines and line[0] < lines[-1][0]:
        insort(lines, line, key=lambda each: each[0])
    else:
        lines.append(line)


def awaited(world: World, buckets: Collection[object]) -> bool:
    """Whether a file is on its way to one of `buckets`."""
    return any(
        to.bucket in buckets for account in world.accounts.values() for to in account.log_lines
    )


def awaited_without_bucket(world: World) -> bool:
    """Whether anything is on its way to somewhere else than a bucket."""
    return any(not to.bucket for account in world.accounts.values() for to in account.log_lines)


def withdraw(account: Account, source: str, since: datetime) -> None:
    """Nothing of what happens from a time on is logged, where `source` was to be."""
    for to in [each for each in account.log_lines if each.source == source]:
        kept = [line for line in account.log_lines[to] if line[0] < since]
        if kept:
            account.log_lines[to] = kept
        else:
            del account.log_lines[to]


def flush(world: World, now: datetime) -> None:
    """Deliver every file that is due, in the order of their times.

    A delivery may itself be logged. The world must have the gateway's turn.
    """
    while due := min(_due(world, now), default=None, key=lambda one: one[0]):
        at, account, to, end = due
        lines = account.log_lines.pop(to)
        ripe = [text for time, text in lines if time < end]
        if len(ripe) < len(lines):
            account.log_lines[to] = lines[len(ripe) :]
        seed = f"{to.log.name}/{world.seed}/{to.source}/{end.isoformat()}/{ripe[0]}"
        _deliver(account, to, File(tuple(ripe), end, at, random.Random(seed)))


def _due(world: World, now: datetime) -> Iterator[tuple[datetime, Account, Destination, datetime]]:
    """The next file of each destination, if it is late enough for it."""
    for account in world.accounts.values():
        for to, lines in account.log_lines.items():
            end = _end(lines[0][0], to.log.period)
            chance = random.Random(f"{to.log.name}/{world.seed}/{to.source}/{end.isoformat()}")
            at = end + timedelta(seconds=chance.uniform(*to.log.lateness))
            if at <= now:
                yield at, account, to, end


def _end(time: datetime, period: timedelta) -> datetime:
    """The end of the period that `time` lies in; periods are counted from midnight."""
    midnight = time.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + ((time - midnight) // period + 1) * period


def _deliver(account: Account, to: Destination, file: File) -> None:
    from simulator.gateway.service_call import perform, refusal

    with account.world.clock.pinned(file.at):
        ways = to.log.post(account, to, file)
        admitted = (way for way in ways[:-1] if refusal(way, account) is None)
        if ways:
            perform(next(admitted, ways[-1]), account)
