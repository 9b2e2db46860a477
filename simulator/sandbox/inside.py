"""What a forked child does once it is shut in: it becomes a Jupyter kernel."""

from __future__ import annotations

import json
import os
import random
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

from simulator.sandbox import aws_resident
from simulator.sandbox.isolation import HOME, USER
from simulator.sandbox.kernel import PORTS

_KEPT = ("PATH", "LANG", "PYTHONPATH", "PYTHONHASHSEED", "PYTHONDONTWRITEBYTECODE")
_SEED = 0
_STANDARD = 3


def run(given: Sequence[int], home: str) -> NoReturn:
    """Be the kernel that the descriptors `given` are for: its sockets, and a pipe that tells."""
    try:
        *listening, told = _keep_alone(given)
        if home == HOME:
            aws_resident.beside()
        with os.fdopen(told) as pipe:
            asked = json.load(pipe)
        kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
        own = {"HOME": home, "TMPDIR": _temporary(home), "USER": USER, "LOGNAME": USER}
        os.environ.clear()
        os.environ.update({**kept, **asked["environ"], **own})
        _draw_anew()
        _bind_to(asked["connection"], dict(zip(PORTS, listening, strict=True)))
        _kernel(asked["connection"], home)
        os._exit(0)
    finally:
        os._exit(1)


def _temporary(home: str) -> str:
    if home == HOME and os.access("/tmp", os.W_OK):
        return "/tmp"
    os.mkdir(f"{home}/tmp")
    return f"{home}/tmp"


def _keep_alone(given: Sequence[int]) -> list[int]:
    """Close every other descriptor; the first three are read from and written to in vain."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in range(_STANDARD):
        os.dup2(nothing, standard)
    above = max(given) + 1
    moved = [os.dup2(each, above + place, False) for place, each in enumerate(given)]
    os.closerange(_STANDARD, above)
    os.closerange(above + len(given), os.sysconf("SC_OPEN_MAX"))
    return moved


def _draw_anew() -> None:
    """Every kernel draws the same numbers, wherever its parent's generators stood."""
    random.seed(_SEED)
    with suppress(ImportError):
        import_module("numpy.random").seed(_SEED)


def _bind_to(connection: Mapping[str, Any], sockets: Mapping[str, int]) -> None:
    """Let ZMQ take the sockets that were handed in where ipykernel asks it to make them.

    Source: zmq_setsockopt(3), ZMQ_USE_FD.
    """
    import zmq

    given = {
        f"ipc://{connection['ip']}-{connection[name]}": number for name, number in sockets.items()
    }
    bind = zmq.Socket.bind

    def handed(self: zmq.Socket[Any], address: str) -> Any:
        if address in given:
            self.setsockopt(zmq.USE_FD, given.pop(address))
        return bind(self, address)

    zmq.Socket.bind = handed  # type: ignore[method-assign, assignment]


def _kernel(connection: Mapping[str, Any], home: str) -> None:
    from ipykernel.kernelapp import IPKernelApp

    runtime = Path(home, ".local/share/jupyter/runtime")
    runtime.mkdir(parents=True)
    file = runtime / "kernel.json"
    file.write_text(json.dumps(dict(connection)))
    sys.argv = ["ipykernel_launcher", "-f", str(file)]
    sys.path[0] = ""
    IPKernelApp.launch_instance(argv=["-f", str(file), "--HistoryManager.hist_file=:memory:"])
