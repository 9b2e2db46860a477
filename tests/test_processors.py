"""A submission's processes share a processor where no processor is left idle by that."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from simulator import processors

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="a process can be kept nowhere")


@pytest.fixture
def ours() -> Iterator[set[int]]:
    """The processors of this process, which has them again afterwards."""
    before = os.sched_getaffinity(0)
    yield before
    os.sched_setaffinity(0, before)


def test_as_many_submissions_as_processors_have_one_each(ours: set[int]) -> None:
    assert processors.shared_out(len(ours)) == sorted(ours)
    assert processors.shared_out(len(ours) + 1) == sorted(ours)


def test_fewer_submissions_than_processors_run_on_any(ours: set[int]) -> None:
    assert processors.shared_out(len(ours) - 1) == []


def test_a_process_and_what_it_starts_keep_to_theirs(ours: set[int]) -> None:
    last = max(ours)
    processors.keep_to([last])
    asked = "import os; print(sorted(os.sched_getaffinity(0)))"
    said = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert (processors.own(), said.stdout.strip()) == ([last], f"[{last}]")


def test_none_named_and_none_there_change_nothing(ours: set[int]) -> None:
    processors.keep_to([])
    processors.keep_to([99_999])
    assert os.sched_getaffinity(0) == ours
