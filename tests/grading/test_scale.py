"""A run on a Dask cluster: the same results as here, whatever dies. `make scale` runs these."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from simulator.cli import main
from simulator.errors import CannotServe, DrillError, MissingPackage
from simulator.grading import scale
from simulator.grading.bounds import Bounds
from simulator.grading.crew import Crew
from simulator.grading.job import Job
from simulator.grading.jobs import made_by
from simulator.grading.page import clean, parse
from simulator.grading.result import Outcome, Result

LAB = "net-open-admin"
ROOT = Path(__file__).parents[2]
AT = "2026-11-02T12:00:00+00:00"

needs_dask = [
    pytest.mark.scale,
    pytest.mark.slow,
    pytest.mark.skipif(not find_spec("distributed"), reason="distributed is not installed"),
    pytest.mark.filterwarnings("ignore"),  # distributed's own
]


def test_without_dask_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(MissingPackage, match=r"pip install 'aws-security-drills\[scale\]'"):
        list(scale.grade_on("tcp://127.0.0.1:8786", []))


def test_a_worker_says_itself_that_it_needs_no_sandbox(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    line = ["grade", str(tmp_path / "in"), "--out", str(tmp_path / "out")]
    ran = CliRunner().invoke(main, [*line, "--dask", "tcp://127.0.0.1:1", "--unsafe"])
    assert ran.exit_code == 1
    assert "A worker of a cluster says itself that it needs no sandbox" in ran.output


def job(number: int, *sources: str) -> Job:
    lines = (f'from simulator import Lab\nlab = Lab("{LAB}")', *sources)
    cells = [{"cell_type": "code", "source": each, "metadata": {}} for each in lines]
    page = parse(json.dumps({"nbformat": 4, "cells": cells}).encode(), Bounds())
    return Job(f"learner-{number}", LAB, number, clean(page)[0], made_by(LAB), at=AT)


def told(results: list[Result]) -> dict[str, Result]:
    """By learner, without what differs from run to run."""
    assert len({each.learner for each in results}) == len(results)
    return {each.learner: replace(each, seconds=0, memory=0) for each in results}


class Cluster:
    """A scheduler, and workers that nobody replaces."""

    def __init__(self, folder: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self.address = f"tcp://127.0.0.1:{port}"
        self.folder = folder
        self.workers: list[subprocess.Popen[bytes]] = []
        self.scheduler = self._start("scheduler", "--host=127.0.0.1", f"--port={port}")

    def work(self) -> subprocess.Popen[bytes]:
        local = f"--local-directory={self.folder}"
        worker = self._start("worker", self.address, "--nthreads=1", "--no-nanny", local)
        self.workers.append(worker)
        return worker

    def _start(self, *arguments: str) -> subprocess.Popen[bytes]:
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"}
        return subprocess.Popen(
            [sys.executable, "-m", "dask", *arguments, "--no-dashboard"],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=(self.folder / "log").open("ab"),
        )

    def close(self) -> None:
        for each in [*self.workers, self.scheduler]:
            each.terminate()
        for each in [*self.workers, self.scheduler]:
            try:
                each.wait(30)
            except subprocess.TimeoutExpired:
                each.kill()
                each.wait()


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    made = Cluster(tmp_path)
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            with socket.socket() as caller:
                if not caller.connect_ex(("127.0.0.1", int(made.address.rpartition(":")[2]))):
                    break
            time.sleep(0.2)
        yield made
    finally:
        made.close()


class OnACluster:
    pytestmark = needs_dask


class TestWorkers(OnACluster):
    @pytest.mark.notebook
    def test_a_worker_that_is_killed_half_way_loses_nothing(self, cluster: Cluster) -> None:
        jobs = [
            job(0, 'lab.submit(openers=["arn:aws:iam::1:user/x"])', "1 / 0", "2"),
            job(1, "lab.hint()", "lab.hint()"),
            job(2, "lab.hint()", "import os; os._exit(1)", "lab.check()"),
            job(3, "import time; time.sleep(3)", "lab.account_id"),
            job(4, "lab.wait(hours=2)"),
        ]
        killed = cluster.work()
        cluster.work()
        results = []
        for each in scale.grade_on(cluster.address, jobs):
            results.append(each)
            if len(results) == 1:
                killed.send_signal(signal.SIGKILL)
        with Crew(1) as crew:
            here = list(crew.results(jobs))
        assert told(results) == told(here)
        assert killed.wait(10) == -signal.SIGKILL
        assert {each.outcome for each in results} == {Outcome.RAN, Outcome.STOPPED}

    def test_a_worker_of_another_version_is_named(self, cluster: Cluster) -> None:
        cluster.work()
        other = replace(job(0), made_by="drills 0.0.1")
        said = r"The worker tcp://127\.0\.0\.1:\d+ is of another version.*this is drills 0\.0\.1"
        with pytest.raises(DrillError, match=said):
            list(scale.grade_on(cluster.address, [other]))

    def test_without_a_worker_the_run_is_given_up(self, cluster: Cluster) -> None:
        with pytest.raises(CannotServe, match="has had no worker for 1 seconds: start some"):
            list(scale.grade_on(cluster.address, [job(0)], patience=1))

    def test_a_scheduler_that_goes_is_told_in_a_sentence(self, cluster: Cluster) -> None:
        cluster.work()
        jobs = [job(0), job(1, "import time; time.sleep(60)")]
        results = scale.grade_on(cluster.address, jobs, patience=5)
        assert next(results).learner == "learner-0"
        cluster.scheduler.send_signal(signal.SIGKILL)
        with pytest.raises(CannotServe, match="the same command goes on from there"):
            list(results)

    def test_where_no_scheduler_answers_it_is_said(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(scale, "_CONNECT", 1)
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        with pytest.raises(
            CannotServe, match=f"No Dask scheduler answers at tcp://127.0.0.1:{port}"
        ):
            list(scale.grade_on(f"tcp://127.0.0.1:{port}", [job(0)]))

    def test_an_address_that_is_none_is_said(self) -> None:
        with pytest.raises(CannotServe, match="No Dask scheduler answers at carrier-pigeon://x"):
            list(scale.grade_on("carrier-pigeon://x", [job(0)]))

    def test_a_job_that_every_worker_dies_of_is_an_error_and_not_the_runs(self) -> None:
        from distributed import KilledWorker

        class Killed:
            def result(self) -> Any:
                raise KilledWorker("job", None, 3)

        result = scale._result(Killed(), job(0))  # type: ignore[arg-type]
        assert (result.outcome, result.points) == (Outcome.ERROR, 0)
        assert result.said == (
            "The grader broke here, not the learner: every worker that graded it died."
        )


def test_a_worker_compares_the_version_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """It may have come after the run began."""
    distributed = pytest.importorskip("distributed")
    monkeypatch.setattr(distributed, "get_worker", lambda: type("W", (), {"address": "tcp://w:1"}))
    other = replace(job(0), made_by="drills 0.0.1")
    with pytest.raises(DrillError, match="The worker tcp://w:1 is of another version"):
        scale._grade(scale.told(other))
