"""All files of a gradebook, made from the results alone: the same results, the same bytes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from simulator.grading.result import Result
from simulator.grading.traces import Traces
from simulator.roster import Roster


@dataclass(frozen=True, slots=True)
class Written:
    """The files that were written, and what is to be said of them: sentences for the closing lines."""

    files: tuple[Path, ...]
    said: tuple[str, ...]


def write(
    out: Path,
    results: Sequence[Result],
    roster: Roster | None = None,
    traces: Sequence[Traces] = (),
) -> Written:
    """Write the gradebook into `out`. A file that is there is replaced in one go, or left alone."""
    raise NotImplementedError
