"""Where accounts for submissions are to be had: a process of which each is a fork."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from simulator.errors import CannotServe
from simulator.notebook.embedded import environment

_START = 120.0
"""Seconds that the process may take to import everything, on a machine with other work."""


@dataclass(frozen=True, slots=True)
class Order:
    """An account that is asked for: of which lab, and how it is to be served.

    `address` is that of the simulated AWS as a submission sees it, `room` how many bytes the
    account may make its process grow, and `after` the process of the account before it at the same
    sockets, or 0. It runs on `processors`, if any are named.
    """

    lab: str
    address: str
    room: int
    after: int
    processors: list[int]

    def told(self) -> bytes:
        return json.dumps(asdict(self)).encode() + b"\n"

    @classmethod
    def of(cls, said: bytes) -> Order:
        """Raises ValueError or TypeError for what is none."""
        return cls(**json.loads(said))


class Hall:
    """A process that forks accounts, shared by all workers of a run. It ends with this one.

    `door` is where it is knocked at: another's, or its own by default, which is started when it is
    first needed, and again when it has ended.
    """

    def __init__(self, door: Path | None = None) -> None:
        self._others = door
        self._process: subprocess.Popen[bytes] | None = None
        self._folder: Path | None = None
        self._lifeline: socket.socket | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def door(self) -> Path:
        """The path of its socket, at which one can knock before it has started."""
        if self._others is not None and self._others.exists():
            return self._others
        self._others = None
        if self._process is None or self._process.poll() is not None or self._folder is None:
            self._start()
        assert self._folder is not None
        return self._folder / "door"

    def knock(self, order: Order, listening: Sequence[socket.socket]) -> socket.socket:
        """A connection to a new account's process, which answers at `listening` from now on.

        Raises:
            CannotServe: no process started.
            OSError: it ended.
        """
        asks = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            asks.connect(str(self.door))
            if self._others is None:
                self._await()
            socket.send_fds(asks, [order.told()], [each.fileno() for each in listening])
        except BaseException:
            self._others = None
            asks.close()
            raise
        return asks

    def start(self) -> None:
        """Have it ready sooner than when it is first needed."""
        _ = self.door

    def expect(self, labs: Iterable[str]) -> None:
        """Have these labs prepared when nobody knocks: their first accounts are there sooner."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as tells, suppress(OSError):
            tells.connect(str(self.door))
            tells.sendall(json.dumps(list(labs)).encode())

    def forget(self) -> None:
        """In a fork: let go of it, so that it ends with the process it was made in."""
        if self._lifeline is not None:
            self._lifeline.close()

    def close(self) -> None:
        """End it; accounts go on until whoever asked for them leaves."""
        if self._lifeline is not None:
            self._lifeline.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
        self._lifeline = self._process = self._folder = None

    def _start(self) -> None:
        self.close()
        self._folder = Path(tempfile.mkdtemp(prefix="drill-hall-"))
        with (
            socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as door,
            (self._folder / "log").open("ab") as complaints,
        ):
            self._open(door)
            self._lifeline, there = socket.socketpair()
            fds = (door.fileno(), there.fileno())
            command = [sys.executable, "-m", "simulator.grading.hall_process", *map(str, fds)]
            self._process = subprocess.Popen(
                [*command, str(self._folder)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=complaints,
                pass_fds=fds,
                env=environment(),
                cwd=Path(__file__).resolve().parents[2],
                start_new_session=True,
            )
        there.close()

    def _await(self) -> None:
        assert self._folder is not None
        assert self._lifeline is not None
        self._lifeline.settimeout(_START)
        try:
            ready = self._lifeline.recv(1, socket.MSG_PEEK)
        except OSError:
            ready = b""
        if not ready:
            said = (self._folder / "log").read_text(errors="replace")[-500:].strip()
            self.close()
            raise CannotServe(f"The simulator for submissions did not start: {said or 'silent'}")

    def _open(self, door: socket.socket) -> None:
        assert self._folder is not None
        try:
            door.bind(str(self._folder / "door"))
        except OSError as error:
            raise CannotServe(
                f"No socket can be made in {self._folder}: {error}. Set TMPDIR to a folder of this "
                "machine's own disk with a short path."
            ) from error
        door.listen(64)
