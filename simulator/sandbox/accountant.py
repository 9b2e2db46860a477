"""How much memory processes use together, counted by a process of its own.

What a process shares with others is found out only under a lock that it holds while it forks or
maps memory: whoever asks about a fork bomb waits for it, and must not be who has to end it.
Source: the manual page proc(5), /proc/pid/smaps_rollup.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterable, Iterator
from typing import NoReturn

from simulator.sandbox.wire import Wire


class Accountant:
    """Counts on request, and answers when it is done; `connection` is readable then."""

    def __init__(self) -> None:
        self.connection, theirs = socket.socketpair()
        if not os.fork():
            _count(theirs)
        theirs.close()
        self._wire = Wire(self.connection)

    @property
    def gone(self) -> bool:
        return self._wire.closed

    def ask(self, whose: int, processes: Iterable[int], enough: int) -> None:
        """Count what `processes` use, or until it is more than `enough` bytes."""
        self._wire.send({"whose": whose, "processes": list(processes), "enough": enough})

    def answers(self) -> Iterator[tuple[int, int]]:
        """What was counted since: whose, and bytes."""
        for message in self._wire.receive():
            yield message["whose"], message["memory"]


def _count(connection: socket.socket) -> NoReturn:
    os.closerange(3, connection.fileno())
    os.closerange(connection.fileno() + 1, os.sysconf("SC_OPEN_MAX"))
    wire = Wire(connection)
    try:
        while not wire.closed:
            for message in wire.receive():
                found = 0
                for pid in message["processes"]:
                    found += _memory(pid)
                    if found > message["enough"]:
                        break
                wire.send({"whose": message["whose"], "memory": found})
    finally:
        os._exit(0)


def _memory(pid: int) -> int:
    """The proportional set size: what processes share is counted once among them."""
    try:
        with open(f"/proc/{pid}/smaps_rollup", "rb") as file:
            for line in file:
                if line.startswith(b"Pss:"):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0
