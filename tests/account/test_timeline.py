"""Acts are played in the order of their times, also while others pause."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from simulator.account.clock import Clock
from simulator.account.timeline import Act, Timeline

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Day:
    """A timeline from noon on, and what happened when."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.timeline = Timeline(self.clock)
        self.seen: list[tuple[str, float]] = []

    def act(self, name: str, pause: float = 0) -> Act:
        """Notes itself; then lets some hours pass and notes itself again."""

        def note() -> None:
            self.seen.append((name, (self.clock.now() - NOON) / HOUR))

        def play() -> None:
            note()
            if pause:
                self.timeline.play_until(self.clock.now() + pause * HOUR)
                note()

        return play

    def until(self, hours: float) -> list[tuple[str, float]]:
        self.timeline.play_until(NOON + hours * HOUR)
        return self.seen


@pytest.fixture
def day() -> Day:
    return Day()


def test_acts_are_played_in_the_order_of_their_times(day: Day) -> None:
    for name, at in (("b", 2), ("a", 1), ("c", 3), ("b2", 2)):
        day.timeline.at(NOON + at * HOUR, day.act(name))
    with day.clock.pinned(NOON):
        assert day.until(2) == [("a", 1), ("b", 2), ("b2", 2)]
        assert day.clock.now() == NOON + 2 * HOUR
        assert day.until(9)[3:] == [("c", 3)]


def test_what_is_due_happens_while_another_act_pauses(day: Day) -> None:
    day.timeline.at(NOON + 1 * HOUR, day.act("long", pause=4))
    day.timeline.at(NOON + 2 * HOUR, day.act("short"))
    day.timeline.at(NOON + 6 * HOUR, day.act("late"))
    with day.clock.pinned(NOON):
        assert day.until(7) == [("long", 1), ("short", 2), ("long", 5), ("late", 6)]


def test_an_act_that_was_held_up_starts_late_and_never_in_the_past(day: Day) -> None:
    day.timeline.at(NOON + 1 * HOUR, day.act("overdue"))
    with day.clock.pinned(NOON + 3 * HOUR):
        assert day.until(4) == [("overdue", 3)]


def test_a_repeated_act_comes_again_at_its_period(day: Day) -> None:
    day.timeline.every(2 * HOUR, NOON + HOUR, day.act("again"))
    with day.clock.pinned(NOON):
        assert [at for _, at in day.until(6)] == [1, 3, 5]
        assert [at for _, at in day.until(7)] == [1, 3, 5, 7]


def test_a_saved_timeline_plays_again_what_was_due_then(day: Day) -> None:
    for at in (3, 1, 2):
        day.timeline.at(NOON + at * HOUR, day.act(str(at)))
    saved = day.timeline.save()
    for _ in range(2):
        day.seen.clear()
        with day.clock.pinned(NOON):
            assert [name for name, _ in day.until(3)] == ["1", "2", "3"]
        day.timeline.restore(saved)


def test_an_unpinned_clock_is_not_moved(day: Day) -> None:
    with pytest.raises(RuntimeError, match=r"inside `with clock\.pinned"):
        day.until(1)
