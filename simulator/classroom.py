"""All drills of one simulator process, each behind its learner's token."""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from simulator import catalogue, recovery
from simulator.account.clock import machine_time, real_now
from simulator.drill import Drill, Progress
from simulator.errors import DrillError, NotYourTurn
from simulator.gateway.app import Gateway
from simulator.journal import Beginning, Journal
from simulator.journals import Journals
from simulator.report.reach import reach

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Seat:
    """A learner's place: one scenario, started once and kept."""

    token: str
    scenario_id: str
    drill: Drill
    lock: threading.Lock = field(default_factory=threading.Lock)

    def keep(self, verb: str, arguments: Mapping[str, Any], do: Callable[[], Any]) -> Any:
        """`do`, as one moment in which nothing else happens in the account, and write it down."""
        world = self.drill.world
        with self.drill.gateway.turn(world), machine_time(real_now()) as at:
            self.drill.keep_up()
            answer = do()
            if world.journal is not None:
                world.journal.keep_verb(at, verb, arguments)
            return answer


class Classroom:
    """Drills by learner and scenario, served by one gateway.

    `seed` is None where every drill draws its own. With `journals`, the labs that are written down
    there go on where they were.
    """

    def __init__(self, seed: int | None = None, journals: Journals | None = None) -> None:
        self.gateway = Gateway()
        self.seed, self.journals = seed, journals
        self._seats: dict[str, Seat] = {}
        self._places: dict[tuple[str, str], Seat] = {}
        self._lock = threading.Lock()
        for journal in journals.found() if journals else ():
            self._go_on(journal)

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
                token = secrets.token_urlsafe(24)
                drill = self._begin(play, learner, token, self._seed(seed), progress)
                self._admit(Seat(token, scenario_id, drill), learner)
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
            learner = next(who for (who, _), one in self._places.items() if one is seat)
            prepare(before)
            seat.drill = self._begin(before.play, learner, seat.token, before.seed)
            if before.world.journal is not None:
                before.world.journal.close()
            return seat.drill

    def leave(self, seat: Seat) -> None:
        """Forget a seat, its drill and all that its account holds."""
        with self._lock:
            self._seats.pop(seat.token, None)
            self._places = {at: one for at, one in self._places.items() if one is not seat}
            seat.drill.close()

    def _begin(
        self,
        play: catalogue.Play,
        learner: str,
        token: str,
        seed: int,
        progress: Progress | None = None,
    ) -> Drill:
        with machine_time(real_now()) as at:
            drill = Drill(play, seed, self.gateway, progress)
            drill.exposed = reach(drill)
        if self.journals is not None:
            made_by, when = recovery.made_by(play), at.isoformat()
            secret = drill.world.secret
            drill.world.journal = self.journals.begin(
                Beginning(play.id, learner, seed, token, secret, when, made_by)
            )
        return drill

    def _go_on(self, journal: Journal) -> None:
        """Play a lab again up to where it was; one that can't be is set aside and said so."""
        assert self.journals is not None
        beginning = journal.beginning
        try:
            play = catalogue.load(beginning.scenario)
            if beginning.made_by != (now := recovery.made_by(play)):
                raise DrillError(f"it was begun with {beginning.made_by}, and this is {now}")
            drill = recovery.play_again(journal, play, self.gateway, self._ask)
        except Exception as error:
            aside = self.journals.set_aside(journal)
            _log.warning("%s begins anew: %s. Its journal is kept: %s", journal.path, error, aside)
            return
        drill.world.journal = journal
        self._admit(Seat(beginning.token, play.id, drill), beginning.learner)

    def _ask(self, drill: Drill, verb: str, arguments: Mapping[str, Any]) -> object:
        from simulator.desk import Desk

        return getattr(Desk(self, Seat("", drill.play.id, drill)), verb)(**arguments)

    def _admit(self, seat: Seat, learner: str) -> None:
        self._places[learner, seat.scenario_id] = self._seats[seat.token] = seat

    def _seed(self, wanted: int | None) -> int:
        if wanted is not None:
            return wanted
        return self.seed if self.seed is not None else secrets.randbelow(2**31)
