"""When a schedule of EventBridge is due: rate(…) and cron(…).

Source: "Setting a schedule pattern for scheduled rules (legacy) in Amazon EventBridge".
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from datetime import datetime, timedelta

_RATE = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
_CRON = re.compile(r"cron\((\S+) (\S+) (\S+) (\S+) (\S+) (\S+)\)")
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_MINUTE = timedelta(minutes=1)


def times(
    expression: str, anchor: datetime, after: datetime, until: datetime
) -> Iterator[datetime]:
    """The times in (after, until] at which a schedule is due, in UTC.

    A rate counts from `anchor`, when its rule began. An expression that is not understood is never
    due: of cron's wildcards L, W and # are not known.
    """
    rate = _RATE.fullmatch(expression.strip())
    if rate is not None:
        period = timedelta(**{f"{rate[2]}s": int(rate[1])})
        turn = max(1, (after - anchor) // period + 1) if period else 0
        while turn and anchor + turn * period <= until:
            yield anchor + turn * period
            turn += 1
        return
    fields = _cron(expression.strip())
    if fields is None:
        return
    minutes, *rest = fields
    moment = after.replace(second=0, microsecond=0) + _MINUTE
    while moment <= until:
        told = (moment.hour, moment.day, moment.month, moment.isoweekday() % 7 + 1, moment.year)
        if not all(value in field for value, field in zip(told, rest, strict=True)):
            moment = moment.replace(minute=0) + timedelta(hours=1)
            continue
        if moment.minute in minutes:
            yield moment
        moment += _MINUTE


@functools.lru_cache(maxsize=256)
def _cron(expression: str) -> tuple[frozenset[int], ...] | None:
    found = _CRON.fullmatch(expression)
    if found is None:
        return None
    bounds = ((0, 59), (0, 23), (1, 31), (1, 12), (1, 7), (1970, 2199))
    names: tuple[tuple[str, ...], ...] = ((), (), (), _MONTHS, _DAYS, ())
    try:
        return tuple(
            frozenset(_values(field, low, high, called))
            for field, (low, high), called in zip(found.groups(), bounds, names, strict=True)
        )
    except ValueError:
        return None


def _values(field: str, low: int, high: int, names: tuple[str, ...]) -> Iterator[int]:
    """What a field of cron admits. Raises ValueError for what it can't be."""
    for part in field.upper().split(","):
        span, _, step = part.partition("/")
        first, _, last = span.partition("-")
        if span in {"*", "?"}:
            begin, end = low, high
        else:
            begin = _number(first, names)
            end = _number(last, names) if last else high if step else begin
        if not low <= begin <= end <= high:
            raise ValueError(field)
        yield from range(begin, end + 1, int(step or 1))


def _number(text: str, names: tuple[str, ...]) -> int:
    return names.index(text) + 1 if text in names else int(text)
