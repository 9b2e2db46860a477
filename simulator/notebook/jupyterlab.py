"""JupyterLab with one simulator behind all its kernels."""

from __future__ import annotations

import importlib.util
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from simulator.classroom import Classroom
from simulator.errors import DrillError, MissingPackage
from simulator.journals import Journals
from simulator.roster import Roster
from simulator.server import Server

_KEPT_BACK = frozenset({"DRILL_SEED", "DRILL_JOURNAL", "DRILL_ROSTER", "DRILL_INSTRUCTOR_TOKEN"})


def open_labs(
    folder: Path,
    arguments: Sequence[str],
    seed: int | None,
    journals: Journals | None = None,
    roster: Roster | None = None,
) -> int:
    """Run `jupyter lab` on `folder` until it is shut down, and return its exit code.

    Its kernels reach one simulator in this process, or the one that DRILL_URL names. They don't
    learn the seed, from which a drill's answers follow, nor where the journals are, nor the token
    that opens the board. A notebook of a bundle is its learner's, with the seed that `roster` has.

    Raises:
        DrillError: there is no such folder.
        MissingPackage: JupyterLab is not installed.
    """
    if not folder.is_dir():
        raise DrillError(
            f"There is no folder {folder.resolve()}: run this in the repository, or name the folder "
            "of your notebooks with --folder."
        )
    if importlib.util.find_spec("jupyterlab") is None:
        raise MissingPackage("jupyterlab", "`drill lab`")
    root = f"--ServerApp.root_dir={folder.resolve()}"
    with _simulator(seed, journals, roster) as environment:
        shown = {name: value for name, value in os.environ.items() if name not in _KEPT_BACK}
        jupyter = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", root, *arguments],
            env=shown | environment,
        )
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # JupyterLab asks what Ctrl-C means
        signal.signal(signal.SIGTERM, lambda *_: jupyter.terminate())
        return jupyter.wait()


@contextmanager
def _simulator(
    seed: int | None, journals: Journals | None, roster: Roster | None
) -> Iterator[dict[str, str]]:
    """The variables by which a Lab finds its simulator."""
    if os.environ.get("DRILL_URL"):
        yield {}
        return
    instructor = os.environ.get("DRILL_INSTRUCTOR_TOKEN", "").strip()
    if journals is not None:
        instructor = instructor or journals.token("instructor")
    classroom = Classroom(seed, journals, roster)
    server = Server(classroom, port=0, instructor=instructor, guests=True)
    print(server.invitation(), file=sys.stderr, flush=True)
    threading.Thread(target=server.run, name="simulated AWS", daemon=True).start()
    yield {"DRILL_URL": server.control, "DRILL_TOKEN": server.token}
    server.close()
