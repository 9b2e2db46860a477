"""Every check of a scenario, judged on the account as it is now."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from simulator.casting import cast
from simulator.drill import Drill
from simulator.grading.replay import Replay, replay
from simulator.grading.verdict import Judgement, NotAttempted, Verdict
from simulator.scenario import Check, Phase

log = logging.getLogger(__name__)


class Submitted:
    """What the learner submitted; asking for something that is missing ends the check."""

    def __init__(self, answers: Mapping[str, Any]) -> None:
        self._answers = answers

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        if not self._answers.get(name):
            raise NotAttempted(f"Nothing was submitted as {name!r} yet: lab.submit({name}=…).")
        return self._answers[name]


def judge(drill: Drill, phase: Phase | None = None) -> list[Judgement]:
    """The judgement of every check, or of one phase's (with what those need).

    Nobody's journal tells of what a check looked at: what is done later must not follow from it.
    """
    known = _vocabulary(drill)
    judged: dict[str, Judgement] = {}
    before = len(drill.journal)
    for check in _wanted(drill.play.checks, phase):
        judged[check.name] = _judge(check, judged, known)
    del drill.journal[before:]
    return [each for each in judged.values() if phase is None or each.phase is phase]


def _wanted(checks: Sequence[Check], phase: Phase | None) -> list[Check]:
    """Those of a phase and, before them, those they need; every one for None."""
    needed: set[str] = set()
    found = []
    for check in reversed(checks):
        if phase in {None, check.phase} or check.name in needed:
            needed.update(check.needs)
            found.append(check)
    return found[::-1]


def _vocabulary(drill: Drill) -> dict[str, Any]:
    replays: dict[Callable[..., Any], Replay] = {}

    def again(act: Callable[..., Any]) -> Replay:
        if act not in replays:
            replays[act] = replay(drill, act)
        return replays[act]

    def open_ways(*names: str) -> dict[str, str]:
        """What each way of the adversary's gets through when it is tried now, if anything."""
        tried = {
            way.holds: again(way.act).allowed
            for way in drill.adversary.has()
            if not names or way.name in names
        }
        return {holds: allowed for holds, allowed in tried.items() if allowed}

    return {
        **drill.cast(),
        "open_ways": open_ways,
        "replay": again,
        "denied": lambda act: again(act).denied,
        "works": lambda act: again(act).worked,
        "submitted": Submitted(drill.submission),
        "auditor": drill.auditor(),
        "records": drill.account.records,
        "first_record": drill.first_record,
        "learner": drill.learner,
        "thieves": drill.hostile_addresses(),
    }


def _judge(check: Check, judged: Mapping[str, Judgement], known: Mapping[str, Any]) -> Judgement:
    for name in check.needs:
        if judged[name].verdict is not Verdict.PASSED:
            reason = f"Judged once this holds: {judged[name].claim}"
            return judgement(check, Verdict.NOT_ATTEMPTED, reason)
    try:
        cast(check.judge, known)
    except NotAttempted as error:
        return judgement(check, Verdict.NOT_ATTEMPTED, str(error))
    except AssertionError as error:
        return judgement(check, Verdict.FAILED, str(error))
    except Exception as error:
        log.exception("The check %s broke", check.name)
        reason = f"The grader broke here, not you: {error!r}. Please report it."
        return judgement(check, Verdict.ERROR, reason)
    return judgement(check, Verdict.PASSED)


def judgement(check: Check, verdict: Verdict, reason: str = "") -> Judgement:
    """What is said of a check."""
    return Judgement(check.name, check.phase, check.claim, verdict, check.points, reason)
