"""Trails as the backend keeps them: found by name or ARN, checked, and followed by delivery.

Source: "CloudTrail API Reference".
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Final

from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.gateway.service_call import ServiceCall, refusal
from simulator.services import insight_selectors, trail_streams
from simulator.telemetry import delivery
from simulator.telemetry.course import Course
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


def seen_from(call: Call) -> list[Any]:
    """The trails of the region called, with the shadows of multi-region trails of others."""
    assert call.account is not None
    return [
        trail
        for trail in trails_of(call.account.id)
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
            InvalidHomeRegionException.
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
    if change and trail.region_name != call.region:
        raise AwsError(
            "InvalidHomeRegionException",
            f"The trail {trail.arn} can only be changed from its home region, {trail.region_name}.",
        )
    return trail


def check_new(call: Call, name: str) -> None:
    """Refuse a trail of a name that is taken, or one too many."""
    assert call.account is not None
    there = seen_from(call)
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
            InvalidS3PrefixException.
    """
    account = call.account
    assert account is not None
    bucket = course.bucket
    if course.prefix and len(course.prefix) > 200:
        raise AwsError("InvalidS3PrefixException", "S3 prefix is longer than maximum length: 200.")
    region = delivery.bucket_region(bucket, account.world)
    if region is None:
        raise AwsError("S3BucketDoesNotExistException", f"S3 bucket {bucket} does not exist!")
    folder = f"{course.prefix}/" if course.prefix else ""
    key = f"{folder}AWSLogs/{account.id}/CloudTrail/{call.region}/"
    for wanted in (
        ServiceCall(delivery.PRINCIPAL, trail_arn, "GetBucketAcl", {"Bucket": bucket}, region),
        delivery.log_object(course, trail_arn, key, region, b""),
    ):
        if refusal(wanted, account) is not None:
            raise AwsError(
                "InsufficientS3BucketPolicyException",
                f"Incorrect S3 bucket policy is detected for bucket: {bucket}",
            )


def follow(call: Call, trail: Any, *, next_record: bool = True) -> None:
    """Let delivery do as the trail says, from the next record on or from this call's own."""
    assert call.account is not None
    first = len(call.account.records) + next_record
    course = replace(
        course_of(call, trail.arn, trail),
        bucket=trail.bucket_name,
        prefix=trail.s3_key_prefix,
        kms_key=trail.kms_key_id,
        deleted=False,
    )
    selection = selection_of(trail) if trail.status.is_logging else None
    call.account.delivery[trail.arn] = course.logging(first, selection)
    trail_streams.follow(call, trail, first, selection)
    insight_selectors.follow(call, trail, first, selection)


def course_of(call: Call, trail_arn: str, trail: Any) -> Course:
    """How far the trail has been delivered; a new one starts at the account's next record."""
    assert call.account is not None
    found: Course | None = call.account.delivery.get(trail_arn)
    return found or Course(
        trail.bucket_name,
        trail.s3_key_prefix,
        trail.kms_key_id,
        cursor=len(call.account.records),
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
