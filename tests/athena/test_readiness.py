"""What queries load can be loaded before, in a process from which others are forked."""

from __future__ import annotations

import subprocess
import sys

_LOADS = """
import os, sys
from simulator.athena import readiness
readiness.load()
print(len(os.listdir("/proc/self/task")), "duckdb" in sys.modules, "sqlglot" in sys.modules)
"""


def test_loading_starts_no_thread() -> None:
    told = subprocess.run(
        [sys.executable, "-c", _LOADS], capture_output=True, text=True, check=True, timeout=120
    )
    assert told.stdout.split() == ["1", "True", "True"], told.stdout
