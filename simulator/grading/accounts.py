"""The simulator of a workplace, as its worker sees it: a child process with a channel of its own."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

from simulator.errors import CannotServe, DrillError
from simulator.grading import footprint
from simulator.grading.channel import Channel, Closed
from simulator.notebook.embedded import environment

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
    """A simulator that serves on `listening`, the sockets of the simulated AWS and the control API.

    `address` is the first one's as a submission sees it, "127.0.0.1:4598". What the simulator has
    to complain of goes to `log`. It is started when it is first asked, and again when it was ended.
    """

    def __init__(self, listening: Sequence[socket.socket], address: str, log: IO[str]) -> None:
        self._listening, self._address, self._log = listening, address, log
        self._process: subprocess.Popen[bytes] | None = None
        self._channel: Channel | None = None

    @property
    def pid(self) -> int | None:
        """Of the simulator, while it runs."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Start the simulator, if none runs, and wait until it answers.

        Raises:
            CannotServe: it didn't start.
        """
        if self._process is not None and self._process.poll() is None:
            return
        self.kill()
        here, there = socket.socketpair()
        fds = [there.fileno(), *(each.fileno() for each in self._listening)]
        command = [sys.executable, "-m", "simulator.grading.accounts_process", *map(str, fds)]
        self._process = subprocess.Popen(
            [*command, self._address, str(ROOM)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=self._log,
            pass_fds=fds,
            env=environment(),
            cwd=Path(__file__).resolve().parents[2],
            start_new_session=True,
        )
        there.close()
        self._channel = Channel(here)
        try:
            self._channel.receive(_START)
        except (Closed, TimeoutError) as error:
            self.kill()
            raise CannotServe(
                f"The simulator of this grading process did not start: see {self._log.name}."
            ) from error

    def begin(self, token: str, lab: str, seed: int, at: str) -> dict[str, Any]:
        """Set an account up. Raises Lost, Refused and what `start` raises."""
        self.start()
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
        """Have the account forgotten; where that can't be, the simulator is ended."""
        if self._channel is not None:
            try:
                self._ask({"verb": "end"})
            except (Lost, Refused):
                self.kill()

    def watch(self) -> None:
        """Raises Lost when the simulator has grown too large, and is ended, or has ended."""
        if self._process is None or self._process.poll() is not None:
            self.kill()
            raise Lost("The simulator ended, and the account with it.")
        if footprint.of(self._process.pid) > MOST:
            self.kill()
            raise Lost(
                f"It filled the simulator's memory, {MOST // 2**20} MiB: the account is lost."
            )

    def kill(self) -> None:
        """End the simulator."""
        channel, self._channel = self._channel, None
        process, self._process = self._process, None
        if channel is not None:
            channel.close()
        if process is not None:
            process.kill()
            process.wait()

    def forget(self) -> None:
        """In a fork: let go of the channel, so that the simulator ends with the worker."""
        if self._channel is not None:
            self._channel.close()

    def _ask(self, asked: dict[str, Any]) -> dict[str, Any]:
        if self._channel is None:
            raise Lost("The simulator ended, and the account with it.")
        try:
            self._channel.send(asked)
            answer = self._channel.receive(_VERDICT, self.watch)
        except Closed as error:
            self.kill()
            raise Lost("The simulator ended, and the account with it.") from error
        except TimeoutError as error:
            self.kill()
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
