"""A scenario from baseline to grade without a learner: a fix is applied instead."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from simulator.casting import cast
from simulator.catalogue import Play
from simulator.drill import Drill, Progress
from simulator.errors import DrillError, did_you_mean
from simulator.gateway.app import Gateway
from simulator.grading.score import Score
from simulator.grading.standing import stand, tally
from simulator.grading.verdict import Judgement
from simulator.submission import hand_in

UNTOUCHED = "none"


@dataclass(frozen=True, slots=True)
class Played:
    """The outcome of one headless drill. `seconds` is wall time, from baseline to grade."""

    id: str
    seed: int
    fix: str
    seconds: float
    judgements: tuple[Judgement, ...]
    score: Score

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "seed": self.seed,
            "fix": self.fix,
            "score": self.score.points,
            "points": self.score.possible,
            "seconds": round(self.seconds, 3),
            "checks": [judgement.as_json() for judgement in self.judgements],
        }


def play(play_: Play, fix: str, seed: int, *, progress: Progress | None = None) -> Played:
    """Set the scenario up, apply one fix, judge.

    Raises:
        DrillError: no fix of that name.
    """
    if fix != UNTOUCHED and fix not in play_.fixes:
        known = [UNTOUCHED, *play_.fixes]
        raise DrillError(
            f"{play_.id} has no fix {fix!r}; it has {', '.join(known)}.{did_you_mean(fix, known)}"
        )
    began = time.perf_counter()
    drill = Drill(play_, seed, Gateway(), progress)
    try:
        apply(drill, fix)
        standing = stand(drill)
        score = tally(drill, standing)
    finally:
        drill.close()
    return Played(play_.id, seed, fix, time.perf_counter() - began, standing.judgements, score)


def apply(drill: Drill, fix: str) -> None:
    """Play one fix as the learner would: with the learner's own credentials.

    Raises:
        DrillError: the fix is about something that the adversary didn't do on this seed.
    """
    if fix == UNTOUCHED:
        return
    when = drill.play.fixes[fix].when
    if when and not drill.facts.get(when):
        raise DrillError(
            f"On seed {drill.seed} the adversary of {drill.play.id} took another course: {fix} is "
            "about something that it didn't do. Try another seed."
        )
    known = {
        **drill.cast(),
        "responder": drill.responder(),
        "submit": _submitter(drill),
        "wait": drill.wait,
        "records": drill.account.records,
        "first_record": drill.first_record,
        "thieves": drill.hostile_addresses(),
    }
    known["perform"] = lambda measure: cast(measure, known)
    cast(drill.play.fixes[fix].apply, known)


def _submitter(drill: Drill) -> Callable[..., None]:
    def submit(**answers: Any) -> None:
        hand_in(drill, answers)

    return submit
