"""Amazon CloudWatch Logs: queries of CloudWatch Logs Insights. Filters are beside.

A query is run when it is started, so that its first GetQueryResults has everything.
Source: "StartQuery", "GetQueryResults", "StopQuery", "DescribeQueries" (CloudWatch Logs API
Reference) and "CloudWatch Logs quotas".
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, Self

from simulator.account.chance import drawn_uuid
from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.services import Backend, Result, log_events, log_filters, operation
from simulator.services.logs_insights.commands import read
from simulator.services.logs_insights.evaluate import Event
from simulator.services.logs_insights.limits import MalformedQuery, QueryTimeout
from simulator.services.logs_insights.run import Shown, run

_MOST_GROUPS: Final = 50
_LONGEST: Final = 10_000
_MOST_ROWS: Final = 10_000
_MOST_KEPT: Final = 100_000
"""Results of an account and region that are kept, of its latest queries."""
_STATUSES: Final = ("Scheduled", "Running", "Complete", "Failed", "Cancelled", "Timeout", "Unknown")
_GROUP_ARN: Final = re.compile(r"arn:aws:logs:([a-z0-9-]+):(\d{12}):log-group:([^:]+)(?::\*)?")
_MILLISECONDS: Final = 100_000_000_000
"""A time as large as this is not in seconds."""

delete_log_group = log_filters.delete_log_group
delete_log_stream = log_filters.delete_log_stream
delete_metric_filter = log_filters.delete_metric_filter
describe_metric_filters = log_filters.describe_metric_filters
filter_log_events = log_events.filter_log_events
put_metric_filter = log_filters.put_metric_filter
test_metric_filter = log_filters.test_metric_filter


@dataclass(frozen=True)
class Query:
    """A finished query. It never changes, so that snapshots share it."""

    id: str
    text: str
    status: str
    started: int
    """Milliseconds since 1970."""
    groups: tuple[str, ...]
    results: tuple[Shown, ...]
    statistics: Mapping[str, float]
    caller: str

    def __deepcopy__(self, _: dict[int, Any]) -> Self:
        return self

    @property
    def shown(self) -> Result:
        """As DescribeQueries has it."""
        return {
            "queryLanguage": "CWLI",
            "queryId": self.id,
            "queryString": self.text,
            "status": self.status,
            "createTime": self.started,
            "logGroupName": self.groups[0],
            "bytesScanned": self.statistics["bytesScanned"],
            "userIdentity": self.caller,
        }


@operation
def start_query(call: Call, backend: Backend) -> Result:
    """Run a query on log groups of this account and region.

    Raises:
        AwsError: MalformedQueryException, ResourceNotFoundException, InvalidParameterException.
    """
    params, text = call.params, call.params["queryString"]
    if params.get("queryLanguage", "CWLI") != "CWLI":
        raise AwsError.not_simulated("logs", f"StartQuery, {params['queryLanguage']}")
    names = _names(call)
    if not 1 <= len(text) <= _LONGEST:
        raise _invalid(f"The query string must have 1 to {_LONGEST} characters.")
    if not 1 <= params.get("limit", 1) <= _MOST_ROWS:
        raise _invalid(f"The limit must be between 1 and {_MOST_ROWS}.")
    since, until = _milliseconds(params["startTime"]), _milliseconds(params["endTime"])
    if since > until:
        raise _invalid("The start time must not be after the end time.")
    try:
        commands = read(text)
    except MalformedQuery as error:
        raise _malformed(error) from error
    found = list(_events(call, names, since, until))
    now = int(call.time.timestamp() * 1000)
    try:
        rows, matched = run(commands, found, params.get("limit"), now // 1000)
        status = "Complete"
    except QueryTimeout:
        rows, matched, status = [], 0, "Timeout"
    statistics = {
        "recordsMatched": float(matched),
        "recordsScanned": float(len(found)),
        "bytesScanned": float(sum(len(event.message) for event in found)),
        "logGroupsScanned": float(len(names)),
    }
    queries = _queries(call)
    made = Query(
        _id(call, queries), text, status, now, names, tuple(rows), statistics, call.caller.arn
    )
    queries[made.id] = made
    _forget_old(queries)
    return {"queryId": made.id}


@operation
def get_query_results(call: Call, backend: Backend) -> Result:
    """The results in the order of the query, in pages if asked for."""
    query = _find(call)
    size = call.params.get("maxItems", _MOST_ROWS)
    token = call.params.get("nextToken", "0")
    if not 1 <= size <= _MOST_ROWS or not token.isdecimal():
        raise _invalid("The page that is asked for is not valid.")
    start = int(token)
    rows = query.results[start : start + size]
    answer: Result = {
        "queryLanguage": "CWLI",
        "results": [[{"field": name, "value": value} for name, value in row] for row in rows],
        "statistics": dict(query.statistics),
        "status": query.status,
    }
    if start + size < len(query.results):
        answer["nextToken"] = str(start + size)
    return answer


@operation
def stop_query(call: Call, backend: Backend) -> Result:
    """A query that has ended can't be stopped."""
    _find(call)
    return {"success": False}


