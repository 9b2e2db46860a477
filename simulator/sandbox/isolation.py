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
USER = "learner"
_PLACES = {"tmp": "/tmp", "shm": "/dev/shm", "home": HOME}
"""Folders to write in; the last is where the file system is mounted before it is divided."""
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
    linux.mount("scratch", HOME, "tmpfs", safe, options)
    for name, place in _PLACES.items():
        made = f"{HOME}/{name}"
        os.mkdir(made, 0o700)
        os.chown(made, someone.uid, someone.gid)
        if not os.listdir(place) or place == HOME:  # this Python may be installed in /tmp
            linux.mount(made, place, how=linux.MS_BIND)


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
