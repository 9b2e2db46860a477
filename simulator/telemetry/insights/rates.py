"""How often an account's management events happen, minute by minute.

The index is built when somebody looks, and follows the account's records, which are appended and,
when a moment of the account is restored, cut off at the end.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from simulator.account.account import Account
from simulator.account.world import World

CALLS, ERRORS = "ApiCallRateInsight", "ApiErrorRateInsight"
Record = dict[str, Any]


class Subject(NamedTuple):
    """What is counted: write calls of an API in a region, or one kind of its errors."""

    kind: str
    region: str
    source: str
    name: str
    error: str | None


@dataclass(slots=True)
class Rate:
    """Where a subject's records stand, by the minute since 1970."""

    minutes: list[int] = field(default_factory=list)
    """In their order."""
    places: dict[int, list[int]] = field(default_factory=dict)

    def between(self, first: int, end: int) -> list[int]:
        """The places of the records from minute `first` on and before `end`."""
        inside = self.minutes[bisect_left(self.minutes, first) : bisect_left(self.minutes, end)]
        return [place for minute in inside for place in self.places[minute]]

    def busiest(self, first: int, end: int, length: int) -> int:
        """The most records in any `length` minutes between two minutes."""
        inside = self.minutes[bisect_left(self.minutes, first) : bisect_left(self.minutes, end)]
        most = total = start = 0
        for minute in inside:
            total += len(self.places[minute])
            while inside[start] <= minute - length:
                total -= len(self.places[inside[start]])
                start += 1
            most = max(most, total)
        return most

    def add(self, minute: int, place: int) -> None:
        if minute not in self.places:
            insort(self.minutes, minute)
        self.places.setdefault(minute, []).append(place)

    def remove(self, minute: int) -> None:
        """Take the last record of a minute away."""
        self.places[minute].pop()
        if not self.places[minute]:
            del self.places[minute]
            del self.minutes[bisect_left(self.minutes, minute)]


@dataclass(slots=True)
class Rates:
    """The rates of everything in one account."""

    by_subject: dict[Subject, Rate] = field(default_factory=dict)
    active: Rate = field(default_factory=Rate)
    """When anything was counted at all."""
    _seen: list[Record] = field(default_factory=list)

    def follow(self, records: Sequence[Record]) -> None:
        """Take in what has changed since the last time."""
        seen = self._seen
        while seen and not (len(seen) <= len(records) and records[len(seen) - 1] is seen[-1]):
            gone = seen.pop()
            for subject in subjects(gone):
                self.by_subject[subject].remove(minute_of(gone))
                self.active.remove(minute_of(gone))
        for place in range(len(seen), len(records)):
            seen.append(records[place])
            for subject in subjects(records[place]):
                minute = minute_of(records[place])
                self.by_subject.setdefault(subject, Rate()).add(minute, place)
                self.active.add(minute, place)

    def at(self, minute: int) -> list[Subject]:
        """What was counted in a minute, in the order in which it happened."""
        places = self.active.places.get(minute, ())
        return list(dict.fromkeys(s for place in places for s in subjects(self._seen[place])))

    def next_active(self, after: int) -> int | None:
        """The first minute later than `after` in which anything was counted."""
        place = bisect_left(self.active.minutes, after + 1)
        return self.active.minutes[place] if place < len(self.active.minutes) else None


def minute_of(record: Record) -> int:
    """The minute since 1970 in which an event happened."""
    return int(datetime.fromisoformat(record["eventTime"]).timestamp()) // 60


def subjects(record: Record) -> Iterator[Subject]:
    """What a record counts for: management events alone, for now."""
    if not record["managementEvent"]:
        return
    about = record["awsRegion"], record["eventSource"], record["eventName"]
    if not record["readOnly"]:
        yield Subject(CALLS, *about, None)
    if record.get("errorCode"):
        yield Subject(ERRORS, *about, record["errorCode"])


_rates: WeakKeyDictionary[World, dict[str, Rates]] = WeakKeyDictionary()


def rates(account: Account) -> Rates:
    """The account's rates as they are now."""
    found = _rates.setdefault(account.world, {}).setdefault(account.id, Rates())
    found.follow(account.records)
    return found
