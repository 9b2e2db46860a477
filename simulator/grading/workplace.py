"""Where a worker grades: a simulator, a sandbox, and a submission between them at a time."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from simulator.grading import examiner, ledger
from simulator.grading.accounts import Accounts, Lost, Refused
from simulator.grading.cells import cells_of
from simulator.grading.ending import End
from simulator.grading.hall import Hall
from simulator.grading.job import Job
from simulator.grading.pace import Pace
from simulator.grading.result import Outcome, Result
from simulator.sandbox.kernelspec import offer
from simulator.sandbox.sandbox import Sandbox

_LOOK = 0.05
"""Seconds between two looks at an examiner."""

_BROKE = "The grader broke here, not the learner"


class Workplace:
    """A sandbox in which a submission reaches its account and nothing else.

    Accounts come from the hall at `door`, or from its own. `watch` is called again and again while a submission runs, and may raise to have it ended; `slow` is called as `Pace` tells.
    With `unsafe` kernels run without a sandbox.

    Raises:
        DrillError: there can be no sandbox, and `unsafe` wasn't said; or no simulator.
    """

    def __init__(
        self,
        *,
        unsafe: bool = False,
        watch: Callable[[], None] = lambda: None,
        slow: Callable[[bool], None] = lambda slow: None,
        door: Path | None = None,
    ) -> None:
        self._watch, self._slow = watch, slow
        self._hall = Hall(door)
        self.folder = Path(tempfile.mkdtemp(prefix="drill-grade-"))
        self._unsafe = unsafe
        self._sandbox: Sandbox | None = None
        self._accounts: Accounts | None = None
        try:
            self._open()
        except BaseException:
            self.close()
            raise

    def _open(self) -> None:
        offer()
        self._sandbox = Sandbox(2, unsafe=self._unsafe)
        os.environ["DRILL_SANDBOX"] = str(self._sandbox.control)
        aws, self._control = self._sandbox.addresses
        self._accounts = Accounts(self._sandbox.listeners, aws, self._hall)
        examiner.warm()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the simulator and the sandbox."""
        self._close()
        self._hall.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _close(self) -> None:
        if self._accounts is not None:
            self._accounts.end()
        if self._sandbox is not None:
            self._sandbox.close()

    def _forget(self) -> None:
        """In a fork: nothing of the worker's is held, so that it ends with the worker."""
        self.accounts.forget()
        self._hall.forget()

    def environ(self, token: str) -> dict[str, str]:
        """What a submission's kernel is told."""
        return {
            "DRILL_URL": f"http://{self._control}",
            "DRILL_TOKEN": token,
            "DRILL_LEARNER": token,
        }

    @property
    def folders(self) -> tuple[Path, ...]:
        """What there is of it on disk, to be removed when it can't do so itself."""
        return (self.folder, *([self._sandbox.folder] if self._sandbox else []))

    @property
    def accounts(self) -> Accounts:
        """The simulator."""
        assert self._accounts is not None
        return self._accounts

    def grade(self, job: Job) -> Result:
        """Run one submission and judge its account. It raises nothing of the submission's doing.

        Where the grader itself breaks, it is tried once more with a new simulator and sandbox.

        Raises:
            DrillError: there can be no sandbox or no simulator any more.
        """
        began = time.monotonic()
        result = self._tried(job)
        if result.outcome is Outcome.ERROR:
            self._close()
            self._open()
            result = self._tried(job)
        return replace(result, seconds=round(time.monotonic() - began, 3))

    def _tried(self, job: Job) -> Result:
        nothing = Result(job.learner, job.lab, job.seed, job.key, Outcome.ERROR)
        token = secrets.token_urlsafe(24)
        folder = Path(tempfile.mkdtemp(prefix="job-", dir=self.folder))
        try:
            begun = self.accounts.begin(token, job.lab, job.seed, job.at)
            return self._grade(job, replace(nothing, possible=begun["possible"]), folder, token)
        except Refused as refused:
            if refused.kind == "UnknownScenario":
                return replace(nothing, outcome=Outcome.NOT_RUN, said=str(refused))
            return replace(nothing, said=f"{_BROKE}: {refused}")
        except (Lost, OSError) as error:
            return replace(nothing, said=f"{_BROKE}: {error}")
        finally:
            self.accounts.end()
            shutil.rmtree(folder, ignore_errors=True)

    def _grade(self, job: Job, nothing: Result, folder: Path, token: str) -> Result:
        ended, lost = "", ""
        verdict: Mapping[str, Any] = {}
        try:
            ended = self._examine(job, folder, token)
            verdict = self.accounts.verdict()
        except Lost as error:
            lost = str(error)
        except Refused as refused:
            if refused.kind != "Stuck":
                raise
            lost = str(refused)
            self.accounts.end()
        found = ledger.read(folder / "ledger")
        outcome, said = (Outcome.STOPPED, lost) if lost else _outcome(found, ended)
        if outcome is Outcome.ERROR and (log := folder / "log").exists():
            said = f"{said} {log.read_text(errors='replace')[-500:]}".strip()
        return replace(
            nothing,
            outcome=outcome,
            said=said,
            cells=cells_of(job.notebook, found.cells),
            memory=found.memory,
            **_told(verdict),
        )

    def _examine(self, job: Job, folder: Path, token: str) -> str:
        """Run the notebook; why its examiner was ended, or how it ended otherwise than it should."""
        (folder / "notebook.ipynb").write_text(job.notebook, encoding="utf-8")
        until = time.monotonic() + job.limits.seconds
        pace = Pace(folder / "ledger", self._slow)
        child = examiner.examine(folder, self.environ(token), job.limits, self._forget)
        ends = End(child)
        try:
            while True:
                ended, status = os.waitpid(child, os.WNOHANG)
                if ended:
                    child = 0
                    return _how(os.waitstatus_to_exitcode(status))
                if time.monotonic() > until:
                    return "late"
                self.accounts.watch()
                self._watch()
                pace.look()
                ends.wait(_LOOK)
        finally:
            ends.close()
            if child:
                os.kill(child, signal.SIGKILL)
                os.waitpid(child, 0)


def _how(code: int) -> str:
    """Empty for an examiner that ended as it should: some cells failed, or none."""
    return "" if code in {0, 1, 5} else f"{code}"


def _outcome(found: ledger.Found, ended: str) -> tuple[Outcome, str]:
    if ended == "late":
        return Outcome.TIMED_OUT, "It ran for longer than a submission may."
    if found.broke:
        return Outcome.ERROR, f"{_BROKE}: {found.broke}."
    if ended.startswith("-"):
        return Outcome.STOPPED, "What its kernel sent could not be taken in."
    if ended or not found.over:
        return Outcome.ERROR, f"{_BROKE}: nbval did not get through."
    if not found.said:
        return Outcome.RAN, ""
    return (Outcome.TIMED_OUT if found.late else Outcome.STOPPED), found.said


def _told(verdict: Mapping[str, Any]) -> dict[str, Any]:
    lists = {"lines", "checks", "marks"}
    return {name: tuple(told) if name in lists else told for name, told in verdict.items()}


def grade_here(job: Job) -> Result:
    """Grade in this process's own workplace, which is opened for the first job and kept."""
    import atexit

    if not _own:
        _own.append(Workplace(unsafe=os.environ.get("DRILL_UNSAFE") == "1"))
        atexit.register(_own[0].close)
    return _own[0].grade(job)


_own: list[Workplace] = []
