"""A kernel in the sandbox, as it is seen from outside."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

from simulator.errors import CannotServe
from simulator.grading.job import Limits
from simulator.sandbox.wire import Wire

PORTS = ("shell_port", "iopub_port", "stdin_port", "hb_port", "control_port")
_START = 60.0
"""Seconds that the warm parent may take to answer: it forks on a loaded machine."""
_END = 10.0
"""Seconds that all processes of a kernel may take to go, once they are killed."""


class Kernel:
    """A kernel, from its start to its end. When this object is closed, or its process ends, so
    does the kernel.

    `reason` says in a sentence why the sandbox ended it, and is empty where it ended by itself or
    was killed from here; `memory` is the most that all its processes had together, in bytes. Both
    are known at the end.
    """

    def __init__(self, wire: Wire, paths: list[Path]) -> None:
        self.reason = ""
        self.memory = 0
        self._wire = wire
        self._paths = paths
        self._code: int | None = None
        self._problem: str | None = None

    def poll(self) -> int | None:
        """The exit code, negative for a signal, or None while it runs."""
        return self.wait(0)

    def wait(self, seconds: float | None = None) -> int | None:
        """The exit code once it ended, or None when it hasn't within `seconds`."""
        until = None if seconds is None else time.monotonic() + seconds
        while self._code is None:
            left = None if until is None else max(0.0, until - time.monotonic())
            ready, _, _ = select.select([self._wire.connection], [], [], left)
            if not ready:
                return None
            self._hear()
        return self._code

    def begun(self) -> str:
        """Wait until it is shut in and told to begin; what went wrong, or nothing."""
        while self._problem is None:
            ready, _, _ = select.select([self._wire.connection], [], [], _START)
            if not ready:
                return f"it didn't answer within {_START:.0f} seconds"
            self._hear()
        return self._problem

    def signal(self, number: int) -> None:
        """Send a signal to the kernel and what it runs in the foreground."""
        if self._code is None:
            self._wire.send({"signal": int(number)})

    def kill(self) -> None:
        """End it with all its processes, now."""
        self.signal(signal.SIGKILL)

    def close(self) -> None:
        """End it, if it runs, and take its sockets away."""
        if self._code is None and self._problem == "":
            self.kill()
            self.wait(_END)
        self._wire.close()
        for path in self._paths:
            path.unlink(missing_ok=True)

    def _hear(self) -> None:
        for message in self._wire.receive():
            if "code" in message:
                self._code = int(message["code"])
                self.reason, self.memory = message["reason"], message["memory"]
            else:
                self._problem = message.get("error", "")
        if self._wire.closed and self._code is None:
            self._code, self.reason = -signal.SIGKILL, "The sandbox itself ended."
            self._problem = self._problem or self.reason


def start(
    control: Path, connection: Mapping[str, Any], environ: Mapping[str, str], limits: Limits
) -> Kernel:
    """A kernel of the sandbox that listens at `control`.

    The five sockets of `connection` (transport ipc) are made here and handed in: nothing that a
    kernel could put somewhere else is ever connected to, and it needs no folder to make them in.

    Raises:
        CannotServe: the sandbox is gone, or could not start it.
    """
    paths = [Path(f"{connection['ip']}-{connection[name]}") for name in PORTS]
    wire = Wire(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM))
    kernel = Kernel(wire, paths)
    with ExitStack() as stack:
        try:
            listening = [stack.enter_context(_listen(path)).fileno() for path in paths]
            told = stack.enter_context(_pipe({"connection": connection, "environ": environ}))
            wire.connection.connect(str(control))
            wire.send({"limits": asdict(limits)}, (*listening, told.fileno()))
        except OSError as error:
            kernel.close()
            raise CannotServe(f"There is no sandbox at {control} any more: {error}.") from error
    problem = kernel.begun()
    if problem:
        kernel.close()
        raise CannotServe(f"The sandbox could not start a kernel: {problem}.")
    return kernel


def _pipe(told: Mapping[str, Any]) -> BinaryIO:
    """The end to read of a pipe that has it all already."""
    reads, writes = os.pipe()
    os.set_blocking(writes, False)
    with os.fdopen(writes, "wb") as into:
        into.write(json.dumps(told, default=bytes.decode).encode())
    return os.fdopen(reads, "rb")


def _listen(path: Path) -> socket.socket:
    made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    made.bind(str(path))
    made.listen(128)
    made.setblocking(False)
    return made
