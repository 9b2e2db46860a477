"""Plain pytest on submissions: what `drill grade` does, one after another, in pytest's own process."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from simulator import catalogue, roster
from simulator.errors import DrillError
from simulator.grading import submissions
from simulator.grading.job import Limits
from simulator.grading.jobs import seed
from simulator.grading.kernel import BoundedKernel
from simulator.grading.names import shown
from simulator.grading.sitting import Find, Sitting
from simulator.grading.submissions import Submission
from simulator.grading.workplace import Workplace


def find_for(config: pytest.Config) -> Find:
    """Finds the sitting of each file among those that pytest was asked to run.

    Raises:
        pytest.UsageError: there can be no sandbox; or the roster can't be read.
    """
    try:
        return Session(config).find
    except DrillError as error:
        raise pytest.UsageError(str(error)) from error


class Session:
    """A workplace for one run of pytest, opened when the first notebook is run."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        named = config.getoption("--drill-roster")
        self._roster = roster.read(Path(named)) if named else roster.Roster()
        self._place: Workplace | None = None
        self._found: dict[Path, dict[str, Submission]] = {}

    def find(self, path: Path) -> Sitting | str | None:
        """The sitting of a notebook, or why it can't be graded; None for one that doesn't count."""
        root = self._root(path)
        if root not in self._found:
            found = submissions.find(root, self._roster)
            self._found[root] = {each.source: each for each in found}
        relative = path.relative_to(root).as_posix() if path != root else path.name
        submission = self._found[root].get(shown(relative))
        if submission is None:
            return None
        return submission.problem or self._sitting(submission)

    def _root(self, path: Path) -> Path:
        """What was named on the command line, of which this file is a part."""
        base = self._config.invocation_params.dir
        named = [(base / each.partition("::")[0]).resolve() for each in self._config.args]
        over = [each for each in named if path.is_relative_to(each)]
        return max(over, key=lambda each: len(each.parts), default=path)

    def _sitting(self, submission: Submission) -> Sitting:
        limits = Limits(
            cell_seconds=int(min(self._config.getoption("--nbval-cell-timeout"), 120)),
        )
        known = seed(submission, self._roster, self._config.getoption("--drill-seed"))

        def start() -> BoundedKernel:
            place, token = self._opened(), secrets.token_urlsafe(24)
            place.accounts.begin(token, submission.lab, known, "")
            return BoundedKernel(place.environ(token), limits)

        def judge() -> Mapping[str, Any]:
            accounts = self._opened().accounts
            try:
                return accounts.verdict()
            finally:
                accounts.end()

        checks = catalogue.load(submission.lab).checks
        return Sitting(
            notebook=submission.notebook,
            limits=limits,
            start=start,
            tell=lambda cell: None,
            over=lambda said, late, memory: None,
            judge=judge,
            checks=tuple((each.name, each.claim) for each in checks),
        )

    def _opened(self) -> Workplace:
        if self._place is None:
            self._place = Workplace(unsafe=self._config.getoption("--drill-unsafe"))
            self._config.add_cleanup(self._place.close)
        return self._place
