"""Who may start which lab: by their own token, by the simulator's, or as the instructor."""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from simulator.errors import DrillError, NotYourTurn
from simulator.roster import Roster


@dataclass(frozen=True, slots=True)
class Place:
    """Whose seat it is, and the seed that the roster has for it, if it has one."""

    learner: str
    seed: int | None = None


@dataclass(frozen=True, slots=True)
class Admission:
    """The tokens of one simulator.

    `start` is what learners' kernels may hold: DRILL_TOKEN. Without a roster it starts any
    learner's lab; with one it starts that of a member whose token comes with it, and a lab that is
    nobody's where there are `guests`. `instructor` starts any and opens the board; no kernel holds it.

    Raises:
        DrillError: the two are the same.
    """

    start: str
    instructor: str
    roster: Roster | None = None
    guests: bool = False

    def __post_init__(self) -> None:
        if not self.start or not self.instructor or self.start == self.instructor:
            raise DrillError(
                "DRILL_INSTRUCTOR_TOKEN must be another token than DRILL_TOKEN: learners' notebooks "
                "hold that one."
            )

    def is_instructor(self, token: str) -> bool:
        return _same(token, self.instructor)

    def admit(self, token: str, learner: str) -> Place:
        """The place of whoever shows `token` and says to be `learner`: a name, or another token.

        Raises:
            NotYourTurn: the token starts no lab, or not that learner's.
        """
        if self.is_instructor(token):
            return self._named(learner)
        if self.roster is not None:
            return self._member(self.roster, token, learner)
        if _same(token, self.start):
            return Place(learner)
        raise NotYourTurn(
            "This token doesn't start labs here: DRILL_TOKEN must be the one that the simulator was "
            "started with or printed."
        )

    def _named(self, learner: str) -> Place:
        roster = self.roster or Roster()
        member = roster.of_token(learner) or roster.of_learner(learner)
        return Place(learner) if member is None else Place(member.learner, member.seed)

    def _member(self, roster: Roster, token: str, learner: str) -> Place:
        own = roster.of_token(token)
        if own is None and _same(token, self.start):
            if not learner and self.guests:
                return Place("")
            token, own = learner, roster.of_token(learner)
        if own is None:
            raise NotYourTurn(
                "No learner of this class has the token that came with this. Open the notebook that "
                "your instructor gave you, whose metadata hold your token, or set DRILL_LEARNER to it."
            )
        if learner not in {"", own.token, own.learner}:
            raise NotYourTurn(
                f"This token is {own.learner}'s, and starts no lab of anybody else: leave the learner "
                "out, or give your own token."
            )
        return Place(own.learner, own.seed)


def _same(given: str, wanted: str) -> bool:
    return hmac.compare_digest(given.encode(), wanted.encode())
