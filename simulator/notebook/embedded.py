"""A simulator as a child of this process: it starts in a moment and dies with its parent."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simulator.errors import CannotServe, UnknownScenario

_PASSED_ON = ("PATH", "HOME", "LANG", "TMPDIR", "SYSTEMROOT", "DRILL_SEED", "PYTHONPATH", "VIRTUAL_ENV")


@dataclass(frozen=True, slots=True)
class Embedded:
    """The child's announcement. `process` holds the pipe whose end ends the child."""

    process: subprocess.Popen[str]
    announcement: dict[str, Any]

    @property
    def alive(self) -> bool:
        return self.process.poll() is None


def start(scenario_id: str) -> Embedded:
    """Start `drill serve` for one scenario and wait until it answers.

    Raises:
        UnknownScenario, CannotServe: what the child said.
    """
    environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    root = str(Path(__file__).resolve().parents[2])
    path = [root, *filter(None, [environment.get("PYTHONPATH")])]
    process = subprocess.Popen(
        [sys.executable, "-m", "simulator", "serve", "--port", "0", "--start", scenario_id, "--child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**environment, "PYTHONPATH": os.pathsep.join(path)},
    )
    assert process.stdout is not None
    assert process.stderr is not None
    line = process.stdout.readline()
    if not line:
        _, said = process.communicate()
        raise _failure(scenario_id, said)
    process.stdout.close()
    process.stderr.close()
    return Embedded(process, json.loads(line))


def _failure(scenario_id: str, said: str) -> Exception:
    last = said.strip().rsplit("\n", 1)[-1].removeprefix("Error: ")
    if "There is no scenario" in last:
        from simulator import catalogue

        return UnknownScenario(scenario_id, catalogue.ids())
    return CannotServe(f"The embedded simulator did not start: {last or 'it said nothing'}")
