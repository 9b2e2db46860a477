"""Time in an account that is graded: it goes by what is asked, not by how fast this machine is."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from simulator.account.clock import machine_time
from simulator.gateway.sigv4 import LEAD

STEP = timedelta(seconds=0.1)
"""So much time passes with each request from outside."""
_LOOKS = frozenset({"/lab/check", "/lab/report"})
"""What is asked there changes nothing in the account: see `Control`."""
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Steady:
    """What stands for the machine's clock, and one turn at a time for those who ask.

    In front of a WSGI application (`paced`) every request is of one moment, 0.1 s after the one
    before; but who looks at the account again and again sees one moment of it, which is judged once,
    and the time of all the looks has passed at the next request. A signature is dated by its maker's
    clock, which is this machine's: the gateway is told how far that one leads, and judges its age by
    it.
    """

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._now = datetime.now(UTC)
        self._looking, self._owed = False, timedelta()

    def begin(self, at: datetime) -> None:
        """Stand at `at`, aware UTC."""
        self._now = at
        self._looking, self._owed = False, timedelta()

    @contextmanager
    def moment(self, patience: float = -1) -> Iterator[datetime]:
        """The present moment, in which nothing else happens.

        Raises:
            TimeoutError: what is being answered isn't after `patience` seconds (-1: any number).
        """
        if not self._turn.acquire(timeout=patience):
            raise TimeoutError("Another request is being answered all the time.")
        try:
            with machine_time(self._now) as now:
                yield now
        finally:
            self._turn.release()

    def paced(self, app: Application, refusal: Callable[[], Application | None]) -> Application:
        """`app`, a moment for each request. `refusal` answers instead while nobody is let in."""

        def respond(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
            with self.moment():
                if (refused := refusal()) is not None:
                    return refused(environ, start_response)
                self._step(_looks(environ))
                with machine_time(self._now):
                    lead = datetime.now(UTC) - self._now
                    return app({**environ, LEAD: lead}, start_response)

        return respond

    def _step(self, looks: bool) -> None:
        """Go on to the next request. `_now` stays as it is as long as looks follow one another."""
        if looks and self._looking:
            self._owed += STEP
        else:
            self._now, self._owed = self._now + self._owed + STEP, timedelta()
        self._looking = looks


def _looks(environ: dict[str, Any]) -> bool:
    """Whether a request only looks. On the port of AWS a path may be the same, but not what is signed."""
    bearer = environ.get("HTTP_AUTHORIZATION", "").startswith("Bearer ")
    return bearer and environ.get("PATH_INFO") in _LOOKS
