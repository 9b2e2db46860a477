"""Trails as the backend keeps them: found by name or ARN, checked, and followed by delivery.

Source: "CloudTrail API Reference".
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from simulator.account.account import Account
from simulator.account.world import World
from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.gateway.service_call import ServiceCall, refusal
from simulator.services import (
    insight_selectors,
    organization_trails,
    trail_keys,
    trail_streams,
)
from simulator.telemetry import log_file, upload
from simulator.telemetry.course import Course
from simulator.telemetry.digest import Digests
from simulator.telemetry.selectors import Selection

MOST_TRAILS: Final = 5
"""In a region, with the shadows of multi-region trails ("Quotas in AWS CloudTrail")."""
_ARN: Final = re.compile(r"arn:[^:]+:cloudtrail:([a-z0-9-]+):(\d{12}):trail/([^:]+)")


def trails_of(account_id: str) -> list[Any]:
    """Every trail of an account, in moto's form."""
    from moto.cloudtrail.models import cloudtrail_backends

    if account_id not in cloudtrail_backends:
        return []
    regions = cloudtrail_backends[account_id].values()
    return [trail for region in list(regions) for trail in region.trails.values()]


def shown_to(account: Account) -> list[Any]:
    """The trails of an account, and the organization trails that it is logged by."""
    management = account.world.memberships.get(account.id, account.id)
    above = trails_of(management) if management != account.id else []
    return trails_of(account.id) + [trail for trail in above if trail.is_org_trail]


def seen_from(call: Call) -> list[Any]:
    """The trails of the region called, with the shadows of multi-region trails of others."""
    assert call.account is not None
    return [
        trail
        for trail in shown_to(call.account)
        if trail.is_multi_region or trail.region_name == call.region
    ]


def arn_of(call: Call, name: str) -> str:
    """The ARN of a trail by name or ARN.

    Raises:
        AwsError: CloudTrailARNInvalidException.
    """
    assert call.account is not None
    if not name.startswith("arn:"):
        return f"arn:aws:cloudtrail:{call.region}:{call.account.id}:trail/{name}"
    if not _ARN.fullmatch(name):
        raise AwsError("CloudTrailARNInvalidException", f"{name} is not a valid trail ARN.")
    return name


def find(call: Call, name: str, *, change: bool = False) -> Any:
    """A trail by name or ARN. A `change` must be asked of its home region.

    Raises:
        AwsError: TrailNotFoundException, CloudTrailARNInvalidException,
            InvalidHomeRegionException; NotOrganizationMasterAccountException for a change of an
            organization trail by a member.
    """
    arn = arn_of(call, name)
    trail = next((trail for trail in seen_from(call) if trail.arn == arn), None)
    if trail is None and change:
        trail = next((t for t in seen_from(call) if t.trail_name == name), None)
    if trail is None:
        assert call.account is not None
        raise AwsError(
            "TrailNotFoundException", f"Unknown trail: {arn} for the user: {call.account.id}"
        )
    if change and call.account is not None and trail.account_id != call.account.id:
        raise organization_trails.not_yours()
    if change and trail.region_name != call.region:
        raise AwsError(
            "InvalidHomeRegionException",
            f"The trail {trail.arn} can only be changed from its home region, {trail.region_name}.",
        )
    return trail


def check_new(call: Call, name: str) -> None:
    """Refuse a trail of a name that is taken, or one too many."""
    assert call.account is not None
    there = [trail for trail in seen_from(call) if trail.account_id == call.account.id]
    if any(trail.trail_name == name and trail.region_name == call.region for trail in there):
        raise AwsError(
            "TrailAlreadyExistsException",
            f"Trail {name} already exists for customer: {call.account.id}",
        )
    if len(there) >= MOST_TRAILS:
        raise AwsError(
            "MaximumNumberOfTrailsExceededException",
            f"User: {call.account.id} already has {MOST_TRAILS} trails in {call.region}.",
        )


def check_bucket(call: Call, course: Course, trail_arn: str) -> None:
    """Refuse a bucket that CloudTrail can't deliver to.

    Raises:
        AwsError: S3BucketDoesNotExistException, InsufficientS3BucketPolicyException,
            InvalidS3PrefixException; for a key InsufficientEncryptionPolicyException and
            KmsException.
    """
    account = call.account
    assert account is not None
    bucket = course.bucket
    if course.prefix and len(course.prefix) > 200:
        raise AwsError("InvalidS3PrefixException", "S3 prefix is longer than maximum length: 200.")
    region = upload.bucket_region(bucket, account.world)
    if region is None:
        raise AwsError("S3BucketDoesNotExistException", f"S3 bucket {bucket} does not exist!")
    key = f"{course.folder(account.id)}/CloudTrail/{call.region}/"
    wanted = ServiceCall(upload.PRINCIPAL, trail_arn, "GetBucketAcl", {"Bucket": bucket}, region)
    refused = refusal(wanted, account)
    if refused is None:
        refused = refusal(upload.log_object(course, trail_arn, key, region, b""), account)
        if refused is not None and course.kms_key:
            raise trail_keys.refused(course, refused)
    if refused is not None:
        raise AwsError(
            "InsufficientS3BucketPolicyException",
            f"Incorrect S3 bucket policy is detected for bucket: {bucket}",
        )


