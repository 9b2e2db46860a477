"""AWS's own two ways to write a time, read without asking what else it could be.

botocore, and moto with it, tries every form that people write dates in: fifty times as long.
"""

from __future__ import annotations

import functools
import re
from datetime import UTC, datetime
from typing import Any

_ISO = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,6}))?Z"
)
_RFC = re.compile(
    r"[A-Z][a-z]{2}, ([0-9]{2}) ([A-Z][a-z]{2}) ([0-9]{4}) ([0-9]{2}):([0-9]{2}):([0-9]{2}) GMT"
)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@functools.cache
def adopt() -> None:
    """Have botocore's reader of timestamps try these two forms first. What it reads stays the same."""
    import botocore.utils as reading

    read: Any = reading._parse_timestamp_with_tzinfo

    def quickly(value: Any, tzinfo: Any) -> Any:
        known = _plainly(value) if type(value) is str else None
        return read(value, tzinfo) if known is None else known.replace(tzinfo=UTC)

    reading._parse_timestamp_with_tzinfo = quickly


def _plainly(text: str) -> datetime | None:
    """The time that a text in one of the two forms says, in UTC; None for another text."""
    try:
        if found := _ISO.fullmatch(text):
            year, month, day, hour, minute, second, part = found.groups("0")
            micro = int(part.ljust(6, "0"))
            return datetime(
                int(year), int(month), int(day), int(hour), int(minute), int(second), micro
            )
        if found := _RFC.fullmatch(text):
            day, name, year, hour, minute, second = found.groups()
            number = _MONTHS.index(name) + 1
            return datetime(int(year), number, int(day), int(hour), int(minute), int(second))
    except ValueError:
        pass
    return None
