"""The process that submissions' accounts are forked from: each is a child, and leaves nothing.

What every account needs is in memory before the fork: service models, classes, and for each lab
what it takes to set it up and to judge it. A child that is killed takes its account with it.
"""

from __future__ import annotations

import gc
import importlib
import json
import logging
import os
import select
import shutil
import signal
import socket
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from botocore.exceptions import ClientError

from simulator import catalogue, processors
from simulator.athena import readiness
from simulator.classroom import Classroom
from simulator.errors import DrillError
from simulator.grading.channel import Channel, Closed
from simulator.grading.hall import Order
from simulator.grading.refusals import refused_aws, refused_control
from simulator.grading.seats import RunControl, Seats
from simulator.grading.steady import Application
from simulator.listener import listen_on
from simulator.notebook.proxy import refusing
from simulator.sandbox import botocores
from simulator.sandbox.models import SERVICES

_log = logging.getLogger(__name__)
_SETTINGS = {"threads": 4, "max_request_body_size": 2**26 + 2**20}
_VERBS = frozenset({"begin", "verdict"})
_OFTEN = ("moto.s3control.urls", "moto.s3control.responses")
"""What learners' requests import, and setting a lab up doesn't."""
_SELDOM = (100_000, 50, 1000)
"""When an account's process searches for garbage: it is gone in a few seconds."""
_ORDER = 10.0
"""Seconds for whoever knocks to say what for."""


class Hall:
    """Forks an account for whoever knocks at `door`, until the other end of `lifeline` is gone."""

    def __init__(self, door: socket.socket, lifeline: socket.socket) -> None:
        self._door, self._lifeline = door, lifeline
        self._classroom = Classroom()
        self._others: dict[str, frozenset[str]] = {}
        self._expected: list[str] = []

    def serve(self) -> None:
        """Return when nobody is there any more."""
        from moto.core.routing import get_service_router

        gc.disable()
        botocores.quicken()
        readiness.load()
        for each in _OFTEN:
            importlib.import_module(each)
        for each in SERVICES:
            get_service_router(each)
        self._settle()
        self.attend()

    def attend(self) -> None:
        """Whoever knocks comes first, then what is expected."""
        while True:
            ready, _, _ = select.select(
                [self._door, self._lifeline], [], [], 0 if self._expected else None
            )
            if self._lifeline in ready:
                return
            if not ready:
                self._prepare(self._expected.pop(0))
                continue
            asks, _ = self._door.accept()
            with asks, suppress(OSError, ValueError, TypeError):
                self._greet(asks)

    def _greet(self, asks: socket.socket) -> None:
        asks.settimeout(_ORDER)
        said, fds, _, _ = socket.recv_fds(asks, 4096, 2)
        if not fds:
            self._expected += map(str, json.loads(said))
            return
        listening = [socket.socket(fileno=each) for each in fds]
        try:
            order = Order.of(said)
            asks.settimeout(None)
            _bury(order.after)
            for each in listening:
                _turn_away(each)
            self._prepare(order.lab)
            if not os.fork():
                self._be(order, asks, listening)
        finally:
            for each in listening:
                each.close()

    def _prepare(self, lab: str) -> None:
        """Go through the lab once with a seed of -1, which no submission has."""
        if lab in self._others or lab not in catalogue.ids():
            return
        from simulator.drill import Drill
        from simulator.grading.judge import judge
        from simulator.grading.marks import names
        from simulator.grading.play import apply
        from simulator.grading.verify import REFERENCE

        drill = Drill(catalogue.load(lab), -1, self._classroom.gateway)
        self._others[lab] = frozenset(names(drill.facts))
        with suppress(DrillError, ClientError):
            judge(drill)
            apply(drill, REFERENCE)
            judge(drill)
        drill.close()
        del drill
        self._settle()

    @staticmethod
    def _settle() -> None:
        """What is there now stays for good: no search for garbage need look at it again."""
        gc.collect()
        gc.freeze()

    def _be(self, order: Order, asks: socket.socket, listening: list[socket.socket]) -> None:
        try:
            processors.keep_to(order.processors)
            self._door.close()
            self._lifeline.close()
            seats = Seats(order.room, self._classroom, self._others.get(order.lab, frozenset()))
            gc.set_threshold(*_SELDOM)
            gc.enable()
            attend(seats, Channel(asks), listening, order.address)
        except BaseException:
            _log.exception("An account's process failed")
        finally:
            os._exit(0)


def attend(seats: Seats, instructor: Channel, listening: list[socket.socket], address: str) -> None:
    """Serve an account until its instructor leaves. `listening`: the simulated AWS and control."""
    aws, control = listening
    apps: dict[socket.socket, Application] = {
        aws: refusing(seats.classroom.gateway),
        control: RunControl(seats, f"http://{address}"),
    }
    refusals = {aws: refused_aws(seats), control: refused_control(seats)}
    for each, app in apps.items():
        server = listen_on(seats.steady.paced(app, refusals[each]), each, **_SETTINGS)
        threading.Thread(target=server.run, daemon=True).start()
    instructor.send({"ready": os.getpid()})
    with suppress(Closed):
        while True:
            asked = instructor.receive()
            instructor.send(_answer(seats, str(asked.pop("verb", "")), asked))


def _answer(seats: Seats, verb: str, asked: Mapping[str, Any]) -> dict[str, Any]:
    if verb not in _VERBS:
        return {"error": "DrillError", "message": f"There is nothing to {verb}."}
    try:
        told: dict[str, Any] = getattr(seats, verb)(**asked)
    except DrillError as error:
        return {"error": type(error).__name__, "message": str(error)}
    except Exception as error:
        _log.exception("%s failed", verb)
        return {"error": "Exception", "message": f"{type(error).__name__}: {error}"}
    return {"told": told}


def _bury(pid: int) -> None:
    """Have the account before this one gone: nobody else answers at its sockets then."""
    if pid > 0:
        with suppress(ChildProcessError):
            if not os.waitpid(pid, os.WNOHANG)[0]:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)


def _turn_away(listening: socket.socket) -> None:
    """Close what has connected already: it was meant for the account before."""
    listening.setblocking(False)
    with suppress(BlockingIOError):
        while True:
            listening.accept()[0].close()


def main(door: int, lifeline: int, folder: str) -> None:
    """The first two are file descriptors of sockets; `folder` is removed in the end."""
    alive = socket.socket(fileno=lifeline)
    try:
        hall = Hall(socket.socket(fileno=door), alive)
        with suppress(BrokenPipeError):
            alive.sendall(b"\n")
        hall.serve()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
