"""The calls of Linux that Python 3.11 has no name for.

Sources: the manual pages unshare(2), mount(2), umount(2), prctl(2), capset(2), capabilities(7),
user_namespaces(7); the numbers are those of the kernel's headers, the same on every architecture.
"""

from __future__ import annotations

import ctypes
import os
from functools import cache

CLONE_NEWNS = 0x00020000
CLONE_NEWCGROUP = 0x02000000
CLONE_NEWUTS = 0x04000000
CLONE_NEWIPC = 0x08000000
CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000

MS_RDONLY = 1
MS_NOSUID = 2
MS_NODEV = 4
MS_NOEXEC = 8
MS_BIND = 4096
MS_REC = 16384
MS_PRIVATE = 1 << 18

_PR_SET_DUMPABLE = 4
_PR_SET_SECCOMP = 22
_PR_CAPBSET_DROP = 24
_PR_SET_CHILD_SUBREAPER = 36
_PR_SET_NO_NEW_PRIVS = 38
_PR_CAP_AMBIENT = 47
_PR_CAP_AMBIENT_CLEAR_ALL = 4
_LINUX_CAPABILITY_VERSION_3 = 0x20080522
_SECCOMP_MODE_FILTER = 2
_MOST_CAPABILITIES = 64


class _CapabilityHeader(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _CapabilitySets(ctypes.Structure):
    _fields_ = (
        ("effective", ctypes.c_uint32),
        ("permitted", ctypes.c_uint32),
        ("inheritable", ctypes.c_uint32),
    )


class _Filter(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p))


def unshare(what: int) -> None:
    """New namespaces for this process; a new PID namespace is its children's."""
    _done(_libc().unshare(ctypes.c_int(what)), "unshare")


def mount(source: str, target: str, kind: str = "", how: int = 0, options: str = "") -> None:
    """mount(2); an empty `kind` or `options` is none."""
    _done(
        _libc().mount(
            source.encode(),
            target.encode(),
            kind.encode() or None,
            ctypes.c_ulong(how),
            options.encode() or None,
        ),
        f"mount {target}",
    )


def adopt_orphans() -> None:
    """Processes whose parent died become this process's children."""
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def gain_nothing() -> None:
    """No program that is started from now on gives this process more rights: no_new_privs."""
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)


def be_dumpable(dumpable: bool) -> None:
    """Whether /proc/self belongs to this process's user, who may then also trace it."""
    _prctl(_PR_SET_DUMPABLE, int(dumpable))


def drop_bounding_set() -> None:
    """No capability can be had again. Needs CAP_SETPCAP, so it comes before the others are gone."""
    for number in range(_MOST_CAPABILITIES):
        if _libc().prctl(_PR_CAPBSET_DROP, ctypes.c_ulong(number), 0, 0, 0) != 0:
            if number:  # past the last one that this kernel knows
                return
            _done(-1, "PR_CAPBSET_DROP")


def drop_capabilities() -> None:
    """This process has no capability, whoever's it is."""
    _prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL)
    header = _CapabilityHeader(_LINUX_CAPABILITY_VERSION_3, 0)
    none = (_CapabilitySets * 2)()
    _done(_libc().capset(ctypes.byref(header), ctypes.byref(none)), "capset")


def filter_calls(program: bytes) -> None:
    """Let a seccomp filter, in BPF, decide about every system call from now on."""
    kept = ctypes.create_string_buffer(program, len(program))
    told = _Filter(len(program) // 8, ctypes.cast(kept, ctypes.c_void_p))
    address = ctypes.c_ulong(ctypes.addressof(told))
    _done(
        _libc().prctl(_PR_SET_SECCOMP, ctypes.c_ulong(_SECCOMP_MODE_FILTER), address, 0, 0),
        "seccomp",
    )


@cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _prctl(what: int, value: int) -> None:
    nothing = ctypes.c_ulong(0)
    result = _libc().prctl(ctypes.c_int(what), ctypes.c_ulong(value), nothing, nothing, nothing)
    _done(result, f"prctl {what}")


def _done(result: int, what: str) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
