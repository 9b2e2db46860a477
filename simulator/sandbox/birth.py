"""How kernels are forked from the warm parent, and ended."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import NoReturn

from simulator.grading.job import Limits
from simulator.sandbox import inside, isolation, limits, linux, seccomp, warm
from simulator.sandbox.isolation import HOME, Someone


class Stillborn(Exception):
    """A kernel could not be shut in, and was not started."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A kernel as it was asked for.

    `given` are descriptors: the sockets it listens at, in the order of `kernel.PORTS`, and a pipe
    with its connection and environment, which it reads itself: what the warm parent knew, every
    later kernel could find in its memory.
    """

    limits: Limits
    given: tuple[int, ...]
    home: str


def prepare() -> None:
    """Make this process the warm parent."""
    if sys.platform == "linux":
        linux.adopt_orphans()  # a kernel's first process leaves the second to this one
    warm.imports()


def bear(wanted: Wanted, someone: Someone | None) -> int:
    """The process id of a new kernel, which is shut in unless `someone` is None.

    Raises:
        Stillborn: it could not be shut in.
    """

    def live(shut_in: Callable[[], None]) -> None:
        os.setsid()
        if someone is not None:
            isolation.mounts(someone, wanted.limits.scratch)
        limits.keep(wanted.limits)
        os.chdir(wanted.home)
        if someone is not None:
            isolation.surrender(someone)
        shut_in()
        inside.run(wanted.given, wanted.home)

    return _forked(someone, live)


def rehearse(someone: Someone | None) -> str:
    """What goes wrong when a process is forked and shut in, or nothing."""
    if sys.platform == "linux" and len(os.listdir("/proc/self/task")) > 1:
        return "a library that was imported beforehand started a thread, which no fork has"
    if someone is None:
        return ""
    if not seccomp.known():
        return "there is no filter of system calls for this kind of processor"

    def look(shut_in: Callable[[], None]) -> None:
        isolation.mounts(someone, 2**20)
        isolation.surrender(someone)
        os.listdir(os.path.dirname(os.__file__))
        shut_in()

    try:
        os.waitpid(_forked(someone, look), 0)
    except (OSError, Stillborn) as error:
        return str(error)
    return ""


def send(pid: int, number: int) -> None:
    """A signal to a kernel and what it runs in the foreground, as from a terminal."""
    with suppress(ProcessLookupError):
        if number == signal.SIGKILL:
            os.kill(pid, number)
        else:
            os.killpg(pid, number)


def home(someone: Someone | None) -> str:
    """Where a kernel may write: in a file system of its own, or else in a new folder."""
    return HOME if someone is not None else tempfile.mkdtemp(prefix="drill-")


def end(pid: int, home: str, *, shut_in: bool) -> None:
    """End what a kernel leaves. Of one that is shut in nothing is left without its first process;
    of another the processes in its group are, and its folder."""
    send(pid, signal.SIGKILL)
    if not shut_in:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)
        shutil.rmtree(home, ignore_errors=True)


def _forked(someone: Someone | None, act: Callable[[Callable[[], None]], None]) -> int:
    """The process id of a child that does `act`; returns when `act` calls what it is given."""
    hears, tells = os.pipe()
    first = os.fork()
    if not first:
        _be(someone, act, tells)
    os.close(tells)
    with os.fdopen(hears) as pipe:
        told = dict(line.split("=", 1) for line in pipe.read().splitlines())
    if someone is not None:
        os.waitpid(first, 0)
    if "problem" in told or "pid" not in told:
        with suppress(ChildProcessError):
            os.waitpid(int(told.get("pid", first)), 0)
        raise Stillborn(told.get("problem", "it ended before it began"))
    return int(told["pid"])


def _be(someone: Someone | None, act: Callable[[Callable[[], None]], None], tells: int) -> NoReturn:
    """A child, or, shut in, a child's child. It never returns to the warm parent's own work."""
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        if someone is not None:
            isolation.namespaces(someone)
        second = os.fork() if someone is not None else 0
        if second or someone is None:
            os.write(tells, f"pid={second or os.getpid()}\n".encode())
        if not second:
            act(lambda: os.close(tells))
        os._exit(0)
    except BaseException as error:
        with suppress(OSError):
            os.write(tells, f"problem={error!r}\n".encode())
        os._exit(1)
