"""The process in which submissions' accounts live: started by `accounts.Accounts`, ends with it."""

from __future__ import annotations

import gc
import logging
import os
import socket
import sys
import threading
from typing import Any

from simulator.errors import DrillError
from simulator.grading.channel import Channel, Closed
from simulator.grading.refusals import refused_aws, refused_control
from simulator.grading.seats import RunControl, Seats
from simulator.grading.steady import Application
from simulator.listener import listen_on
from simulator.notebook.proxy import refusing

_log = logging.getLogger(__name__)
_SETTINGS = {"threads": 4, "max_request_body_size": 2**26 + 2**20}
_VERBS = frozenset({"begin", "verdict", "end"})


def main(channel: int, aws: int, control: int, address: str, room: int) -> None:
    """Serve until the channel closes. The first three are file descriptors of sockets."""
    instructor = Channel(socket.socket(fileno=channel))
    seats = Seats(room, _tidy)
    apps: dict[int, Application] = {
        aws: refusing(seats.classroom.gateway),
        control: RunControl(seats, f"http://{address}"),
    }
    refusals = {aws: refused_aws(seats), control: refused_control(seats)}
    for listening, app in apps.items():
        paced = seats.steady.paced(app, refusals[listening])
        server = listen_on(paced, socket.socket(fileno=listening), **_SETTINGS)
        seats.servers.append(server)
        threading.Thread(target=server.run, daemon=True).start()
    _tidy()
    instructor.send({"ready": os.getpid()})
    try:
        while True:
            asked = instructor.receive()
            instructor.send(_answer(seats, str(asked.pop("verb", "")), asked))
    except Closed:
        os._exit(0)


def _tidy() -> None:
    """What outlives an account stays for good: service models, classes. Nobody need look again."""
    gc.collect()
    gc.freeze()


def _answer(seats: Seats, verb: str, asked: dict[str, Any]) -> dict[str, Any]:
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


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4], int(sys.argv[5]))
