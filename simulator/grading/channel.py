"""What two of the grader's own processes say to each other: JSON, a line each."""

from __future__ import annotations

import json
import select
import socket
import time
from collections.abc import Callable, Mapping
from typing import Any

_LOOK = 0.2
"""Seconds between two looks at whatever else a reader has to watch."""
_MOST = 64 * 2**20


class Closed(Exception):
    """The other side has ended."""


class Channel:
    """One end of a connected socket."""

    def __init__(self, end: socket.socket) -> None:
        self._end, self._read = end, bytearray()

    def fileno(self) -> int:
        return self._end.fileno()

    def send(self, told: Mapping[str, Any]) -> None:
        """Raises Closed."""
        try:
            self._end.sendall(json.dumps(told, default=str).encode() + b"\n")
        except OSError as error:
            raise Closed from error

    def receive(
        self, seconds: float | None = None, watch: Callable[[], None] = lambda: None
    ) -> dict[str, Any]:
        """The next message; `watch` is called again and again meanwhile, and may raise.

        Raises:
            Closed: there is nobody who could send one.
            TimeoutError: none came.
        """
        until = None if seconds is None else time.monotonic() + seconds
        while b"\n" not in self._read:
            watch()
            left = _LOOK if until is None else min(_LOOK, until - time.monotonic())
            if left <= 0:
                raise TimeoutError
            if select.select([self._end], [], [], left)[0]:
                self._take()
        line, _, rest = self._read.partition(b"\n")
        self._read = bytearray(rest)
        told: dict[str, Any] = json.loads(line)
        return told

    @property
    def over(self) -> bool:
        """Whether the other side has ended, and everything that it said was received."""
        if self._read or not select.select([self._end], [], [], 0)[0]:
            return False
        try:
            return not self._end.recv(1, socket.MSG_PEEK)
        except OSError:
            return True

    def close(self) -> None:
        self._end.close()

    def _take(self) -> None:
        try:
            more = self._end.recv(2**16)
        except OSError as error:
            raise Closed from error
        if not more or len(self._read) > _MOST:
            raise Closed
        self._read += more
