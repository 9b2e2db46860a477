"""Events of a trail, sent to a log group of CloudWatch Logs.

Delivery is lazy, as that of log files is: `flush` catches up with the account's clock before a call
that could see or change the result. What can't be sent when it is due is lost for the log group:
it is still in the log files. Source: "Monitoring CloudTrail Log Files with Amazon CloudWatch Logs"
(CloudTrail User Guide), also for the delay of about five minutes, one event a record, and the
stream's name.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, Self

from simulator.account.account import Account
from simulator.account.state import state_of
from simulator.account.world import World
from simulator.telemetry import log_file
from simulator.telemetry.selectors import Selection

if TYPE_CHECKING:
    from simulator.gateway.call import Call
    from simulator.gateway.caller import Caller

PRINCIPAL: Final = "cloudtrail.amazonaws.com"
SESSION: Final = "CLOUDWATCH_LOGS_DELIVERY_SESSION"
_GROUP: Final = re.compile(r"arn:aws:logs:([a-z0-9-]+):(\d{12}):log-group:([.\-_/#A-Za-z0-9]+):\*")
_LONGEST: Final = 256 * 1024
"""Bytes: a longer event is not sent."""
_BEGINNING: Final = datetime.min.replace(tzinfo=UTC)

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class LogGroup:
    """A log group's ARN, taken apart."""

    region: str
    account_id: str
    name: str

    @classmethod
    def parse(cls, arn: str) -> Self | None:
        """None for what is no ARN of a log group with ":*" at its end."""
        found = _GROUP.fullmatch(arn)
        return cls(*found.groups()) if found else None


@dataclass(frozen=True, slots=True)
class Span:
    """Where the trail sends events from the account's `first` record on, and which.

    `selection` is None while it sends none.
    """

    first: int
    selection: Selection | None
    group_arn: str = ""
    role_arn: str = ""


@dataclass(frozen=True, slots=True)
class Stream:
    """How far a trail's events have been sent. Values are replaced, never changed."""

    spans: tuple[Span, ...] = ()
    cursor: int = 0
    """The first record not yet looked at."""
    window: datetime = _BEGINNING
    """Start of the five minutes whose events were last sent."""
    sent: datetime | None = None
    error: str | None = None
    """Why the last attempt failed, if it did."""
    deleted: bool = False
    """The trail is no more: the stream ends when everything due has been sent."""

    def sending(self, span: Span) -> Self:
        """The stream on which `span` applies from its first record on."""
        kept = tuple(each for each in self.spans if each.first < span.first)
        return replace(self, spans=(*kept, span))

    def span_at(self, place: int) -> Span:
        found = Span(0, None)
        for span in self.spans:
            if span.first > place:
                break
            found = span
        return found


@dataclass(frozen=True, slots=True)
class Batch:
    """Events that are sent together, at the same time."""

    start: datetime
    span: Span
    places: tuple[int, ...]


def looks(call: Call) -> bool:
    """Whether the call sees, or has a say in, what arrives in a log group.

    Roles are changed by IAM, and what limits them by Organizations.
    """
    if call.service not in {"logs", "iam", "organizations"}:
        return False
    assert call.account is not None
    if not any(account.streams for account in call.account.world.accounts.values()):
        return False
    return call.service == "logs" or not call.operation.startswith(("Get", "List", "Describe"))


def flush(world: World, now: datetime) -> None:
    """Send every event that is due. The world must have the gateway's turn."""
    for account in world.accounts.values():
        for trail_arn, stream in tuple(account.streams.items()):
            seed = f"{world.seed}/{trail_arn}/stream"
            after, batches = due(stream, account.records, now, seed)
            for batch in batches:
                at = log_file.arrival(batch.start, seed)
                after = _attempt(account, trail_arn, after, batch, at)
            if after is not stream:
                account.streams[trail_arn] = after
            if after.deleted and after.cursor >= after.spans[-1].first:
                del account.streams[trail_arn]


def due(
    stream: Stream, records: Sequence[Record], now: datetime, seed: str
) -> tuple[Stream, tuple[Batch, ...]]:
    """What `now` is late enough for, and the stream once it is sent."""
    batches: list[tuple[datetime, Span, list[int]]] = []
    window, end = stream.window, len(records)
    for place in range(stream.cursor, end):
        span = stream.span_at(place)
        if span.selection is None or not span.selection.logs(records[place]):
            continue
        own = log_file.window(datetime.fromisoformat(records[place]["eventTime"]))
        if log_file.arrival(max(own, window), seed) > now:
            end = place
            break
        window = max(own, window)
        if not batches or batches[-1][0] != window or batches[-1][1] is not span:
            batches.append((window, span, []))
        batches[-1][2].append(place)
    if end == stream.cursor:
        return stream, ()
    return replace(stream, cursor=end, window=window), tuple(
        Batch(start, span, tuple(places)) for start, span, places in batches
    )


