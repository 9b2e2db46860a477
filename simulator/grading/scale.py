"""A run on more than one machine: jobs go to a Dask cluster, results come back as they are finished.

A worker of the cluster grades in processes of its own, so neither its threads nor its being a daemon
matters, and what a submission kills is not the worker. A worker that dies loses nothing: the scheduler
gives its jobs to others (Dask.distributed, "Resilience").
"""

from __future__ import annotations

import atexit
import os
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from typing import Any

from simulator.errors import CannotServe, DrillError, MissingPackage
from simulator.grading.crew import Crew, broken
from simulator.grading.job import Job
from simulator.grading.jobs import made_by
from simulator.grading.result import Result
from simulator.grading.worker import job_of, told

_LOOK = 5.0
"""Seconds between two looks at which workers there are."""
_CONNECT = 10.0
_PATIENCE = 60.0
"""Seconds without any worker until the run is given up."""


def grade_on(address: str, jobs: Sequence[Job], *, patience: float = _PATIENCE) -> Iterator[Result]:
    """A result for each job, in the order in which they are finished.

    As many jobs are on their way as the workers have threads. Dask's own configuration says how
    the scheduler is reached, and with which certificates. Without any worker the run is given up
    after `patience` seconds.

    Raises:
        MissingPackage: Dask is not installed.
        CannotServe: no scheduler, or no worker, is there (any more).
        DrillError: a worker is of another version, or can have no sandbox.
    """
    with _connected(address) as client:
        waiting, running = deque(jobs), dict[Any, Job]()
        there = _Workers(client, {each.lab: each.made_by for each in jobs}, patience)
        try:
            while waiting or running:
                for _ in range(there.threads() - len(running)):
                    if waiting:
                        job = waiting.popleft()
                        running[client.submit(_grade, told(job), pure=False)] = job
                for future in _finished(client, running):
                    yield _result(future, running.pop(future))
        finally:
            with suppress(Exception):  # the scheduler may be gone
                client.cancel(list(running))
                client.run(_leave, on_error="ignore")


@contextmanager
def _connected(address: str) -> Iterator[Any]:
    try:
        import distributed
    except ImportError as error:
        raise MissingPackage("distributed", "Grading on a Dask cluster", extra="scale") from error
    connect: Any = distributed.Client
    try:
        client = connect(address, timeout=_CONNECT, set_as_default=False)
    except (
        OSError,
        ValueError,
        TypeError,
        RuntimeError,
    ) as error:  # the last: no TLS, and it must be
        raise CannotServe(f"No Dask scheduler answers at {address}: {_line(error)}") from error
    with client:
        try:
            yield client
        except (OSError, CancelledError) as error:
            raise CannotServe(
                f"The Dask scheduler at {address} is gone. What was graded is kept: the same command "
                f"goes on from there. ({_line(error)})"
            ) from error


class _Workers:
    """Which workers there are, each asked once what it is."""

    def __init__(self, client: Any, made_by: Mapping[str, str], patience: float) -> None:
        self._client, self._made_by, self._patience = client, made_by, patience
        self._asked: set[str] = set()
        self._seen = time.monotonic()

    def threads(self) -> int:
        """How many jobs they can grade at a time."""
        there: dict[str, int] = self._client.nthreads()
        new = sorted(set(there) - self._asked)
        if new:
            said = self._client.run(_about, list(self._made_by), workers=new, on_error="return")
            for worker in new:
                self._compare(worker, said.get(worker))
        if there:
            self._seen = time.monotonic()
        elif time.monotonic() > self._seen + self._patience:
            raise CannotServe(
                f"The Dask cluster has had no worker for {self._patience:.0f} seconds: start some with "
                "`dask worker`. What was graded is kept."
            )
        return sum(threads for worker, threads in there.items() if worker in self._asked)

    def _compare(self, worker: str, said: Any) -> None:
        if isinstance(said, OSError) or said is None:
            return  # it is gone again
        if isinstance(said, BaseException):
            raise DrillError(
                f"The worker {worker} can't grade: {_line(said)}. Install aws-security-drills there."
            )
        for lab, wanted in self._made_by.items():
            if said[lab] != wanted:
                raise _other(worker, said[lab], wanted)
        self._asked.add(worker)


def _other(worker: str, has: str, wanted: str) -> DrillError:
    return DrillError(
        f"The worker {worker} is of another version: it has {has}, and this is {wanted}. Install the "
        "same there."
    )


def _finished(client: Any, running: Mapping[Any, Job]) -> list[Any]:
    """Those that are done, at least one if that doesn't take long."""
    import distributed

    wait: Any = distributed.wait
    if not running:
        time.sleep(0.2)
        return []
    with suppress(TimeoutError), client.as_current():
        return list(wait(list(running), timeout=_LOOK, return_when="FIRST_COMPLETED").done)
    return []


def _result(future: Any, job: Job) -> Result:
    from distributed import KilledWorker

    try:
        return Result.of_json(future.result())
    except KilledWorker:
        return broken(job, "every worker that graded it died")


_idle: list[Crew] = []
"""On a worker: processes that grade, kept from job to job."""


def _about(labs: Sequence[str]) -> dict[str, str]:
    """On a worker: the code that verdicts on these labs follow from."""
    return {lab: made_by(lab) for lab in labs}


def _grade(job: dict[str, Any]) -> dict[str, Any]:
    """On a worker: the result of a job, as JSON.

    Raises:
        DrillError: this worker is of another version, or can have no sandbox.
    """
    wanted = job_of(job)
    if made_by(wanted.lab) != wanted.made_by:
        from distributed import get_worker

        raise _other(get_worker().address, made_by(wanted.lab), wanted.made_by)
    try:
        crew = _idle.pop()
    except IndexError:
        crew = Crew(1, unsafe=os.environ.get("DRILL_UNSAFE") == "1")
        atexit.register(crew.close)
    try:
        (result,) = crew.results([wanted])
    except OSError as error:
        crew.close()
        raise CannotServe(f"A worker can't grade: {error}") from error
    except BaseException:
        crew.close()
        raise
    _idle.append(crew)
    return result.as_json()


def _leave() -> None:
    """On a worker: end the processes that have nothing to do."""
    while _idle:
        _idle.pop().close()


def _line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
