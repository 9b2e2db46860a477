"""The process: the simulated AWS on one port, the control API on the next."""

from __future__ import annotations

import gc
import json
import os
import secrets
import sys
import threading
from pathlib import Path
from typing import IO, Any

from simulator.admission import Admission
from simulator.classroom import Classroom, Seat
from simulator.control import Control
from simulator.drill import Progress
from simulator.errors import CannotServe
from simulator.journals import Journals
from simulator.listener import listen
from simulator.notebook.proxy import refusing
from simulator.port import PORT
from simulator.roster import Roster

INSTRUCTOR_TOKEN = "DRILL_INSTRUCTOR_TOKEN"


class Server:
    """Both listeners. `port` 0 takes free ones; a host other than loopback must be asked for.

    `token` and `instructor` are those of `Admission`, drawn where they are empty; `guests` too is
    told there.
    """

    def __init__(
        self,
        classroom: Classroom,
        *,
        host: str = "127.0.0.1",
        port: int = PORT,
        token: str = "",
        instructor: str = "",
        guests: bool = False,
    ) -> None:
        self.classroom, self._closed = classroom, False
        self.token = token or secrets.token_urlsafe(24)
        self.instructor = instructor or secrets.token_urlsafe(24)
        admission = Admission(self.token, self.instructor, classroom.roster, guests)
        self._aws = listen(refusing(classroom.gateway), host, port)
        shown = "127.0.0.1" if host == "0.0.0.0" else host  # noqa: S104 - compared, not bound
        shown = f"[{shown}]" if ":" in shown else shown
        self.endpoint = f"http://{shown}:{self._aws.effective_port}"
        control = Control(classroom, self.endpoint, admission)
        self._board = control.board
        try:
            self._control = listen(control, host, port + 1 if port else 0)
        except CannotServe:
            self._aws.close()
            raise
        self.control = f"http://{shown}:{self._control.effective_port}"

    def announce(self, seat: Seat | None) -> str:
        """The one line of JSON that tells a client all it needs."""
        drill = seat.drill if seat else None
        return json.dumps(
            {
                "endpoint": self.endpoint,
                "account_id": drill.account.id if drill else None,
                "region": drill.account.region if drill else None,
                "credentials": {
                    "AccessKeyId": drill.learner.access_key_id,
                    "SecretAccessKey": drill.learner.secret_access_key,
                }
                if drill
                else None,
                "control": self.control,
                "token": self.token,
            }
        )

    def invitation(self) -> str:
        """How the instructor gets to the board: for their own terminal, and for no notebook."""
        known = self.instructor == os.environ.get(INSTRUCTOR_TOKEN, "").strip()
        token = "" if known else f"{INSTRUCTOR_TOKEN}={self.instructor} "
        return (
            f"The board of the class: {self.control}/board, or, once, without the instructor's token: "
            f"{self.control}{self._board.invite()}\n"
            f"In a terminal: {token}drill watch --url {self.control}"
        )

    def run(self) -> None:
        """Serve until `close`."""
        control = threading.Thread(
            target=self._serve, args=(self._control,), name="control", daemon=True
        )
        control.start()
        self._serve(self._aws)

    def _serve(self, listener: Any) -> None:
        """Until it is closed, which may come just as it begins to wait at a socket that is gone."""
        try:
            listener.run()
        except OSError:
            if not self._closed:
                raise

    def close(self) -> None:
        self._closed = True
        self._control.close()
        self._aws.close()


def serve(
    *,
    scenario_id: str | None = None,
    host: str = "127.0.0.1",
    port: int = PORT,
    seed: int | None = None,
    progress: Progress | None = None,
    parent: IO[str] | None = None,
    journal: Path | None = None,
    roster: Roster | None = None,
) -> None:
    """Run a simulator in this process; print its announcement when it answers.

    `parent` is a stream whose end ends the server: the standard input of a child process.
    `journal` is the folder where labs are written down, and from which they go on. `roster` is who
    may start labs. How the instructor gets to the board is said on standard error, but not to a
    parent: that may be a learner's notebook.
    """
    journals = Journals(journal) if journal else None
    token, instructor = given_tokens(journals)
    classroom = Classroom(seed, journals, roster)
    server = Server(classroom, host=host, port=port, token=token, instructor=instructor)
    seat = classroom.start(scenario_id, progress=progress) if scenario_id else None
    if parent is not None:
        threading.Thread(target=_die_with, args=(parent,), daemon=True).start()
    gc.freeze()  # the service models stay for good: no collection need look at them again
    print(server.announce(seat), flush=True)
    if parent is None:
        print(server.invitation(), file=sys.stderr, flush=True)
    server.run()


def given_tokens(journals: Journals | None) -> tuple[str, str]:
    """What starts labs and what is the instructor's: the environment's, else those of the journals.

    Either is empty where nothing says it.
    """
    start = os.environ.get("DRILL_TOKEN", "").strip()
    instructor = os.environ.get(INSTRUCTOR_TOKEN, "").strip()
    if journals is not None:
        start = start or journals.token()
        instructor = instructor or journals.token("instructor")
    return start, instructor


def _die_with(parent: IO[str]) -> None:
    while parent.read(1):
        continue
    os._exit(0)
