"""What the adversary did, from the journal of its own principals and the records of its calls."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from simulator.account.principal import Attempt

if TYPE_CHECKING:
    from simulator.drill import Drill

_TOGETHER = timedelta(minutes=10)
_SAME = timedelta(seconds=5)
_READING = (
    *("Get", "List", "Describe", "Head", "Lookup", "Search", "Scan"),
    *("GET ", "HEAD ", "query ", "connect "),
)
_TAKING = ("GetObject", "GetFederationToken", "GetSessionToken", "GetSecretValue", "GetParameter")


@dataclass(slots=True)
class Deed:
    """The same thing done once or several times in a row, with the same outcome."""

    operation: str
    first: datetime
    last: datetime
    count: int = 1
    error: str = ""
    """The code of the refusal; empty for what got through."""
    what: str = ""
    """What it was done to, where a record says so."""

    def add(self, about: str) -> None:
        """It was done to one thing more."""
        if about and about not in self.what.split(", "):
            self.what = f"{self.what}, {about}" if self.what else about

    def as_json(self) -> dict[str, Any]:
        return {
            "operation": self.operation,
            "first": self.first.isoformat(timespec="seconds"),
            "last": self.last.isoformat(timespec="seconds"),
            "count": self.count,
            "error": self.error,
            "what": self.what,
            "weighs": weighs(self.operation),
        }


def hostile(drill: Drill) -> Iterator[Attempt]:
    """Every attempt of the adversary's, in order: on an instance, too, and what its ways did for it.

    So are those of a function that it deployed.
    """
    actors = drill.play.scenario.principals
    names = {name for name, actor in actors.items() if actor.hostile} | set(_functions(drill))
    tried = {id(attempt) for each in drill.adversary.tries for attempt in each.attempts}
    for attempt in drill.journal:
        own = attempt.principal.partition(" on ")[0] in names or id(attempt) in tried
        if own and attempt.at is not None:
            yield attempt


def records_of(drill: Drill, attempts: Iterable[Attempt]) -> list[dict[str, Any]]:
    """The CloudTrail records of the adversary's calls, in order; of web requests by the address."""
    times = {(each.request_id, each.succeeded): each.at for each in attempts if each.request_id}
    places = drill.hostile_addresses()
    return [
        record
        for record in drill.account.records
        if record["sourceIPAddress"] in places or _is_of(record, times)
    ]


def _is_of(record: Mapping[str, Any], times: Mapping[tuple[str, bool], datetime | None]) -> bool:
    """Whether a record is of one of the calls: a call without a record leaves its id to the next."""
    at = times.get((str(record.get("requestID")), not record.get("errorCode")))
    return at is not None and abs(datetime.fromisoformat(record["eventTime"]) - at) < _SAME


def _functions(drill: Drill) -> Iterator[str]:
    """The adversary's functions, by the names under which they call."""
    places = drill.hostile_addresses()
    for record in drill.account.records:
        made = record["eventName"] == "CreateFunction20150331" and not record.get("errorCode")
        if made and record["sourceIPAddress"] in places:
            yield f"function {record['requestParameters']['functionName']}"


def gathered(attempts: Iterable[Attempt], subjects: Mapping[str, str]) -> list[Deed]:
    """Attempts as deeds: alike, and no more than ten minutes apart, is one.

    `subjects` says what a request was about, by its id.
    """
    deeds: list[Deed] = []
    open_: dict[tuple[str, str], Deed] = {}
    for attempt in attempts:
        assert attempt.at is not None
        error = attempt.error_code or ""
        operation = _short(attempt.operation)
        alike, about = open_.get((operation, error)), subjects.get(attempt.request_id, "")
        if alike is not None and attempt.at - alike.last <= _TOGETHER:
            alike.last, alike.count = attempt.at, alike.count + 1
            alike.add(about)
        else:
            alike = Deed(operation, attempt.at, attempt.at, error=error, what=about)
            open_[operation, error] = alike
            deeds.append(alike)
    return sorted(deeds, key=lambda deed: deed.first)


def weighs(operation: str) -> int:
    """How much a mark says: 2 for what changes or takes something, 1 for looking, 0 for asking who
    one is.
    """
    if operation in {"GetCallerIdentity", "ListBuckets"}:
        return 0
    return 2 if operation in _TAKING or not operation.startswith(_READING) else 1


def _short(operation: str) -> str:
    """A label: "connect tcp 198.51.100.7 port 22" is "connect :22"."""
    words = operation.split()
    if words[0] == "connect" and len(words) == 5:
        return f"connect to port {words[4]}"
    if words[0] == "run":
        return "run command"
    host = urlsplit(words[1]).hostname if len(words) == 2 else None
    return f"{words[0]} {host.partition('.')[0]}" if host else operation
