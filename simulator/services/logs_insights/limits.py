"""What a query may cost, and how it is refused when it is wrong or costs too much."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

STEPS: Final = 60_000_000
"""About a character of a message that is looked at, each; some seconds of work in all."""
LONGEST_VALUE: Final = 1_000_000
"""Characters of a value that functions may build up."""
DEEPEST: Final = 40
"""Brackets inside of brackets."""
TALLEST: Final = 150
"""Expressions inside of expressions."""


@dataclass(eq=False)
class MalformedQuery(Exception):
    """The query can't be read. `start` and `end` are offsets of characters in its text."""

    message: str
    start: int
    end: int

    def __str__(self) -> str:
        return self.message


class QueryTimeout(Exception):
    """The query would take too long."""


@dataclass(slots=True)
class Budget:
    """The steps that are left to one query."""

    left: int = STEPS

    def spend(self, steps: int) -> None:
        """Raises QueryTimeout when there are not as many left."""
        self.left -= steps
        if self.left < 0:
            raise QueryTimeout
