"""EventBridge at work: what arrived is delivered, what failed is tried again, and CloudTrail tells.

Of an API call or a sign-in EventBridge hears where a trail logs it. Source: "AWS service events
delivered via AWS CloudTrail" (Amazon EventBridge User Guide).
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from simulator.account.chance import drawn_uuid
from simulator.account.state import state_of
from simulator.events import bus, topic_functions
from simulator.events.delivery import KEY, Pending, attempt
from simulator.reactions.event import Event

if TYPE_CHECKING:
    from simulator.account.account import Account
    from simulator.account.world import World

_ROUNDS: Final = 4
"""Events whose delivery puts further events are followed so many times at a look."""
_LARGEST: Final = 256 * 1024
DETAIL_TYPES: Final = {
    "AwsApiCall": "AWS API Call via CloudTrail",
    "AwsConsoleAction": "AWS Console Action via CloudTrail",
    "AwsConsoleSignIn": "AWS Console Sign In via CloudTrail",
    "AwsServiceEvent": "AWS Service Event via CloudTrail",
}


def observe(world: World, until: datetime) -> Iterable[Event]:
    """Deliver what is to be delivered, and give the events of calls that were not looked at yet."""
    for account in tuple(world.accounts.values()):
        for _ in range(_ROUNDS):
            if not _catch_up(account, until):
                break
    return [event for account in tuple(world.accounts.values()) for event in _told(account)]


def _catch_up(account: Account, until: datetime) -> bool:
    """Whether there was anything to deliver."""
    if topic_functions.deliver(account):
        return True
    kept: Pending | None = account.services.get(KEY)
    if kept is None or not (kept.arrivals or kept.retries):
        return False
    due = [each for each in kept.retries if each.due is not None and each.due <= until]
    if not due and not kept.arrivals:
        return False
    later = tuple(each for each in kept.retries if each not in due)
    account.services[KEY] = replace(kept, arrivals=(), retries=later)
    for delivery in due:
        attempt(account, delivery)
    for arrival in kept.arrivals:
        parts = arrival.bus.split(":")
        name = parts[5].removeprefix("event-bus/")
        bus.arrive(account, parts[3], name, arrival.event, only=arrival.rule)
    return True


def _told(account: Account) -> Iterator[Event]:
    kept: Pending = account.services.get(KEY) or Pending()
    first, end = kept.cursor, len(account.records)
    if end == first:
        return
    account.services[KEY] = replace(kept, cursor=max(first, end))
    for place in range(first, end):
        record = account.records[place]
        if _followed(account, record["awsRegion"]) and logged(account, place):
            event = _event(account, place, record)
            if event is not None:
                yield event


def _followed(account: Account, region: str) -> bool:
    state = state_of("events", account.id, region)
    return state is not None and bool(state.event_buses["default"].rules)


def logged(account: Account, place: int) -> bool:
    """Whether any trail logs the record at this place."""
    record = account.records[place]
    selections = (course.selection_at(place) for course in account.delivery.values())
    return any(one is not None and one.logs(record) for one in selections)


def _event(account: Account, place: int, record: dict[str, Any]) -> Event | None:
    unheard = record["eventType"] not in DETAIL_TYPES
    if unheard or len(json.dumps(record, separators=(",", ":"))) > _LARGEST:
        return None
    chance = random.Random(f"api call/{account.world.seed}/{account.id}/{place}")
    return event_of(account, record, drawn_uuid(chance))


def event_of(account: Account, record: Mapping[str, Any], event_id: str) -> Event:
    """What EventBridge is told of a call or a sign-in: its type is one of DETAIL_TYPES."""
    return Event(
        account=account.id,
        region=record["awsRegion"],
        time=datetime.fromisoformat(record["eventTime"]),
        source=f"aws.{record['eventSource'].split('.')[0]}",
        detail_type=DETAIL_TYPES[record["eventType"]],
        detail=record,
        id=event_id,
    )
