"""None of the hostile notebooks gains a point or harms the run: the table, row by row.

A row is graded where an honest solution was graded before, and is graded again after all of them.
After each a second honest learner looks around, and has what they had on a workplace of their own.
"""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from typing import Any

import pytest

from simulator.grading import page
from simulator.grading.bounds import Bounds
from simulator.grading.channel import Channel
from simulator.grading.job import MIB, Job, Limits
from simulator.grading.result import Outcome, Result
from simulator.grading.worker import told
from tools.evening.attack import Attack
from tools.evening.attacks import canary, escaping
from tools.evening.attacks.table import ATTACKS
from tools.evening.pages import solution

pytestmark = [
    pytest.mark.hostile,
    pytest.mark.skipif(not shutil.which("bwrap"), reason="needs bubblewrap"),
]
LAB = "net-open-admin"
SHORT = Limits(
    cell_seconds=6,
    seconds=18,
    memory=700 * MIB,
    processes=48,
    output=256 * 1024,
    scratch=32 * MIB,
)
AT = "2026-11-02T09:00:00+00:00"
Graded = Callable[[Any, str, Limits], Result]


def _job(notebook: Any, lab: str, limits: Limits) -> Job:
    text, _ = page.clean(page.parse(json.dumps(notebook).encode(), Bounds()))
    return Job("learner", lab, 5, text, "this code", limits, AT)


def _same(result: Result) -> Result:
    """What must be the same when it is graded again."""
    return replace(result, seconds=0.0, memory=0)


@contextmanager
def worker() -> Iterator[Graded]:
    """A process of its own with a workplace, as `drill grade` has them."""
    here, there = socket.socketpair()
    command = [sys.executable, "-m", "simulator.grading.worker", str(there.fileno()), "safe"]
    process = subprocess.Popen(command, pass_fds=(there.fileno(),), start_new_session=True)
    there.close()
    channel = Channel(here)

    def graded(notebook: Any, lab: str, limits: Limits) -> Result:
        channel.send(told(_job(notebook, lab, limits)))
        while "slow" in (said := channel.receive(600)):
            pass
        return Result.of_json(said)

    try:
        assert "ready" in channel.receive(300)
        yield graded
        assert process.poll() is None
    finally:
        channel.close()
        process.wait(60)


@pytest.fixture(scope="module")
def outside() -> Iterator[list[str]]:
    """Listeners of this machine, which nobody in a sandbox reaches; who came in all the same."""
    came: list[str] = []
    with ExitStack() as stack:

        def listen(family: int, kind: int, address: Any) -> None:
            made = stack.enter_context(socket.socket(family, kind))
            if family == socket.AF_INET:
                made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            made.bind(address)
            if kind == socket.SOCK_STREAM:
                made.listen()
            stack.callback(made.shutdown, socket.SHUT_RDWR) if kind == socket.SOCK_STREAM else None
            threading.Thread(target=wait, args=(made, address), daemon=True).start()

        def wait(made: socket.socket, address: Any) -> None:
            with suppress(OSError):
                made.accept() if made.type == socket.SOCK_STREAM else made.recv(100)
                came.append(str(address))

        listen(socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", escaping.HOST_PORT))
        listen(socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", escaping.HOST_PORT))
        listen(socket.AF_UNIX, socket.SOCK_STREAM, f"\0{escaping.HOST_ABSTRACT}")
        yield came


@pytest.fixture(scope="module")
def grade(outside: list[str]) -> Iterator[Graded]:
    """Grade a notebook; a solution is graded alike before everything and after everything."""
    with worker() as graded:
        before = graded(solution(LAB), LAB, Limits())
        assert before.outcome is Outcome.RAN, before
        assert before.points == before.possible > 0
        yield graded
        assert _same(graded(solution(LAB), LAB, Limits())) == _same(before)
    assert not outside


@pytest.fixture(scope="module")
def honest() -> Result:
    """What the observant learner has on a workplace of their own."""
    with worker() as graded:
        result = graded(canary.canary(), canary.LAB, Limits())
    assert not [cell for cell in result.cells if cell.verdict != "passed"], result.cells
    assert result.points > 0
    return _same(result)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_a_hostile_notebook_gains_no_point_and_harms_nobody(
    attack: Attack, grade: Graded, honest: Result
) -> None:
    limits = replace(SHORT, cell_seconds=90, seconds=120) if attack.patient else SHORT
    lab = attack.lab or LAB
    result = grade(attack.notebook(lab), lab, limits)
    assert result.points == 0
    ends = ("ran", "timed out", "stopped") if attack.endless else attack.ends
    assert str(result.outcome) in ends, result.said
    assert not (attack.endless and result.cells[-1].verdict == "passed")
    assert re.search(attack.said, result.said)
    assert bool(result.said) == (result.outcome is not Outcome.RAN)
    assert result.memory < SHORT.memory + 512 * MIB
    if attack.starts:
        assert result.cells[0].verdict == "passed", result.cells[0]
    if attack.tells:
        assert result.cells[-1].verdict != "passed"
        if result.outcome is Outcome.RAN:
            assert result.cells[-1].error == "AssertionError: held", result.cells[-1]
    _fit_to_be_shown(result)
    assert _same(grade(canary.canary(), canary.LAB, Limits())) == honest


def _fit_to_be_shown(result: Result) -> None:
    written = json.dumps(result.as_json())
    assert len(written) < 2 * MIB
    assert Result.of_json(json.loads(written)) == result
    for cell in result.cells:
        assert cell.verdict in {"passed", "failed", "skipped"}
        assert len(cell.error) <= 300
        assert len(cell.traceback) <= 4000
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]", cell.error + cell.traceback)


def test_points_that_were_earned_before_the_kernel_ended_are_kept(grade: Graded) -> None:
    notebook = canary.canary()
    ends = dict(notebook["cells"][0], id="ends", source="import os\n\nos._exit(0)")
    notebook["cells"] = [notebook["cells"][0], ends, *notebook["cells"][1:]]
    result = grade(notebook, canary.LAB, SHORT)
    assert result.outcome is Outcome.STOPPED
    assert result.points > 0
    assert [cell.verdict for cell in result.cells][:1] == ["passed"]
    assert {cell.verdict for cell in result.cells[2:]} == {"skipped"}
