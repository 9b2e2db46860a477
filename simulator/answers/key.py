"""The answer key of a seed: what to find, what happened, what it is worth, what people get wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from simulator.catalogue import Play
from simulator.drill import Drill, Progress
from simulator.gateway.app import Gateway
from simulator.grading.play import apply
from simulator.grading.standing import stand, tally
from simulator.grading.verify import REFERENCE
from simulator.hints import read
from simulator.report.attacks import gathered, hostile, records_of
from simulator.report.facts import actors, stamp, taken
from simulator.report.responses import subject

_LONGEST = 100
_MOST = 12


def key(play: Play, seed: int, *, progress: Progress | None = None) -> dict[str, Any]:
    """All that an instructor needs to know of a seed, as JSON-ready data.

    The answers are those that the reference fix hands in, which is played for it. Times, and ids of
    events, follow from when a lab is begun: `before_arrival` is how many seconds before the
    learner's arrival something was, in any lab of this seed.
    """
    drill = Drill(play, seed, Gateway(), progress)
    try:
        told = {
            "id": play.id,
            "title": play.scenario.title,
            "seed": seed,
            "account_id": drill.account.id,
            "cause": drill.render(play.scenario.cause),
            **_course(drill),
            "facts": dict(_plain_facts(drill.facts)),
            "checks": _checks(drill),
            "wrong_fixes": _wrong_fixes(drill),
        }
        apply(drill, REFERENCE)
        score = tally(drill, stand(drill))
        return told | {"answers": _answers(drill), "score": score.points, "points": score.possible}
    finally:
        drill.close()


def _answers(drill: Drill) -> list[dict[str, Any]]:
    asked, given = drill.play.scenario.findings, drill.submission
    accuses = drill.play.scenario.accuses
    return [
        {
            "finding": name,
            "asked": words,
            "answer": given.get(name),
            "before_arrival": _before(drill, given.get(name)),
            "events": _events(drill, given.get(name)),
            "accuses": name in accuses,
        }
        for name, words in asked.items()
    ]


def _events(drill: Drill, answer: Any) -> list[dict[str, Any]]:
    """The events that an answer gives by their ids, which are others in a lab begun at another hour."""
    wanted = set(answer) if isinstance(answer, list) else {answer}
    return [
        {
            "id": record["eventID"],
            "name": record["eventName"],
            "what": subject(record),
            "before_arrival": _before(drill, record["eventTime"]),
        }
        for record in drill.account.records
        if record["eventID"] in wanted
    ]


def _before(drill: Drill, answer: Any) -> int | None:
    """Seconds before the learner's arrival, for an answer that is a time."""
    if not isinstance(answer, str) or "T" not in answer:
        return None
    try:
        return round((drill.started - datetime.fromisoformat(answer)).total_seconds())
    except (TypeError, ValueError):
        return None


def _course(drill: Drill) -> dict[str, Any]:
    attempts = list(hostile(drill))
    records = records_of(drill, attempts)
    subjects = {str(record.get("requestID")): subject(record) for record in records}
    held = drill.adversary.has()
    return {
        "arrived": stamp(drill.started),
        "mistake_before_arrival": _ago(drill, drill.began["inject"]),
        "attack_before_arrival": _ago(drill, drill.began["detonate"]),
        "ways": [{"name": way.name, "holds": way.holds} for way in held],
        "ways_elsewhere": [
            {"name": way.name, "holds": way.holds} for way in drill.play.ways if way not in held
        ],
        "actors": actors(records),
        "taken": taken(records),
        "deeds": [
            deed.as_json() | {"before_arrival": _ago(drill, deed.first)}
            for deed in gathered(attempts, subjects)
        ],
    }


def _ago(drill: Drill, when: datetime) -> int:
    return round((drill.started - when).total_seconds())


def _plain_facts(facts: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The facts that can be read at a glance; credentials and whole files are none."""
    for name, value in facts.items():
        several = isinstance(value, Sequence) and not isinstance(value, str)
        if isinstance(value, (bool, int)) or _is_short(value):
            yield name, value
        elif several and 0 < len(value) <= _MOST and all(map(_is_short, value)):
            yield name, list(value)


def _is_short(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= _LONGEST and "\n" not in value


def _checks(drill: Drill) -> list[dict[str, Any]]:
    hints = read(drill.play.text("hints.md"))
    return [
        {
            "name": check.name,
            "phase": str(check.phase),
            "points": check.points,
            "claim": check.claim,
            "needs": list(check.needs),
            "hints": [drill.render(hint) for hint in hints.get(check.name, [])],
        }
        for check in drill.play.checks
    ]


def _wrong_fixes(drill: Drill) -> list[dict[str, Any]]:
    """Those that mean something on this seed, each with the checks that catch it and what they say."""
    return [
        {"name": fix.name, "claim": fix.claim, "fails": dict(fix.fails)}
        for fix in drill.play.fixes.values()
        if fix.fails and (not fix.when or drill.facts.get(fix.when))
    ]
