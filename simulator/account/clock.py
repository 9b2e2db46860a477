"""The account's clock: runs at the speed of real time, and can be moved."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta

_A_SECOND = timedelta(seconds=1)
_stopped: ContextVar[datetime | None] = ContextVar("machine_time", default=None)


def real_now() -> datetime:
    """The machine's time, aware UTC; inside `machine_time`, the moment that is held there."""
    return _stopped.get() or datetime.now(UTC)


@contextmanager
def machine_time(at: datetime) -> Iterator[datetime]:
    """The machine's clock stands at `at`, for this thread: what happens inside is of one moment.

    So a request can be played again at the time at which it came.
    """
    token = _stopped.set(at)
    try:
        yield at
    finally:
        _stopped.reset(token)


class Clock:
    """Simulated time, aware UTC.

    It follows the machine's clock at a distance that `advance` widens. While it is `pinned`,
    as when the past of an account is played, it stands still.
    """

    def __init__(self, real: Callable[[], datetime] = real_now) -> None:
        self._real = real
        self._jumps: list[tuple[datetime, timedelta]] = [
            (datetime.min.replace(tzinfo=UTC), timedelta())
        ]
        self._pinned: datetime | None = None

    def now(self) -> datetime:
        return self._pinned or self._real() + self._jumps[-1][1]

    @property
    def is_pinned(self) -> bool:
        return self._pinned is not None

    def advance(self, delta: timedelta) -> datetime:
        """Move on by `delta`; an account's time never goes back."""
        if delta < timedelta():
            raise ValueError("Time only moves forward: give a duration of zero or more.")
        self._jumps.append((self._real(), self._jumps[-1][1] + delta))
        return self.now()

    def turn_back(self, to: datetime) -> None:
        """Go on from `to`, a moment that the account goes back to.

        `at` still tells what was shown before.
        """
        real = self._real()
        self._jumps.append((real, to - real))

    def signing_time(self) -> datetime:
        """What the machine's clock says when this one shows what it does now: `at` undoes it.

        So also in whole seconds, in which signatures are dated, when time has just been moved.
        """
        since, offset = self._jumps[-1]
        machine = self.now() - offset
        return machine if machine.replace(microsecond=0) >= since else machine + _A_SECOND

    def at(self, real: datetime) -> datetime:
        """The simulated time that was shown when the machine's clock said `real`."""
        return real + next(offset for since, offset in reversed(self._jumps) if since <= real)

    @contextmanager
    def pinned(self, at: datetime) -> Iterator[Clock]:
        """Stand at `at`; `pin` moves the hand until the block ends."""
        before, self._pinned = self._pinned, at
        try:
            yield self
        finally:
            self._pinned = before

    def pin(self, at: datetime) -> None:
        if self._pinned is None:
            raise RuntimeError("pin() moves a pinned clock: use it inside `with clock.pinned(…)`.")
        self._pinned = at

    def save(self) -> list[tuple[datetime, timedelta]]:
        return list(self._jumps)

    def restore(self, jumps: list[tuple[datetime, timedelta]]) -> None:
        self._jumps = list(jumps)
