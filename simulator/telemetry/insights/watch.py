"""Insights events of an account's trails: found and delivered when somebody looks."""

from __future__ import annotations

import random
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby
from string import ascii_letters, digits
from typing import Any, Final, Self

from simulator.account.account import Account
from simulator.account.world import World
from simulator.telemetry import log_file, upload
from simulator.telemetry.insights import event
from simulator.telemetry.insights.baseline import WINDOW, level, settled
from simulator.telemetry.insights.rates import Rates, Subject, rates
from simulator.telemetry.selectors import Selection

_LATENESS: Final = 10
"""Minutes from the last of five to the delivery: AWS says within 30."""
Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Span:
    """What the trail analyzes from the account's `first` record on; None while it is stopped."""

    first: int
    selection: Selection | None
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unusual:
    """Something that has not ended yet. `level` is what would be usual."""

    subject: Subject
    began: int
    level: float


@dataclass(frozen=True, slots=True)
class Watch:
    """How far a trail's events have been analyzed. Values are replaced, never changed."""

    done: int
    """The last minute since 1970 that was looked at."""
    spans: tuple[Span, ...] = ()
    going_on: tuple[Unusual, ...] = ()
    events: tuple[Record, ...] = ()
    """Everything found, oldest first: LookupEvents shows it for 90 days."""

    def watching(self, span: Span) -> Self:
        """The watch on which `span` applies from its first record on."""
        kept = tuple(each for each in self.spans if each.first < span.first)
        return replace(self, spans=(*kept, span))

    def counts(self, kind: str, place: int, records: list[Record]) -> bool:
        """Whether the trail analyzed a record for one kind of Insights."""
        found = Span(0, None, ())
        for span in self.spans:
            if span.first > place:
                break
            found = span
        return (
            found.selection is not None
            and kind in found.kinds
            and found.selection.logs(records[place])
        )


def flush(world: World, now: datetime) -> None:
    """Deliver every Insights event that is due. The world must have the gateway's turn."""
    for account in world.accounts.values():
        for trail_arn, before in tuple(account.insights.items()):
            after = _look(account, before, int(now.timestamp()) // 60 - WINDOW - _LATENESS)
            account.insights[trail_arn] = after
            new = after.events[len(before.events) :]
            for region_and_time, found in groupby(new, key=_file_of):
                _deliver(account, trail_arn, region_and_time, list(found))


def _look(account: Account, watch: Watch, last: int) -> Watch:
    """The watch once every minute up to `last` has been looked at."""
    if watch.done >= last:
        return watch
    known = rates(account)
    while True:
        active = known.next_active(watch.done)
        minute = watch.done + 1 if watch.going_on else active
        if minute is None or minute > last:
            return replace(watch, done=last)
        watch = _one(account, watch, known, minute)


def _one(account: Account, watch: Watch, known: Rates, minute: int) -> Watch:
    found, going_on = [], []
    for one in watch.going_on:
        rate = known.by_subject[one.subject]
        if _counted(account, watch, known, one.subject, minute) > one.level:
            going_on.append(one)
        else:
            found.append(event.end(account, one.subject, rate, one.began, minute))
    open_subjects = {one.subject for one in going_on}
    for subject in known.at(minute) if settled(known, minute) else ():
        if subject in open_subjects:
            continue
        rate = known.by_subject[subject]
        usual = level(rate, minute)
        if _counted(account, watch, known, subject, minute) > usual:
            going_on.append(Unusual(subject, minute, usual))
            found.append(event.start(account, subject, rate, minute))
    found.sort(key=lambda one: str(one["awsRegion"]))
    return replace(watch, done=minute, going_on=tuple(going_on), events=(*watch.events, *found))


def _counted(account: Account, watch: Watch, known: Rates, subject: Subject, minute: int) -> int:
    places: Collection[int] = known.by_subject[subject].between(minute, minute + WINDOW)
    return sum(watch.counts(subject.kind, place, account.records) for place in places)


def _file_of(found: Record) -> tuple[str, str]:
    return str(found["awsRegion"]), str(found["eventTime"])


def _deliver(account: Account, trail_arn: str, where: tuple[str, str], found: list[Record]) -> None:
    """Put one file into the trail's bucket; what S3 refuses is not tried again."""
    course = account.delivery.get(trail_arn)
    if course is None:
        return
    at = datetime.fromisoformat(where[1]) + timedelta(minutes=WINDOW + _LATENESS)
    key = _key(course.prefix, account, where[0], at, trail_arn)
    upload.put(account, trail_arn, course, key, log_file.content(found), at)


def _key(prefix: str | None, account: Account, region: str, at: datetime, trail_arn: str) -> str:
    chance = random.Random(f"insight file/{account.world.seed}/{trail_arn}/{region}/{at}")
    unique = "".join(chance.choices(ascii_letters + digits, k=16))
    folder = f"{prefix}/" if prefix else ""
    return (
        f"{folder}AWSLogs/{account.id}/CloudTrail-Insight/{region}/{at:%Y/%m/%d}/"
        f"{account.id}_CloudTrail-Insight_{region}_{at:%Y%m%dT%H%MZ}_{unique}.json.gz"
    )
