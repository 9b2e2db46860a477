"""JupyterLab on the labs, with one simulator behind all its notebooks."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from simulator.classroom import Classroom
from simulator.errors import CannotServe
from simulator.server import Server


def open_jupyter(folder: Path, arguments: Sequence[str] = (), *, seed: int | None = None) -> int:
    """Run JupyterLab on `folder` until it ends; its exit status.

    The simulator outlives the kernels: a lab goes on where it was after a kernel's restart.
    `arguments` go to `jupyter lab`.

    Raises:
        CannotServe: there is no such folder, or JupyterLab is not installed.
    """
    if not folder.is_dir():
        raise CannotServe(f"There is no folder {folder}. Name the one that holds the labs.")
    try:
        import jupyterlab  # noqa: F401
    except ImportError:
        raise CannotServe("JupyterLab is not installed: pip install jupyterlab.") from None
    server = Server(Classroom(seed), port=0)
    threading.Thread(target=server.run, name="simulator", daemon=True).start()
    try:
        return subprocess.call(
            [
                sys.executable,
                "-m",
                "jupyterlab",
                f"--ServerApp.root_dir={folder.resolve()}",
                *arguments,
            ],
            env={**os.environ, "DRILL_URL": server.control, "DRILL_TOKEN": server.token},
        )
    except KeyboardInterrupt:
        return 0
    finally:
        server.close()
