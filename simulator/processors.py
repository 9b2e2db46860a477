"""How many processors there are to work with, and which of them the processes of a submission share.

A kernel and its account take turns. On one processor the one finds what it needs still in its caches
and needn't be woken on the other, which takes long on a virtual machine.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from contextlib import suppress


def cores() -> int:
    """The processors that this process may use."""
    return len(own()) or os.cpu_count() or 1


def own() -> list[int]:
    """Those that this process may run on; none where that can't be said."""
    return sorted(os.sched_getaffinity(0)) if sys.platform == "linux" else []


def shared_out(size: int) -> list[int]:
    """The processors of this process, where `size` submissions at a time leave none idle; or none."""
    ours = own()
    return ours if len(ours) <= size else []


def keep_to(processors: Iterable[int], pid: int = 0) -> None:
    """Have a process (0: this one), and those it will start, run there, if any are named."""
    chosen = set(processors)
    if chosen and sys.platform == "linux":
        with suppress(OSError):
            os.sched_setaffinity(pid, chosen)
