"""A simulator as a child of this process: it starts in a moment and dies with its parent."""

from __future__ import annotations

import atexit
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
from simulator.notebook.client import Client
from simulator.notebook.proxy import ALIAS

_PASSED_ON = (
    *("PATH", "HOME", "LANG", "TMPDIR", "TEMP", "SYSTEMROOT", "VIRTUAL_ENV"),
    *("PYTHONPATH", "COVERAGE_PROCESS_START", "DRILL_SEED"),
)
_SEALED = {
    **dict.fromkeys(("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"), os.devnull),
    "AWS_EC2_METADATA_DISABLED": "true",
    **dict.fromkeys(("http_proxy", "https_proxy"), f"http://{ALIAS}"),
}
"""The simulator's own botocore reads nothing of this machine's AWS, and sends nothing anywhere."""
_PATIENCE = 180
"""Seconds until a child that says nothing is given up. It needs two or three on an idle machine."""


@dataclass(frozen=True, slots=True)
class Embedded:
    """A running child, and the one drill that it was started for.

    `process` holds the pipe whose end ends it. `control` is the URL of its control API, `seat` the
    token of the drill; what starts further labs is kept nowhere. `log` is what it complained of.
    """

    process: subprocess.Popen[str]
    control: str
    seat: str
    log: Path

    @property
    def alive(self) -> bool:
        """Whether the child still runs."""
        return self.process.poll() is None

    @property
    def client(self) -> Client:
        """The control API, as the drill's learner."""
        return Client(self.control, self.seat, _advice(self.log))


def start(scenario_id: str, seed: int | None = None) -> Embedded:
    """Start `drill serve` for one scenario and wait until it answers.

    Without a seed it is DRILL_SEED's, or one that it draws.

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
            _command(scenario_id, seed),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=complaints,
            text=True,
            env=environment(),
            start_new_session=True,
        )
    try:
        said = _announcement(process, log)
        starter = Client(said["control"], said["token"], _advice(log))
        seat = starter.post("/labs", {"scenario": scenario_id})["lab"]
    except BaseException:
        process.kill()
        process.communicate()
        raise
    threading.Thread(target=_drain, args=(process.stdout, log), daemon=True).start()
    atexit.register(_tidy, log)
    return Embedded(process, said["control"], seat, log)


def _command(scenario_id: str, seed: int | None) -> list[str]:
    serve = ["serve", "--port", "0", "--start", scenario_id, "--child"]
    serve += [] if seed is None else ["--seed", str(seed)]
    return [sys.executable, "-m", "simulator", *serve]


def environment() -> dict[str, str]:
    """Nothing of AWS, no proxy of the machine's; this very package first."""
    passed = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    root = str(Path(__file__).resolve().parents[2])
    path = [root, *filter(None, [passed.get("PYTHONPATH")])]
    return passed | _SEALED | {"PYTHONPATH": os.pathsep.join(path)}


def _announcement(process: subprocess.Popen[str], log: Path) -> dict[str, str]:
    """The line that the child prints when it answers."""
    assert process.stdout is not None
    too_late = threading.Timer(_PATIENCE, process.kill)
    too_late.start()
    try:
        said: dict[str, str] = json.loads(process.stdout.readline())
    except ValueError:
        raise CannotServe(
            f"The embedded simulator did not start: {_last(log)} Its log: {log}"
        ) from None
    finally:
        too_late.cancel()
    return said


def _advice(log: Path) -> str:
    return f"Run the cell with Lab(…) again; what it complained of is in {log}."


def _drain(stream: Any, log: Path) -> None:
    """What a child prints after its announcement goes to the log: a full pipe would block it."""
    with log.open("a") as complaints:
        shutil.copyfileobj(stream, complaints)


def _tidy(log: Path) -> None:
    """A log that nothing was ever written to is of no use to anybody."""
    if log.exists() and not log.stat().st_size:
        log.unlink()


def _last(log: Path) -> str:
    lines = log.read_text(errors="replace").strip().splitlines()
    if not lines:
        return f"it said nothing in {_PATIENCE} s."
    return f"{lines[-1].removeprefix('Error: ').rstrip('.')}."
