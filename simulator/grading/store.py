"""Results on disk, one file a submission: written whole or not at all, and read again."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path

from simulator.grading.job import Job
from simulator.grading.names import cleaned
from simulator.grading.result import Outcome, Result
from simulator.lock import lock

FOLDER = "results"


class Store:
    """The results of a run in `out`/results/<learner>/<lab>.json. One `drill grade` at a time.

    Raises:
        CannotServe: the folder can't be made or written, or another run writes there.
    """

    def __init__(self, out: Path) -> None:
        self._folder = out / FOLDER
        self._lock = lock(
            self._folder / ".lock",
            f"Results can't be kept in {out}",
            f"Another `drill grade` writes to {out}: wait for it, or name another folder with --out.",
            "Name another folder with --out.",
        )

    def path(self, learner: str, lab: str) -> Path:
        """Where a submission's result is kept."""
        return self._folder / cleaned(learner) / f"{cleaned(lab)}.json"

    def of(self, job: Job) -> Result | None:
        """The result of this very job; None where there is none, or the grader broke.

        A file that can't be read is set aside.
        """
        path = self.path(job.learner, job.lab)
        try:
            result = Result.of_json(json.loads(path.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            _set_aside(path)
            return None
        return result if result.key == job.key and result.outcome is not Outcome.ERROR else None

    def keep(self, result: Result) -> Path:
        """Write a result. Once this returns, it outlives a crash of the machine."""
        path = self.path(result.learner, result.lab)
        path.parent.mkdir(parents=True, exist_ok=True)
        write(path, json.dumps(result.as_json(), indent=1, ensure_ascii=False))
        return path

    def close(self) -> None:
        """Let another run have the folder."""
        os.close(self._lock)


def write(path: Path, text: str) -> None:
    """Replace a file in one go, on the disk when this returns."""
    beside = path.with_name(f".{path.name}.new")
    with beside.open("w", encoding="utf-8", errors="backslashreplace") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _set_aside(path: Path) -> None:
    number = 1
    while (aside := path.with_suffix(f".aside-{number}")).exists():
        number += 1
    with suppress(OSError):
        path.replace(aside)
