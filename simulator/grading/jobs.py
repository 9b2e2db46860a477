"""What is to be run: a job for each submission that can be."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterable
from pathlib import Path

from simulator import catalogue, recovery
from simulator.grading.job import Job, Limits
from simulator.grading.submissions import Submission
from simulator.roster import Roster, seed_of


def jobs(
    submissions: Iterable[Submission],
    roster: Roster | None = None,
    default_seed: int = 0,
    limits: Limits | None = None,
) -> list[Job]:
    """A job for each submission without a problem, in their order."""
    roster, limits = roster or Roster(), limits or Limits()
    return [
        Job(
            learner=each.learner,
            lab=each.lab,
            seed=seed(each, roster, default_seed),
            notebook=each.notebook,
            made_by=made_by(each.lab),
            limits=limits,
        )
        for each in submissions
        if not each.problem
    ]


def seed(submission: Submission, roster: Roster, default: int = 0) -> int:
    """The seed of the account that a submission is about.

    It is its learner's in the roster; of a learner that isn't there, that of its token in the
    roster; else the token's own; else `default`. A token that was copied from another member
    leaves the seed as it is, so that the other's answers don't fit.
    """
    member = roster.of_learner(submission.learner) or roster.of_token(submission.token)
    if member is not None:
        return member.seed
    return seed_of(submission.token) if submission.token else default


@functools.cache
def made_by(lab: str) -> str:
    """Names the code that a verdict follows from: the simulator's, the scenario's, the grader's."""
    return f"{recovery.made_by(catalogue.load(lab))}, grader {_grader()}"


@functools.cache
def _grader() -> str:
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
