"""How a response stands: what the checks say, what was out, when each phase was done."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from simulator.grading import milestones
from simulator.grading.judge import judge, judgement
from simulator.grading.score import Outages, Score, of_phase, score
from simulator.grading.verdict import Judgement, Verdict
from simulator.scenario import Phase

if TYPE_CHECKING:
    from simulator.drill import Drill


@dataclass(frozen=True, slots=True)
class Standing:
    """A response at one moment, `at` on the account's clock, as some checks found it."""

    at: datetime
    judgements: tuple[Judgement, ...]
    outages: Outages
    reached: Mapping[Phase, datetime]


def stand(drill: Drill, phase: Phase | None = None) -> Standing:
    """Judge the account as it is now, by every check or by those of one phase.

    It changes nothing: `reached` is for the caller to keep.
    """
    judgements = tuple(judge(drill, phase))
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


def holding(drill: Drill, standing: Standing) -> list[str]:
    """The checks that hold: as this standing found them, and else as the last one that asked did."""
    found = {each.name: each.verdict is Verdict.PASSED for each in standing.judgements}
    before = drill.checked.passed if drill.checked else ()
    names = (each.name for each in drill.play.checks)
    return [name for name in names if found.get(name, name in before)]


def worth(drill: Drill, standing: Standing, held: Collection[str]) -> int:
    """The score when of all checks those in `held` hold."""
    judgements = tuple(
        judgement(each, Verdict.PASSED if each.name in held else Verdict.FAILED)
        for each in drill.play.checks
    )
    return tally(drill, replace(standing, judgements=judgements)).points


def times(drill: Drill, standing: Standing, phase: Phase | None = None) -> dict[str, Any]:
    """Seconds on the account's clock from the learner's arrival until each phase was done, or None.

    `attack` is how old the attack was then, once the learner has found out what happened.
    """
    verdicts: dict[Phase, set[Verdict]] = {}
    for each in standing.judgements:
        verdicts.setdefault(each.phase, set()).add(each.verdict)
    told: dict[str, Any] = {}
    if phase is None and verdicts.get(Phase.DETECT, set()) <= {Verdict.PASSED}:
        told["attack"] = (drill.started - drill.began["detonate"]).total_seconds()
    done = standing.reached
    for one in milestones.TOLD:
        if one in verdicts and phase in {None, one}:
            took = (done[one] - drill.started).total_seconds() if one in done else None
            told[str(one)] = None if took is None else max(0.0, took)
    return told


def _changed(drill: Drill) -> datetime:
    """When the learner last changed something: by a call, a submission, a setting."""
    since = drill.account.records[drill.first_record :]
    called = milestones.last_change(since, drill.learner.access_key_id)
    moments = [drill.started, *(at for at, _, _ in drill.deeds)]
    return max(moments if called is None else [*moments, called])
