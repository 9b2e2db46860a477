"""What a learner's last check found, kept for who looks after the class: nothing is judged for them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Checked:
    """`at` and `progressed` are the machine's time; `passed` names the checks that held."""

    at: datetime
    points: int
    passed: tuple[str, ...]
    ever: frozenset[str]
    """Every check that has held at any check."""
    progressed: datetime | None
    """When a check last found something that had never held before."""


def follow(before: Checked | None, at: datetime, points: int, passed: Iterable[str]) -> Checked:
    """What is known after a check that comes after `before`."""
    held = tuple(passed)
    ever = before.ever if before is not None else frozenset()
    since = before.progressed if before is not None else None
    new = not ever.issuperset(held)
    return Checked(at, points, held, ever.union(held), at if new else since)
