"""The grader's own test: every fix lands exactly where it says."""

from __future__ import annotations

import gc
import multiprocessing
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

from simulator import catalogue
from simulator.catalogue import Play
from simulator.drill import Drill, Progress
from simulator.gateway.app import Gateway
from simulator.grading.judge import judge
from simulator.grading.play import apply
from simulator.grading.verdict import Judgement, Verdict
from simulator.scenario import Fix

REFERENCE = "reference"


MANY = 10
"""So many seeds should show every course of a scenario."""


@dataclass(frozen=True, slots=True)
class Verified:
    """What came of one seed. `surprises` are sentences; `fixes` are those that it has a use for."""

    scenario: str
    seed: int
    fixes: tuple[str, ...]
    surprises: tuple[str, ...]


def verify(play: Play, seed: int, *, progress: Progress | None = None) -> list[str]:
    """What is not as it should be, a sentence each; empty where all is well.

    The reference fix passes every check, the untouched account none, and a wrong fix fails
    exactly the checks it names, each with the sentence it names.
    """
    return list(verified(play, seed, progress=progress).surprises)


def verified(play: Play, seed: int, *, progress: Progress | None = None) -> Verified:
    """Every fix on one seed, tried on the same drill."""
    used = []
    with _kept():
        drill = Drill(play, seed, Gateway(), progress)
        try:
            surprises = [f"untouched: {said}" for said in _untouched(judge(drill))]
            if REFERENCE not in play.fixes:
                surprises.append("there is no reference fix in fixes.py")
            for fix in play.fixes.values():
                if fix.when and not drill.facts.get(fix.when):
                    continue
                used.append(fix.name)
                with drill.fresh():
                    apply(drill, fix.name)
                    surprises += [f"{fix.name}: {said}" for said in _landed(fix, judge(drill))]
        finally:
            drill.close()
    return Verified(play.id, seed, tuple(used), tuple(surprises))


def verify_all(scenarios: Sequence[str], seeds: int, jobs: int) -> Iterator[Verified]:
    """Seeds 0 to `seeds` - 1 of each scenario in `jobs` processes, in the order of both."""
    rounds = [(name, seed) for name in scenarios for seed in range(seeds)]
    if min(jobs, len(rounds)) == 1:
        yield from map(_round, rounds)
        return
    fresh = multiprocessing.get_context("spawn")  # a fork would copy half of a thread's work
    with ProcessPoolExecutor(min(jobs, len(rounds)), mp_context=fresh) as pool:
        yield from pool.map(_round, rounds)


def unused(play: Play, tried: Sequence[Verified]) -> list[str]:
    """The fixes that no seed has a use for, when there were many."""
    if len(tried) < MANY:
        return []
    used = {name for each in tried for name in each.fixes}
    return [
        f"{fix.name}: none of {len(tried)} seeds has {fix.when!r}"
        for fix in play.fixes.values()
        if fix.name not in used
    ]


def _round(which: tuple[str, int]) -> Verified:
    scenario, seed = which
    return verified(catalogue.load(scenario), seed)


@contextmanager
def _kept() -> Iterator[None]:
    """Nothing is searched for garbage inside the block: little is made that needs it."""
    on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if on:
            gc.enable()


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
