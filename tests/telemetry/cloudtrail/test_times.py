"""Times as CloudTrail writes them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from simulator.telemetry.cloudtrail import times

NINE_IN_THE_EVENING = datetime(2024, 7, 30, 21, 46, 5, 999_999, tzinfo=UTC)


def test_instants_are_whole_seconds_of_utc() -> None:
    """A time of another zone is written in UTC, fractions are cut."""
    tokyo = timezone(timedelta(hours=9))
    assert times.instant(NINE_IN_THE_EVENING.astimezone(tokyo)) == "2024-07-30T21:46:05Z"


def test_spelled_times_use_twelve_hours() -> None:
    """Responses carry the time in words; IAM leaves out the second comma."""
    assert times.spelled(NINE_IN_THE_EVENING) == "Jul 30, 2024, 9:46:05 PM"
    assert times.spelled_without_comma(NINE_IN_THE_EVENING) == "Jul 30, 2024 9:46:05 PM"


@pytest.mark.parametrize(
    ("hour", "spelled"),
    [(0, "12:00:00 AM"), (1, "1:00:00 AM"), (12, "12:00:00 PM"), (13, "1:00:00 PM")],
)
def test_noon_and_midnight_are_twelve(hour: int, spelled: str) -> None:
    """There is no hour zero on a twelve-hour clock."""
    assert times.spelled(datetime(2026, 1, 2, hour, tzinfo=UTC)).endswith(spelled)


def test_ec2_counts_milliseconds() -> None:
    """EC2's responses hold milliseconds since 1970, whole seconds."""
    assert times.milliseconds(NINE_IN_THE_EVENING) == 1_722_375_965_000
