"""Which users kernels are: nobody else's processes may be theirs, for Linux counts by user.

Source: the manual page user_namespaces(7).
"""

from __future__ import annotations

import os
from pathlib import Path

from simulator.sandbox.isolation import Someone

EACH = 64
"""Users of one sandbox: its kernels are them in turns."""
_RANGES = (1_500_000_000, 1_800_000_000), (20_000, 60_000)
"""No distribution gives these to accounts. The second is for containers, which know few users."""


def spare() -> Someone | None:
    """The first of the users for this process's sandbox, or None where it can have none.

    Root has kernels be users that no account is. Anybody else can't; the kernels of their sandbox
    are themselves, in user namespaces of their own.
    """
    if os.getuid() != 0:
        return Someone(os.getuid(), os.getgid(), own=True)
    for lowest, highest in _RANGES:
        if _known("uid", lowest, highest) and _known("gid", lowest, highest):
            number = lowest + os.getpid() * EACH % (highest - lowest)
            return Someone(number, number, own=False)
    return None


def _known(kind: str, lowest: int, highest: int) -> bool:
    for line in Path(f"/proc/self/{kind}_map").read_text().splitlines():
        first, _, count = map(int, line.split())
        if first <= lowest and highest + EACH <= first + count:
            return True
    return False
