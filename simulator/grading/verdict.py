"""What the grader says of one check."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from simulator.scenario import Phase


class Verdict(StrEnum):
    """The four outcomes of a check."""

    PASSED = "PASSED"
    FAILED = "FAILED"
    NOT_ATTEMPTED = "NOT_ATTEMPTED"
    ERROR = "ERROR"
    """The grader broke, not the learner."""


class NotAttempted(Exception):
    """Raised by a check for which the learner has not done anything yet."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """One check, judged. `reason` is empty for a passed one."""

    name: str
    phase: Phase
    claim: str
    verdict: Verdict
    points: int
    """What the check is worth."""
    reason: str = ""

    @property
    def earned(self) -> int:
        return self.points if self.verdict is Verdict.PASSED else 0

    def explained(self) -> dict[str, Any]:
        """All of it, the claim included: what a learner reads."""
        return asdict(self)

    def as_json(self) -> dict[str, Any]:
        """What `drill play --json` prints."""
        return {name: value for name, value in asdict(self).items() if name != "claim"}
