"""The process beside a kernel that does what its program `aws` is called for: a fork for each call.

It is the kernel's own child, shut in as the kernel is, and knows what the kernel was born with. A
notebook may feed or end it: it gets nothing that it couldn't have done itself, and `aws` goes on
without it, if slower.
"""

from __future__ import annotations

import os
import selectors
import signal
import socket
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import NoReturn

from simulator.sandbox import aws_call, aws_shim, aws_warm

_MOST = 2**23
"""Bytes of the longest request: Linux starts no program with more than some MiB of arguments."""
_PATIENCE = 5.0
"""Seconds that a request may take to come."""
_DESCRIPTORS = 4
_DECIDED_AT_THE_START = ("LANG", "LC_", "PYTHON", "LD_", "HOME")
"""How variables begin that a program reads before it could be told of others."""
_LEFT_ALONE = {"help", "--debug"}
"""What pages through a terminal, and what tells of each step."""


def beside() -> None:
    """Fork it, if there is an awscli; returns in the kernel."""
    if not aws_warm.ready() or os.fork():
        return
    try:
        os.setsid()  # what interrupts the kernel is not for it
        os.closerange(3, os.sysconf("SC_OPEN_MAX"))
        aws_warm.take_over()
        _Resident().serve()
    finally:
        os._exit(1)


@dataclass(frozen=True, slots=True)
class _Refused(Exception):
    """The real program has to do this one."""


class _Resident:
    def __init__(self) -> None:
        self._born_with = _decided(os.environ)
        self._calls: dict[int, socket.socket] = {}
        self._select = selectors.DefaultSelector()
        self._deaths, death = socket.socketpair()
        self._death = death
        for each in (self._deaths, death):
            each.setblocking(False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(death.fileno(), warn_on_full_buffer=False)
        self._door = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._door.bind(aws_shim.PLACE)
        os.chmod(aws_shim.PLACE, 0o700)
        self._door.listen(64)
        for waited in (self._door, self._deaths):
            self._select.register(waited, selectors.EVENT_READ)

    def serve(self) -> NoReturn:
        while True:
            for key, _ in self._select.select():
                if key.fileobj is self._door:
                    self._greet()
                elif key.fileobj is self._deaths:
                    self._deaths.recv(4096)
                    self._bury()
                elif key.data in self._calls:
                    self._pass_on(key.data)

    def _greet(self) -> None:
        connection, _ = self._door.accept()
        descriptors: list[int] = []
        try:
            connection.settimeout(_PATIENCE)
            asked = aws_call.parsed(_read(connection, descriptors), tuple(descriptors))
            if len(descriptors) != _DESCRIPTORS or _decided(asked.environ) != self._born_with:
                raise _Refused
            if _LEFT_ALONE.intersection(asked.arguments):
                raise _Refused
            pid = os.fork()
            if not pid:
                aws_call.do(asked)
            self._calls[pid] = connection
            self._select.register(connection, selectors.EVENT_READ, pid)
            with suppress(OSError):
                connection.sendall(aws_shim.TAKEN)
        except (OSError, ValueError, _Refused):
            connection.close()
        finally:
            for each in descriptors:
                os.close(each)

    def _pass_on(self, pid: int) -> None:
        """A signal for the call; its end, when nobody waits for it any more."""
        connection = self._calls[pid]
        try:
            heard = connection.recv(1)
        except OSError:
            heard = b""
        with suppress(ProcessLookupError):
            if heard and heard[0] in aws_shim.PASSED:
                os.kill(pid, heard[0])
            elif not heard:
                self._select.unregister(connection)
                del self._calls[pid]
                connection.close()
                os.kill(pid, signal.SIGKILL)
                os.killpg(pid, signal.SIGKILL)

    def _bury(self) -> None:
        pid = -1
        while pid:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            connection = self._calls.pop(pid, None)
            if connection is not None:
                with suppress(OSError):
                    connection.sendall(status.to_bytes(4, "big"))
                self._select.unregister(connection)
                connection.close()


def _read(connection: socket.socket, descriptors: list[int]) -> bytes:
    """One request; its descriptors are put into `descriptors` even where the rest is no good."""
    data, found, _, _ = socket.recv_fds(connection, 8, 2 * _DESCRIPTORS)
    descriptors += found
    size = int.from_bytes(data, "big")
    if len(data) != 8 or size > _MOST:
        raise ValueError("no request")
    told = bytearray()
    while len(told) < size:
        more = connection.recv(size - len(told))
        if not more:
            raise ValueError("no whole request")
        told += more
    return bytes(told)


def _decided(environ: Mapping[str, str]) -> dict[str, str]:
    return {k: v for k, v in environ.items() if k.startswith(_DECIDED_AT_THE_START)}
