"""Schedules of EventBridge: when they are due."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from simulator.functions.schedule import times

NOON = datetime(2026, 3, 4, 12, 0, 30, tzinfo=UTC)  # a Wednesday
HOUR = timedelta(hours=1)


def due(expression: str, hours: float = 24) -> list[str]:
    return [f"{each:%d %H:%M}" for each in times(expression, NOON, NOON, NOON + hours * HOUR)]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("rate(6 hours)", ["04 18:00", "05 00:00", "05 06:00", "05 12:00"]),
        ("rate(1 day)", ["05 12:00"]),
        ("cron(15 9,17 * * ? *)", ["04 17:15", "05 09:15"]),
        ("cron(0/30 14-15 * * ? *)", ["04 14:00", "04 14:30", "04 15:00", "04 15:30"]),
        ("cron(0 3 ? * THU *)", ["05 03:00"]),
        ("cron(0 3 ? * FRI *)", []),
        ("cron(0 3 5 MAR ? 2026)", ["05 03:00"]),
    ],
)
def test_a_schedule_is_due_at_its_times(expression: str, expected: list[str]) -> None:
    assert due(expression) == expected


@pytest.mark.parametrize(
    "expression",
    ["cron(0 3 L * ? *)", "cron(0 3 ? * 2#1 *)", "cron(0 25 * * ? *)", "rate(0 hours)", "soon"],
)
def test_what_is_not_understood_is_never_due(expression: str) -> None:
    assert due(expression) == []


def test_a_rate_counts_from_when_its_rule_began() -> None:
    later = NOON + 10 * HOUR
    assert list(times("rate(4 hours)", NOON, later, later + 3 * HOUR)) == [NOON + 12 * HOUR]
    assert list(times("rate(4 hours)", NOON, NOON + 12 * HOUR, NOON + 13 * HOUR)) == []
