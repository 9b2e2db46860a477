"""PutEvents: entries are checked one by one, and what is right arrives at its bus.

Sources: "PutEvents", "PutEventsResultEntry" (Amazon EventBridge API Reference), "Calculating
Amazon EventBridge event entry size" (User Guide).
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from simulator.account.chance import drawn_uuid
from simulator.account.state import state_of
from simulator.events.delivery import KEY, Arrival, pending
from simulator.gateway.errors import AwsError
from simulator.reactions.reactions import wake

if TYPE_CHECKING:
    from simulator.gateway.call import Call

_MOST: Final = 10
_BUS: Final = re.compile(
    r"(arn:aws[\w-]*:events:[a-z]+-[a-z]+-[\w-]+:[0-9]{12}:event-bus\/)?[/\.\-_A-Za-z0-9]+"
)
_LARGEST: Final = 256 * 1024
"""Bytes of all entries together."""


def put(call: Call) -> dict[str, Any]:
    """What PutEvents answers.

    Raises:
        AwsError: ValidationException.
    """
    given = call.params.get("Entries") or ()
    if not 1 <= len(given) <= _MOST:
        bound = f"less than or equal to {_MOST}" if given else "greater than or equal to 1"
        raise AwsError(
            "ValidationException",
            "1 validation error detected: Value '[PutEventsRequestEntry]' at 'entries' failed to "
            f"satisfy constraint: Member must have length {bound}",
        )
    if sum(map(_size, given)) > _LARGEST:
        text = "Total size of the entries in the request is over the limit."
        raise AwsError("ValidationException", text)
    for place, entry in enumerate(given, 1):
        if not _BUS.fullmatch(entry.get("EventBusName") or "default"):
            raise AwsError(
                "ValidationException",
                f"1 validation error detected: Value '{entry['EventBusName']}' at "
                f"'entries.{place}.member.eventBusName' failed to satisfy constraint: Member must "
                f"satisfy regular expression pattern: {_BUS.pattern}",
            )
    answers = [_entry(call, entry, place) for place, entry in enumerate(given)]
    return {
        "FailedEntryCount": sum("ErrorCode" in answer for answer in answers),
        "Entries": answers,
    }


def _size(entry: Mapping[str, Any]) -> int:
    texts = [entry.get(name) or "" for name in ("Source", "DetailType", "Detail")]
    texts += entry.get("Resources") or ()
    return sum(len(text.encode()) for text in texts) + (14 if entry.get("Time") else 0)


def _entry(call: Call, entry: Mapping[str, Any], place: int) -> dict[str, Any]:
    for name in ("Source", "DetailType", "Detail"):
        if not entry.get(name):
            return {
                "ErrorCode": "InvalidArgument",
                "ErrorMessage": f"Parameter {name} is not valid. Reason: {name} is a required "
                "argument.",
            }
    if entry["Source"].startswith("aws."):
        return {
            "ErrorCode": "NotAuthorizedForSourceException",
            "ErrorMessage": "Not authorized for the source.",
        }
    try:
        detail = json.loads(entry["Detail"])
    except ValueError:
        detail = None
    if not isinstance(detail, dict):
        return {"ErrorCode": "MalformedDetail", "ErrorMessage": "Detail is malformed."}
    assert call.account is not None
    seed = f"{call.account.world.seed}/{call.account.id}/{len(call.account.records)}"
    number = drawn_uuid(random.Random(f"put event/{seed}/{call.time.isoformat()}/{place}"))
    event = {
        "version": "0",
        "id": number,
        "detail-type": entry["DetailType"],
        "source": entry["Source"],
        "account": call.caller.account_id or call.account.id,
        "time": f"{_time(entry.get('Time'), call.time):%Y-%m-%dT%H:%M:%SZ}",
        "region": call.region,
        "resources": list(entry.get("Resources") or ()),
        "detail": detail,
    }
    _arrive(call, str(entry.get("EventBusName") or "default"), event)
    return {"EventId": number}


def _arrive(call: Call, name: str, event: Mapping[str, Any]) -> None:
    """A bus that isn't there loses the event, and nobody is told."""
    assert call.account is not None
    world = call.account.world
    if name.startswith("arn:"):
        owner, region = world.accounts.get(name.split(":")[4]), name.split(":")[3]
    else:
        owner, region = call.account, call.region
    if owner is None:
        return
    name = name.rpartition("event-bus/")[2]
    state = state_of("events", owner.id, region)
    held = state.event_buses.get(name) if state is not None else None
    if held is None or not held.rules:
        return
    kept = pending(owner)
    arn = f"arn:aws:events:{region}:{owner.id}:event-bus/{name}"
    owner.services[KEY] = replace(kept, arrivals=(*kept.arrivals, Arrival(arn, event)))
    wake(world, "api calls")


def replay(call: Call) -> None:
    """Let an archive's events arrive again; Destination may name the rules that see them."""
    assert call.account is not None
    params, account = call.params, call.account
    name = str(params["EventSourceArn"]).rpartition("/")[2]
    archive = state_of("events", account.id, call.region).archives[name]
    first, last = (_time(params[key], call.time) for key in ("EventStartTime", "EventEndTime"))
    rules = [arn.rpartition("/")[2] for arn in params["Destination"].get("FilterArns") or ()]
    arrivals = [
        Arrival(params["Destination"]["Arn"], {**event, "replay-name": params["ReplayName"]}, rule)
        for event in archive.events
        if first <= datetime.fromisoformat(event["time"]) <= last
        for rule in rules or [None]
    ]
    kept = pending(account)
    account.services[KEY] = replace(kept, arrivals=(*kept.arrivals, *arrivals))
    wake(account.world, "api calls")


def _time(given: Any, now: datetime) -> datetime:
    if isinstance(given, datetime):
        return given.astimezone(UTC) if given.tzinfo else given.replace(tzinfo=UTC)
    if isinstance(given, int | float):
        return datetime.fromtimestamp(given, UTC)
    return now
