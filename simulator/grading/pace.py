"""How a notebook that runs gets on: one that waits, or computes for long, needs no place of its own."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

SLOW = 1.0
"""Seconds without a cell that ended."""


class Pace:
    """Looks at what an examiner writes down in `ledger`; `tell` is told of every change.

    It is told True when no cell has ended for SLOW seconds, and False when one has again.
    """

    def __init__(self, ledger: Path, tell: Callable[[bool], None]) -> None:
        self._ledger, self._tell = ledger, tell
        self._size, self._since, self._slow = 0, time.monotonic(), False

    def look(self) -> None:
        """To be called again and again."""
        size = self._ledger.stat().st_size if self._ledger.exists() else 0
        if size != self._size:
            self._size, self._since = size, time.monotonic()
        slow = time.monotonic() - self._since > SLOW
        if slow != self._slow:
            self._slow = slow
            self._tell(slow)
