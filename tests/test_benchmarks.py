"""Benchmarks run to their end: what they compare is still there, and agrees. Nothing is timed."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.slow
@pytest.mark.parametrize(
    "arguments",
    [
        ("queries", "--records", "2000"),
        ("recording", "--rounds", "2"),
        ("calls", "--rounds", "2"),
        pytest.param(
            ("grade", "--submissions", "2", "--grader", "drill"),
            marks=[
                pytest.mark.evening,
                pytest.mark.skipif(not shutil.which("bwrap"), reason="needs bubblewrap"),
            ],
        ),
    ],
    ids=lambda arguments: arguments[0],
)
def test_a_benchmark_runs(arguments: tuple[str, ...]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--only", *arguments],
        cwd=ROOT,
        capture_output=True,
        check=False,
        text=True,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) > 3
