"""The limits that the operating system keeps for a kernel, each of its processes by itself.

Source: the manual page getrlimit(2).
"""

from __future__ import annotations

import resource
import sys

from simulator.grading.job import Limits

_FILES = 512
_NO_CORE = 1
"""Byte. With 0 a core would still be piped to a program that the system has for it: core(5)."""
_LATER = 5
"""Seconds: the watch, which can say why, comes first."""
_THREADS = 4
"""Threads a process: Linux counts them as processes."""


def keep(limits: Limits) -> None:
    """Set them for this process and those to come.

    RLIMIT_DATA is for memory that is written to: RLIMIT_AS would count what libraries only
    reserve. That all processes together don't use more is for the watch to see (watch.py).
    """
    kept = {
        resource.RLIMIT_CORE: _NO_CORE,
        resource.RLIMIT_CPU: limits.seconds + _LATER,
        resource.RLIMIT_FSIZE: limits.scratch,
        resource.RLIMIT_NOFILE: _FILES,
        resource.RLIMIT_DATA: limits.memory,
    }
    if sys.platform == "linux":
        kept[resource.RLIMIT_NPROC] = limits.processes * _THREADS
        kept[resource.RLIMIT_MEMLOCK] = 0
        kept[resource.RLIMIT_MSGQUEUE] = 0
    for what, most in kept.items():
        _, hard = resource.getrlimit(what)
        bound = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (bound, bound))
