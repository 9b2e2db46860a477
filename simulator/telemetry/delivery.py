"""Log files of an account's trails, put into their buckets when somebody looks.

Delivery is lazy: `flush` catches up with the account's clock, each file at the time at which it
was due. It runs before a call that could see or change the result, so that nobody can tell.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

from simulator.account.account import Account
from simulator.account.world import World
from simulator.telemetry import digest_delivery, log_file, log_lines, upload
from simulator.telemetry.course import Batch, Course, due

if TYPE_CHECKING:
    from simulator.gateway.call import Call

_BEARING_ON_KEYS: Final = frozenset(
    {
        "CancelKeyDeletion",
        "CreateGrant",
        "DeleteImportedKeyMaterial",
        "DisableKey",
        "EnableKey",
        "ImportKeyMaterial",
        "PutKeyPolicy",
        "RetireGrant",
        "RevokeGrant",
        "ScheduleKeyDeletion",
    }
)
"""After these CloudTrail may find that it can use a key no longer, or again."""


def looks(call: Call) -> bool:
    """Whether the call sees, or has a say in, what is delivered to a bucket or log group.

    To ask how a bucket is configured does neither.
    """
    assert call.account is not None
    if call.service == "kms" and call.operation in _BEARING_ON_KEYS:
        return any(course.kms_key for course in _courses(call.account.world))
    if call.service in {"logs", "iam", "organizations"}:
        reads = call.operation.startswith(("Get", "List", "Describe"))
        unseen = call.service != "logs" and reads
        return not unseen and log_lines.awaited_without_bucket(call.account.world)
    if call.service != "s3" or call.operation.startswith("GetBucket"):
        return False
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


def _courses(world: World) -> Iterator[Course]:
    for account in world.accounts.values():
        yield from account.delivery.values()


def _source_bucket(source: object) -> str | None:
    return str(source).lstrip("/").split("/", 1)[0] if source else None


def _catch_up(account: Account, trail_arn: str, now: datetime) -> None:
    seed = upload.seed_of(account, trail_arn)
    before: Course = account.delivery[trail_arn]
    course, batches = due(before.without_stale(now), account.records, now, seed)
    waiting = [(log_file.arrival(batch.start, seed), batch) for batch in batches]
    if course.held and course.tried:
        again = log_file.arrival(course.tried, seed)
        if again <= now:
            waiting += [(again, batch) for batch in course.held]
            course = replace(course, held=())
    for at, batch in sorted(waiting, key=lambda one: (one[0], one[1].start)):
        course = digest_delivery.catch_up(account, trail_arn, course, at, now)
        course = _attempt(account, trail_arn, course, batch, at, now)
    course = digest_delivery.catch_up(account, trail_arn, course, now, now)
    if course is not before:
        account.delivery[trail_arn] = course
    if course.deleted and course.drained:
        del account.delivery[trail_arn]


def _attempt(
    account: Account, trail_arn: str, course: Course, batch: Batch, at: datetime, now: datetime
) -> Course:
    """Deliver one file. After a failure the others of this look would fail alike: they wait."""
    tick = log_file.window(now)
    seed = upload.seed_of(account, trail_arn)
    key = log_file.key(course.folder(account.id), account.id, batch.region, batch.start, seed)
    records = [account.records[place] for place in batch.places]
    failed = course.tried == tick and course.error is not None
    error = course.error
    if not failed:
        error = upload.put(account, trail_arn, course, key, log_file.content(records), at)
    if error is None:
        tried = course.tried if course.held else None
        course = replace(course, delivered=at, error=None, tried=tried)
        return digest_delivery.note(course, batch.region, key, records, at, seed)
    return replace(course, held=(*course.held, batch), error=error, tried=tick)
