"""Workers, and what becomes of a job when they die."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from simulator.errors import CannotServe, DrillError
from simulator.grading import crew
from simulator.grading.crew import Crew
from simulator.grading.result import Outcome
from simulator.grading.worker import job_of, told
from tests.grading.notebooks import job, notebook

JOBS = [job(notebook(str(number)), learner=f"learner-{number}") for number in range(2)]
DIES = """
import json, os, socket, sys
end = socket.socket(fileno=int(sys.argv[1]))
end.sendall(b'{"ready": 1, "folders": []}\\n')
end.recv(1)
os._exit(1)
"""
REFUSES = """
import socket, sys
socket.socket(fileno=int(sys.argv[1])).sendall(b'{"problem": "There is no sandbox."}\\n')
"""
NEVER_STARTS = "raise SystemExit(1)"


def staff(monkeypatch: pytest.MonkeyPatch, code: str) -> list[Any]:
    """Have workers run `code` instead; those that were started."""
    hired: list[Any] = []
    start = subprocess.Popen

    def popen(command: list[str], **more: Any) -> Any:
        hired.append(start([sys.executable, "-c", code, *command[3:]], **more))
        return hired[-1]

    monkeypatch.setattr(crew.subprocess, "Popen", popen)
    return hired


def test_a_job_whose_worker_dies_twice_is_an_error_and_the_others_go_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hired = staff(monkeypatch, DIES)
    with Crew(1) as workers:
        results = list(workers.results(JOBS))
    assert [each.learner for each in results] == ["learner-0", "learner-1"]
    assert {each.outcome for each in results} == {Outcome.ERROR}
    assert [each.key for each in results] == [each.key for each in JOBS]
    assert len(hired) == 4
    assert all(each.poll() is not None for each in hired)


def test_where_no_worker_can_work_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    staff(monkeypatch, REFUSES)
    with Crew(2) as workers, pytest.raises(DrillError, match="There is no sandbox"):
        list(workers.results(JOBS))


def test_where_no_worker_starts_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    staff(monkeypatch, NEVER_STARTS)
    with Crew(1) as workers, pytest.raises(CannotServe, match="did not start"):
        list(workers.results(JOBS))


def test_a_job_arrives_as_it_was_sent() -> None:
    assert job_of(told(JOBS[0])) == JOBS[0]
