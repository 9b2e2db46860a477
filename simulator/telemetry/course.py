"""How far a trail's log files have been delivered, and what is still to be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Self

from simulator.telemetry import log_file
from simulator.telemetry.digest import Digests
from simulator.telemetry.selectors import Selection

KEPT_TRYING: Final = timedelta(days=30)
"""Source: "Amazon S3 bucket policy for CloudTrail" (CloudTrail User Guide)."""

_BEGINNING: Final = datetime.min.replace(tzinfo=UTC)
_OWN: Final = "cloudtrail.amazonaws.com"

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Span:
    """What the trail logs from the account's `first` record on; None while it is stopped."""

    first: int
    selection: Selection | None


@dataclass(frozen=True, slots=True)
class Batch:
    """The records of one log file, as places among the account's records."""

    start: datetime
    region: str
    places: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Course:
    """The state of a trail's delivery. Values are replaced, never changed.

    `bucket`, `prefix` and `kms_key` say where to; `cursor` is the first record not yet looked at.
    """

    bucket: str
    prefix: str | None
    kms_key: str | None
    spans: tuple[Span, ...] = ()
    cursor: int = 0
    last_window: datetime | None = None
    """Start of the last five minutes that are closed."""
    held: tuple[Batch, ...] = ()
    """Files that could not be delivered: CloudTrail tries for 30 days."""
    tried: datetime | None = None
    """When a file was last tried in vain."""
    delivered: datetime | None = None
    error: str | None = None
    """S3's error code of the last attempt, if it failed."""
    deleted: bool = False
    organization: str | None = None
    """The id of the organization whose trail it is; None for a trail of one account."""
    digests: Digests = field(default_factory=Digests)

    def logging(self, first: int, selection: Selection | None) -> Self:
        """The course on which `selection` applies from record `first` on."""
        kept = tuple(span for span in self.spans if span.first < first)
        return replace(self, spans=(*kept, Span(first, selection)))

    def folder(self, account_id: str) -> str:
        """Where in the bucket an account's files are."""
        parts = (self.prefix, "AWSLogs", self.organization, account_id)
        return "/".join(part for part in parts if part)

    @property
    def is_logging(self) -> bool:
        return bool(self.spans) and self.spans[-1].selection is not None

    def selection_at(self, place: int) -> Selection | None:
        """What the trail logged when the account's record at `place` was made."""
        found = None
        for span in self.spans:
            if span.first > place:
                break
            found = span.selection
        return found

    @property
    def drained(self) -> bool:
        """Nothing is left to deliver, now or later."""
        last = self.spans[-1] if self.spans else Span(0, None)
        logged = last.selection is None and self.cursor >= last.first and not self.held
        return logged and not self.digests.chains

    def without_stale(self, now: datetime) -> Self:
        """The course less the files that have been tried for too long."""
        if not self.held or now - self.held[0].start <= KEPT_TRYING:
            return self
        return replace(
            self, held=tuple(batch for batch in self.held if now - batch.start <= KEPT_TRYING)
        )


def due(
    course: Course, records: Sequence[Record], now: datetime, seed: str
) -> tuple[Course, tuple[Batch, ...]]:
    """The files that `now` is late enough for, and the course once they are made.

    CloudTrail's own deliveries don't make a file: they join the next that has another cause, so
    that a trail that logs its own bucket doesn't fill it by itself.
    """
    files: dict[tuple[datetime, str], list[int]] = {}
    riders: list[int] = []
    closed = course.last_window
    window = closed + log_file.PERIOD if closed else _BEGINNING
    arrives = _BEGINNING
    end = len(records)
    for place in range(course.cursor, end):
        record = records[place]
        selection = course.selection_at(place)
        if selection is None or not selection.logs(record):
            continue
        own = log_file.window(datetime.fromisoformat(record["eventTime"]))
        if own > window or arrives is _BEGINNING:
            window = max(own, window)
            arrives = log_file.arrival(window, seed)
        if arrives > now:
            end = place
            break
        riders.append(place)
        if record["userIdentity"].get("invokedBy") != _OWN:
            for rider in riders:
                files.setdefault((window, records[rider]["awsRegion"]), []).append(rider)
            riders, closed = [], window
    cursor = riders[0] if riders else end
    spans = tuple(
        span
        for span, after in zip(course.spans, (*course.spans[1:], None), strict=True)
        if after is None or after.first > cursor
    )
    batches = tuple(
        Batch(start, region, tuple(places)) for (start, region), places in files.items()
    )
    if cursor == course.cursor:
        return course, ()
    return replace(course, cursor=cursor, last_window=closed, spans=spans), batches
