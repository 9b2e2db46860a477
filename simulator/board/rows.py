"""How a class stands, as plain data: a row a learner and lab, those who need help first.

Nothing is judged for it. A row tells what the learner's own last check found, and what the world
kept anyway.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from simulator.account.clock import real_now
from simulator.classroom import Classroom, Seat
from simulator.roster import Member, Roster
from simulator.scenario import Phase

STUCK = timedelta(minutes=15)
"""So long without progress, and at work: stuck, unless somebody says another time."""
AWAY = timedelta(minutes=10)
"""So long without a request: not at work."""
_LONGEST = 40
_TOKEN_SHOWN = 6


class State(StrEnum):
    """In the order in which they are shown."""

    STUCK = "stuck"
    """At work, and for a while no new phase done and no further check held at a check."""
    AWAY = "away"
    WORKING = "working"
    DONE = "done"
    """Every check held at the last check."""


def told(classroom: Classroom, stuck: timedelta = STUCK) -> dict[str, Any]:
    """The board: {"at", "stuck_minutes", "away_minutes", "learners", "counts", "rows", "absent"}.

    Times in rows are seconds until now, of the machine's clock. `absent` are the roster's members
    who have begun no lab; `learners` is how many the roster has, or None.
    """
    roster, seats = classroom.roster, classroom.seats()
    numbers = _numbers(roster, seats)
    with classroom.gateway.still():
        now = real_now()
        rows = [_row(seat, roster, numbers, now, stuck) for seat in seats]
    rows.sort(key=_urgency)
    begun = {seat.learner for seat in seats}
    absent = [
        {"number": numbers[each.learner], "name": _shown(each.name or each.learner)}
        for each in roster or ()
        if each.learner not in begun
    ]
    counts = {str(state): sum(row["state"] == state for row in rows) for state in State}
    return {
        "at": now.isoformat(timespec="seconds"),
        "stuck_minutes": round(stuck / timedelta(minutes=1)),
        "away_minutes": round(AWAY / timedelta(minutes=1)),
        "learners": None if roster is None else len(roster),
        "counts": {**counts, "not begun": len(absent)},
        "rows": rows,
        "absent": absent,
    }


def _row(
    seat: Seat, roster: Roster | None, numbers: dict[str, int], now: datetime, stuck: timedelta
) -> dict[str, Any]:
    drill, checked = seat.drill, seat.drill.checked
    asked = max(seat.began, drill.world.asked or seat.began)
    progressed = (checked and checked.progressed) or seat.began
    passed, of = len(checked.passed) if checked else 0, len(drill.play.checks)
    phases = dict.fromkeys(check.phase for check in drill.play.checks)
    return {
        "number": numbers[seat.learner],
        "name": _name(seat.learner, roster.of_learner(seat.learner) if roster else None),
        "lab": drill.play.id,
        "title": drill.play.scenario.title,
        "state": str(_state(passed == of > 0, now - asked, now - progressed, stuck)),
        "phases": {str(phase): phase in drill.reached for phase in Phase if phase in phases},
        "points": checked.points if checked else None,
        "possible": drill.play.points,
        "checks": of,
        "passed": passed,
        "checked": _seconds(now - checked.at) if checked else None,
        "hints": sum(drill.hints.values()),
        "accusations": len(drill.accused),
        "outage_minutes": round(drill.company.out(drill.world.clock.now()) / timedelta(minutes=1)),
        "out_now": sorted({each.workload for each in drill.company.outages() if not each.until}),
        "began": _seconds(now - seat.began),
        "idle": _seconds(now - asked),
        "progress": _seconds(now - progressed),
    }


def _state(done: bool, idle: timedelta, without: timedelta, stuck: timedelta) -> State:
    if done:
        return State.DONE
    if idle >= AWAY:
        return State.AWAY
    return State.STUCK if without >= stuck else State.WORKING


def _urgency(row: Mapping[str, Any]) -> tuple[int, float]:
    """Stuck longest first; who went away last; at work, who has gone longest without progress."""
    state = State(row["state"])
    waited = row["idle"] if state is State.AWAY else -row["progress"]
    return list(State).index(state), waited


def _numbers(roster: Roster | None, seats: Iterable[Seat]) -> dict[str, int]:
    """What learners are called while their names are hidden: their places in the roster, or later."""
    names = [each.learner for each in roster or ()]
    return {
        name: number
        for number, name in enumerate(dict.fromkeys([*names, *(s.learner for s in seats)]), 1)
    }


def _name(learner: str, member: Member | None) -> str:
    """Of whom no roster names the learner is the very token that opens the seat: not for a screen."""
    if member is not None:
        return _shown(member.name or member.learner)
    if len(learner) > 2 * _TOKEN_SHOWN and " " not in learner:
        return f"{_shown(learner[:_TOKEN_SHOWN])}…"
    return _shown(learner) or "no name"


def _shown(text: str) -> str:
    clean = "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in text)
    return clean if len(clean) <= _LONGEST else f"{clean[: _LONGEST - 1]}…"


def _seconds(time: timedelta) -> float:
    return round(max(0.0, time.total_seconds()), 1)
