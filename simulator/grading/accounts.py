"""The account of a workplace's submission, as its worker sees it: a process with a channel."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from simulator import processors
from simulator.errors import DrillError
from simulator.grading import footprint
from simulator.grading.channel import Channel, Closed
from simulator.grading.hall import Hall, Order

ROOM = 768 * 2**20
"""Bytes that one submission's account may make the simulator grow before it is refused more."""
MOST = 2048 * 2**20
"""Bytes at which the simulator is ended: a single request may need more than there is room."""
_START = 120.0
_VERDICT = 90.0
"""Seconds. A verdict takes a fraction of one; on a machine that is busy otherwise, some."""


class Lost(Exception):
    """The simulator is gone, and the account with it. The message is a sentence."""


class Refused(DrillError):
    """The simulator didn't do what it was asked; `kind` names its error."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


class Accounts:
    """Accounts that are served, one after the other, on `listening`: the simulated AWS and the
    control API.

    `address` is the first one's as a submission sees it, "127.0.0.1:4598". They come from `hall`.
    """

    def __init__(self, listening: Sequence[socket.socket], address: str, hall: Hall) -> None:
        self._listening, self._address, self._hall = listening, address, hall
        self._channel: Channel | None = None
        self._pid = self._before = 0

    @property
    def pid(self) -> int:
        """Of the account's process, while there is one; or 0."""
        return self._pid

    def begin(self, token: str, lab: str, seed: int, at: str) -> dict[str, Any]:
        """Set an account up.

        Raises:
            CannotServe: no simulator starts.
            Lost, Refused: it ended; it couldn't.
        """
        self.end()
        order = Order(lab[:200], self._address, ROOM, self._before, processors.own())
        try:
            self._channel = Channel(self._hall.knock(order, self._listening))
            self._pid = int(self._channel.receive(_START)["ready"])
        except (Closed, TimeoutError, OSError) as error:
            self.end()
            raise Lost("The simulator did not open an account.") from error
        asked = {"verb": "begin", "token": token, "lab": lab, "seed": seed, "at": at}
        return self._ask(asked)

    def verdict(self) -> dict[str, Any]:
        """The account judged.

        Raises:
            Lost: also when the simulator is still busy with what the submission asked of it.
            Refused: it couldn't judge.
        """
        try:
            return self._ask({"verb": "verdict"})
        except Refused as refused:
            if refused.kind != "TimeoutError":
                raise
            raise Lost(
                f"What it asked of the simulator had not ended {_VERDICT:.0f} s after the notebook: "
                "the account could not be judged."
            ) from refused

    def end(self) -> None:
        """Have the account forgotten, at once."""
        channel, self._channel = self._channel, None
        if channel is not None:
            channel.close()
        if self._pid:
            with suppress(ProcessLookupError):
                os.kill(self._pid, signal.SIGKILL)
            self._pid, self._before = 0, self._pid

    def watch(self) -> None:
        """Raises Lost when the account has grown too large, and is ended, or has ended."""
        if self._channel is None or self._channel.over:
            self.end()
            raise Lost("The simulator ended, and the account with it.")
        if footprint.of(self._pid) > MOST:
            self.end()
            raise Lost(
                f"It filled the simulator's memory, {MOST // 2**20} MiB: the account is lost."
            )

    def forget(self) -> None:
        """In a fork: let go of the channel, so that the account ends with the worker."""
        if self._channel is not None:
            self._channel.close()

    def _ask(self, asked: dict[str, Any]) -> dict[str, Any]:
        if self._channel is None:
            raise Lost("The simulator ended, and the account with it.")
        try:
            self._channel.send(asked)
            answer = self._channel.receive(_VERDICT, self.watch)
        except Closed as error:
            self.end()
            raise Lost("The simulator ended, and the account with it.") from error
        except TimeoutError as error:
            self.end()
            raise Refused(
                "TimeoutError",
                f"The simulator took more than {_VERDICT:.0f} s to {asked['verb']}.",
            ) from error
        if "error" in answer:
            raise Refused(str(answer["error"]), str(answer["message"]))
        told: dict[str, Any] = answer["told"]
        return told


def listen(ports: int = 2) -> tuple[socket.socket, ...]:
    """Sockets that listen on this machine's loopback interface."""
    made = []
    for _ in range(ports):
        each = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        each.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        each.bind(("127.0.0.1", 0))
        each.listen(128)
        made.append(each)
    return tuple(made)


def address(listening: socket.socket) -> str:
    """ "127.0.0.1:4598"."""
    host, port = listening.getsockname()[:2]
    return f"{host}:{port}"
