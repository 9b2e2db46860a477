"""How well a rule does on events whose truth is known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from simulator.detections import views
from simulator.detections.rule import Event

Alerts = Sequence[Sequence[int]]
"""Each alert is the places of the events that it is about."""


class Truth(StrEnum):
    """What an event is. What is aside counts neither for nor against an alert."""

    EVIDENCE = "evidence"
    ASIDE = "aside"
    TWIN = "twin"
    """Ordinary, and of the same name as something that is evidence: a near miss."""
    BENIGN = "benign"


_ORDINARY = frozenset({Truth.TWIN, Truth.BENIGN})


@dataclass(frozen=True, slots=True)
class Known:
    """An event, what it is, the way of attack that it belongs to, and the world that it is from."""

    event: Event
    truth: Truth
    world: int
    variant: str = ""


@dataclass(frozen=True, slots=True)
class Measured:
    """One view of the events: how often each variant was seen, and what else was alerted on.

    `precision` is the share of the alerts that are right: about evidence, and, where an alert is about
    several events, not raised without the adversary's.
    """

    caught: Mapping[str, int]
    occurred: Mapping[str, int]
    precision: float
    twins: int
    others: int

    def recall(self, covers: Sequence[str]) -> float:
        shares = [self.caught.get(each, 0) / self.occurred[each] for each in covers]
        return sum(shares) / len(shares) if shares else 0.0


@dataclass(frozen=True, slots=True)
class Score:
    """`points`, 0 to 100, is recall x precision x `generalises` x `robust`, each 0 to 1.

    `generalises` is how much is left, at worst, where names, addresses, account and region are
    others; `robust` how much is left, on average, where fields are missing or written otherwise.
    """

    plain: Measured
    covers: tuple[str, ...]
    recall: float
    generalises: float
    robust: float
    left: Mapping[str, float]
    """What is left in each view of recall x precision, 0 to 1."""
    benign: int

    @property
    def points(self) -> int:
        return round(100 * self.recall * self.plain.precision * self.generalises * self.robust)

    def as_json(self, *, all_variants: bool) -> dict[str, Any]:
        """`all_variants` names those as well of which the rule saw nothing."""
        shown = list(self.plain.occurred) if all_variants else list(self.covers)
        false = self.plain.twins + self.plain.others
        return {
            "score": self.points,
            "recall": round(self.recall, 3),
            "precision": round(self.plain.precision, 3),
            "generalises": round(self.generalises, 3),
            "robust": round(self.robust, 3),
            "variants": {
                each: {
                    "caught": self.plain.caught.get(each, 0),
                    "occurred": self.plain.occurred[each],
                }
                for each in shown
            },
            "not_covered": len(self.plain.occurred) - len(self.covers),
            "false_alerts": {
                "near_misses": self.plain.twins,
                "other": self.plain.others,
                "benign_events": self.benign,
                "per_10000": round(10_000 * false / self.benign, 1) if self.benign else 0.0,
            },
            "left": {each: round(share, 3) for each, share in self.left.items()},
        }


def score(
    known: Sequence[Known],
    alerts: Mapping[str, Alerts],
    anyway: Mapping[str, Alerts] = MappingProxyType({}),
) -> Score:
    """The score of a rule, from its alerts in each view of the events.

    `anyway` are the alerts that it raises on the ordinary events alone.
    """
    plain = measure(known, alerts.get(views.PLAIN, ()), anyway.get(views.PLAIN, ()))
    covers = tuple(each for each in plain.occurred if plain.caught.get(each))
    recall = plain.recall(covers)
    before, left = recall * plain.precision, {}
    for view in views.NAMES:
        seen = measure(known, alerts.get(view, ()), anyway.get(view, ()))
        now = seen.recall(covers) * seen.precision
        left[view] = min(1.0, now / before) if before else 0.0
    fields = [left[each] for each in views.FIELDS]
    return Score(
        plain,
        covers,
        recall,
        min(left[each] for each in views.CONSTANTS),
        sum(fields) / len(fields),
        left,
        sum(each.truth in _ORDINARY for each in known),
    )


def measure(known: Sequence[Known], alerts: Alerts, anyway: Alerts = ()) -> Measured:
    """Count what the alerts are about. A variant is caught in a world by one event of it."""
    occurred = Counter(dict.fromkeys(sorted({one.variant for one in known if one.variant}), 0))
    occurred.update(variant for variant, _ in _episodes(known))
    caught: set[tuple[str, int]] = set()
    right, wrong, falsely = 0, 0, set[int]()
    without = [set(alert) for alert in anyway if len(alert) > 1]
    for alert in alerts:
        about = [known[place] for place in alert]
        truths = Counter(each.truth for each in about)
        evidence, ordinary = truths[Truth.EVIDENCE], truths[Truth.TWIN] + truths[Truth.BENIGN]
        if evidence and not any(each.issubset(alert) for each in without):
            caught |= _episodes(about)
            right += 1
        elif ordinary:
            falsely |= {place for place in alert if known[place].truth in _ORDINARY}
            wrong += 1
    return Measured(
        Counter(variant for variant, _ in caught),
        {each: times for each, times in occurred.items() if times},
        right / (right + wrong) if right else 0.0,
        sum(known[place].truth is Truth.TWIN for place in falsely),
        sum(known[place].truth is Truth.BENIGN for place in falsely),
    )


def _episodes(known: Sequence[Known]) -> set[tuple[str, int]]:
    return {(each.variant, each.world) for each in known if each.truth is Truth.EVIDENCE}
