"""A detection rule: what it is called, how it is run, and the cases that say what it means."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from simulator.errors import DrillError

Event = Mapping[str, Any]
"""A CloudTrail record."""


class BadRule(DrillError):
    """A rule, or a case of one, that can't be used as it is written: the file, the line, what to do."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What a rule said of some events: each alert is the places of the events that it is about.

    `broken` is the number of events on which the rule's own code failed, `broke` the first failure.
    """

    alerts: tuple[tuple[int, ...], ...]
    broken: int = 0
    broke: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """A unit case: the rule is expected to match an event, or not.

    For a rule that correlates several events, `events` are all of them.
    """

    name: str
    expected: bool
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that can be run. `source` is the file that it is from; empty for one given as it is."""

    title: str
    severity: str
    source: str
    run: Callable[[Sequence[Event]], Ran]
    cases: tuple[Case, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found in logs: one alert."""

    rule: str
    severity: str
    events: tuple[str, ...]
    time: str
    who: str
    what: str

    def as_json(self) -> dict[str, Any]:
        return {
            "rule": self.rule,
            "severity": self.severity,
            "events": list(self.events),
            "time": self.time,
            "who": self.who,
            "what": self.what,
        }


def findings(rule: Rule, ran: Ran, events: Sequence[Event]) -> list[Finding]:
    """An alert a finding, in the order of the events."""
    found = []
    for alert in sorted(ran.alerts):
        about = [events[place] for place in alert]
        names = dict.fromkeys(str(event.get("eventName", "?")) for event in about)
        found.append(
            Finding(
                rule.title,
                rule.severity,
                tuple(str(event.get("eventID", "")) for event in about),
                str(about[0].get("eventTime", "")),
                who(about[0]),
                ", ".join(names),
            )
        )
    return found


def who(event: Event) -> str:
    """Who called, as a person would say it: the ARN, else the best that the record has."""
    identity = event.get("userIdentity")
    if not isinstance(identity, Mapping):
        return ""
    for name in ("arn", "invokedBy", "userName", "accountId", "type"):
        if identity.get(name):
            return str(identity[name])
    return ""
