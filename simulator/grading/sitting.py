"""A notebook that is being examined: what the pytest plugin needs for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from simulator.grading.job import Limits
from simulator.grading.result import Cell

if TYPE_CHECKING:
    from simulator.grading.kernel import BoundedKernel


@dataclass(frozen=True, slots=True)
class Sitting:
    """`notebook` is the clean copy's JSON; its cells' ids end with their original's index.

    `start` starts its kernel. `tell` is told of each cell, `over` of the end: why there was no
    kernel any more before the last cell, if so, whether that was for its time, and the memory used.
    `judge` returns the verdict, once, or is None where it isn't asked for here; `checks` are the
    names and claims of what it will hold.
    """

    notebook: str
    limits: Limits
    start: Callable[[], BoundedKernel]
    tell: Callable[[Cell], None]
    over: Callable[[str, bool, int], None]
    judge: Callable[[], Mapping[str, Any]] | None = None
    checks: tuple[tuple[str, str], ...] = ()


Find = Callable[[Any], "Sitting | str | None"]
"""The sitting of a file, or a sentence that says why there is none; None for a file to pass by."""
