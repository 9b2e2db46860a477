"""A kernel in the sandbox, as it is seen from outside."""

from __future__ import annotations

import select
import signal
import socket
import time
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from simulator.errors import CannotServe
from simulator.grading.job import Limits
from simulator.sandbox.wire import Wire

PORTS = ("shell_port", "iopub_port", "stdin_port", "hb_port", "control_port")
_START = 60.0
"""Seconds that the warm parent may take to answer: it forks on a loaded machine."""


class Kernel:
    """A kernel, from its start to its end. When this object is closed, or its process ends, so
    does the kernel.

    `reason` says in a sentence why the sandbox ended it, and is empty where it ended by itself or
    was killed from here; `memory` is the most that all its processes had together, in bytes. Both
    are known at the end.
    """

    def __init__(self, wire: Wire, listening: list[socket.socket], paths: list[Path]) -> None:
        self.reason = ""
        self.memory = 0
        self._wire = wire
        self._paths = paths
        self._code: int | None = None
        for each in listening:
            each.close()

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
            for message in self._wire.receive():
                self._told(message)
            if self._wire.closed and self._code is None:
                self._told({"code": -signal.SIGKILL, "reason": "The sandbox itself ended."})
        return self._code

    def signal(self, number: int) -> None:
        """Send a signal to the kernel and what it runs in the foreground."""
        if self._code is None:
            self._wire.send({"signal": int(number)})

    def kill(self) -> None:
        """End it with all its processes, now."""
        self.signal(signal.SIGKILL)

    def close(self) -> None:
        """End it, if it runs, and take its sockets away."""
        if self._code is None:
            self.kill()
            self.wait(10)
        self._wire.close()
        for path in self._paths:
            path.unlink(missing_ok=True)

    def _told(self, message: Mapping[str, Any]) -> None:
        if "code" in message:
            self._code = int(message["code"])
            self.reason = str(message.get("reason", ""))
            self.memory = int(message.get("memory", 0))


def start(
    control: Path, connection: Mapping[str, Any], environ: Mapping[str, str], limits: Limits
) -> Kernel:
    """A kernel of the sandbox that listens at `control`.

    The five sockets of `connection` (transport ipc) are made here and handed in: nothing that a
    kernel could put somewhere else is ever connected to, and it needs no folder to make them in.

    Raises:
        CannotServe: the sandbox is gone, or could not start it.
    """
    listening, paths = [], []
    for name in PORTS:
        path = Path(f"{connection['ip']}-{connection[name]}")
        paths.append(path)
        listening.append(_listen(path))
    wire = Wire(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM))
    plain = {
        name: value.decode() if isinstance(value, bytes) else value
        for name, value in connection.items()
    }
    asked = {"connection": plain, "environ": dict(environ), "limits": asdict(limits)}
    try:
        wire.connection.connect(str(control))
        wire.send(asked, tuple(each.fileno() for each in listening))
        kernel = Kernel(wire, listening, paths)
        _started(wire)
    except OSError as error:
        raise CannotServe(f"There is no sandbox at {control} any more: {error}.") from error
    return kernel


def _started(wire: Wire) -> None:
    wire.connection.settimeout(_START)
    answers = list(wire.receive())
    wire.connection.settimeout(None)
    if not answers or "started" not in answers[0]:
        said = answers[0].get("error") if answers else "it said nothing"
        raise CannotServe(f"The sandbox could not start a kernel: {said}.")


def _listen(path: Path) -> socket.socket:
    made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    made.bind(str(path))
    made.listen(128)
    return made
