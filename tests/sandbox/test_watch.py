"""Of what a kernel's processes use, what doesn't end them."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator.grading.job import Limits
from simulator.sandbox.watch import Use, Watch


@pytest.fixture
def process() -> Iterator[int]:
    """Of a process that waits."""
    with subprocess.Popen(
        [sys.executable, "-c", "input()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    ) as started:
        yield started.pid
        started.kill()


def having(mebibytes: int) -> list[Use]:
    return [Use(1, 0, mebibytes * 2**20 // os.sysconf("SC_PAGE_SIZE"), 0, 1)]


def used(process: int, seconds: int) -> Use:
    return Use(process, os.getpid(), 1, seconds * os.sysconf("SC_CLK_TCK"), 1)


def test_who_computes_for_long_lets_others_go_first(process: int) -> None:
    watch = Watch(Limits())
    before = os.getpriority(os.PRIO_PROCESS, process)
    assert not watch.look([used(process, 1)], 1.0)
    assert os.getpriority(os.PRIO_PROCESS, process) == before
    assert not watch.look([used(process, 20)], 2.0)
    assert os.getpriority(os.PRIO_PROCESS, process) == 10


@pytest.mark.skipif(
    not Path("/proc/self/autogroup").exists(), reason="the kernel doesn't group by session"
)
def test_and_so_does_its_session(process: int) -> None:
    """Among sessions that Linux groups, being nice inside of one changes nothing."""
    watch = Watch(Limits())
    until = time.monotonic() + 10
    while "nice 10" not in Path(f"/proc/{process}/autogroup").read_text():
        assert not watch.look([used(process, 20)], 1.0)
        assert time.monotonic() < until
        time.sleep(0.02)


def test_what_its_processes_start_later_does_so_too(process: int) -> None:
    watch = Watch(Limits())
    assert not watch.look([used(process, 20)], 1.0)
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as later:
        watch.look([used(process, 20), used(later.pid, 0)], 2.0)
        assert os.getpriority(os.PRIO_PROCESS, later.pid) == 10
        later.kill()


@pytest.mark.skipif(
    not Path("/proc/self/autogroup").exists(), reason="the kernel doesn't group by session"
)
def test_whoever_shares_our_session_does_not_take_it_along() -> None:
    before = Path("/proc/self/autogroup").read_text()
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as near:
        Watch(Limits()).look([used(near.pid, 20)], 2.0)
        assert os.getpriority(os.PRIO_PROCESS, near.pid) == 10
        near.kill()
    assert Path("/proc/self/autogroup").read_text() == before


def test_memory_is_counted_again_when_it_may_have_grown() -> None:
    watch = Watch(Limits(memory=512 * 2**20))
    counted = []
    for mebibytes in (100, 110, 120, 60, 70, 80, 600, 600, 300, 500):
        if watch.to_count(having(mebibytes)):
            counted.append(mebibytes)
            watch.counted(1)
    assert counted == [100, 120, 80, 600, 600, 500]


def test_memory_is_counted_once_at_a_time() -> None:
    watch = Watch(Limits(memory=512 * 2**20))
    assert watch.to_count(having(600))
    assert not watch.to_count(having(700))
    assert watch.counted(513 * 2**20) == "The notebook used more than 512 MiB of memory."
    assert watch.to_count(having(700))
