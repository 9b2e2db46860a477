"""Event history: an account's management events of 90 days, found by one attribute and time.

The index is built when somebody looks and follows the account's records, which are appended
and, when a moment of the account is restored, cut off at the end.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

from simulator.account.account import Account
from simulator.account.world import World
from simulator.telemetry.subjects import access_key, resources, username

Record = dict[str, Any]
Mark = tuple[str, int]
"""Where an event stands: its eventTime and its place among the account's records."""
Key = tuple[str, str, str]
"""Region, LookupEvents' attribute key and its value; ("us-east-1", "", "") for every event."""


@dataclass(slots=True)
class History:
    """The management events of one account, oldest first, per region and attribute."""

    _seen: list[Record] = field(default_factory=list)
    _marks: dict[Key, list[Mark]] = field(default_factory=lambda: defaultdict(list))

    def follow(self, records: Sequence[Record]) -> None:
        """Take in what has changed since the last time."""
        seen = self._seen
        while seen and not (len(seen) <= len(records) and records[len(seen) - 1] is seen[-1]):
            self._forget(seen.pop(), len(seen))
        for place in range(len(seen), len(records)):
            seen.append(records[place])
            for key in _keys(records[place]):
                insort(self._marks[key], (records[place]["eventTime"], place))

    def _forget(self, record: Record, place: int) -> None:
        mark = record["eventTime"], place
        for key in _keys(record):
            marks = self._marks[key]
            del marks[bisect_left(marks, mark)]

    def page(self, key: Key, since: str, before: Mark, size: int) -> tuple[list[Mark], bool]:
        """Up to `size` marks, newest first, from `since` on and older than `before`.

        The second value says whether there are more.
        """
        marks = self._marks.get(key, [])
        first, end = bisect_left(marks, (since, -1)), bisect_right(marks, before)
        if end and marks[end - 1] == before:
            end -= 1
        return marks[max(first, end - size) : end][::-1], end - size > first

    def event(self, mark: Mark) -> Record:
        """The record of an event."""
        return self._seen[mark[1]]


_histories: WeakKeyDictionary[World, dict[str, History]] = WeakKeyDictionary()


def history(account: Account) -> History:
    """The account's event history as it is now."""
    found = _histories.setdefault(account.world, {}).setdefault(account.id, History())
    found.follow(account.records)
    return found


def _keys(record: Record) -> Iterator[Key]:
    """Everything that one event can be looked up by; nothing for a data event."""
    if not record["managementEvent"]:
        return
    region = record["awsRegion"]
    yield region, "", ""
    yield region, "EventId", record["eventID"]
    yield region, "EventName", record["eventName"]
    yield region, "EventSource", record["eventSource"]
    yield region, "ReadOnly", "true" if record["readOnly"] else "false"
    if name := username(record):
        yield region, "Username", name
    if used := access_key(record):
        yield region, "AccessKeyId", used
    touched = resources(record)
    for kind in {kind for kind, _ in touched}:
        yield region, "ResourceType", kind
    for name in {name for _, name in touched}:
        yield region, "ResourceName", name
