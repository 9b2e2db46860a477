"""A job's run: objects are read, and what is sensitive in them becomes findings.

Sources: "Running sensitive data discovery jobs", "ClassificationDetails" (Amazon Macie API Reference).
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from simulator.account.account import Account
from simulator.account.s3_bucket import find_bucket
from simulator.macie import buckets, collecting, finding, scope, severity, state
from simulator.macie.content import Content, opened
from simulator.macie.identifiers.catalogue import chosen, rules
from simulator.macie.matching import Allowed, Custom, Detection, detect, occurrences
from simulator.macie.reading import Reader, reader
from simulator.macie.state import Found, Job, Session
from simulator.telemetry import delivery

_KINDS: Final = {
    "CREDENTIALS": "SensitiveData:S3Object/Credentials",
    "FINANCIAL_INFORMATION": "SensitiveData:S3Object/Financial",
    "PERSONAL_INFORMATION": "SensitiveData:S3Object/Personal",
    "CUSTOM_IDENTIFIER": "SensitiveData:S3Object/CustomIdentifier",
}
_LOCATED: Final = 15


@dataclass(slots=True)
class Run:
    """What came of a run so far."""

    found: list[Found] = field(default_factory=list)
    failed: bool = False
    unread: int = 0
    skipped: int = 0


def run(account: Account, region: str, job: Job, at: datetime) -> None:
    """Look at everything that the job is about, as it is now, and keep what was found."""
    session = state.of(account, region)
    assert session is not None
    done, eyes = Run(), reader(account, region, job.arn)
    if eyes is None:
        done.failed = True
    else:
        _look(account, region, session, job, eyes, done, at)
    session = state.of(account, region)
    assert session is not None
    session = collecting.collect(session, done.found)
    once = job.settings["jobType"] == "ONE_TIME"
    job = replace(
        job,
        status="COMPLETE" if once else "IDLE",
        due=None,
        runs=job.runs + 1,
        failed=done.failed,
        unread=done.unread,
        skipped=done.skipped,
    )
    made = session.made + len(done.found)
    state.keep(account, region, replace(session, jobs={**session.jobs, job.id: job}, made=made))


def _look(
    account: Account,
    region: str,
    session: Session,
    job: Job,
    eyes: Reader,
    done: Run,
    at: datetime,
) -> None:
    customs = _customs(session, job)
    allowed = _allowed(session, job, eyes)
    settings = job.settings
    ids = chosen(
        settings.get("managedDataIdentifierSelector") or "RECOMMENDED",
        settings.get("managedDataIdentifierIds") or (),
    )
    delivery.flush(account.world, at)
    for name in scope.chosen_buckets(account, region, settings):
        bucket = find_bucket(name)
        if bucket is None or bucket.account_id != account.id or not eyes.may_list(name):
            done.failed = True
            continue
        for item in _sampled(account, job, bucket):
            body = eyes.read(name, item.name)
            if body is None:
                done.unread += 1
                continue
            content = opened(item.name, body)
            if content is None:
                done.skipped += 1
                continue
            detections = detect(content.passages, ids, customs, allowed)
            details = _details(session, job, item, content, detections)
            if details is None:
                continue
            kind, score, told = details
            affected = {
                "s3Bucket": finding.bucket_told(account, bucket),
                "s3Object": finding.object_told(bucket, item),
            }
            number = session.made + len(done.found) + 1
            more = {"classificationDetails": told}
            done.found.append(finding.new(account, region, kind, score, affected, at, number, more))


def _sampled(account: Account, job: Job, bucket: Any) -> list[Any]:
    """The objects to look at: those in scope, or a share of them, drawn by chance."""
    held = [
        one
        for one in buckets.objects(bucket)
        if one.size and scope.takes_object(job.settings, one, job.since)
    ]
    share = int(job.settings.get("samplingPercentage") or 100)
    if share >= 100:
        return held
    seed = f"macie sample/{account.world.seed}/{job.id}/{job.runs}/{bucket.name}"
    count = -(-len(held) * share // 100)
    picked = set(random.Random(seed).sample(range(len(held)), count))
    return [one for place, one in enumerate(held) if place in picked]


def pending(account: Account, region: str, job: Job) -> int:
    """How many objects a run that is under way has to look at."""
    if job.status != "RUNNING":
        return 0
    found = (find_bucket(name) for name in scope.chosen_buckets(account, region, job.settings))
    return sum(len(_sampled(account, job, one)) for one in found if one is not None)


def _customs(session: Session, job: Job) -> list[Custom]:
    wanted = job.settings.get("customDataIdentifierIds") or ()
    return [
        Custom(one.arn, re.compile(one.regex), one.keywords, one.ignored, one.distance)
        for one in (session.identifiers[name] for name in wanted if name in session.identifiers)
        if not one.deleted
    ]


def _allowed(session: Session, job: Job, eyes: Reader) -> Allowed:
    """What allow lists hold; a list whose object can't be read is left out."""
    words, patterns = set[str](), []
    for name in job.settings.get("allowListIds") or ():
        kept = session.allow_lists.get(name)
        if kept is None:
            continue
        if kept.criteria.get("regex"):
            patterns.append(re.compile(kept.criteria["regex"]))
        elif kept.criteria.get("s3WordsList"):
            place = kept.criteria["s3WordsList"]
            body = eyes.read(place["bucketName"], place["objectKey"])
            lines = (body or b"").decode("utf-8", "replace").splitlines()
            words |= {one.strip().lower() for one in lines if one.strip()}
    return Allowed(frozenset(words), tuple(patterns))


