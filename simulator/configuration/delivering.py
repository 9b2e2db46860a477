"""Snapshots and history go to S3, notifications to SNS, in AWS Config's own name or by its role.

Sources: "Permissions for the Amazon S3 Bucket for the AWS Config Delivery Channel", "Permissions
for the Amazon SNS Topic", "Delivering Configuration Snapshots to an Amazon S3 Bucket", "AWS Config
History and Snapshot Files" (AWS Config Developer Guide).
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from simulator.account.account import Account
from simulator.account.chance import drawn_uuid
from simulator.configuration.evaluating import FREQUENCIES
from simulator.configuration.events import message, shown
from simulator.configuration.state import PRINCIPAL, Delivery, Item, Kept, chance, keep, kept
from simulator.gateway.errors import AwsError
from simulator.reactions.event import Event
from simulator.telemetry.upload import bucket_region

if TYPE_CHECKING:
    from simulator.gateway.caller import Caller

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
    error = _put(
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
        error = _publish(account, region, str(topic).split(":")[3], state, params)
    state = kept(account, region)
    keep(account, region, replace(state, stream=_after(state.stream, now, error)))


def check_bucket(account: Account, region: str, channel: dict[str, Any]) -> AwsError | None:
    """Put the file that shows that the bucket can be written to; why it can't."""
    state = replace(kept(account, region), channel=channel)
    return _put(account, region, state, f"{_top(account)}/ConfigWritabilityCheckFile", None)


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
        error = _put(account, region, state, key, body) or error
    state = kept(account, region)
    after = _after(state.history, now, error)
    keep(account, region, replace(state, historied=now, history=after))


def _top(account: Account) -> str:
    return f"AWSLogs/{account.id}/Config"


def _day(account: Account, region: str, now: datetime) -> str:
    return f"{_top(account)}/{region}/{now.year}/{now.month}/{now.day}"


def _put(account: Account, region: str, state: Kept, key: str, body: Any) -> AwsError | None:
    assert state.channel is not None
    bucket, prefix = str(state.channel["s3BucketName"]), state.channel.get("s3KeyPrefix")
    where = bucket_region(bucket, account.world)
    if where is None:
        return AwsError("NoSuchBucket", "The specified bucket does not exist", 404)
    params: dict[str, Any] = {
        "Bucket": bucket,
        "Key": f"{prefix}/{key}" if prefix else key,
        "ACL": "bucket-owner-full-control",
    }
    if body is not None:
        params |= {"ContentType": "application/json", "ContentEncoding": "gzip"}
    if state.channel.get("s3KmsKeyArn"):
        params |= {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": state.channel["s3KmsKeyArn"]}
    content = b"" if body is None else gzip.compress(json.dumps(body).encode(), mtime=0)
    return _upload(account, region, where, state, params, content)


def _upload(
    account: Account, region: str, where: str, state: Kept, params: dict[str, Any], content: bytes
) -> AwsError | None:
    """By the recorder's role where that may, else in the service's own name."""
    from simulator.gateway.service_call import ServiceCall, perform

    if (session := _session(account, region, state, "s3", "PutObject", params, where)) is not None:
        return _made(account, where, session, "s3", "PutObject", {**params, "Body": content})
    source = _source(account, region)
    call = ServiceCall(PRINCIPAL, source, "PutObject", params, where, content)
    outcome = perform(call, account)
    if outcome.error_code is None:
        return None
    return AwsError(outcome.error_code, outcome.error_message or "")


def _publish(
    account: Account, region: str, where: str, state: Kept, params: dict[str, Any]
) -> AwsError | None:
    from simulator.gateway.caller import service_caller

    caller = replace(service_caller(PRINCIPAL), issuer_arn=_source(account, region))
    caller = _session(account, region, state, "sns", "Publish", params, where) or caller
    return _made(account, where, caller, "sns", "Publish", params)


def _made(
    account: Account,
    where: str,
    caller: Caller,
    service: str,
    operation: str,
    params: dict[str, Any],
) -> AwsError | None:
    from simulator.gateway.inner_call import perform

    try:
        perform(account, where, caller, PRINCIPAL, service, operation, params)
    except AwsError as error:
        return error
    return None


def _session(
    account: Account,
    region: str,
    state: Kept,
    service: str,
    operation: str,
    params: dict[str, Any],
    where: str,
) -> Caller | None:
    """A session of the recorder's role, if that may make the call."""
    from simulator.gateway import service_role

    if state.recorder is None:
        return None
    role, source = str(state.recorder["roleARN"]), _source(account, region)
    try:
        session = service_role.assume(
            account, PRINCIPAL, source, role, "AWSConfig-BucketConfigCheck", region
        )
        service_role.check(account, session, service, operation, params, where)
    except AwsError:
        return None
    return session


def _source(account: Account, region: str) -> str:
    return f"arn:aws:config:{region}:{account.id}:configuration-recorder"


def _after(before: Delivery, now: datetime, error: AwsError | None) -> Delivery:
    if error is None:
        return Delivery("SUCCESS", now, now)
    return Delivery("FAILURE", now, before.succeeded, (error.code, error.message))
