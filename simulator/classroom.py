"""All drills of one simulator process, each behind its learner's token."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from simulator import catalogue
from simulator.drill import Drill, Progress
from simulator.errors import NotYourTurn
from simulator.gateway.app import Gateway


@dataclass(slots=True)
class Seat:
    """A learner's place: one scenario, started once and kept."""

    token: str
    scenario_id: str
    drill: Drill
    lock: threading.Lock = field(default_factory=threading.Lock)


class Classroom:
    """Drills by learner and scenario, served by one gateway.

    `seed` is None where every drill draws its own.
    """

    def __init__(self, seed: int | None = None) -> None:
        self.gateway = Gateway()
        self.seed = seed
        self._seats: dict[str, Seat] = {}
        self._places: dict[tuple[str, str], Seat] = {}
        self._lock = threading.Lock()

    def start(
        self,
        scenario_id: str,
        learner: str = "",
        *,
        seed: int | None = None,
        progress: Progress | None = None,
    ) -> Seat:
        """The learner's drill of a scenario: the one under way, or a new one."""
        play = catalogue.load(scenario_id)
        with self._lock:
            if (learner, scenario_id) not in self._places:
                drill = Drill(play, self._seed(seed), self.gateway, progress)
                seat = Seat(secrets.token_urlsafe(24), scenario_id, drill)
                self._places[learner, scenario_id] = self._seats[seat.token] = seat
            return self._places[learner, scenario_id]

    def seat(self, token: str) -> Seat:
        """The seat a token opens.

        Raises:
            NotYourTurn: the token opens none.
        """
        if token not in self._seats:
            raise NotYourTurn("This token opens no lab here. Make a new Lab(…) to start one.")
        return self._seats[token]

    def reset(self, seat: Seat, prepare: Callable[[Drill], None] = Drill.close) -> Drill:
        """The same drill again from its beginning."""
        with self._lock:
            before = seat.drill
            prepare(before)
            seat.drill = Drill(before.play, before.seed, self.gateway)
            return seat.drill

    def _seed(self, wanted: int | None) -> int:
        if wanted is not None:
            return wanted
        return self.seed if self.seed is not None else secrets.randbelow(2**31)
