"""A submission's kernel as nbval sees it, with bounds on what is taken in from it.

nbval waits for a cell's reply and then reads what the cell printed, however much that is. Here
both are taken in as they come, so that output is bounded, and the end of a kernel is noticed.
"""

from __future__ import annotations

import json
import signal
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import asdict
from queue import Empty
from typing import Any

import zmq
from jupyter_client.client import KernelClient
from jupyter_client.manager import KernelManager
from nbval.kernel import RunningKernel

from simulator.grading.job import MIB, Limits
from simulator.sandbox.kernelspec import NAME
from simulator.sandbox.provisioner import DrillProvisioner

_LOOK = 0.1
"""Seconds between two looks whether the kernel is there."""
_GRACE = 10.0
"""Seconds that an interrupted cell has for its last words."""
_QUEUE = 64
"""Messages that wait in a socket; those of a kernel that sends more, faster, are lost."""
_MALFORMED = (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError)


class KernelEnded(Exception):
    """The kernel ended, or was ended; why, is said in a sentence."""


class BoundedKernel(RunningKernel):  # type: ignore[misc]
    """A kernel of the sandbox at $DRILL_SANDBOX. It is ended when its cells print too much.

    `ended` says why there is no kernel any more, in a sentence, and is empty as long as there is.
    `late` tells that it was for its time; `memory` is the most that it used, known at the end.

    Raises:
        KernelEnded: it didn't start.
    """

    def __init__(self, environ: Mapping[str, str], limits: Limits, startup: float = 60.0) -> None:
        self.ended, self.late, self.memory = "", False, 0
        self._limits, self._taken, self._until = limits, 0, float("inf")
        self._too_much = f"Its cells printed more than {limits.output / MIB:g} MiB."
        self._asked = self._leaving = ""
        self._kept: dict[str, deque[dict[str, Any]]] = {"shell": deque(), "iopub": deque()}
        self.km = KernelManager(kernel_name=NAME)
        self.km.start_kernel(env={**environ, "DRILL_LIMITS": json.dumps(asdict(limits))})
        provisioner = self.km.provisioner
        assert isinstance(provisioner, DrillProvisioner)
        assert provisioner.process is not None
        self._process = provisioner.process
        self._context = zmq.Context()
        self._sockets = self._connect()
        self._poller = zmq.Poller()
        self._lost = [
            each.get_monitor_socket(zmq.EVENT_DISCONNECTED) for each in self._sockets.values()
        ]
        for each in (*self._sockets.values(), *self._lost):
            self._poller.register(each, zmq.POLLIN)
        self._await_ready(startup)

    def get_message(self, stream: str, timeout: float | None = None) -> dict[str, Any]:
        """The next message of a stream that answers what was asked last.

        Raises:
            Empty: none came in time.
            KernelEnded: none will come.
        """
        until = self._until
        if timeout is not None:
            until = min(until, time.monotonic() + timeout)
        while not self._kept[stream]:
            if self.ended:
                raise KernelEnded(self.ended)
            left = until - time.monotonic()
            if left <= 0:
                raise Empty
            there = self.is_alive()
            if not self._take_in(min(left, _LOOK)) and not there:
                self.gone()
        return self._kept[stream].popleft()

    def execute_cell_input(self, cell_input: str, allow_stdin: bool | None = None) -> str:
        """Ask for a cell to be run, and return the request's id."""
        self._until = time.monotonic() + self._limits.cell_seconds + _GRACE
        return self._send(
            "execute_request",
            {
                "code": cell_input,
                "silent": False,
                "store_history": False,
                "user_expressions": {},
                "allow_stdin": False,
                "stop_on_error": False,
            },
        )

    def await_reply(self, msg_id: str, timeout: float | None = None) -> None:
        """Until a cell's reply. Raises what `get_message` raises."""
        until = self._limits.cell_seconds if timeout is None else timeout
        reply = self.get_message("shell", until)
        payload = reply["content"].get("payload")
        if isinstance(payload, list) and any(
            isinstance(each, dict) and each.get("source") == "ask_exit" for each in payload
        ):
            self._leaving = "The notebook ended its kernel."

    def gone(self) -> str:
        """Why a kernel is not alive any more."""
        self._end("The kernel ended.")
        return self.ended

    def settle(self) -> str:
        """After a cell: `ended`; a kernel that was asked to leave begins no other cell."""
        if self._leaving:
            self._end(self._leaving)
        return self.ended

    def is_alive(self) -> bool:
        """Whether there is a kernel still."""
        return not self.ended and self._process.poll() is None

    def interrupt(self) -> None:
        self._until = time.monotonic() + _GRACE
        self._process.signal(signal.SIGINT)

    def stop(self) -> None:
        """End it because a cell can't be interrupted: what nbval does then."""
        if not self.ended:
            self.late = True
            self._end("A cell ran for too long and could not be interrupted.")

    def close(self) -> None:
        """End it at the end of its notebook."""
        self._end("The notebook is over.")
        for each in self._sockets.values():
            each.disable_monitor()
            each.close(linger=0)
        for each in self._lost:
            each.close(linger=0)
        self._context.term()

    def _end(self, why: str) -> None:
        if self.ended:
            return
        self._process.kill()
        self._process.wait(_GRACE)
        self.ended = self._process.reason or why
        self.memory = self._process.memory
        self._process.close()

    def _connect(self) -> dict[str, zmq.Socket[bytes]]:
        known = dict(self.km.get_connection_info())
        ports = {name: port for name, port in known.items() if name.endswith("_port")}
        client = KernelClient(
            session=self.km.session, transport=known["transport"], ip=known["ip"], **ports
        )
        made: dict[str, zmq.Socket[bytes]] = {}
        for stream, kind in (("shell", zmq.DEALER), ("iopub", zmq.SUB)):
            made[stream] = socket = self._context.socket(kind)
            socket.setsockopt(zmq.MAXMSGSIZE, self._limits.output + MIB)
            socket.setsockopt(zmq.RCVHWM, _QUEUE)
            socket.setsockopt(zmq.LINGER, 0)
            if kind == zmq.DEALER:
                socket.identity = self.km.session.bsession
            else:
                socket.subscribe(b"")
            socket.connect(client._make_url(stream))
        return made

    def _send(self, kind: str, content: dict[str, Any]) -> str:
        message = self.km.session.msg(kind, content)
        for kept in self._kept.values():
            kept.clear()
        self._asked = str(message["header"]["msg_id"])
        self.km.session.send(self._sockets["shell"], message)
        return self._asked

    def _take_in(self, seconds: float) -> bool:
        """Take in what is there, or comes within `seconds`; whether anything was."""
        ready = dict(self._poller.poll(round(seconds * 1000)))
        for stream, socket in self._sockets.items():
            if socket in ready:
                self._receive(stream, socket.recv_multipart())
        if not self.ended and any(each in ready for each in self._lost):
            self._cut_off()
        return bool(ready)

    def _cut_off(self) -> None:
        """A connection is closed by a kernel that ended, or here, over a message too large."""
        if self._process.wait(1.0) is None:
            self._end(self._too_much)
        for each in self._lost:
            self._poller.unregister(each)

    def _receive(self, stream: str, parts: list[bytes]) -> None:
        self._taken += sum(map(len, parts)) if stream == "iopub" else 0
        if self._taken > self._limits.output:
            self._end(self._too_much)
            return
        message = self._read(parts)
        if message is not None and message["parent_header"].get("msg_id") == self._asked:
            self._kept[stream].append(message)

    def _read(self, parts: list[bytes]) -> dict[str, Any] | None:
        """The message; None for what is none, or isn't signed as this kernel's are."""
        try:
            _, parts = self.km.session.feed_identities(parts)
            message: dict[str, Any] = self.km.session.deserialize(parts)
        except _MALFORMED:
            return None
        shaped = isinstance(message["msg_type"], str) and isinstance(message["content"], dict)
        return message if shaped and isinstance(message["parent_header"], dict) else None

    def _await_ready(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            asked = self._send("kernel_info_request", {})
            try:
                self.await_reply(asked, until - time.monotonic())
                self.await_idle(asked, 0.25)
            except Empty:
                continue
            return
        self._end(f"The kernel did not answer within {seconds:.0f} s.")
        raise KernelEnded(self.ended)
