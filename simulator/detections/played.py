"""Worlds that nobody has seen, played for their events, with what each event is.

What the adversary got through is evidence, and so is the company's mistake where it opened something
to others. The way of attack that an event belongs to is the act of the scenario in which it was done.
What the adversary was refused, and the rest of the mistake, is neither evidence nor ordinary.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from simulator.account.clock import machine_time
from simulator.catalogue import Play
from simulator.detections import twins
from simulator.detections.rule import Event
from simulator.detections.scored import Known, Truth
from simulator.detections.views import copied
from simulator.drill import Drill, Progress
from simulator.errors import DrillError
from simulator.gateway.app import Gateway
from simulator.report.attacks import hostile, records_of

PLAYED = datetime(2026, 3, 4, 10, tzinfo=UTC)
"""When the worlds are played: always at the same moment, so that a seed's events are the same."""
AFTERWARDS = timedelta(hours=3)
"""How long the adversary is watched after the attack: it comes back to what it has."""
_MISTAKE = "inject"
_OPENS = frozenset(
    [
        "AuthorizeSecurityGroupIngress",
        "DeleteBucketPublicAccessBlock",
        "DeleteAccountPublicAccessBlock",
        "ModifyImageAttribute",
        "ModifySnapshotAttribute",
        "ModifyDBSnapshotAttribute",
        "PutBucketAcl",
        "PutBucketPolicy",
        "PutBucketPublicAccessBlock",
        "PutKeyPolicy",
        "PutObjectAcl",
        "UpdateAssumeRolePolicy",
    ]
)
"""What lets others in, if it is done wrongly."""


class Watched(Drill):
    """A drill that knows in which act each record was made."""

    def __init__(self, play: Play, seed: int, gateway: Gateway, progress: Progress | None) -> None:
        self.acts: dict[int, str] = {}
        """Names of acts by the place of a record."""
        super().__init__(play, seed, gateway, progress)

    def perform(self, act: Callable[..., Any], **more: Any) -> Any:
        return self._watching(act, lambda: super(Watched, self).perform(act, **more))

    def go_through(self, act: Callable[..., Any]) -> list[str]:
        errors: list[str] = self._watching(act, lambda: super(Watched, self).go_through(act))
        return errors

    def _watching(self, act: Callable[..., Any], do: Callable[[], Any]) -> Any:
        first = len(self.account.records)
        try:
            return do()
        finally:
            for place in range(first, len(self.account.records)):
                self.acts.setdefault(place, act.__name__)


def known(
    play: Play,
    seed: int,
    world: int,
    *,
    gateway: Gateway | None = None,
    progress: Progress | None = None,
) -> list[Known]:
    """All events of a world, each evidence with the near misses that were made for it."""
    with machine_time(PLAYED):
        drill = Watched(play, seed, gateway or Gateway(), progress)
        try:
            drill.wait(AFTERWARDS)
            ids = {id(record) for record in records_of(drill, hostile(drill))}
            told = [
                (copied(record), id(record) in ids, drill.acts.get(place, ""))
                for place, record in enumerate(drill.account.records)
            ]
        finally:
            drill.close()
    return _labelled(told, world, random.Random(f"twins/{play.id}/{seed}"))


def _labelled(
    told: Sequence[tuple[Event, bool, str]], world: int, chance: random.Random
) -> list[Known]:
    truths = [_truth(event, is_hostile, act) for event, is_hostile, act in told]
    judged = list(zip(told, truths, strict=True))
    names = {event["eventName"] for (event, _, _), truth in judged if truth is Truth.EVIDENCE}
    company = [event for (event, _, _), truth in judged if truth is Truth.BENIGN]
    events: list[Known] = []
    for (event, _, act), truth in judged:
        if truth is Truth.EVIDENCE:
            made = twins.of(event, company, chance)
            variant = "the mistake" if act == _MISTAKE else act or "elsewhere"
            events.append(Known(event, truth, world, variant))
            events += [Known(twin, Truth.TWIN, world) for twin in made]
        else:
            near = truth is Truth.BENIGN and event["eventName"] in names
            events.append(Known(event, Truth.TWIN if near else truth, world))
    return events


def _truth(event: Event, is_hostile: bool, act: str) -> Truth:
    if is_hostile:
        return Truth.ASIDE if event.get("errorCode") else Truth.EVIDENCE
    if act != _MISTAKE:
        return Truth.BENIGN
    return Truth.EVIDENCE if event["eventName"] in _OPENS else Truth.ASIDE


def several(
    play: Play,
    seeds: Sequence[int],
    *,
    gateway: Gateway | None = None,
    progress: Progress | None = None,
) -> list[Known]:
    """The events of several worlds.

    Raises:
        DrillError: nothing that the adversary does in this scenario is in CloudTrail.
    """
    events: list[Known] = []
    for number, seed in enumerate(seeds):
        events += known(play, seed, number, gateway=gateway)
        if progress:
            progress((number + 1) / len(seeds))
    if not any(each.truth is Truth.EVIDENCE for each in events):
        raise DrillError(
            f"Nothing that the adversary of {play.id} does is in CloudTrail: choose another scenario."
        )
    return events
