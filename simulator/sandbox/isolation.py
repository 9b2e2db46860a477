"""How a child of the warm parent is shut in before it runs anybody's code.

It happens in two processes: the first makes the namespaces, the second is born into them as
process 1, whose end is the end of all others there (pid_namespaces(7)).
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from simulator.sandbox import linux, seccomp

HOME = "/home/learner"
_PLACES = {"home": (HOME, 0o700), "tmp": ("/tmp", 0o700), "shm": ("/dev/shm", 0o700)}
_BEFORE = "/tmp"
_INODES = 65536


@dataclass(frozen=True, slots=True)
class Someone:
    """The user whose processes a kernel's are. `own` is a user namespace of its own, where this
    process is not root and may not become another."""

    uid: int
    gid: int
    own: bool


def namespaces(someone: Someone) -> None:
    """New namespaces of processes, mounts, IPC and the host's name; for the first process."""
    what = linux.CLONE_NEWPID | linux.CLONE_NEWNS | linux.CLONE_NEWIPC | linux.CLONE_NEWUTS
    if not someone.own:
        linux.unshare(what)
        return
    linux.unshare(what | linux.CLONE_NEWUSER)
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{someone.uid} {someone.uid} 1")
    Path("/proc/self/gid_map").write_text(f"{someone.gid} {someone.gid} 1")


def mounts(someone: Someone, scratch: int) -> None:
    """A /proc that shows this kernel's processes alone, and new folders to write in, which
    together hold `scratch` bytes; for the second process."""
    linux.mount("none", "/", how=linux.MS_REC | linux.MS_PRIVATE)
    safe = linux.MS_NOSUID | linux.MS_NODEV
    linux.mount("proc", "/proc", "proc", safe | linux.MS_NOEXEC)
    options = f"size={scratch},nr_inodes={_INODES},mode=0755"
    linux.mount("scratch", _BEFORE, "tmpfs", safe, options)
    for name, (_, mode) in _PLACES.items():
        os.mkdir(f"{_BEFORE}/{name}", mode)
        os.chown(f"{_BEFORE}/{name}", someone.uid, someone.gid)
    for name in sorted(_PLACES, key=lambda each: _PLACES[each][0] == _BEFORE):
        linux.mount(f"{_BEFORE}/{name}", _PLACES[name][0], how=linux.MS_BIND)


def surrender(someone: Someone) -> None:
    """No rights, and no way to have any again; for the second process, at last."""
    linux.gain_nothing()
    linux.drop_bounding_set()
    if not someone.own:
        os.setgroups([])
        os.setresgid(someone.gid, someone.gid, someone.gid)
        os.setresuid(someone.uid, someone.uid, someone.uid)
    linux.drop_capabilities()
    linux.be_dumpable(True)  # what /proc says of itself is for itself to read
    seccomp.restrict()
