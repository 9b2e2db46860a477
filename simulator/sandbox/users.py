"""Which users kernels are: nobody else's processes may be theirs, for Linux counts by user.

Source: the manual page user_namespaces(7).
"""

from __future__ import annotations

import os
from pathlib import Path

from simulator.sandbox.isolation import Someone
from simulator.sandbox.refusal import not_permitted

EACH = 64
"""Users of one sandbox: its kernels are them in turns."""
_RANGES = (1_500_000_000, 1_800_000_000), (20_000, 60_000)
"""No distribution gives these to accounts. The second is for containers, which know few users."""


CAPABILITIES = {
    "CAP_CHOWN": 0,  # to give each kernel its folders
    "CAP_KILL": 5,  # to end it
    "CAP_SETGID": 6,
    "CAP_SETUID": 7,  # to make it an unprivileged user's
    "CAP_SETPCAP": 8,  # to take all capabilities from it, for good
    "CAP_SYS_PTRACE": 19,  # to see how much memory its processes use
    "CAP_SYS_ADMIN": 21,  # to make its namespaces and mounts
}
"""What the warm parent of a root's sandbox needs, with the numbers of capabilities(7)."""
_NET_ADMIN = 12


def spare() -> Someone:
    """The first of the users for this process's sandbox.

    Root has kernels be users that no account is. Anybody else can't; their kernels are themselves,
    in user namespaces of their own.

    Raises:
        NoSandbox: this root, in a container, has not the rights that root usually has.
    """
    if os.getuid() != 0:
        return Someone(os.getuid(), os.getgid(), own=True)
    lacking = _lacking()
    if lacking:
        raise not_permitted(f"this root lacks {', '.join(lacking)}")
    for lowest, highest in _RANGES:
        if _known("uid", lowest, highest) and _known("gid", lowest, highest):
            number = lowest + os.getpid() * EACH % (highest - lowest)
            return Someone(number, number, own=False)
    raise not_permitted("this container knows too few users: 60064 are needed")


def of_turn(first: Someone, turn: int) -> Someone:
    """The user of the kernel whose turn it is."""
    if first.own:
        return first
    return Someone(first.uid + turn, first.gid + turn, own=False)


def _lacking() -> list[str]:
    status = Path("/proc/self/status").read_text()
    effective = int(status.partition("CapEff:")[2].split()[0], 16)
    needed = {**CAPABILITIES, "CAP_NET_ADMIN": _NET_ADMIN}  # for bubblewrap, to have a loopback
    return [name for name, number in needed.items() if not effective >> number & 1]


def _known(kind: str, lowest: int, highest: int) -> bool:
    for line in Path(f"/proc/self/{kind}_map").read_text().splitlines():
        first, _, count = map(int, line.split())
        if first <= lowest and highest + EACH <= first + count:
            return True
    return False
