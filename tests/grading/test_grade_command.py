"""`drill grade`, from a folder of submissions to a gradebook, also when it is killed meanwhile."""

from __future__ import annotations

import csv
import functools
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from simulator.errors import DrillError
from simulator.sandbox.sandbox import Sandbox
from tests.grading.notebooks import LAB, ROOT, SOLUTION, notebook

pytestmark = pytest.mark.notebook
TRY = f'from simulator import Lab\nlab = Lab("{LAB}")\nlab.submit(people="1")\nlab.check()'


@functools.cache
def unsafe() -> bool:
    """Whether there can be no sandbox here."""
    try:
        Sandbox().close()
    except DrillError:
        return True
    return False


def command(folder: Path, out: Path, *more: str) -> list[str]:
    at = ["--at", "2026-11-02T12:00"]
    grade = [sys.executable, "-m", "simulator", "grade", str(folder), "--out", str(out)]
    return [*grade, *at, *(["--unsafe"] if unsafe() else []), *more]


def run(folder: Path, out: Path, *more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(folder, out, *more), cwd=ROOT, capture_output=True, text=True, check=False
    )


def results(out: Path) -> dict[str, Any]:
    """All that is known of each submission but what it took."""
    found = {}
    for path in sorted((out / "results").glob("*/*.json")):
        told = json.loads(path.read_text())
        found[f"{path.parent.name}/{path.stem}"] = told | {"seconds": 0, "memory": 0}
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Five learners' small notebooks."""
    made = tmp_path / "submissions"
    for number in range(5):
        (made / f"learner{number}").mkdir(parents=True)
        path = made / f"learner{number}" / f"{LAB}.ipynb"
        path.write_text(notebook(TRY, f"print({number})"))
    return made


def test_a_class_is_graded_into_a_gradebook(tmp_path: Path) -> None:
    folder, out = tmp_path / "submissions", tmp_path / "out"
    for learner, text in (
        ("ada", SOLUTION.read_text(encoding="utf-8")),
        ("bob", notebook(TRY, "raise KeyError('x')")),
        ("eve", "no notebook"),
    ):
        (folder / learner).mkdir(parents=True)
        (folder / learner / f"{LAB}.ipynb").write_text(text, encoding="utf-8")
    done = run(folder, out)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert f"✔ ada {LAB} 54/54" in lines
    assert f"✔ bob {LAB} 0/54" in lines
    assert any(each.startswith(f"✘ eve {LAB}: It is no valid JSON") for each in lines)
    assert "3 submissions: 2 ran, 1 that can't be graded." in lines
    with (out / "gradebook.csv").open(encoding="utf-8-sig") as file:
        assert "ada" in {value for row in csv.DictReader(file) for value in row.values()}
    bob = results(out)[f"bob/{LAB}"]["cells"]
    assert [each["verdict"] for each in bob] == ["passed", "failed"]
    assert bob[1]["error"] == "KeyError: 'x'"


@pytest.mark.evening
def test_what_was_graded_is_not_run_again(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(folder, out)
    stamps = {path: path.stat().st_mtime_ns for path in (out / "results").glob("*/*.json")}
    (folder / "learner3" / f"{LAB}.ipynb").write_text(notebook(TRY, "print('new')"))
    done = run(folder, out)
    assert sum("(as before)" in each for each in done.stdout.splitlines()) == 4
    changed = [path.parent.name for path, at in stamps.items() if path.stat().st_mtime_ns != at]
    assert changed == ["learner3"]


def children(of: int) -> set[int]:
    """All processes below one."""
    parents: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            told = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents.setdefault(int(told[1]), []).append(int(path.parent.name))
    found, waiting = set(), [of]
    while waiting:
        below = parents.get(waiting.pop(), [])
        found |= set(below)
        waiting += below
    return found


def alive(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def wait_for(what: Any, seconds: float = 60) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if what():
            return True
        time.sleep(0.1)
    return False


@pytest.fixture
def begun(folder: Path, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A run that has graded at least one submission, and not all."""
    out = tmp_path / "out"
    process = subprocess.Popen(
        command(folder, out, "-j", "1"),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert wait_for(lambda: results(out), 120)
    yield process
    if process.poll() is None:
        process.kill()
    process.communicate()


@pytest.mark.evening
@pytest.mark.skipif(sys.platform != "linux", reason="it looks into /proc")
@pytest.mark.parametrize("whole_group", [True, False])
def test_a_run_that_was_killed_goes_on_and_nothing_is_left_of_it(
    begun: subprocess.Popen[str], folder: Path, tmp_path: Path, whole_group: bool
) -> None:
    out = tmp_path / "out"
    below = children(begun.pid)
    assert len(below) >= 3
    if whole_group:
        os.killpg(begun.pid, signal.SIGKILL)
    else:
        begun.kill()
    begun.wait()
    assert wait_for(lambda: not any(map(alive, below)))
    before = results(out)
    assert 1 <= len(before) < 5
    kept = {name: (out / "results" / f"{name}.json").stat().st_mtime_ns for name in before}
    assert run(folder, out).returncode == 0
    assert kept == {name: (out / "results" / f"{name}.json").stat().st_mtime_ns for name in before}
    run(folder, tmp_path / "whole")
    assert results(out) == results(tmp_path / "whole")


@pytest.mark.evening
@pytest.mark.skipif(sys.platform != "linux", reason="it looks into /proc")
def test_ctrl_c_says_how_many_are_graded(begun: subprocess.Popen[str], tmp_path: Path) -> None:
    below = children(begun.pid)
    begun.send_signal(signal.SIGINT)
    _, said = begun.communicate(timeout=60)
    graded = len(results(tmp_path / "out"))
    assert f"Stopped: {graded} of 5 are graded" in said
    assert "Traceback" not in said
    assert begun.returncode == 130
    assert wait_for(lambda: not any(map(alive, below)))


@pytest.mark.evening
@pytest.mark.skipif(sys.platform != "linux", reason="it looks into /proc")
def test_a_worker_that_dies_is_replaced(begun: subprocess.Popen[str], tmp_path: Path) -> None:
    (worker,) = (
        each
        for each in children(begun.pid)
        if b"simulator.grading.worker" in Path(f"/proc/{each}/cmdline").read_bytes()
    )
    os.kill(worker, signal.SIGKILL)
    said, _ = begun.communicate(timeout=240)
    assert "5 submissions: 5 ran." in said
    assert begun.returncode == 0
