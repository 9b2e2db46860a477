"""Log files of an account's trails, put into their buckets when somebody looks.

Delivery is lazy: `flush` catches up with the account's clock, each file at the time at which it
was due. It runs before a call that could see or change the result, so that nobody can tell.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from simulator.account.account import Account
from simulator.account.resource_policies import bucket_owner
from simulator.account.world import World
from simulator.telemetry import log_file, log_lines
from simulator.telemetry.course import Batch, Course, due

if TYPE_CHECKING:
    from simulator.gateway.call import Call
    from simulator.gateway.service_call import ServiceCall

PRINCIPAL = "cloudtrail.amazonaws.com"


def looks(call: Call) -> bool:
    """Whether the call sees, or has a say in, what is delivered to a bucket."""
    if call.service != "s3":
        return False
    assert call.account is not None
    named = {call.params.get("Bucket"), _source_bucket(call.params.get("CopySource"))}
    world = call.account.world
    return any(course.bucket in named for course in _courses(world)) or log_lines.awaited(
        world, named
    )


def flush(world: World, now: datetime | None = None) -> None:
    """Deliver every log file that is due. The world must have the gateway's turn."""
    now = now or world.clock.now()
    for account in world.accounts.values():
        for trail_arn in tuple(account.delivery):
            _catch_up(account, trail_arn, now)
    log_lines.flush(world, now)


def log_object(course: Course, trail_arn: str, key: str, region: str, body: bytes) -> ServiceCall:
    """CloudTrail's PutObject of a log file, as a bucket policy sees it."""
    from simulator.gateway.service_call import ServiceCall

    params = {
        "Bucket": course.bucket,
        "Key": key,
        "ACL": "bucket-owner-full-control",
        "ContentType": "application/json",
        "ContentEncoding": "gzip",
        "ServerSideEncryption": "aws:kms" if course.kms_key else "AES256",
    }
    if course.kms_key:
        params["SSEKMSKeyId"] = course.kms_key
    return ServiceCall(PRINCIPAL, trail_arn, "PutObject", params, region, body)


def bucket_region(bucket: str, world: World) -> str | None:
    """The region of a bucket in one of the world's accounts; None for no such bucket."""
    from moto.s3.models import s3_backends

    owner = bucket_owner(bucket)
    if owner not in world.accounts:
        return None
    return str(s3_backends[owner]["aws"].buckets[bucket].region_name)


def _courses(world: World) -> Iterator[Course]:
    for account in world.accounts.values():
        yield from account.delivery.values()


def _source_bucket(source: object) -> str | None:
    return str(source).lstrip("/").split("/", 1)[0] if source else None


def _catch_up(account: Account, trail_arn: str, now: datetime) -> None:
    seed = f"{account.world.seed}/{trail_arn}"
    before: Course = account.delivery[trail_arn]
    course, batches = due(before.without_stale(now), account.records, now, seed)
    waiting = [(log_file.arrival(batch.start, seed), batch) for batch in batches]
    if course.held and course.tried:
        again = log_file.arrival(course.tried, seed)
        if again <= now:
            waiting += [(again, batch) for batch in course.held]
            course = replace(course, held=())
    for at, batch in sorted(waiting, key=lambda one: (one[0], one[1].start)):
        course = _attempt(account, trail_arn, course, batch, at, now)
    if course is not before:
        account.delivery[trail_arn] = course
    if course.deleted and course.drained:
        del account.delivery[trail_arn]


def _attempt(
    account: Account, trail_arn: str, course: Course, batch: Batch, at: datetime, now: datetime
) -> Course:
    """Deliver one file. After a failure the others of this look would fail alike: they wait."""
    tick = log_file.window(now)
    failed = course.tried == tick and course.error is not None
    error = course.error if failed else _put(account, trail_arn, course, batch, at)
    if error is None:
        tried = course.tried if course.held else None
        return replace(course, delivered=at, error=None, tried=tried)
    return replace(course, held=(*course.held, batch), error=error, tried=tick)


def _put(
    account: Account, trail_arn: str, course: Course, batch: Batch, at: datetime
) -> str | None:
    """S3's error code, if it refuses the file."""
    from simulator.gateway.service_call import perform

    world = account.world
    region = bucket_region(course.bucket, world)
    if region is None:
        return "NoSuchBucket"
    seed = f"{world.seed}/{trail_arn}"
    key = log_file.key(course.prefix, account.id, batch.region, batch.start, seed)
    body = log_file.content([account.records[place] for place in batch.places])
    with world.clock.pinned(at):
        outcome = perform(log_object(course, trail_arn, key, region, body), account)
    return outcome.error_code
