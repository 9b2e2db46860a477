"""The simulator's side of a run: the account of a submission is begun and judged."""

from __future__ import annotations

import gc
import hmac
import secrets
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from werkzeug.wrappers import Request, Response

from simulator.admission import Admission
from simulator.classroom import Classroom, Seat
from simulator.control import Control
from simulator.desk import Desk
from simulator.errors import DrillError, NotYourTurn
from simulator.grading import footprint
from simulator.grading.marks import marks
from simulator.grading.steady import Steady

PATIENCE = 60.0
"""Seconds for which the end of a submission's last request is waited for."""


class Stuck(DrillError):
    """A request of the submission's is answered for so long that its account can't be judged."""


class Seats:
    """The seat of one submission, in a process of its own.

    `room` is how many bytes its account may make this process grow, `another` the names in
    the same lab for another seed.
    """

    def __init__(self, room: int, classroom: Classroom, another: Collection[str]) -> None:
        self.classroom = classroom
        self.steady = Steady()
        self._room, self._most = room, 0
        self._token = ""
        self._seat: Seat | None = None
        self._another = another

    def begin(self, token: str, lab: str, seed: int, at: str = "") -> dict[str, Any]:
        """Set a submission's account up. `at`: when it is then, ISO 8601; the present by default.

        Raises:
            DrillError: no such lab.
        """
        self.steady.begin(datetime.fromisoformat(at) if at else datetime.now(UTC))
        with self.steady.moment(), _uncollected():
            self._seat = self.classroom.start(lab, token, seed=seed)
        self._token = token
        self._most = footprint.own() + self._room
        return {"possible": self._seat.drill.play.points}

    def of(self, token: str) -> Seat:
        """The seat of the run that has this token.

        Raises:
            NotYourTurn: it is no run's, or the run is over.
        """
        seat = self._seat
        if seat is None or not hmac.compare_digest(token.encode(), self._token.encode()):
            raise NotYourTurn("This run is over, or was never begun.")
        return seat

    def refusal(self) -> str:
        """Why nobody may ask anything at the moment; empty where they may."""
        if self._seat is None or not self._token:
            return "This run is over."
        if footprint.own() > self._most:
            return "This account holds more than a submission may keep."
        return ""

    def verdict(self) -> dict[str, Any]:
        """The account judged as it is now. From now on the submission is not answered.

        Raises:
            NotYourTurn: nothing was begun.
            Stuck: one of its requests is still being answered.
        """
        seat = self._seat
        if seat is None:
            raise NotYourTurn("There is no account to judge.")
        self._token = ""
        try:
            with self.steady.moment(PATIENCE), _uncollected():
                told = Desk(self.classroom, seat).check()
                return {
                    "points": told["score"],
                    "possible": told["points"],
                    "lines": told["lines"],
                    "checks": told["checks"],
                    "times": told["times"],
                    "answers": dict(seat.drill.submission),
                    "marks": marks(seat.drill, self._another),
                }
        except TimeoutError as error:
            raise Stuck(
                f"A request was still being answered {PATIENCE:.0f} s after the last cell: the "
                "account can't be judged."
            ) from error


@contextmanager
def _uncollected() -> Iterator[None]:
    """Little is made inside that a search for garbage would find."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


class RunControl(Control):
    """The control API for submissions: a run's token opens its own lab, and no other."""

    def __init__(self, seats: Seats, endpoint: str) -> None:
        nobodys = Admission(secrets.token_urlsafe(24), secrets.token_urlsafe(24))
        super().__init__(seats.classroom, endpoint, nobodys)
        self._seats = seats

    def respond(self, request: Request) -> Response:
        """Nothing but labs is there for submissions."""
        if request.path.partition("/")[2].partition("/")[0] not in {"lab", "labs", "health"}:
            return Response("There is nothing here for submissions.", 404)
        return super().respond(request)

    def _start(self, request: Request) -> dict[str, Any]:
        seat = self._seats.of(request.headers.get("Authorization", "").removeprefix("Bearer "))
        wanted = request.get_json(silent=True)
        lab = wanted.get("scenario") if isinstance(wanted, dict) else None
        if lab != seat.scenario_id:
            raise NotYourTurn(
                f"This run is of the lab {seat.scenario_id}; it can't start {str(lab)[:80]!r}."
            )
        about = Desk(self._classroom, seat).about()
        return {"lab": seat.token, "endpoint": self._endpoint, **about}
