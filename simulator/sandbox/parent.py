"""The warm parent: `python -m simulator.sandbox.parent ABOUT`, started by sandbox.py in bubblewrap.

It imports what kernels need, opens the sandbox's TCP ports, and forks a kernel whenever it is
asked for one. A kernel lasts no longer than the connection that asked for it. There is one thread:
a process with several can't be forked safely.
"""

from __future__ import annotations

import json
import os
import selectors
import shutil
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from simulator.grading.job import Limits
from simulator.sandbox import birth, users, watch, wire
from simulator.sandbox.isolation import HOME, Someone

_EVERY = 0.1
"""Seconds between two looks at what kernels use."""


@dataclass(frozen=True, slots=True)
class About:
    """What the sandbox tells its warm parent: descriptors of the socket where kernels are asked
    for and of the one that is answered once and whose end is the sandbox's, how many TCP ports to
    open, and whose kernels are: nobody's in particular where they are not shut in."""

    asked: int
    answer: int
    ports: int
    someone: Someone | None


@dataclass(slots=True)
class _Running:
    wire: wire.Wire
    pid: int = 0
    watch: watch.Watch | None = None
    started: float = 0.0
    reason: str = ""
    family: tuple[int, ...] = ()
    home: str = ""
    """A folder to take away again."""


class Parent:
    """Kernels by the connection that asked for each."""

    def __init__(self, about: About) -> None:
        self._about = about
        self._lifeline = socket.socket(fileno=about.answer)
        self._running: list[_Running] = []
        self._born = 0
        self._looked = 0.0
        self._select = selectors.DefaultSelector()
        self._door = socket.socket(fileno=about.asked)
        self._door.setblocking(False)
        self._select.register(self._door, selectors.EVENT_READ)
        self._select.register(self._lifeline, selectors.EVENT_READ)
        self._ended, ends = socket.socketpair()
        for each in (self._ended, ends):
            each.setblocking(False)
        self._ends = ends
        self._select.register(self._ended, selectors.EVENT_READ)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(ends.fileno(), warn_on_full_buffer=False)

    def serve(self) -> None:
        """Until the other end of the lifeline is gone; then no kernel is left either."""
        while True:
            for key, _ in self._select.select(_EVERY if self._running else None):
                if key.fileobj is self._door:
                    self._greet()
                elif key.fileobj is self._lifeline:
                    self._end()
                    return
                elif key.fileobj is self._ended:
                    self._ended.recv(4096)
                else:
                    self._hear(key.data)
            self._bury()
            if time.monotonic() - self._looked >= _EVERY:
                self._look()

    def _greet(self) -> None:
        try:
            connection, _ = self._door.accept()
        except OSError:
            return
        self._select.register(
            connection, selectors.EVENT_READ, running := _Running(wire.Wire(connection))
        )
        self._running.append(running)

    def _hear(self, running: _Running) -> None:
        for message in running.wire.receive():
            if "connection" in message and not running.pid:
                self._bear(running, message)
            elif "signal" in message and running.pid:
                birth.send(running.pid, int(message["signal"]))
        if running.wire.closed:
            self._select.unregister(running.wire.connection)
            if running.pid:
                birth.end({running.pid, *running.family})
            else:
                self._forget(running)

    def _bear(self, running: _Running, asked: Mapping[str, Any]) -> None:
        limits = Limits(**asked["limits"])
        descriptors, running.wire.descriptors = running.wire.descriptors, []
        try:
            wanted = birth.Wanted(
                asked["connection"],
                asked["environ"],
                limits,
                tuple(descriptors),
                self._home(running),
            )
            running.pid = birth.bear(wanted, self._someone())
        except (OSError, birth.Stillborn) as error:
            running.wire.send({"error": str(error)})
            return
        finally:
            for each in descriptors:
                os.close(each)
        self._born += 1
        running.started = time.monotonic()
        running.watch = watch.Watch(running.pid, limits)
        running.wire.send({"started": running.pid})

    def _someone(self) -> Someone | None:
        first = self._about.someone
        if first is None or first.own:
            return first
        turn = self._born % users.EACH
        return Someone(first.uid + turn, first.gid + turn, own=False)

    def _home(self, running: _Running) -> str:
        if self._about.someone is not None:
            return HOME
        running.home = tempfile.mkdtemp(prefix="drill-")
        return running.home

    def _bury(self) -> None:
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if not pid:
                return
            for running in [each for each in self._running if each.pid == pid]:
                self._tell(running, os.waitstatus_to_exitcode(status))
                self._forget(running)

    def _tell(self, running: _Running, code: int) -> None:
        birth.end(running.family)
        if not running.wire.closed:
            peak = running.watch.peak if running.watch else 0
            running.wire.send({"code": code, "reason": running.reason, "memory": peak})
            self._select.unregister(running.wire.connection)

    def _forget(self, running: _Running) -> None:
        running.wire.close()
        if running.home:
            shutil.rmtree(running.home, ignore_errors=True)
        self._running.remove(running)

    def _end(self) -> None:
        for running in list(self._running):
            birth.end({running.pid, *running.family} - {0})
            self._forget(running)

    def _look(self) -> None:
        self._looked = time.monotonic()
        alive = {each.pid: each for each in self._running if each.pid}
        for pid, family in watch.families(set(alive)).items():
            running = alive[pid]
            assert running.watch is not None
            running.family = tuple(each for each, _, _ in family)
            reason = running.watch.look(family)
            most = running.watch.limits.seconds
            if self._looked - running.started > most:
                reason = reason or f"The notebook ran for more than {most} seconds."
            if reason and not running.reason:
                running.reason = reason
                birth.end({pid, *running.family})


def main(told: str) -> None:
    """Get warm, say so, and serve."""
    given = json.loads(told)
    someone = given["someone"] and Someone(**given["someone"])
    about = About(**{**given, "someone": someone})
    birth.prepare()
    answer = wire.Wire(socket.socket(fileno=os.dup(about.answer)))
    listeners = [_listener() for _ in range(about.ports)]
    problem = birth.rehearse(about.someone)
    ready = {"ready": not problem, "problem": problem}
    answer.send(ready, tuple(each.fileno() for each in listeners))
    answer.close()
    for each in listeners:
        each.close()
    if not problem:
        Parent(about).serve()


def _listener() -> socket.socket:
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    made.bind(("127.0.0.1", 0))
    made.listen(1024)
    return made


if __name__ == "__main__":
    main(sys.argv[1])
