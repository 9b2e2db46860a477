"""A simulator as a child of this process: it starts in a moment and dies with its parent."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simulator import catalogue
from simulator.errors import CannotServe, UnknownScenario

_PASSED_ON = (
    *("PATH", "HOME", "LANG", "TMPDIR", "TEMP", "SYSTEMROOT", "VIRTUAL_ENV"),
    *("PYTHONPATH", "COVERAGE_PROCESS_START", "DRILL_SEED"),
)
_PATIENCE = 180
"""Seconds until a child that says nothing is given up. It needs two or three on an idle machine."""


@dataclass(frozen=True, slots=True)
class Embedded:
    """A running child. `process` holds the pipe whose end ends it, `log` is what it complained of."""

    process: subprocess.Popen[str]
    announcement: dict[str, Any]
    log: Path

    @property
    def alive(self) -> bool:
        """Whether the child still runs."""
        return self.process.poll() is None


def start(scenario_id: str) -> Embedded:
    """Start `drill serve` for one scenario and wait until it answers.

    It is in a session of its own: interrupting a kernel doesn't interrupt it. It ends with its
    standard input, which ends with this process, however that ends.

    Raises:
        UnknownScenario: no scenario of that id.
        CannotServe: the child ended or stayed silent; the message names its log.
    """
    if scenario_id not in catalogue.ids():
        raise UnknownScenario(scenario_id, catalogue.ids())
    handle, name = tempfile.mkstemp(prefix=f"drill-{scenario_id}-", suffix=".log")
    log = Path(name)
    with os.fdopen(handle, "w") as complaints:
        process = subprocess.Popen(
            _command(scenario_id),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=complaints,
            text=True,
            env=_environment(),
            start_new_session=True,
        )
    assert process.stdout is not None
    too_late = threading.Timer(_PATIENCE, process.kill)
    too_late.start()
    line = process.stdout.readline()
    too_late.cancel()
    try:
        announcement = json.loads(line)
    except ValueError:
        process.kill()
        process.wait()
        raise CannotServe(
            f"The embedded simulator did not start: {_last(log)} Its log: {log}"
        ) from None
    threading.Thread(target=_drain, args=(process.stdout, log), daemon=True).start()
    return Embedded(process, announcement, log)


def _command(scenario_id: str) -> list[str]:
    serve = ["serve", "--port", "0", "--start", scenario_id, "--child"]
    return [sys.executable, "-m", "simulator", *serve]


def _environment() -> dict[str, str]:
    """Nothing of AWS, no proxy; this very package first."""
    passed = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    root = str(Path(__file__).resolve().parents[2])
    path = [root, *filter(None, [passed.get("PYTHONPATH")])]
    return passed | {"PYTHONPATH": os.pathsep.join(path)}


def _drain(stream: Any, log: Path) -> None:
    """What a child prints after its announcement goes to the log: a full pipe would block it."""
    with log.open("a") as complaints:
        shutil.copyfileobj(stream, complaints)


def _last(log: Path) -> str:
    lines = log.read_text(errors="replace").strip().splitlines()
    return lines[-1].removeprefix("Error: ") if lines else f"it said nothing in {_PATIENCE} s."
