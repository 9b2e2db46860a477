"""A sandbox for notebooks nobody trusts: bubblewrap around a warm parent, which forks kernels."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from simulator.grading.job import Limits
from simulator.sandbox import bubblewrap, kernel, refusal, users
from simulator.sandbox.parent import About
from simulator.sandbox.wire import Wire

_START = 120.0
"""Seconds that a warm parent may take to import everything, on a machine with other work."""


class Sandbox:
    """A warm parent inside bubblewrap; kernels are forked from it, one at a time or several.

    `listeners` are TCP sockets that listen at `addresses` inside, where kernels reach them, and
    are accepted from here: a kernel reaches nothing else. Kernels that run at the same time share
    that network: they see each other's listening ports there, and nothing else of each other.

    With `unsafe` there is no bubblewrap, and nothing is kept from a kernel but its limits.

    Raises:
        NoSandbox: bubblewrap is missing or not permitted; what to do is said.
    """

    def __init__(self, ports: int = 2, *, unsafe: bool = False) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="drill-"))
        self._owner = os.getpid()
        self.control = self.folder / "control"
        self.listeners: tuple[socket.socket, ...] = ()
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the sandbox
        self._lifeline: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None
        try:
            self._start(ports, unsafe)
        except BaseException:
            self.close()
            raise
        self.addresses: tuple[str, ...] = tuple(map(_address, self.listeners))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def kernel(
        self, connection: Mapping[str, Any], environ: Mapping[str, str], limits: Limits
    ) -> kernel.Kernel:
        """A new kernel. Most callers have the kernelspec `drill` ask for it.

        Raises:
            CannotServe: it could not be started.
        """
        return kernel.start(self.control, connection, environ, limits)

    def close(self) -> None:
        """End the warm parent and every kernel; in a forked child, nothing."""
        if os.getpid() != self._owner:
            return
        for listener in self.listeners:
            listener.close()
        if self._lifeline is not None:
            with suppress(OSError):
                self._lifeline.shutdown(socket.SHUT_RDWR)  # whoever has it as well
            self._lifeline.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._said.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _start(self, ports: int, unsafe: bool) -> None:
        door = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._lifeline, theirs = socket.socketpair()
        with door, theirs:
            door.bind(str(self.control))
            door.listen(64)
            someone = None if unsafe else users.spare()
            about = About(door.fileno(), theirs.fileno(), ports, someone)
            self._process = self._parent(about)
        wire = Wire(self._lifeline)
        self._lifeline.settimeout(_START)
        answers = list(wire.receive())
        self._lifeline.settimeout(None)
        self.listeners = tuple(socket.socket(fileno=each) for each in wire.descriptors)
        if not answers or not answers[0]["ready"]:
            said = answers[0]["problem"] if answers else self._last_words()
            raise refusal.not_permitted(said)

    def _parent(self, about: About) -> subprocess.Popen[bytes]:
        arguments = ["-m", "simulator.sandbox.parent", json.dumps(asdict(about))]
        line, environ = [sys.executable, *arguments], {}
        if about.someone is None:
            environ = bubblewrap.environment(str(bubblewrap.PACKAGE.parent))
        else:
            made = self.folder / "etc"
            bubblewrap.etc(about.someone, made)
            line = bubblewrap.command(refusal.bubblewrap(), about.someone, made, arguments)
        return subprocess.Popen(
            line,
            env=environ,
            pass_fds=(about.asked, about.lifeline),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=self._said,
        )

    def _last_words(self) -> str:
        assert self._process is not None
        self._process.kill()
        self._process.wait()
        self._said.seek(0)
        return self._said.read().decode(errors="replace")[-2000:]


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()
    return f"{host}:{port}"