def _details(
    session: Session,
    job: Job,
    item: Any,
    content: Content,
    detections: Mapping[str, Detection],
) -> tuple[str, int, dict[str, Any]] | None:
    """Type, severity and classificationDetails of an object's finding; None for no finding."""
    known = rules()
    own = {one.arn: one for one in session.identifiers.values()}
    by_category: dict[str, list[Detection]] = {}
    customs: list[Detection] = []
    scores = []
    for name, one in detections.items():
        if name in known:
            by_category.setdefault(known[name].category, []).append(one)
            scores.append(severity.managed(known[name].scale, one.count))
        elif score := severity.custom(own[name].levels, one.count):
            customs.append(one)
            scores.append(score)
    if not scores:
        return None
    categories = [*by_category, *(["CUSTOM_IDENTIFIER"] if customs else [])]
    kind = _KINDS[categories[0]] if len(categories) == 1 else "SensitiveData:S3Object/Multiple"
    left = iter(range(_LOCATED))
    groups = [
        {
            "category": category,
            "totalCount": sum(one.count for one in group),
            "detections": [
                {"type": one.name, "count": one.count, "occurrences": _places(one, left)}
                for one in group
            ],
        }
        for category, group in by_category.items()
    ]
    named = [
        {
            "arn": one.name,
            "name": own[one.name].name,
            "count": one.count,
            "occurrences": _places(one, left),
        }
        for one in customs
    ]
    total = sum(one.count for one in detections.values())
    result = {
        "status": {"code": "COMPLETE" if content.whole else "PARTIAL"},
        "sizeClassified": int(item.size),
        "mimeType": content.mime,
        "additionalOccurrences": total > _LOCATED,
        "sensitiveData": groups,
        "customDataIdentifiers": {
            "totalCount": sum(one.count for one in customs),
            "detections": named,
        },
    }
    if not content.whole:
        result["status"] = {"code": "PARTIAL", "reason": "ARCHIVE_CONTAINS_UNPROCESSED_FILES"}
    told = {
        "jobArn": job.arn,
        "jobId": job.id,
        "originType": "SENSITIVE_DATA_DISCOVERY_JOB",
        "result": result,
    }
    return kind, max(scores), told


def _places(one: Detection, left: Iterator[int]) -> dict[str, Any]:
    """Where its occurrences are; of all in an object, fifteen are told."""
    return occurrences([place for place, _ in zip(one.places, left, strict=False)])
