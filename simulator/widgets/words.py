"""Times in words, as the report has them."""

from __future__ import annotations

from datetime import datetime


def at(time: str) -> str:
    """An ISO time as day, hour and minute, in one piece: "25 Nov 22:14"."""
    return f"{datetime.fromisoformat(time):%d %b %H:%M}".replace(" ", "\N{NO-BREAK SPACE}")


def full(time: str) -> str:
    """An ISO time with its year: "25 November 2026, 22:14"."""
    return f"{datetime.fromisoformat(time):%d %B %Y, %H:%M}"


def clock(time: str) -> str:
    """An ISO time as hour and minute."""
    return f"{datetime.fromisoformat(time):%H:%M}"


def between(begin: str, end: str) -> str:
    """How long it is from one ISO time to another."""
    gone = datetime.fromisoformat(end) - datetime.fromisoformat(begin)
    return span(gone.total_seconds() // 60)


def span(minutes: float) -> str:
    """A duration in words: "43 min", "5 h 02 min", "2 d 3 h"."""
    whole = int(minutes)
    days, hours = divmod(whole // 60, 24)
    if days:
        return f"{days} d {hours} h"
    return f"{hours} h {whole % 60:02} min" if hours else f"{whole} min"
