"""Workers, and what becomes of a job when they die."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from simulator.errors import CannotServe, DrillError
from simulator.grading import crew
from simulator.grading.crew import Crew
from simulator.grading.hall import Hall
from simulator.grading.result import Outcome, Result
from simulator.grading.worker import job_of, told
from tests.grading.notebooks import LAB, job, notebook

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
SLOW = """
import json, os, socket, sys
end = socket.socket(fileno=int(sys.argv[1]))
heard = end.makefile("rb")
say = lambda **told: end.sendall(json.dumps(told).encode() + b"\\n")
say(ready=1, folders=[])
for line in heard:
    job = json.loads(line)
    told = {**json.loads(os.environ["A_RESULT"]), "learner": job["learner"]}
    if job["learner"] == "learner-0":
        say(slow=True)
        while not os.path.exists(os.environ["OTHERS_ARE_DONE"]):
            pass
    say(**told)
    if job["learner"] != "learner-0":
        open(os.environ["OTHERS_ARE_DONE"], "w").close()
"""
NEVER_STARTS = "raise SystemExit(1)"


def staff(monkeypatch: pytest.MonkeyPatch, code: str) -> list[Any]:
    """Have workers run `code` instead; those that were started."""
    hired: list[Any] = []
    start = subprocess.Popen

    def popen(command: list[str], **more: Any) -> Any:
        hired.append(start(command, **more))
        return hired[-1]

    monkeypatch.setattr(crew, "command", lambda: [sys.executable, "-c", code])
    monkeypatch.setattr(Hall, "door", Path(os.devnull))
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


def test_a_slow_submission_holds_nobody_up(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The first job is not over before the second one is, and there is one place."""
    monkeypatch.setenv("OTHERS_ARE_DONE", str(tmp_path / "done"))
    ran = Result("", LAB, 5, "", Outcome.RAN)
    monkeypatch.setenv("A_RESULT", json.dumps(ran.as_json()))
    hired = staff(monkeypatch, SLOW)
    with Crew(1) as workers:
        results = list(workers.results(JOBS))
    assert sorted(each.learner for each in results) == ["learner-0", "learner-1"]
    assert len(hired) == 2
