"""LookupEvents: pages of event history.

Source: "LookupEvents" (CloudTrail API Reference) and "Working with CloudTrail Event history"
(CloudTrail User Guide).
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.services import Result, insight_selectors
from simulator.telemetry.cloudtrail.times import instant
from simulator.telemetry.history import Key, Mark, history
from simulator.telemetry.subjects import access_key, resources, username

_KEPT: Final = timedelta(days=90)
_MOST: Final = 50
_ATTRIBUTES: Final = (
    "EventId",
    "EventName",
    "ReadOnly",
    "Username",
    "ResourceType",
    "ResourceName",
    "EventSource",
    "AccessKeyId",
)


def page(call: Call) -> Result:
    """The events that a LookupEvents call asks for, newest first.

    A token holds the place of the last event that was shown, so that events which happen in the
    meantime move nothing.
    """
    assert call.account is not None
    params = call.params
    size = params.get("MaxResults", _MOST)
    if not 1 <= size <= _MOST:
        raise AwsError("InvalidMaxResultsException", f"Max results must be between 1 and {_MOST}.")
    since, until = _range(params, call.time)
    if _category(params) == "insight":
        return insight_selectors.page(call, since, until, size)
    key = _key(params, call.region)
    asked = _digest(params, call.region)
    token = params.get("NextToken")
    before = _read(token, asked) if token else (until, len(call.account.records))
    events = history(call.account)
    marks, more = events.page(key, since, before, size)
    answer: Result = {"Events": [shown(events.event(mark)) for mark in marks]}
    if more:
        answer["NextToken"] = _token(marks[-1], asked)
    return answer


def shown(record: dict[str, Any]) -> Result:
    """One event as LookupEvents shows it."""
    event = {
        "EventId": record["eventID"],
        "EventName": record["eventName"],
        "ReadOnly": "true" if record["readOnly"] else "false",
        "AccessKeyId": access_key(record),
        "EventTime": datetime.fromisoformat(record["eventTime"]),
        "EventSource": record["eventSource"],
        "Username": username(record),
        "Resources": [
            {"ResourceType": kind, "ResourceName": name} for kind, name in resources(record)
        ],
        "CloudTrailEvent": json.dumps(record, separators=(",", ":")),
    }
    return {name: value for name, value in event.items() if value is not None}


def _category(params: Mapping[str, Any]) -> str | None:
    category = params.get("EventCategory")
    if category not in {None, "insight"}:
        raise AwsError(
            "InvalidEventCategoryException",
            f"The event category {category} is not valid. Valid value: insight.",
        )
    return category


def _key(params: Mapping[str, Any], region: str) -> Key:
    attributes = params.get("LookupAttributes") or []
    if not attributes:
        return region, "", ""
    if len(attributes) > 1:
        raise AwsError(
            "InvalidLookupAttributesException",
            f"You can look up events by one attribute at a time; {len(attributes)} were given.",
        )
    name = attributes[0].get("AttributeKey")
    value = attributes[0].get("AttributeValue")
    if name not in _ATTRIBUTES:
        raise AwsError(
            "InvalidLookupAttributesException",
            f"{name} is not a lookup attribute. Valid values: {', '.join(_ATTRIBUTES)}.",
        )
    if not value or len(value) > 2000:
        raise AwsError(
            "InvalidLookupAttributesException",
            f"The value of the lookup attribute {name} must have 1 to 2000 characters.",
        )
    return region, name, value


def _range(params: Mapping[str, Any], now: datetime) -> tuple[str, str]:
    """First and last eventTime, both included, as records write them."""
    start, end = _moment(params.get("StartTime")), _moment(params.get("EndTime"))
    if start and end and start > end:
        raise AwsError("InvalidTimeRangeException", "The start time must be before the end time.")
    oldest = now - _KEPT
    since = max(start, oldest) if start else oldest
    if since.microsecond:
        since += timedelta(seconds=1)
    return instant(since), instant(min(end, now) if end else now)


def _moment(value: Any) -> datetime | None:
    if value is None or isinstance(value, datetime):
        return value.replace(tzinfo=value.tzinfo or UTC) if value else None
    return datetime.fromtimestamp(float(value), UTC)


def _digest(params: Mapping[str, Any], region: str) -> str:
    """Stands for the parameters that every page of one search must share."""
    names = ("LookupAttributes", "StartTime", "EndTime")
    asked = repr((region, [(name, params.get(name)) for name in names]))
    return hashlib.sha256(asked.encode()).hexdigest()[:16]


def _token(mark: Mark, asked: str) -> str:
    return base64.b64encode(json.dumps([*mark, asked]).encode()).decode()


def _read(token: str, asked: str) -> Mark:
    try:
        time, place, given = json.loads(base64.b64decode(token, validate=True))
        mark = str(time), int(place)
    except (ValueError, TypeError):
        given = None
    if given != asked:
        raise AwsError(
            "InvalidNextTokenException",
            "The token is not valid, or it was used in a request with other parameters.",
        )
    return mark
