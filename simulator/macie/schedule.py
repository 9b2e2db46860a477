"""When jobs run.

Source: "CreateClassificationJob", JobScheduleFrequency (Amazon Macie API Reference): a day that a month
doesn't have is its last.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

RUN: Final = timedelta(minutes=5)
"""How long a run takes."""
EXPIRY: Final = timedelta(days=30)
"""How long a job may stay paused."""
_DAYS: Final = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")


def following(frequency: Mapping[str, Any], after: datetime) -> datetime:
    """When a recurring job runs next: at midnight (UTC) of the next day that fits."""
    day = datetime(after.year, after.month, after.day, tzinfo=UTC)
    while True:
        day += timedelta(days=1)
        if _fits(frequency, day):
            return day


def _fits(frequency: Mapping[str, Any], day: datetime) -> bool:
    if frequency.get("weeklySchedule"):
        wanted: str = frequency["weeklySchedule"].get("dayOfWeek", "MONDAY")
        return _DAYS[day.weekday()] == wanted
    if frequency.get("monthlySchedule"):
        last = calendar.monthrange(day.year, day.month)[1]
        return day.day == min(int(frequency["monthlySchedule"].get("dayOfMonth", 1)), last)
    return True
