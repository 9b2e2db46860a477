"""The workers of a run: processes that grade, replaced when they die."""

from __future__ import annotations

import select
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from simulator import processors
from simulator.errors import CannotServe, DrillError
from simulator.grading.channel import Channel, Closed
from simulator.grading.hall import Hall
from simulator.grading.job import Job
from simulator.grading.result import Outcome, Result
from simulator.grading.worker import told

TRIES = 2
"""How often a job is begun whose worker dies."""
_MORE = 900
"""Seconds beside those of its notebook that a job may take before its worker is given up."""
_LEAVE = 10.0
"""Seconds that a worker has to put things away."""


@dataclass(slots=True)
class _Worker:
    process: subprocess.Popen[bytes]
    channel: Channel
    ready: bool = False
    job: Job | None = None
    slow: bool = False
    processor: int | None = None
    until: float = float("inf")
    folders: list[str] = field(default_factory=list)


class Crew:
    """Grades `size` submissions at a time. With `unsafe` there is no sandbox. Closing it ends all.

    One that is slow (`pace`) holds nobody up: as long as it is, another one is begun beside it, by
    a further worker, but never more than twice `size`.
    """

    def __init__(self, size: int, *, unsafe: bool = False) -> None:
        self._size, self._unsafe = size, unsafe
        self._processors = processors.shared_out(size)
        self._hall = Hall()
        self._workers: list[_Worker] = []
        self._tried: dict[str, int] = {}

    def __enter__(self) -> Self:
        """What takes longest to start, starts: there will be something to grade."""
        self._hall.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def results(self, jobs: Sequence[Job]) -> Iterator[Result]:
        """A result for each job, as they come.

        Raises:
            DrillError: workers can't work here: there is no sandbox, or no simulator starts.
        """
        waiting = deque(jobs)
        self._hall.expect(dict.fromkeys(job.lab for job in jobs))
        while waiting or self._busy():
            while len(self._workers) < self._wanted(len(waiting)):
                self._hire()
            while waiting and self._room() and (free := self._free()):
                best = min(free, key=lambda each: self._load(each.processor))
                self._give(best, waiting.popleft())
            for worker in self._heard():
                result = self._listen(worker, waiting)
                if result is not None:
                    yield result

    def close(self) -> None:
        """Let every worker go; what one is grading is not finished."""
        workers, self._workers = self._workers, []
        for each in workers:
            each.channel.close()
        for each in workers:
            _gone(each)
        self._hall.close()

    def _busy(self) -> int:
        return sum(each.job is not None for each in self._workers)

    def _free(self) -> list[_Worker]:
        return [each for each in self._workers if each.ready and each.job is None]

    def _load(self, processor: int | None) -> int:
        """How many get on with a submission there."""
        return sum(
            each.processor == processor and each.job is not None and not each.slow
            for each in self._workers
        )

    def _room(self) -> bool:
        slow = sum(each.slow for each in self._workers)
        return self._busy() - slow < self._size

    def _wanted(self, waiting: int) -> int:
        slow = sum(each.slow for each in self._workers)
        return min(self._size + slow, 2 * self._size, self._busy() + waiting)

    def _hire(self) -> None:
        here, there = socket.socketpair()
        mode = "unsafe" if self._unsafe else "safe"
        number, door = str(there.fileno()), str(self._hall.door)
        process = subprocess.Popen(
            [*command(), number, mode, door],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            pass_fds=(there.fileno(),),
            start_new_session=True,
        )
        there.close()
        processor = min(self._processors, key=self._hired, default=None)
        if processor is not None:
            processors.keep_to([processor], process.pid)
        self._workers.append(_Worker(process, Channel(here), processor=processor))

    def _hired(self, processor: int) -> int:
        return sum(each.processor == processor and not each.slow for each in self._workers)

    def _give(self, worker: _Worker, job: Job) -> None:
        self._tried[job.key] = self._tried.get(job.key, 0) + 1
        worker.job, worker.until = job, time.monotonic() + job.limits.seconds + _MORE
        with suppress(Closed):  # it is noticed, and the job tried again
            worker.channel.send(told(job))

    def _heard(self) -> list[_Worker]:
        """Workers that have something to say, or from whom nothing is to be heard any more."""
        by_number = {each.channel.fileno(): each for each in self._workers}
        ready, _, _ = select.select(list(by_number), [], [], 1.0)
        late = [each for each in self._workers if time.monotonic() > each.until]
        for each in late:
            each.process.send_signal(signal.SIGKILL)
        return [by_number[each] for each in ready]

    def _listen(self, worker: _Worker, waiting: deque[Job]) -> Result | None:
        try:
            said = worker.channel.receive(60)
        except (Closed, TimeoutError):
            return self._lost(worker, waiting)
        if "problem" in said:
            raise DrillError(str(said["problem"]))
        if "ready" in said:
            worker.ready, worker.folders = True, list(said["folders"])
            return None
        if "slow" in said:
            worker.slow = bool(said["slow"])
            return None
        worker.job, worker.slow, worker.until = None, False, float("inf")
        return Result.of_json(said)

    def _lost(self, worker: _Worker, waiting: deque[Job]) -> Result | None:
        """A worker died: its job is tried again, or was often enough."""
        self._workers.remove(worker)
        worker.channel.close()
        _gone(worker)
        job = worker.job
        if job is None:
            if not worker.ready:
                raise CannotServe("A grading process did not start; above is what it says.")
            return None
        if self._tried[job.key] < TRIES:
            waiting.appendleft(job)
            return None
        return broken(job, f"the grading process ended {TRIES} times")


def command() -> list[str]:
    """What starts a worker's process."""
    return [sys.executable, "-m", "simulator.grading.worker"]


def broken(job: Job, why: str) -> Result:
    """The result of a job that couldn't be graded."""
    said = f"The grader broke here, not the learner: {why}."
    return Result(job.learner, job.lab, job.seed, job.key, Outcome.ERROR, said)


def _gone(worker: _Worker) -> None:
    """Wait for a worker whose channel is closed, and put away what it could not."""
    try:
        worker.process.wait(_LEAVE)
    except subprocess.TimeoutExpired:
        worker.process.kill()
        worker.process.wait()
    for each in worker.folders:
        shutil.rmtree(each, ignore_errors=True)
