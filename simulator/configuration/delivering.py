"""Snapshots and history go to the channel's bucket, notifications to its topic.

Sources: "Delivering Configuration Snapshots to an Amazon S3 Bucket", "AWS Config History and
Snapshot Files" (AWS Config Developer Guide).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from simulator.account.account import Account
from simulator.account.chance import drawn_uuid
from simulator.configuration import sending
from simulator.configuration.evaluating import FREQUENCIES
from simulator.configuration.events import message, shown
from simulator.configuration.state import Delivery, Item, Kept, chance, keep, kept
from simulator.gateway.errors import AwsError
from simulator.reactions.event import Event

_EVERY: Final = timedelta(hours=6)
"""So often history files are delivered."""


def deliver(account: Account, region: str, now: datetime) -> None:
    """History files and snapshots that are due."""
    state = kept(account, region)
    if state.channel is None or not state.recording:
        return
    if state.historied is None:
        keep(account, region, replace(state, historied=now))
    elif now - state.historied >= _EVERY:
        _history(account, region, now, state)
    state = kept(account, region)
    assert state.channel is not None
    frequency = (state.channel.get("configSnapshotDeliveryProperties") or {}).get(
        "deliveryFrequency"
    )
    if frequency is None:
        return
    due = state.snapshot_due or now + FREQUENCIES[frequency]
    if due <= now:
        snapshot(account, region, now)
        state = kept(account, region)
        while due <= now:
            due += FREQUENCIES[frequency]
    if due != state.snapshot_due:
        keep(account, region, replace(state, snapshot_due=due))


def snapshot(account: Account, region: str, now: datetime) -> str:
    """Deliver all resources as they were last recorded; the snapshot's id."""
    state = kept(account, region)
    number = drawn_uuid(chance(account, region, "snapshot", state.drawn))
    items = [one for key in state.items if (one := state.current(key)) is not None]
    body = {
        "fileVersion": "1.0",
        "configSnapshotId": number,
        "configurationItems": [shown(item) for item in items],
    }
    name = f"{account.id}_Config_{region}_ConfigSnapshot_{now:%Y%m%dT%H%M%SZ}_{number}.json.gz"
    error = sending.put(
        account, region, state, f"{_day(account, region, now)}/ConfigSnapshot/{name}", body
    )
    state = replace(kept(account, region), drawn=state.drawn + 1)
    keep(account, region, replace(state, snapshots=_after(state.snapshots, now, error)))
    return number


def publish(account: Account, region: str, now: datetime, events: Iterable[Event]) -> None:
    """Tell the channel's topic, if it has one."""
    state = kept(account, region)
    topic = (state.channel or {}).get("snsTopicARN")
    if not topic:
        return
    error: AwsError | None = None
    for event in events:
        subject, text = message(event)
        params = {"TopicArn": topic, "Subject": subject, "Message": text}
        error = sending.publish(account, region, str(topic).split(":")[3], state, params)
    state = kept(account, region)
    keep(account, region, replace(state, stream=_after(state.stream, now, error)))


def check_bucket(account: Account, region: str, channel: dict[str, Any]) -> AwsError | None:
    """Put the file that shows that the bucket can be written to; why it can't."""
    state = replace(kept(account, region), channel=channel)
    return sending.put(account, region, state, f"{_top(account)}/ConfigWritabilityCheckFile", None)


def _history(account: Account, region: str, now: datetime, state: Kept) -> None:
    assert state.historied is not None
    by_kind: dict[str, list[Item]] = {}
    for (kind, _), held in state.items.items():
        by_kind.setdefault(kind, []).extend(i for i in held if i.captured > state.historied)
    error: AwsError | None = None
    for kind, items in sorted(by_kind.items()):
        if not items:
            continue
        items.sort(key=lambda item: item.captured)
        span = f"{items[0].captured:%Y%m%dT%H%M%SZ}_{items[-1].captured:%Y%m%dT%H%M%SZ}"
        name = f"{account.id}_Config_{region}_ConfigHistory_{kind}_{span}_1.json.gz"
        body = {"fileVersion": "1.0", "configurationItems": [shown(item) for item in items]}
        key = f"{_day(account, region, now)}/ConfigHistory/{name}"
        error = sending.put(account, region, state, key, body) or error
    state = kept(account, region)
    after = _after(state.history, now, error)
    keep(account, region, replace(state, historied=now, history=after))


def _top(account: Account) -> str:
    return f"AWSLogs/{account.id}/Config"


def _day(account: Account, region: str, now: datetime) -> str:
    return f"{_top(account)}/{region}/{now.year}/{now.month}/{now.day}"


def _after(before: Delivery, now: datetime, error: AwsError | None) -> Delivery:
    if error is None:
        return Delivery("SUCCESS", now, now)
    return Delivery("FAILURE", now, before.succeeded, (error.code, error.message))
