"""All that an after-action report tells of a drill, as plain data.

What a learner is asked to find is in it once the checks of the first phase hold, and not before:
neither what the adversary did, nor whose credentials it has, nor which resources they reach.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from simulator.report.attacks import gathered, hostile, records_of
from simulator.report.facts import actors, outages, stamp, taken
from simulator.report.reach import reach
from simulator.report.responses import responses, subject
from simulator.report.veil import veiled
from simulator.report.worked import worked
from simulator.scenario import Phase

if TYPE_CHECKING:
    from simulator.drill import Drill


def told(drill: Drill, checked: Mapping[str, Any]) -> dict[str, Any]:
    """The report of a drill as it stands. `checked` is what the desk says of all checks."""
    detected = all(
        check["verdict"] == "PASSED"
        for check in checked["checks"]
        if check["phase"] == Phase.DETECT
    )
    before, now = drill.exposed, reach(drill)
    pictures = (before.as_json() if before is not None else None, now.as_json())
    return {
        "detected": detected,
        "times": _times(drill, detected),
        "phases": _phases(drill, checked),
        "attack": _attack(drill) if detected else None,
        "response": [deed.as_json() for deed in responses(drill)],
        "outages": outages(drill),
        "reach": list(pictures if detected else veiled(*pictures)),
        "worked": worked(drill),
        "hints": dict(drill.hints),
        "cause": drill.render(drill.play.scenario.cause) if detected else "",
    }


def _times(drill: Drill, detected: bool) -> dict[str, str | None]:
    began = drill.began
    return {
        "mistake": stamp(began["inject"]) if detected else None,
        "attack": stamp(began["detonate"]) if detected else None,
        "arrived": stamp(drill.started),
        "now": stamp(drill.now()),
    }


def _attack(drill: Drill) -> dict[str, Any]:
    attempts = list(hostile(drill))
    records = records_of(drill, attempts)
    subjects = {str(record.get("requestID")): subject(record) for record in records}
    return {
        "deeds": [deed.as_json() for deed in gathered(attempts, subjects)],
        "actors": actors(records),
        "taken": taken(records),
        "attempts": len(attempts),
        "refused": sum(not attempt.succeeded for attempt in attempts),
        "addresses": sorted(drill.hostile_addresses() & _seen(records)),
    }


def _seen(records: list[dict[str, Any]]) -> set[str]:
    return {str(record["sourceIPAddress"]) for record in records}


def _phases(drill: Drill, checked: Mapping[str, Any]) -> dict[str, str]:
    """When each phase was done, of those that are."""
    times: Mapping[str, float | None] = checked.get("times", {})
    return {
        phase: stamp(drill.started + timedelta(seconds=seconds))
        for phase, seconds in times.items()
        if phase != "attack" and seconds is not None
    }