@operation
def describe_queries(call: Call, backend: Backend) -> Result:
    """The latest queries of this account and region, newest first."""
    params = call.params
    status, group = params.get("status"), params.get("logGroupName")
    size, token = params.get("maxResults", 1000), params.get("nextToken", "0")
    if status not in {None, *_STATUSES} or not 1 <= size <= 1000 or not token.isdecimal():
        raise _invalid("The queries that are asked for are not valid.")
    found = [
        query.shown
        for query in reversed(_queries(call).values())
        if status in {None, query.status} and (group is None or group in query.groups)
    ]
    start = int(token)
    answer: Result = {"queries": found[start : start + size]}
    if start + size < len(found):
        answer["nextToken"] = str(start + size)
    return answer


def _state(call: Call) -> Any:
    from moto.logs.models import logs_backends

    assert call.account is not None
    return logs_backends[call.account.id][call.region]


def _queries(call: Call) -> dict[str, Query]:
    queries: dict[str, Query] = _state(call).__dict__.setdefault("insights_queries", {})
    return queries


def _find(call: Call) -> Query:
    query = _queries(call).get(call.params["queryId"])
    if query is None:
        raise AwsError("ResourceNotFoundException", "The specified query does not exist.")
    return query


def _names(call: Call) -> tuple[str, ...]:
    """The log groups of a query, by name, identifier or ARN."""
    given = [
        name
        for name in ("logGroupName", "logGroupNames", "logGroupIdentifiers")
        if call.params.get(name)
    ]
    if len(given) != 1:
        raise _invalid(
            "A StartQuery operation must include exactly one of the following parameters: "
            "logGroupName, logGroupNames, or logGroupIdentifiers."
        )
    asked = call.params[given[0]]
    names = [asked] if isinstance(asked, str) else list(dict.fromkeys(asked))
    if len(names) > _MOST_GROUPS:
        raise _invalid(f"You can query up to {_MOST_GROUPS} log groups.")
    return tuple(_named(call, name) for name in names)


def _named(call: Call, identifier: str) -> str:
    assert call.account is not None
    found = _GROUP_ARN.fullmatch(identifier)
    region, owner, name = found.groups() if found else (call.region, call.account.id, identifier)
    here = (region, owner) == (call.region, call.account.id)
    if not here or name not in _state(call).groups:
        raise AwsError(
            "ResourceNotFoundException",
            f"Log group '{name}' does not exist for account ID '{owner}'",
        )
    return name


def _events(call: Call, names: tuple[str, ...], since: int, until: int) -> Iterator[Event]:
    """The log events of a time range, both ends included, that retention has left."""
    assert call.account is not None
    for name in names:
        group = _state(call).groups[name]
        oldest = since
        if group.retention_in_days:
            kept = call.time - timedelta(days=int(group.retention_in_days))
            oldest = max(since, int(kept.timestamp() * 1000))
        for stream in group.streams.values():
            for place, one in enumerate(stream.events):
                if oldest <= one.timestamp <= until:
                    yield Event(
                        one.timestamp,
                        one.ingestion_time,
                        one.message,
                        stream.log_stream_name,
                        f"{call.account.id}:{name}",
                        _pointer(call, name, stream.log_stream_name, place),
                    )


def _pointer(call: Call, group: str, stream: str, place: int) -> str:
    import base64

    assert call.account is not None
    where = f"{call.account.id}:{call.region}:{group}:{stream}:{place}"
    return base64.b64encode(where.encode()).decode()


def _milliseconds(time: int) -> int:
    return int(time) if time >= _MILLISECONDS else int(time) * 1000


def _id(call: Call, queries: dict[str, Query]) -> str:
    assert call.account is not None
    last = next(reversed(queries), "")
    seed = f"query/{call.account.world.seed}/{call.account.id}/{call.region}/{last}"
    chance = random.Random(f"{seed}/{call.time.isoformat()}/{len(call.account.records)}")
    return drawn_uuid(chance)


def _forget_old(queries: dict[str, Query]) -> None:
    kept = sum(len(query.results) + 1 for query in queries.values())
    while kept > _MOST_KEPT and len(queries) > 1:
        oldest = queries.pop(next(iter(queries)))
        kept -= len(oldest.results) + 1


def _invalid(message: str) -> AwsError:
    return AwsError("InvalidParameterException", message)


def _malformed(error: MalformedQuery) -> AwsError:
    location = {"startCharOffset": error.start, "endCharOffset": error.end}
    details = {"queryCompileError": {"location": location, "message": error.message}}
    return AwsError("MalformedQueryException", error.message, details=details)
