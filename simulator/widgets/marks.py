"""Deeds at the same place of a time line as one mark, with a label that says the most of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from simulator.widgets.words import clock

_NEAR = 120.0
"""Pixels between marks that can be one repeated."""
MOST = 14
"""So many labels a lane has at most."""


@dataclass(slots=True)
class Mark:
    """What happened at one place, or from one to another; `dots` are the places."""

    dots: list[float]
    deeds: list[dict[str, Any]] = field(default_factory=list)

    @property
    def x(self) -> float:
        return self.dots[0]

    @property
    def operations(self) -> set[str]:
        return {deed["operation"] for deed in self.deeds}

    def label(self, most: int = 2) -> str:
        """The weightiest operations, how often each, and how many more there are."""
        counts: dict[str, int] = {}
        heaviest = sorted(self.deeds, key=lambda deed: -deed["weighs"])
        for deed in heaviest:
            counts[deed["operation"]] = counts.get(deed["operation"], 0) + deed["count"]
        said = [times(name, count) for name, count in list(counts.items())[:most]]
        more = len(counts) - most
        return ", ".join(said) + (f" +{more}" if more > 0 else "")

    @property
    def told(self) -> str:
        """All of it, line by line."""
        return "\n".join(map(_told, self.deeds))


def marks(
    deeds: Iterable[dict[str, Any]], place: Callable[[datetime], float], most: int = MOST
) -> list[Mark]:
    """Marks from left to right. Deeds that are near each other are one, and what is repeated is too."""
    apart, found = 9.0, list[Mark]()
    given = list(deeds)
    while True:
        found = _repeated(_near(given, place, apart))
        if len(found) <= most or apart > 200:
            return found
        apart *= 1.4


def _near(
    deeds: list[dict[str, Any]], place: Callable[[datetime], float], apart: float
) -> list[Mark]:
    found: list[Mark] = []
    for deed in deeds:
        x = place(datetime.fromisoformat(deed["first"]))
        if found and x - found[-1].dots[-1] <= apart:
            found[-1].deeds.append(deed)
        else:
            found.append(Mark([x], [deed]))
    return found


def _repeated(single: list[Mark]) -> list[Mark]:
    found: list[Mark] = []
    for mark in single:
        if found and _alike(found[-1], mark):
            found[-1].dots += mark.dots
            found[-1].deeds += mark.deeds
        else:
            found.append(mark)
    return found


def _alike(one: Mark, other: Mark) -> bool:
    """Near, and the one does nothing, or nothing weighty, that the other doesn't."""
    if other.x - one.dots[-1] >= _NEAR:
        return False
    if other.operations <= one.operations:
        return True
    weights = (max(deed["weighs"] for deed in mark.deeds) for mark in (one, other))
    return one.operations <= other.operations and len(set(weights)) == 1


def _told(deed: dict[str, Any]) -> str:
    about = f" {deed['what']}" if deed["what"] else ""
    refused = f", refused: {deed['error']}" if deed["error"] else ""
    return f"{clock(deed['first'])} {times(deed['operation'], deed['count'])}{about}{refused}"


def times(operation: str, count: int) -> str:
    """An operation, and how often where that is more than once."""
    return f"{operation} \N{MULTIPLICATION SIGN}{count}" if count > 1 else operation
