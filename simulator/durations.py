"""Durations in words."""

from __future__ import annotations

from datetime import timedelta


def spoken(time: timedelta) -> str:
    """ "2 d 3 h", "1 h 05 min", "12 min": whole minutes that have passed, never below none."""
    minutes = max(timedelta(), time) // timedelta(minutes=1)
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        return f"{days} d {hours} h"
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min"
