"""What the gradebook wants to know of a submission beside its result."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from simulator.grading.traces import Traces


class HandedIn(Protocol):
    """A learner's notebook of a lab, as it was found. What `grading.submissions.find` returns is one."""

    @property
    def source(self) -> str:
        """Where it lies."""

    @property
    def learner(self) -> str: ...

    @property
    def lab(self) -> str:
        """Its id; empty where nobody can tell."""

    @property
    def problem(self) -> str:
        """Why it can't be graded, a sentence; else empty."""

    @property
    def ids(self) -> Mapping[str, str]:
        """Canvas's or Moodle's number of the learner, as "canvas" or "moodle"."""

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences: what is strange about it."""

    @property
    def traces(self) -> Traces | None: ...
