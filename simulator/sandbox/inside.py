"""What a forked child does once it is shut in: it becomes a Jupyter kernel."""

from __future__ import annotations

import json
import os
import random
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

from simulator.sandbox.isolation import HOME
from simulator.sandbox.kernel import PORTS

_KEPT = ("PATH", "LANG", "PYTHONPATH", "PYTHONHASHSEED", "PYTHONDONTWRITEBYTECODE")
_SEED = 0


def run(
    connection: Mapping[str, Any], environ: Mapping[str, str], listening: Sequence[int], home: str
) -> NoReturn:
    """Be the kernel of `connection`, whose sockets are the descriptors `listening`."""
    try:
        kept = _silence(listening)
        kept_variables = {name: os.environ[name] for name in _KEPT if name in os.environ}
        os.environ.clear()
        os.environ.update({**kept_variables, **environ, "HOME": home, "TMPDIR": _temporary(home)})
        _draw_anew()
        _bind_to(connection, kept)
        _kernel(connection, home)
        os._exit(0)
    finally:
        os._exit(1)


def _temporary(home: str) -> str:
    if home == HOME:
        return "/tmp"
    os.mkdir(f"{home}/tmp")
    return f"{home}/tmp"


def _silence(listening: Sequence[int]) -> dict[str, int]:
    """Close every descriptor but the sockets, and read and write nothing on the first three."""
    first = 3
    moved = {}
    above = max((*listening, first + len(listening)))
    for place, each in enumerate(listening):  # out of the way first: numbers may overlap
        moved[PORTS[place]] = os.dup2(each, above + 1 + place, inheritable=False)
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in range(first):
        os.dup2(nothing, standard)
    os.closerange(first, above + 1)
    os.closerange(above + 1 + len(listening), os.sysconf("SC_OPEN_MAX"))
    return moved


def _draw_anew() -> None:
    """Every kernel draws the same numbers, wherever its parent's generators stood."""
    random.seed(_SEED)
    with suppress(ImportError):
        import numpy as np

        np.random.seed(_SEED)


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
