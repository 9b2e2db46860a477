"""GuardDuty acts by itself: detectors look, and tell EventBridge and buckets what they found.

A new finding is told within five minutes; what is added to it, by the detector's frequency. Sources:
"Processing GuardDuty findings with Amazon EventBridge" ("notification frequency"), "Exporting generated
GuardDuty findings to Amazon S3 buckets".
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from simulator.account.account import Account
from simulator.account.chance import drawn_uuid
from simulator.guardduty import exporting, looking, state
from simulator.guardduty.state import Detector, Found
from simulator.guardduty.told import told
from simulator.reactions.event import Event

if TYPE_CHECKING:
    from simulator.account.world import World

FREQUENCIES: Final = {
    "FIFTEEN_MINUTES": timedelta(minutes=15),
    "ONE_HOUR": timedelta(hours=1),
    "SIX_HOURS": timedelta(hours=6),
}


def observe(world: World, until: datetime) -> Iterable[Event]:
    """Every detector of the world looks; the events that it sends."""
    events: list[Event] = []
    for account in list(world.accounts.values()):
        for region in state.regions(account):
            looking.catch_up(account, region, until)
            events += _tell(account, region, until)
    return events


def _tell(account: Account, region: str, until: datetime) -> list[Event]:
    detector = state.of(account, region).detector
    assert detector is not None
    if not detector.enabled:
        return []
    due = [(found, at) for found, at in _due(account, region, detector, until)]
    if not due:
        return []
    findings = dict(detector.findings)
    for found, at in due:
        findings[found.id] = replace(found, sent=at)
    state.keep_detector(account, region, replace(detector, findings=findings))
    events = []
    for found, at in due:
        for hearer in _hearers(account, region):
            events.append(_event(hearer, region, found, at))
            exporting.export(hearer, region, found, at)
    return events


def _due(
    account: Account, region: str, detector: Detector, until: datetime
) -> Iterator[tuple[Found, datetime]]:
    every = FREQUENCIES[_frequency(account, region, detector)]
    for found in detector.findings.values():
        if found.archived:
            continue
        if found.sent is None:
            if found.created <= until:
                yield found, found.created
        elif found.updated > found.sent and found.sent + every <= until:
            yield found, max(found.sent + every, found.updated)


def _frequency(account: Account, region: str, detector: Detector) -> str:
    """A member's is its administrator's."""
    for hearer in _hearers(account, region):
        other = state.of(hearer, region).detector
        if hearer is not account and other is not None:
            return other.frequency
    return detector.frequency


def _hearers(account: Account, region: str) -> list[Account]:
    """The account itself, and its administrator account."""
    administrator = state.of(account, region).administrator
    found = account.world.accounts.get(administrator[0]) if administrator else None
    return [account] if found is None else [account, found]


def _event(hearer: Account, region: str, found: Found, at: datetime) -> Event:
    seed = f"event/{hearer.world.seed}/{hearer.id}/{found.id}/{at.isoformat()}"
    return Event(
        hearer.id,
        region,
        at,
        "aws.guardduty",
        "GuardDuty Finding",
        told(found),
        drawn_uuid(random.Random(seed)),
    )
