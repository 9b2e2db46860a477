"""Things that are found only when they are many: when each was tried within the last hour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

WINDOW: Final = timedelta(hours=1)
Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Attempts:
    """By what is counted: the times, and what told them apart."""

    seen: Mapping[Key, tuple[tuple[datetime, str], ...]] = field(default_factory=dict)


class Counting:
    """Attempts that take more in; the ones that were given stay as they are."""

    def __init__(self, attempts: Attempts) -> None:
        self._seen = dict(attempts.seen)

    def add(self, key: Key, at: datetime, what: str = "") -> tuple[int, int]:
        """One more; how many there were within the hour, and how many different ones."""
        recent = [one for one in self._seen.get(key, ()) if at - one[0] < WINDOW]
        self._seen[key] = (*recent, (at, what))
        return len(recent) + 1, len({told for _, told in self._seen[key]})

    def kept(self, until: datetime) -> Attempts:
        """What counts still."""
        return Attempts(
            {key: seen for key, seen in self._seen.items() if until - seen[-1][0] < WINDOW}
        )
