"""The pytest plugin on top of nbval: `pytest --nbval-lax -p simulator.grading.plugin submissions/`.

Submissions are strangers' folders: nothing but notebooks is collected from them, and no conftest.py
of theirs is loaded. Cells run in the sandbox, whatever kernel a notebook names. After them come the
simulator's checks of the account.
"""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from simulator.grading.sitting import Find

FIND = pytest.StashKey[Find]()
"""How a file's sitting is found."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Whose submissions they are, and whether a sandbox can be done without."""
    group = parser.getgroup("drill", "AWS security drills")
    group.addoption("--drill-roster", metavar="CSV", help="The roster: tokens, learners, seeds.")
    group.addoption(
        "--drill-seed", type=int, default=0, help="Of a submission that names no learner."
    )
    group.addoption("--drill-unsafe", action="store_true", help="Run kernels without a sandbox.")


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """No conftest.py is loaded: it may be a learner's."""
    early_config.known_args_namespace.noconftest = True


@pytest.hookimpl(tryfirst=True)
def pytest_collect_directory(path: Path, parent: pytest.Collector) -> pytest.Collector:
    """No folder is a package, whose __init__.py would be run."""
    return pytest.Dir.from_parent(parent, path=path)


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(
    file_path: Path, parent: pytest.Collector
) -> Generator[None, list[Any], list[Any]]:
    """A submission instead of nbval's file, and no other file at all."""
    found = yield
    from nbval.plugin import IPyNbFile

    if not any(isinstance(each, IPyNbFile) for each in found):
        return []
    return _collected(file_path, parent)


def _collected(path: Path, parent: pytest.Collector) -> list[pytest.Collector]:
    from simulator.grading.items import Submitted

    find = parent.config.stash.get(FIND, None)
    if find is None:
        from simulator.grading.session import find_for

        find = parent.config.stash[FIND] = find_for(parent.config)
    sitting = find(path)
    if sitting is None:
        return []
    if isinstance(sitting, str):
        return [Unusable.from_parent(parent, path=path, said=sitting)]
    collected: Submitted = Submitted.from_parent(parent, path=path)
    collected.sitting = sitting
    return [collected]


class Unusable(pytest.File):
    """A file that can't be graded."""

    def __init__(self, *, said: str, **more: Any) -> None:
        super().__init__(**more)
        self.said = said

    def collect(self) -> list[pytest.Item]:
        raise self.CollectError(self.said)
