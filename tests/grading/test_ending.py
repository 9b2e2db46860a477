"""Whoever waits for a child is told when it ends, and looks about from time to time before."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator

import pytest

from simulator.grading.ending import End


@pytest.fixture
def child() -> Iterator[int]:
    pid = os.fork()
    if not pid:
        time.sleep(60)
        os._exit(0)
    yield pid
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


def test_a_wait_ends_with_the_child(child: int) -> None:
    ends = End(child)
    os.kill(child, signal.SIGKILL)
    began = time.monotonic()
    ends.wait(60)
    assert time.monotonic() - began < 30
    ends.close()


@pytest.mark.parametrize("told", [True, False])
def test_or_else_with_its_time(child: int, monkeypatch: pytest.MonkeyPatch, told: bool) -> None:
    """Also where Linux is too old to tell of the end."""
    if not told:
        monkeypatch.setattr("os.pidfd_open", unknown)
    ends = End(child)
    began = time.monotonic()
    ends.wait(0.2)
    assert time.monotonic() - began >= 0.2
    assert os.waitpid(child, os.WNOHANG) == (0, 0)
    ends.close()


def unknown(pid: int) -> int:
    raise OSError(38, "Function not implemented")
