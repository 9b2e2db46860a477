"""Values: as numbers, as text, and in order."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from simulator.services.logs_insights.syntax import Value

_NUMBER: Final = re.compile(r"\s*[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?\s*", re.ASCII)
_LONGEST_NUMBER: Final = 40
_CHUNK: Final = re.compile(r"(\d+)|([^\W\d_]+)|(.)", re.DOTALL)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LAST_MOMENT: Final = 253_402_300_799_999
_PRECISION: Final = 4
"""Decimals that results are rounded to."""


class Moment(int):
    """A time in milliseconds since 1970, shown as a date."""


def number(value: Value) -> int | float | None:
    """A number, also one that is written as text; None for anything else."""
    if not isinstance(value, str):
        return value
    if len(value) > _LONGEST_NUMBER or not _NUMBER.fullmatch(value):
        return None
    try:
        return int(value)
    except ValueError:
        return finite(float(value))


def finite(value: Any) -> int | float | None:
    """None for what is no real number, or too large a one."""
    if isinstance(value, int) and abs(value) < 10**300:
        return value
    return value if isinstance(value, float) and math.isfinite(value) else None


def text(value: Value) -> str:
    """A value as results show it; "" for none."""
    if value is None:
        return ""
    if isinstance(value, Moment) and 0 <= value <= _LAST_MOMENT:
        time = _EPOCH + timedelta(milliseconds=int(value))
        return f"{time:%Y-%m-%d %H:%M:%S}.{time.microsecond // 1000:03}"
    if isinstance(value, float):
        shown = f"{value:.{_PRECISION}f}".rstrip("0").rstrip(".")
        return "0" if shown == "-0" else shown
    return str(int(value)) if isinstance(value, int) else value


def compare(left: Value, operator: str, right: Value) -> int:
    """1 or 0. Numbers are compared as such, whatever they are written as; nothing equals nothing."""
    if left is None or right is None:
        return int(operator == "!=")
    one, other = number(left), number(right)
    a: Any = one if one is not None and other is not None else text(left)
    b: Any = other if one is not None and other is not None else text(right)
    return int(
        {
            "=": a == b,
            "!=": a != b,
            "<": a < b,
            "<=": a <= b,
            ">": a > b,
            ">=": a >= b,
        }[operator]
    )


def natural(value: Value) -> tuple[Any, ...]:
    """The key that `sort` orders by, smallest first.

    Source: "sort" (CloudWatch Logs User Guide): what is no number comes before all numbers; in it
    runs of digits are ordered by their length, then by their value, everything else by Unicode.
    """
    if value is None:
        return (0,)
    if (found := number(value)) is not None:
        return (2, found, value if isinstance(value, str) else "")
    chunks = []
    for digits, letters, sign in _CHUNK.findall(text(value)[:1000]):
        first = ord((digits or letters or sign)[0])
        chunks.append((ord("0"), len(digits), digits) if digits else (first, 0, letters or sign))
    return (1, *chunks)