def name_of(account_id: str, region: str) -> str:
    """The log stream that a trail of `region` sends to, from every region."""
    return f"{account_id}_CloudTrail_{region}"


def _attempt(
    account: Account, trail_arn: str, stream: Stream, batch: Batch, at: datetime
) -> Stream:
    from simulator.gateway.errors import AwsError

    with account.world.clock.pinned(at):
        try:
            session = enter(account, trail_arn, batch.span.group_arn, batch.span.role_arn)
        except AwsError as error:
            return replace(stream, error=error.message)
        _send(account, trail_arn, session, batch, at)
    return replace(stream, sent=at, error=None)


def enter(account: Account, trail_arn: str, group_arn: str, role_arn: str) -> Caller:
    """The role's session, if it may now create the trail's stream and put events into it.

    Raises:
        AwsError: InvalidCloudWatchLogsLogGroupArnException, InvalidCloudWatchLogsRoleArnException.
    """
    from simulator.gateway import service_role
    from simulator.gateway.errors import AwsError

    home = trail_arn.split(":")[3]
    group = LogGroup.parse(group_arn)
    if group is None or (group.region, group.account_id) != (home, account.id):
        raise _invalid_group("Check the log group ARN: CloudTrail can't validate it.")
    state = state_of("logs", account.id, home)
    if state is None or group.name not in state.groups:
        raise _invalid_group("CloudTrail cannot validate the specified log group ARN.")
    try:
        session = service_role.assume(account, PRINCIPAL, trail_arn, role_arn, SESSION, home)
    except AwsError as error:
        raise AwsError(
            "InvalidCloudWatchLogsRoleArnException",
            "Access denied. Check the trust relationships for your role.",
        ) from error
    params = {"logGroupName": group.name, "logStreamName": name_of(account.id, home)}
    try:
        for operation in ("CreateLogStream", "PutLogEvents"):
            service_role.check(account, session, "logs", operation, params, home)
    except AwsError as error:
        raise _invalid_group(
            "Access denied. Verify in IAM that the role has adequate permissions."
        ) from error
    return session


def _invalid_group(message: str) -> Exception:
    from simulator.gateway.errors import AwsError

    return AwsError("InvalidCloudWatchLogsLogGroupArnException", message)


def _send(account: Account, trail_arn: str, session: Caller, batch: Batch, at: datetime) -> None:
    from simulator.backends import moto_time

    group = LogGroup.parse(batch.span.group_arn)
    assert group is not None
    held = state_of("logs", account.id, group.region).groups[group.name]
    name = name_of(account.id, group.region)
    with moto_time.serving(lambda: at):
        if name not in held.streams:
            held.create_log_stream(name)
            _write_down(account, session, group, name)
        held.streams[name].put_log_events(list(_events(account, batch)))


def _events(account: Account, batch: Batch) -> Iterator[dict[str, Any]]:
    """In the order of their times, as CloudWatch Logs wants them."""
    records = [account.records[place] for place in batch.places]
    for record in sorted(records, key=lambda one: str(one["eventTime"])):
        message = json.dumps(record, separators=(",", ":"))
        if len(message.encode()) <= _LONGEST:
            time = datetime.fromisoformat(record["eventTime"])
            yield {"timestamp": int(time.timestamp()) * 1000, "message": message}


def _write_down(account: Account, session: Caller, group: LogGroup, stream: str) -> None:
    """CloudTrail's own calls for a new stream. PutLogEvents is no management event."""
    from simulator.gateway import service_role
    from simulator.gateway.caller import service_caller

    assert session.session is not None
    arn = session.arn
    service_role.write_down(
        account,
        service_caller(PRINCIPAL),
        PRINCIPAL,
        "sts",
        "AssumeRole",
        {"RoleArn": session.issuer_arn, "RoleSessionName": SESSION},
        group.region,
        {
            "Credentials": {
                "AccessKeyId": session.access_key_id,
                "SessionToken": "",
                "Expiration": session.session.expires.replace(microsecond=0),
            },
            "AssumedRoleUser": {"AssumedRoleId": session.principal_id, "Arn": arn},
        },
    )
    service_role.write_down(
        account,
        session,
        PRINCIPAL,
        "logs",
        "CreateLogStream",
        {"logGroupName": group.name, "logStreamName": stream},
        group.region,
    )
