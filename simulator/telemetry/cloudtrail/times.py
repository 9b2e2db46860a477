"""Times as CloudTrail writes them. All arguments are timezone-aware."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

_MONTHS: Final = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()  # noqa: SIM905


def instant(time: datetime) -> str:
    """The record's own times: "2026-11-24T03:04:05Z"."""
    return f"{time.astimezone(UTC).isoformat()[:19]}Z"


def spelled(time: datetime) -> str:
    """A time inside a response: "Jul 30, 2024, 9:46:15 PM"."""
    return _spelled(time, ", ")


def spelled_without_comma(time: datetime) -> str:
    """IAM's spelling of a time inside a response: "Jul 30, 2024 9:46:15 PM"."""
    return _spelled(time, " ")


def milliseconds(time: datetime) -> int:
    """EC2's times: milliseconds since 1970."""
    return int(time.timestamp()) * 1000


def _spelled(time: datetime, separator: str) -> str:
    utc = time.astimezone(UTC)
    half = "PM" if utc.hour >= 12 else "AM"
    return (
        f"{_MONTHS[utc.month - 1]} {utc.day}, {utc.year}{separator}"
        f"{utc.hour % 12 or 12}:{utc.minute:02}:{utc.second:02} {half}"
    )
