"""The grader's own test: every fix lands exactly where it says."""

from __future__ import annotations

from collections.abc import Iterable

from simulator.catalogue import Play
from simulator.drill import Drill, Progress
from simulator.gateway.app import Gateway
from simulator.grading.judge import judge
from simulator.grading.play import apply
from simulator.grading.verdict import Judgement, Verdict
from simulator.scenario import Fix

REFERENCE = "reference"


def verify(play: Play, seed: int, *, progress: Progress | None = None) -> list[str]:
    """What is not as it should be, a sentence each; empty where all is well.

    The reference fix passes every check, the untouched account none, and a wrong fix fails
    exactly the checks it names, each with the sentence it names.
    """
    drill = Drill(play, seed, Gateway(), progress)
    try:
        surprises = [f"untouched: {said}" for said in _untouched(judge(drill))]
        if REFERENCE not in play.fixes:
            surprises.append("there is no reference fix in fixes.py")
        for fix in play.fixes.values():
            if fix.when and not drill.facts.get(fix.when):
                continue
            with drill.fresh():
                apply(drill, fix.name)
                surprises += [f"{fix.name}: {said}" for said in _landed(fix, judge(drill))]
    finally:
        drill.close()
    return surprises


def _untouched(judgements: Iterable[Judgement]) -> list[str]:
    return [
        f"{each.name} is {each.verdict} ({each.reason})"
        for each in judgements
        if each.verdict not in {Verdict.FAILED, Verdict.NOT_ATTEMPTED}
    ]


def _landed(fix: Fix, judgements: Iterable[Judgement]) -> list[str]:
    judged = {each.name: each for each in judgements}
    said = [
        f"it names the check {name!r}, which doesn't exist"
        for name in fix.fails
        if name not in judged
    ]
    for each in judged.values():
        wanted = fix.fails.get(each.name)
        if each.verdict is Verdict.ERROR:
            said.append(f"{each.name} broke: {each.reason}")
        elif wanted is None and each.verdict is Verdict.FAILED:
            said.append(f"{each.name} fails and should not: {each.reason}")
        elif wanted is None and each.verdict is Verdict.NOT_ATTEMPTED and not _follows(each, fix):
            said.append(f"{each.name} is not attempted: {each.reason}")
        elif wanted is not None and each.verdict is not Verdict.FAILED:
            said.append(f"{each.name} should fail and is {each.verdict}")
        elif wanted is not None and wanted not in each.reason:
            said.append(f"{each.name} fails with {each.reason!r}, not with {wanted!r}")
    return said


def _follows(judgement: Judgement, fix: Fix) -> bool:
    """Not judged because it needs a check that failed as it should."""
    return bool(fix.fails) and judgement.reason.startswith("Judged once this holds")
