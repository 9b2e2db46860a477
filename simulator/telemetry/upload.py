"""What CloudTrail puts into a trail's bucket, in its own name."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from simulator.account.account import Account
from simulator.account.resource_policies import bucket_owner
from simulator.account.world import World
from simulator.telemetry.course import Course

if TYPE_CHECKING:
    from simulator.gateway.service_call import ServiceCall

PRINCIPAL: Final = "cloudtrail.amazonaws.com"


def seed_of(account: Account, trail_arn: str) -> str:
    """What decides the names and times of an account's files of a trail, its own or another's."""
    member = "" if f":{account.id}:" in trail_arn else f"/{account.id}"
    return f"{account.world.seed}/{trail_arn}{member}"


def put(
    account: Account,
    trail_arn: str,
    course: Course,
    key: str,
    body: bytes,
    at: datetime,
    metadata: Mapping[str, str] | None = None,
) -> str | None:
    """Put a file of the account's into the trail's bucket; S3's error code, if it refuses."""
    from simulator.gateway.service_call import perform

    region = bucket_region(course.bucket, account.world)
    if region is None:
        return "NoSuchBucket"
    with account.world.clock.pinned(at):
        outcome = perform(log_object(course, trail_arn, key, region, body, metadata), account)
    return outcome.error_code


def log_object(
    course: Course,
    trail_arn: str,
    key: str,
    region: str,
    body: bytes,
    metadata: Mapping[str, str] | None = None,
) -> ServiceCall:
    """CloudTrail's PutObject of a log or digest file, as a bucket policy sees it."""
    from simulator.gateway.service_call import ServiceCall

    params: dict[str, Any] = {
        "Bucket": course.bucket,
        "Key": key,
        "ACL": "bucket-owner-full-control",
        "ContentType": "application/json",
        "ContentEncoding": "gzip",
        "ServerSideEncryption": "aws:kms" if course.kms_key else "AES256",
    }
    if course.kms_key:
        params["SSEKMSKeyId"] = course.kms_key
        params["SSEKMSEncryptionContext"] = _encryption_context(trail_arn)
    if metadata:
        params["Metadata"] = dict(metadata)
    return ServiceCall(PRINCIPAL, trail_arn, "PutObject", params, region, body)


def _encryption_context(trail_arn: str) -> str:
    """S3 adds the object's ARN ("How AWS CloudTrail uses AWS KMS", AWS KMS Developer Guide)."""
    context = json.dumps({"aws:cloudtrail:arn": trail_arn}, separators=(",", ":"))
    return base64.b64encode(context.encode()).decode()


def bucket_region(bucket: str, world: World) -> str | None:
    """The region of a bucket in one of the world's accounts; None for no such bucket."""
    from moto.s3.models import s3_backends

    owner = bucket_owner(bucket)
    if owner not in world.accounts:
        return None
    return str(s3_backends[owner]["aws"].buckets[bucket].region_name)
