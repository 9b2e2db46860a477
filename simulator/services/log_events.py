"""Log events, searched by a filter pattern. The backend returns all for a pattern it can't read.

Source: "FilterLogEvents" (Amazon CloudWatch Logs API Reference).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from typing import Any, Final

from simulator.account.state import state_of
from simulator.alarms.patterns import pattern
from simulator.alarms.patterns.conditions import InvalidPattern
from simulator.alarms.patterns.pattern import LogEvent
from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.services import Backend, Result, operation

_MOST: Final = 10_000
_MOST_STREAMS: Final = 100
_GROUP_ARN: Final = re.compile(r"arn:aws:logs:([a-z0-9-]+):(\d{12}):log-group:([^:]+)(?::\*)?")


@operation
def filter_log_events(call: Call, backend: Backend) -> Result:
    """The events of a group's streams that a pattern matches, oldest first, in pages.

    Raises:
        AwsError: ResourceNotFoundException, InvalidParameterException.
    """
    params = call.params
    size, token = params.get("limit", _MOST), params.get("nextToken", "0")
    if not 1 <= size <= _MOST:
        raise _invalid(f"The limit must be between 1 and {_MOST}.")
    if not token.isdecimal():
        raise _invalid("The specified nextToken is invalid.")
    try:
        what = pattern.read(params.get("filterPattern") or "")
    except InvalidPattern as error:
        raise _invalid(str(error)) from error
    name, group = _group(call)
    found = [
        (event.timestamp, stream.log_stream_name, place, event)
        for stream in _streams(call, group)
        for place, event in _of_time(call, group, stream)
        if what.matches(LogEvent(event.message))
    ]
    found.sort(key=lambda one: one[:3])
    start = int(token)
    answer: Result = {
        "events": [
            {
                "logStreamName": stream,
                "timestamp": time,
                "message": event.message,
                "ingestionTime": event.ingestion_time,
                "eventId": _id(call, name, stream, time, place),
            }
            for time, stream, place, event in found[start : start + size]
        ],
        "searchedLogStreams": [],
    }
    if start + size < len(found):
        answer["nextToken"] = str(start + size)
    return answer


def _group(call: Call) -> tuple[str, Any]:
    assert call.account is not None
    given = [
        call.params[key] for key in ("logGroupName", "logGroupIdentifier") if key in call.params
    ]
    if len(given) != 1:
        raise _invalid("Exactly one of logGroupName and logGroupIdentifier must be given.")
    arn = _GROUP_ARN.fullmatch(given[0])
    region, owner, name = arn.groups() if arn else (call.region, call.account.id, given[0])
    state = state_of("logs", call.account.id, call.region)
    here = (region, owner) == (call.region, call.account.id)
    if not here or state is None or name not in state.groups:
        raise AwsError("ResourceNotFoundException", "The specified log group does not exist.")
    return name, state.groups[name]


def _streams(call: Call, group: Any) -> list[Any]:
    params = call.params
    names, prefix = params.get("logStreamNames") or (), params.get("logStreamNamePrefix")
    if names and prefix is not None:
        raise _invalid("logStreamNames and logStreamNamePrefix must not be given together.")
    if len(names) > _MOST_STREAMS:
        raise _invalid(f"At most {_MOST_STREAMS} log streams can be named.")
    if lacking := [name for name in names if name not in group.streams]:
        raise AwsError(
            "ResourceNotFoundException", f"The specified log stream does not exist: {lacking[0]}"
        )
    return [
        stream
        for name, stream in group.streams.items()
        if (not names or name in names) and name.startswith(prefix or "")
    ]


def _of_time(call: Call, group: Any, stream: Any) -> Iterator[tuple[int, Any]]:
    """The events of the times asked for, both ends included, that retention has left."""
    since, until = call.params.get("startTime", 0), call.params.get("endTime")
    if group.retention_in_days:
        kept = call.time - timedelta(days=int(group.retention_in_days))
        since = max(since, int(kept.timestamp() * 1000))
    for place, event in enumerate(stream.events):
        if event.timestamp >= since and (until is None or event.timestamp <= until):
            yield place, event


def _id(call: Call, group: str, stream: str, time: int, place: int) -> str:
    """Of 56 digits, as CloudWatch Logs has them."""
    assert call.account is not None
    what = f"{call.account.id}/{call.region}/{group}/{stream}/{place}"
    return f"{time:020d}{int(sha256(what.encode()).hexdigest(), 16) % 10**36:036d}"


def _invalid(message: str) -> AwsError:
    return AwsError("InvalidParameterException", message)
