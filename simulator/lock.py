"""A file that one process at a time may hold."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from simulator.errors import CannotServe


def lock(path: Path, unusable: str, taken: str, instead: str, *, mode: int = 0o777) -> int:
    """The descriptor of the locked file, whose closing lets go; its folder is made, with `mode`.

    Raises:
        CannotServe: `unusable` and the system's reason, where folder or file can't be made or
            written; `taken`, where another process holds it. `instead` is what to do
            about the former.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=mode)
        held = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise CannotServe(f"{unusable}: {error.strerror or error}. {instead}") from error
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(held)
        raise CannotServe(taken) from error
    return held
