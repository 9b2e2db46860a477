"""Of what a kernel's processes use, what doesn't end them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from simulator.grading.job import Limits
from simulator.sandbox.watch import Use, Watch


@pytest.fixture
def process() -> Iterator[int]:
    """Of a process that waits."""
    with subprocess.Popen(
        [sys.executable, "-c", "input()"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
    ) as started:
        yield started.pid
        started.kill()


@pytest.mark.parametrize(("seconds", "nice"), [(1, 0), (20, 10)])
def test_who_computes_for_long_lets_others_go_first(process: int, seconds: int, nice: int) -> None:
    use = Use(process, os.getpid(), 1, seconds * os.sysconf("SC_CLK_TCK"), 1)
    before = os.getpriority(os.PRIO_PROCESS, process)
    assert not Watch(Limits()).look([use], 1.0)
    assert os.getpriority(os.PRIO_PROCESS, process) == (nice or before)
