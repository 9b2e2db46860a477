"""All of a class's submissions graded: those whose results are there already are not run again."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from simulator.errors import DrillError
from simulator.grading.job import Job
from simulator.grading.result import Result
from simulator.grading.store import Store, write

Run = Callable[[Sequence[Job]], Iterable[Result]]
"""Grades jobs: a crew's `results`, or a cluster's."""


@dataclass(frozen=True, slots=True)
class Graded:
    """One result; `anew` tells that it was made in this run."""

    result: Result
    anew: bool


def arrival(out: Path, wanted: str = "") -> str:
    """When learners arrive in their accounts, the same for all runs into one folder.

    ISO 8601. It is the hour in which the first run began, unless another time is wanted.

    Raises:
        DrillError: what is wanted is no time.
    """
    path = out / "run.json"
    if wanted:
        try:
            at = datetime.fromisoformat(wanted)
        except ValueError as error:
            raise DrillError(
                f"--at takes a time such as 2026-11-02T12:00, not {wanted!r}."
            ) from error
        chosen = (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC).isoformat()
    else:
        chosen = _kept(path)
        if not chosen:
            now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
            chosen = now.isoformat()
    if chosen != _kept(path):
        out.mkdir(parents=True, exist_ok=True)
        write(path, json.dumps({"at": chosen}) + "\n")
    return chosen


def grade(jobs: Iterable[Job], store: Store, run: Run, at: str) -> Iterator[Graded]:
    """A result for each job, kept before it is told: those that are there first."""
    missing = []
    for job in (replace(each, at=at) for each in jobs):
        known = store.of(job)
        if known is None:
            missing.append(job)
        else:
            yield Graded(known, anew=False)
    for result in run(missing) if missing else ():
        store.keep(result)
        yield Graded(result, anew=True)


def _kept(path: Path) -> str:
    try:
        at = json.loads(path.read_text(encoding="utf-8"))["at"]
        datetime.fromisoformat(at)
    except (OSError, ValueError, KeyError, TypeError):
        return ""
    return str(at)
