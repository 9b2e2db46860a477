"""What a notebook may ask of detections: nothing of it says which events are the adversary's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from simulator.detections import own, sigma
from simulator.detections.rule import BadRule, findings

if TYPE_CHECKING:
    from simulator.detections.exercise import Exercise
    from simulator.drill import Drill


def asked(
    drill: Drill, exercise: Exercise, rule: str | None, alerts: Mapping[str, Any] | None
) -> dict[str, Any]:
    """A Sigma rule run here; or events for a rule that is run elsewhere, then the score of its alerts.

    Raises:
        BadRule: a rule, or alerts, that can't be.
    """
    if alerts is not None:
        return {"score": exercise.score(exercise.reported(alerts)).as_json(all_variants=False)}
    events = own.events(drill.account)
    if rule is None:
        return {"events": events, "unseen": exercise.worlds}
    rules = sigma.rules_of(rule)
    if len(rules) > 1:
        raise BadRule(f"One rule at a time: this text holds {len(rules)}.")
    found = findings(rules[0], rules[0].run(events), events)
    return {
        "title": rules[0].title,
        "findings": [each.as_json() for each in found],
        "score": exercise.score(exercise.tried(rules[0].run)).as_json(all_variants=False),
    }
