"""A time axis with breaks: what happened is shown, the hours in between are not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_LONG = timedelta(hours=3)
"""A time without events that is longer is left out."""
BREAK = 22.0
"""Pixels of a break."""
_LEAST = 52.0
"""Pixels of the shortest stretch."""
_STEPS = tuple(
    timedelta(minutes=minutes) for minutes in (5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880)
)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Times that are drawn without a break, between two places."""

    begin: datetime
    end: datetime
    left: float
    right: float

    def place(self, time: datetime) -> float:
        whole = (self.end - self.begin).total_seconds()
        share = (time - self.begin).total_seconds() / whole if whole else 0.5
        return self.left + (self.right - self.left) * min(1.0, max(0.0, share))

    def ticks(self, apart: float = 50.0) -> Iterator[datetime]:
        """Round times, at least so many pixels apart."""
        whole = self.end - self.begin
        pixels = self.right - self.left
        step = next((each for each in _STEPS if pixels * (each / whole) >= apart), _STEPS[-1])
        zero = datetime(2000, 1, 1, tzinfo=UTC)
        tick = zero + -(-(self.begin - zero) // step) * step
        while tick <= self.end:
            yield tick
            tick += step


@dataclass(frozen=True, slots=True)
class Axis:
    """Stretches from left to right, a break between any two."""

    stretches: tuple[Stretch, ...]

    def place(self, time: datetime) -> float:
        """Where a time is; one in a break is at its edge."""
        for stretch in self.stretches:
            if time <= stretch.end:
                return stretch.place(time)
        return self.stretches[-1].right


def axis(times: Iterable[datetime], left: float, right: float) -> Axis:
    """An axis that has all of `times`, one at least. Half of the room goes by time, half by events."""
    groups: list[list[datetime]] = []
    for time in sorted(times):
        if groups and time - groups[-1][-1] <= _LONG:
            groups[-1].append(time)
        else:
            groups.append([time])
    spans = [_padded(group) for group in groups]
    room = right - left - BREAK * (len(groups) - 1) - _LEAST * len(groups)
    whole = sum((end - begin for begin, end in spans), timedelta())
    count = sum(len(set(group)) for group in groups)
    stretches, at = [], left
    for (begin, end), group in zip(spans, groups, strict=True):
        share = 0.5 * ((end - begin) / whole) + 0.5 * len(set(group)) / count
        width = _LEAST + room * share
        stretches.append(Stretch(begin, end, at, at + width))
        at += width + BREAK
    return Axis(tuple(stretches))


def _padded(group: list[datetime]) -> tuple[datetime, datetime]:
    more = max(timedelta(minutes=2), (group[-1] - group[0]) * 0.03)
    return group[0] - more, group[-1] + more
