"""What came of a submission: what gradebooks, feedback and signals are made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from enum import StrEnum
from typing import Any


class Outcome(StrEnum):
    """How a run ended. Points are the account's, whichever it is."""

    RAN = "ran"
    """Every cell was run; some may have failed."""
    STOPPED = "stopped"
    """The kernel ended before the last cell, or was ended: `said` tells why."""
    TIMED_OUT = "timed out"
    NOT_RUN = "not run"
    """The file is no notebook that can be run: `said` tells why. It has no points."""
    ERROR = "error"
    """The grader broke, not the learner: to be graded again."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One code cell's run. `index` counts all cells of the submitted notebook, from 0."""

    index: int
    verdict: str
    """"passed", "failed" or "skipped" (not reached)."""
    error: str = ""
    """The error's last line, as "KeyError: 'x'"; plain text, however hostile, of at most 300 characters."""
    traceback: str = ""
    """Plain text without terminal colours, of at most 4,000 characters."""


@dataclass(frozen=True, slots=True)
class Result:
    """One graded submission. All but `seconds` and `memory` is the same when it is graded again."""

    learner: str
    lab: str
    seed: int
    key: str
    """Of the job that it is the result of."""
    outcome: Outcome
    said: str = ""
    """What there is to say of the outcome, a sentence; empty where every cell was run."""
    points: int = 0
    possible: int = 0
    lines: tuple[Mapping[str, Any], ...] = ()
    """The score's summands: what, points, of, why."""
    checks: tuple[Mapping[str, Any], ...] = ()
    """As lab.check() tells them: name, phase, claim, verdict, points, reason."""
    times: Mapping[str, Any] = field(default_factory=dict)
    """Seconds on the account's clock until each phase was done, or None."""
    answers: Mapping[str, Any] = field(default_factory=dict)
    """What was submitted with lab.submit()."""
    marks: tuple[str, ...] = ()
    """What only this seed's account has: its id, its key ids, its names."""
    cells: tuple[Cell, ...] = ()
    seconds: float = 0.0
    """Wall time of the run, with setting the account up and judging it."""
    memory: int = 0
    """The most bytes that the submission's processes used together."""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of_json(cls, told: Mapping[str, Any]) -> Result:
        """Raises KeyError, TypeError or ValueError where it is no result's JSON."""
        known = {each.name: told[each.name] for each in fields(cls)}
        known["outcome"] = Outcome(known["outcome"])
        known["cells"] = tuple(Cell(**each) for each in known["cells"])
        for name in ("lines", "checks", "marks"):
            known[name] = tuple(known[name])
        return cls(**known)
