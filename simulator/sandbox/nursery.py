"""The warm parent's work: kernels are asked for, born, watched and buried.

A kernel lasts no longer than the connection that asked for it, and none longer than the sandbox.
There is one thread: a process with several can't be forked safely.
"""

from __future__ import annotations

import os
import selectors
import signal
import socket
import time
from dataclasses import dataclass

from simulator.grading.job import Limits
from simulator.sandbox import birth, users, watch
from simulator.sandbox.accountant import Accountant
from simulator.sandbox.isolation import Someone
from simulator.sandbox.wire import Wire

_EVERY = 0.1
"""Seconds between two looks at what kernels use."""


@dataclass(slots=True)
class _Alive:
    wire: Wire
    watch: watch.Watch
    home: str
    started: float
    reason: str = ""


class Nursery:
    """Kernels by their process; `door` is where they are asked for."""

    def __init__(self, door: socket.socket, lifeline: socket.socket, first: Someone | None) -> None:
        self._first = first
        self._born = 0
        self._looked = 0.0
        self._alive: dict[int, _Alive] = {}
        self._select = selectors.DefaultSelector()
        self._lifeline, self._door = lifeline, door
        self._deaths, self._death = socket.socketpair()
        for each in (door, lifeline, self._deaths, self._death):
            each.setblocking(False)
        self._accountant = Accountant()
        for each in (door, lifeline, self._deaths, self._accountant.connection):
            self._select.register(each, selectors.EVENT_READ)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._death.fileno(), warn_on_full_buffer=False)

    def serve(self) -> None:
        """Until the other end of the lifeline is gone; then no kernel is left either."""
        while True:
            for key, _ in self._select.select(_EVERY if self._alive else None):
                if key.fileobj is self._door:
                    self._greet()
                elif key.fileobj is self._deaths:
                    self._deaths.recv(4096)
                elif key.fileobj is self._accountant.connection:
                    self._hear_accounts()
                elif key.fileobj is not self._lifeline:
                    self._hear(key.data)
                if key.fileobj is self._lifeline or self._accountant.gone:
                    self._end()
                    return
            self._bury()
            if time.monotonic() - self._looked >= _EVERY:
                self._look()

    def _end(self) -> None:
        for pid, alive in self._alive.items():
            birth.end(pid, alive.home, shut_in=self._first is not None)

    def _greet(self) -> None:
        try:
            connection, _ = self._door.accept()
        except OSError:
            return
        self._select.register(connection, selectors.EVENT_READ, Wire(connection))

    def _hear(self, wire: Wire) -> None:
        mine = [pid for pid, each in self._alive.items() if each.wire is wire]
        for message in wire.receive():
            if "limits" in message and not mine:
                mine = self._bear(wire, Limits(**message["limits"]))
            elif "signal" in message:
                for pid in mine:
                    birth.send(pid, int(message["signal"]))
        if wire.closed:
            self._leave(wire)
            for pid in mine:
                birth.send(pid, signal.SIGKILL)

    def _bear(self, wire: Wire, limits: Limits) -> list[int]:
        given, wire.descriptors = tuple(wire.descriptors), []
        turn = self._born % users.EACH
        self._born += 1
        someone = self._first and users.of_turn(self._first, turn)
        try:
            home = birth.home(someone)
            pid = birth.bear(birth.Wanted(limits, given, home), someone)
        except (OSError, birth.Stillborn) as error:
            wire.send({"error": str(error)})
            return []
        finally:
            for each in given:
                os.close(each)
        self._alive[pid] = _Alive(wire, watch.Watch(limits), home, time.monotonic())
        wire.send({"started": pid})
        return [pid]

    def _bury(self) -> None:
        pid = -1
        while pid:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            dead = self._alive.pop(pid, None)
            if dead is None:
                continue
            birth.end(pid, dead.home, shut_in=self._first is not None)
            code = os.waitstatus_to_exitcode(status)
            if not dead.wire.closed:
                dead.wire.send({"code": code, "reason": dead.reason, "memory": dead.watch.peak})
                self._leave(dead.wire)

    def _leave(self, wire: Wire) -> None:
        self._select.unregister(wire.connection)
        wire.close()

    def _look(self) -> None:
        self._looked = time.monotonic()
        for pid, family in watch.families(set(self._alive)).items():
            alive = self._alive[pid]
            self._judge(pid, alive.watch.look(family, self._looked - alive.started))
            processes = alive.watch.to_count(family)
            if processes:
                self._accountant.ask(pid, processes, alive.watch.limits.memory)

    def _hear_accounts(self) -> None:
        for pid, memory in self._accountant.answers():
            if pid in self._alive:
                self._judge(pid, self._alive[pid].watch.counted(memory))

    def _judge(self, pid: int, reason: str) -> None:
        alive = self._alive[pid]
        if reason and not alive.reason:
            alive.reason = reason
            birth.send(pid, signal.SIGKILL)