def follow(call: Call, trail: Any, *, next_record: bool = True) -> None:
    """Let delivery do as the trail says, from the next record on or from this call's own."""
    assert call.account is not None
    world = call.account.world
    recorded_here = call.caller.account_id == call.account.id
    first = len(call.account.records) + (next_record and recorded_here)
    selection = _selection_now(trail)
    for account in organization_trails.covered(world, trail):
        since = first if account is call.account else len(account.records)
        _steer(account, trail, since, selection, call.time)
    trail_streams.follow(call, trail, first, selection)
    insight_selectors.follow(call, trail, first, selection)
    give_up(world, trail)


def follow_members(world: World, management: str) -> None:
    """Let the organization's trails log the accounts that are in it now.

    Where there is no organization any more they are trails of the management account alone.
    """
    for trail in trails_of(management):
        if not trail.is_org_trail:
            continue
        organization = organization_trails.organization_id(world, trail)
        trail.is_org_trail = organization is not None
        for account in organization_trails.covered(world, trail):
            course = account.delivery.get(trail.arn)
            if course is None or course.deleted or course.organization != organization:
                since, now = len(account.records), world.clock.now()
                _steer(account, trail, since, _selection_now(trail), now)
        give_up(world, trail)


def give_up(world: World, trail: Any, *, all_of_it: bool = False) -> None:
    """Accounts that a trail logs no more, or `all_of_it`: what was logged is still delivered.

    What could not be delivered is not tried again.
    """
    covered = [] if all_of_it else organization_trails.covered(world, trail)
    for account in world.accounts.values():
        course: Course | None = account.delivery.get(trail.arn)
        if course is None or account in covered or course.deleted:
            continue
        now = world.clock.now()
        digests = course.digests.ended(now + log_file.LATEST)
        if course.is_logging:
            course = course.logging(len(account.records), None)
        course = replace(course, held=(), deleted=True, digests=digests)
        account.delivery[trail.arn] = course


def _steer(
    account: Account, trail: Any, first: int, selection: Selection | None, now: datetime
) -> None:
    course = replace(
        _course(account, trail),
        bucket=trail.bucket_name,
        prefix=trail.s3_key_prefix,
        kms_key=trail.kms_key_id,
        organization=organization_trails.organization_id(account.world, trail),
        deleted=False,
    )
    course = replace(course, digests=_digests(course.digests, trail, account, now))
    account.delivery[trail.arn] = course.logging(first, selection)


def _selection_now(trail: Any) -> Selection | None:
    return selection_of(trail) if trail.status.is_logging else None


def _digests(digests: Digests, trail: Any, account: Account, now: datetime) -> Digests:
    """What is logged before StopLogging is digested; what is delivered without validation isn't.

    Source: "CloudTrail digest file structure" (CloudTrail User Guide), "Digest file chaining".
    """
    seed = upload.seed_of(account, trail.arn)
    home: str = trail.region_name
    last = now + log_file.LATEST
    if not trail.is_multi_region:
        digests = digests.only_in(home, last)
    if trail.log_validation and trail.status.is_logging:
        return digests.begun(now, home, seed)
    return digests.ended(now if trail.status.is_logging else last)


def course_of(call: Call, trail: Any) -> Course:
    """How far the trail has been delivered for the account called into."""
    assert call.account is not None
    return _course(call.account, trail)


def _course(account: Account, trail: Any) -> Course:
    """A new one starts at the account's next record."""
    found: Course | None = account.delivery.get(trail.arn)
    return found or Course(
        trail.bucket_name,
        trail.s3_key_prefix,
        trail.kms_key_id,
        cursor=len(account.records),
    )


def selection_of(trail: Any) -> Selection:
    """What the trail logs as it is configured now."""
    return Selection(
        home_region=trail.region_name,
        multi_region=trail.is_multi_region,
        global_events=trail.include_global_service_events,
        basic=tuple(trail.event_selectors),
        advanced=tuple(trail.advanced_event_selectors),
    )
