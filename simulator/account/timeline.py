"""What happens in an account when: acts that start at their time while others pause."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable
from datetime import datetime, timedelta

from simulator.account.clock import Clock

Act = Callable[[], object]


class Timeline:
    """Plays acts in the order of their times on a pinned clock.

    An act that waits lets every act run that is due before it goes on.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._due: list[tuple[datetime, int, Act]] = []
        self._order = itertools.count()
        self.played = 0
        """How many acts have been, also those that were undone."""

    def at(self, when: datetime, act: Act) -> None:
        heapq.heappush(self._due, (when, next(self._order), act))

    def every(self, period: timedelta, first: datetime, act: Act) -> None:
        """`act` at `first` and then again and again."""

        def again() -> None:
            self.every(period, first + period, act)
            act()

        self.at(first, again)

    def awaits(self, act: Act, by: datetime | None = None) -> bool:
        """Whether `act` is to be played some time, or by a time."""
        return any(each == act and (by is None or when <= by) for when, _, each in self._due)

    def due_by(self, when: datetime) -> bool:
        """Whether something is to be played up to `when`."""
        return bool(self._due) and self._due[0][0] <= when

    def play_until(self, when: datetime) -> None:
        """Play what is due up to `when`, then stand there, or where the last act left off.

        The clock must be pinned; it never goes back.
        """
        while self._due and self._due[0][0] <= when:
            start, _, act = heapq.heappop(self._due)
            self._clock.pin(max(start, self._clock.now()))
            self.played += 1
            act()
        self._clock.pin(max(when, self._clock.now()))

    def save(self) -> list[tuple[datetime, int, Act]]:
        return list(self._due)

    def restore(self, due: list[tuple[datetime, int, Act]]) -> None:
        self._due = list(due)
