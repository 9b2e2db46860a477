"""How much memory a process has, where the system tells."""

from __future__ import annotations

import os
from pathlib import Path


def own() -> int:
    """Bytes that this process has resident; 0 where the system doesn't tell."""
    return of("self")


def of(process: int | str) -> int:
    """Bytes that a process has resident; 0 for one that isn't there, or where nobody tells."""
    return _told(process, 1)


def data() -> int:
    """Bytes of this process that RLIMIT_DATA counts; 0 where the system doesn't tell."""
    return _told("self", 5)


def _told(process: int | str, column: int) -> int:
    """Source: the manual page proc(5), "statm"."""
    try:
        pages = int(Path(f"/proc/{process}/statm").read_bytes().split()[column])
    except (OSError, ValueError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")
