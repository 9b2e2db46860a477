"""The warm parent: `python -m simulator.sandbox.parent ABOUT`, started by sandbox.py in bubblewrap.

It imports what kernels need, opens the sandbox's TCP ports, tries out whether it can shut a process
in, says so, and forks a kernel whenever it is asked for one.
"""

from __future__ import annotations

import json
import os
import socket
import sys
from dataclasses import dataclass

from simulator.sandbox import birth
from simulator.sandbox.isolation import Someone
from simulator.sandbox.wire import Wire


@dataclass(frozen=True, slots=True)
class About:
    """What the sandbox tells its warm parent.

    `asked` and `lifeline` are descriptors: of the socket where kernels are asked for, and of the
    one that is answered once, whose end is the sandbox's. `someone` is the first of the users that
    kernels are, or None where they are not shut in.
    """

    asked: int
    lifeline: int
    ports: int
    someone: Someone | None


def main(told: str) -> None:
    """Get warm, say so, and serve."""
    from simulator.sandbox.nursery import Nursery

    given = json.loads(told)
    someone = Someone(**given["someone"]) if given["someone"] else None
    birth.prepare()
    listeners = [_listener() for _ in range(given["ports"])]
    problem = birth.rehearse(someone)
    lifeline = socket.socket(fileno=given["lifeline"])
    ready = {"ready": not problem, "problem": problem}
    Wire(lifeline).send(ready, tuple(each.fileno() for each in listeners))
    for each in listeners:
        each.close()
    _say_no_more()
    if not problem:
        Nursery(socket.socket(fileno=given["asked"]), lifeline, someone).serve()


def _listener() -> socket.socket:
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    made.bind(("127.0.0.1", 0))
    made.listen(1024)
    return made


def _say_no_more() -> None:
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in range(3):
        os.dup2(nothing, standard)
    os.close(nothing)


if __name__ == "__main__":
    main(sys.argv[1])
