"""Digest files, put into the trail's bucket with the log files that they tell of."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from simulator.account.account import Account
from simulator.telemetry import digest, digest_file, log_file, upload
from simulator.telemetry.course import KEPT_TRYING, Course
from simulator.telemetry.digest import Link, LogFile
from simulator.telemetry.digest_key import key_pair, signature


def note(
    course: Course,
    region: str,
    key: str,
    records: Sequence[dict[str, Any]],
    at: datetime,
    seed: str,
) -> Course:
    """Keep for the next digest what there is to tell of a log file just delivered."""
    if not course.digests.takes(region, at):
        return course
    times = [record["eventTime"] for record in records]
    hashed = digest_file.sha256(log_file.text(records))
    file = LogFile(course.bucket, key, hashed, min(times), max(times), at)
    return replace(course, digests=course.digests.with_file(region, file, seed))


def catch_up(
    account: Account, trail_arn: str, course: Course, until: datetime, now: datetime
) -> Course:
    """Deliver the digests that are due `until` then. Those of a refusal wait for the next look."""
    seed = upload.seed_of(account, trail_arn)
    tick = log_file.window(now)
    while course.digests.chains:
        due, region = min(
            (digest.arrival(region, chain.end, seed), region)
            for region, chain in course.digests.chains.items()
        )
        tried = course.digests.tried
        if tried is not None:
            due = max(due, log_file.arrival(tried, seed))
        if due > until or tried == tick:
            break
        course = _attempt(account, trail_arn, course, region, due, tick)
    return course


def _attempt(
    account: Account, trail_arn: str, course: Course, region: str, at: datetime, tick: datetime
) -> Course:
    chain = course.digests.chains[region]
    if at - chain.end > KEPT_TRYING:
        return replace(course, digests=course.digests.past(region, chain.previous))
    seed = account.world.seed
    pair = key_pair(seed, region)
    key = digest_file.key(course.folder(account.id), account.id, region, trail_arn, chain.end)
    text = digest_file.text(account.id, course.bucket, key, pair.fingerprint, chain)
    hashed = digest_file.sha256(text)
    signed = digest_file.to_sign(chain.end, course.bucket, key, hashed, chain.previous)
    link = Link(course.bucket, key, hashed, signature(seed, region, signed))
    metadata = {"signature": link.signature, "signature-algorithm": digest_file.ALGORITHM}
    body = gzip.compress(text.encode(), mtime=0)
    error = upload.put(account, trail_arn, course, key, body, at, metadata)
    if error is not None:
        return replace(course, digests=replace(course.digests, error=error, tried=tick))
    done = replace(course.digests.past(region, link), delivered=at, error=None, tried=None)
    return replace(course, digests=done)
