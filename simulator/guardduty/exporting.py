"""Findings go to a bucket, encrypted with the account's key, in GuardDuty's own name.

Source: "Exporting generated GuardDuty findings to Amazon S3 buckets" (Amazon GuardDuty User Guide).
"""

from __future__ import annotations

import gzip
import json
import random
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from simulator.account.account import Account
from simulator.account.chance import drawn_uuid
from simulator.guardduty import state
from simulator.guardduty.state import Destination, Found
from simulator.guardduty.told import told
from simulator.telemetry.upload import bucket_region

if TYPE_CHECKING:
    from simulator.gateway.service_call import ServiceCall

PRINCIPAL: Final = "guardduty.amazonaws.com"


def export(account: Account, region: str, found: Found, at: datetime) -> None:
    """Write a finding to every destination; one that refuses it is marked as failing."""
    from simulator.gateway.service_call import perform

    detector = state.of(account, region).detector
    if detector is None:
        return
    changed = dict(detector.destinations)
    for name, destination in detector.destinations.items():
        seed = f"export/{account.world.seed}/{name}/{found.id}/{at.isoformat()}"
        key = _key(account, region, at, drawn_uuid(random.Random(seed)))
        body = gzip.compress(f"{json.dumps(told(found))}\n".encode(), mtime=0)
        call = call_of(account, region, detector.id, destination, key, body)
        failed = call is None or perform(call, account).error_code is not None
        since = (destination.failing_since or at) if failed else None
        changed[name] = replace(destination, failing_since=since)
    if changed != detector.destinations:
        now = state.of(account, region).detector
        assert now is not None
        state.keep_detector(account, region, replace(now, destinations=changed))


def refused(account: Account, region: str, detector_id: str, destination: Destination) -> bool:
    """Whether the bucket or the key does not let GuardDuty write."""
    from simulator.gateway.service_call import refusal

    key = _key(account, region, account.world.clock.now(), "verification")
    call = call_of(account, region, detector_id, destination, key, b"")
    return call is None or refusal(call, account) is not None


def call_of(
    account: Account,
    region: str,
    detector_id: str,
    destination: Destination,
    key: str,
    body: bytes,
) -> ServiceCall | None:
    """GuardDuty's PutObject; None where there is no such bucket."""
    from simulator.gateway.service_call import ServiceCall

    bucket, _, prefix = destination.bucket_arn.removeprefix("arn:aws:s3:::").partition("/")
    place = bucket_region(bucket, account.world)
    if place is None:
        return None
    params: dict[str, Any] = {
        "Bucket": bucket,
        "Key": f"{prefix.strip('/')}/{key}".lstrip("/"),
        "ContentType": "application/json",
        "ContentEncoding": "gzip",
        "ServerSideEncryption": "aws:kms",
        "SSEKMSKeyId": destination.key_arn,
    }
    source = f"arn:aws:guardduty:{region}:{account.id}:detector/{detector_id}"
    return ServiceCall(PRINCIPAL, source, "PutObject", params, place, body)


def _key(account: Account, region: str, at: datetime, name: str) -> str:
    return f"AWSLogs/{account.id}/GuardDuty/{region}/{at:%Y/%m/%d}/{name}.jsonl.gz"
