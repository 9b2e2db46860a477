"""How a response stands: what the checks say, what was out, when each phase was done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from simulator.grading import milestones
from simulator.grading.judge import judge
from simulator.grading.score import Outages, Score, of_phase, score
from simulator.grading.verdict import Judgement

if TYPE_CHECKING:
    from simulator.drill import Drill
    from simulator.scenario import Phase


@dataclass(frozen=True, slots=True)
class Standing:
    """A response at one moment, `at` on the account's clock."""

    at: datetime
    judgements: tuple[Judgement, ...]
    outages: Outages
    reached: Mapping[Phase, datetime]


def stand(drill: Drill) -> Standing:
    """Judge the account as it is now. It changes nothing: `reached` is for the caller to keep."""
    judgements = tuple(judge(drill))
    done = milestones.reached(drill.reached, judgements, _changed(drill))
    return Standing(drill.world.clock.now(), judgements, outages(drill), done)


def outages(drill: Drill) -> Outages:
    """What was out since the learner's arrival, up to now."""
    names = dict.fromkeys(outage.workload for outage in drill.company.outages())
    return Outages(drill.company.out(drill.world.clock.now()), tuple(names))


def tally(drill: Drill, standing: Standing, phase: Phase | None = None) -> Score:
    """The score of a standing: hints and wrong accusations count as many as there are today."""
    if phase is not None:
        own = (each for each in standing.judgements if each.phase is phase)
        return of_phase(own, drill.hints)
    return score(standing.judgements, drill.hints, standing.outages, drill.accused.values())


def times(drill: Drill, standing: Standing, phase: Phase | None = None) -> dict[str, Any]:
    """Seconds on the account's clock: the attack's age when the learner came, then by phase.

    A phase that isn't done is None.
    """
    there = {each.phase for each in standing.judgements}
    told = [one for one in milestones.TOLD if one in there and phase in {None, one}]
    done = standing.reached
    took = {
        str(one): max(0.0, (done[one] - drill.started).total_seconds()) if one in done else None
        for one in told
    }
    age = {"attack": (drill.started - drill.attacked).total_seconds()} if phase is None else {}
    return age | took


def _changed(drill: Drill) -> datetime:
    since = drill.account.records[drill.first_record :]
    called = milestones.last_change(since, drill.learner.access_key_id)
    return drill.changed if called is None else max(drill.changed, called)
