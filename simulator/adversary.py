"""The adversary after the attack: it comes back, tries everything it has, and adapts once."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from simulator.account.principal import Attempt
from simulator.scenario import Way

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.drill import Drill


@dataclass(frozen=True, slots=True)
class Try:
    """What came of one way when the adversary was back; `time` is when it came, of the account."""

    time: datetime
    way: str
    holds: str
    attempts: tuple[Attempt, ...]

    @property
    def worked(self) -> bool:
        """Something got through."""
        return any(attempt.succeeded for attempt in self.attempts)

    @property
    def allowed(self) -> tuple[str, ...]:
        """The operations that got through."""
        return tuple(dict.fromkeys(each.operation for each in self.attempts if each.succeeded))

    @property
    def refused(self) -> tuple[str, ...]:
        """The operations that didn't, each with its error code."""
        return tuple(
            dict.fromkeys(
                f"{each.operation} ({each.error_code})"
                for each in self.attempts
                if not each.succeeded
            )
        )


class Adversary:
    """Tries the ways of the scenario for real: what it does is recorded as anybody's calls are.

    A way counts as open from the learner's arrival, or from when it was obtained, until a try of it
    gets nothing through.
    """

    def __init__(self, drill: Drill) -> None:
        self._drill = drill
        self.tries: list[Try] = []
        """Since the learner's arrival, in order."""
        self.adapted: datetime | None = None
        """When it found another way in, if it did."""

    def has(self) -> list[Way]:
        """The ways that it has obtained so far."""
        facts = self._drill.facts
        return [way for way in self._drill.play.ways if not way.obtained or facts.get(way.obtained)]

    def come_back(self) -> None:
        """Try everything; find another way if one is closed that was open."""
        now = self._drill.world.clock.now()
        tries = [self._try(now, way) for way in self.has()]
        self.tries += tries
        open_ways = frozenset(each.way for each in tries if each.worked)
        adapt = getattr(self._drill.play.module, "adapt", None)
        if adapt and self.adapted is None and open_ways and len(open_ways) < len(tries):
            with suppress(ClientError, BotoCoreError, AssertionError):
                if self._drill.perform(adapt, open_ways=open_ways):
                    self.adapted = self._drill.world.clock.now()

    def _try(self, now: datetime, way: Way) -> Try:
        journal = self._drill.journal
        before = len(journal)
        self._drill.go_through(way.act)
        return Try(now, way.name, way.holds, tuple(journal[before:]))

    def save(self) -> tuple[list[Try], datetime | None]:
        return list(self.tries), self.adapted

    def restore(self, saved: tuple[list[Try], datetime | None]) -> None:
        tries, self.adapted = saved
        self.tries = list(tries)

    def told(self) -> Mapping[str, Any]:
        """What `lab.adversary()` shows, as plain data."""
        return {
            "tries": [
                {
                    "time": each.time.isoformat(timespec="seconds"),
                    "holds": each.holds,
                    "worked": each.worked,
                    "allowed": list(each.allowed),
                    "refused": list(each.refused),
                }
                for each in self.tries
            ],
            "adapted": self.adapted.isoformat(timespec="seconds") if self.adapted else None,
        }
