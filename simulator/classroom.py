"""All drills of one simulator process, each behind its learner's token."""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from simulator import catalogue, recovery
from simulator.account.clock import machine_time, real_now
from simulator.detections.exercise import Unseen
from simulator.drill import Drill, Progress
from simulator.errors import DrillError, NotYourTurn
from simulator.gateway.app import Gateway
from simulator.journal import Beginning, Journal
from simulator.journals import Journals
from simulator.report.reach import reach
from simulator.roster import SEEDS, Member, Roster, seed_of

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Seat:
    """A learner's place: one scenario, started once and kept. `began` is the machine's time."""

    token: str
    scenario_id: str
    drill: Drill
    learner: str = ""
    began: datetime = field(default_factory=real_now)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def keep(self, verb: str, arguments: Mapping[str, Any], do: Callable[[], Any]) -> Any:
        """`do`, as one moment in which nothing else happens in the account, and write it down."""
        world = self.drill.world
        with self.drill.gateway.turn(world), machine_time(real_now()) as at:
            self.drill.keep_up()
            answer = do()
            world.asked = at
            if world.journal is not None:
                world.journal.keep_verb(at, verb, arguments)
            return answer


class Classroom:
    """Drills by learner and scenario, served by one gateway.

    Without a `seed` for all, a drill's follows from its learner, as on a machine of their own
    (`roster.seed_of`), and without a learner every drill draws its own. With `journals`, the labs
    that are written down there go on where they were. `roster` is who takes part, if that is known.
    """

    def __init__(
        self,
        seed: int | None = None,
        journals: Journals | None = None,
        roster: Roster | None = None,
    ) -> None:
        self.gateway, self.unseen = Gateway(), Unseen()
        self.seed, self.journals, self.roster = seed, journals, roster
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
                drill, at = self._begin(play, learner, token, self._seed(seed, learner), progress)
                self._admit(Seat(token, scenario_id, drill, learner, at))
            return self._places[learner, scenario_id]

    def seats(self) -> list[Seat]:
        """Every seat that is taken, the first taken first."""
        return list(self._seats.values())

    def member(self, named: str) -> Member | None:
        """Whom the roster knows by this token or name."""
        if self.roster is None:
            return None
        return self.roster.of_token(named) or self.roster.of_learner(named)

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
            journal = before.world.journal
            kept_as = seat.learner if journal is None else journal.beginning.learner
            seat.drill, seat.began = self._begin(before.play, kept_as, seat.token, before.seed)
            if journal is not None:
                journal.close()
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
    ) -> tuple[Drill, datetime]:
        with machine_time(real_now()) as at:
            drill = Drill(play, seed, self.gateway, progress)
            drill.exposed = reach(drill)
        if self.journals is not None:
            made_by, when = recovery.made_by(play), at.isoformat()
            secret = drill.world.secret
            drill.world.journal = self.journals.begin(
                Beginning(play.id, learner, seed, token, secret, when, made_by)
            )
        return drill, at

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
        began = datetime.fromisoformat(beginning.at)
        learner = self._known_as(beginning.learner, beginning.seed)
        self._admit(Seat(beginning.token, play.id, drill, learner, began))

    def _ask(self, drill: Drill, verb: str, arguments: Mapping[str, Any]) -> object:
        from simulator.desk import Desk

        return getattr(Desk(self, Seat("", drill.play.id, drill)), verb)(**arguments)

    def _admit(self, seat: Seat) -> None:
        self._places[seat.learner, seat.scenario_id] = self._seats[seat.token] = seat

    def _known_as(self, learner: str, seed: int) -> str:
        """The name in the roster of whom a journal calls by their token, as it does without one."""
        member = self.member(learner)
        if member is None:
            return learner
        if member.seed != seed:
            _log.warning("%s goes on with seed %d, not the roster's", member.learner, seed)
        return member.learner

    def _seed(self, wanted: int | None, learner: str = "") -> int:
        if wanted is not None:
            return wanted
        if self.seed is not None:
            return self.seed
        return seed_of(learner) if learner else secrets.randbelow(SEEDS)
