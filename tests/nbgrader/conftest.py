"""Results to enter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from simulator.catalogue import load
from simulator.grading.result import Outcome, Result
from simulator.nbgrader.source import possible

LAB = "iam-leaked-key"


@pytest.fixture
def result() -> Callable[..., Result]:
    """What came of a submission, a point in each phase by default, less what is taken."""
    return _result


def _result(learner: str = "ann", *, earned: int = 1, taken: int = 0, **more: Any) -> Result:
    play = load(LAB)
    phases = possible(play)
    lines = [
        {"what": phase, "points": earned, "of": points, "why": ""}
        for phase, points in phases.items()
    ]
    lines.append({"what": "hints", "points": -taken, "of": None, "why": "some"})
    checks = [
        {
            "name": check.name,
            "phase": str(check.phase),
            "claim": check.claim,
            "verdict": "FAILED",
            "points": check.points,
            "reason": f"Not {check.name}.",
        }
        for check in play.checks
    ]
    told: dict[str, Any] = {
        "outcome": Outcome.RAN,
        "points": max(0, earned * len(phases) - taken),
        "possible": play.points,
        "lines": tuple(lines),
        "checks": tuple(checks),
        **more,
    }
    return Result(learner, LAB, 0, "key", **told)
