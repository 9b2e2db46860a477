"""Buckets get weaker: policy findings, out of the records of what was changed.

Only what changes while Macie is on is found. Further occurrences add to a finding that there is.
Sources: "Types of Macie findings", "How Macie monitors Amazon S3 data security" (which events it
watches).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from simulator.account.account import Account
from simulator.account.s3_bucket import find_bucket
from simulator.macie import buckets, collecting, finding, severity, state
from simulator.macie.actor import action, actor
from simulator.macie.state import Found, Session

LATENCY: Final = timedelta(minutes=2)
"""How long after the change a finding is there."""
_PREFIX: Final = "Policy:IAMUser/"
PUBLIC: Final = f"{_PREFIX}S3BucketPublic"
SHARED: Final = f"{_PREFIX}S3BucketSharedExternally"
CLOUDFRONT: Final = f"{_PREFIX}S3BucketSharedWithCloudFront"
REPLICATED: Final = f"{_PREFIX}S3BucketReplicatedExternally"
UNBLOCKED: Final = f"{_PREFIX}S3BlockPublicAccessDisabled"
UNENCRYPTED: Final = f"{_PREFIX}S3BucketEncryptionDisabled"
_ACCESS: Final = frozenset({PUBLIC, SHARED, CLOUDFRONT})
_WATCHED: Final = {
    "CreateBucket": frozenset[str](),
    "DeleteBucket": frozenset[str](),
    "DeleteAccountPublicAccessBlock": _ACCESS,
    "DeleteBucketEncryption": frozenset({UNENCRYPTED}),
    "DeleteBucketPolicy": _ACCESS,
    "DeleteBucketPublicAccessBlock": frozenset({UNBLOCKED, *_ACCESS}),
    "DeleteBucketReplication": frozenset({REPLICATED}),
    "PutAccountPublicAccessBlock": _ACCESS,
    "PutBucketAcl": _ACCESS,
    "PutBucketEncryption": frozenset({UNENCRYPTED}),
    "PutBucketOwnershipControls": _ACCESS,
    "PutBucketPolicy": _ACCESS,
    "PutBucketPublicAccessBlock": frozenset({UNBLOCKED, *_ACCESS}),
    "PutBucketReplication": frozenset({REPLICATED}),
}
"""Events, and the findings that they can bring about."""
_NEW: Final = frozenset({UNENCRYPTED})
"""A new bucket: blocked, its owner's alone, under SSE-S3."""
Record = Mapping[str, Any]


def weak(account: Account, bucket: Any) -> frozenset[str]:
    """What is weak about a bucket, as types of findings."""
    others, cloudfront = buckets.sharers(account, bucket)
    found = {
        PUBLIC: buckets.public_access(bucket)["effectivePermission"] == "PUBLIC",
        SHARED: bool(others),
        CLOUDFRONT: cloudfront and not others,
        REPLICATED: buckets.replication(account, bucket)["replicatedExternally"],
        UNBLOCKED: not buckets.blocked(bucket),
        UNENCRYPTED: not bucket.encryption or buckets.encryption(bucket)["type"] == "AES256",
    }
    return frozenset(kind for kind, holds in found.items() if holds)


def known(account: Account, region: str) -> dict[str, frozenset[str]]:
    """What is weak about each bucket of the region now."""
    return {one.name: weak(account, one) for one in buckets.in_region(account, region)}


def catch_up(account: Account, region: str) -> None:
    """Take in the records since the last look: what they made of buckets is seen as it is now."""
    records = account.records[min(state.seen(account, region), len(account.records)) :]
    if not records:
        return
    state.see(account, region)
    changes = [one for one in records if _bears_on(one)]
    session = state.of(account, region)
    if not changes or session is None or session.status != "ENABLED":
        return
    for name, about in _by_bucket(session, changes).items():
        session = _after(account, region, session, name, about)
    state.keep(account, region, session)


def _bears_on(record: Record) -> bool:
    return (
        record["eventName"] in _WATCHED
        and record["eventSource"] == "s3.amazonaws.com"
        and "errorCode" not in record
    )


def _by_bucket(session: Session, changes: Sequence[Record]) -> dict[str, list[Record]]:
    """What concerns each bucket; a setting of the account's concerns all."""
    found: dict[str, list[Record]] = {}
    for record in changes:
        name = str((record.get("requestParameters") or {}).get("bucketName") or "")
        for one in [name] if name else sorted(session.weak):
            found.setdefault(one, []).append(record)
    return found


def _after(
    account: Account, region: str, session: Session, name: str, changes: list[Record]
) -> Session:
    """The session, once it has seen what changes made of a bucket.

    What is weak now and was not before is put down to the last change that can have done it.
    """
    bucket = find_bucket(name)
    if bucket is None or bucket.account_id != account.id or bucket.region_name != region:
        left = {other: kinds for other, kinds in session.weak.items() if other != name}
        return replace(session, weak=left)
    before, now = session.weak.get(name, _NEW), weak(account, bucket)
    session = replace(session, weak={**session.weak, name: now})
    for kind in sorted(now - before):
        causes = [one for one in changes if kind in _WATCHED[one["eventName"]]]
        if causes:
            session = _found(account, region, session, kind, bucket, causes[-1])
    return session


def _found(
    account: Account,
    region: str,
    session: Session,
    kind: str,
    bucket: Any,
    record: Record,
) -> Session:
    happened = datetime.fromisoformat(record["eventTime"])
    at = happened + LATENCY
    affected = {"s3Bucket": finding.bucket_told(account, bucket), "s3Object": None}
    old = session.findings.get(session.open.get((kind, bucket.name), ""))
    first = happened if old is None else _first(old)
    details = {"policyDetails": {"action": action(record, first), "actor": actor(record)}}
    if old is not None:
        again = replace(
            old,
            told={**old.told, **details, "resourcesAffected": affected},
            updated=at,
            count=old.count + 1,
        )
        return replace(session, findings={**session.findings, old.id: again})
    number = session.made + 1
    made = finding.new(account, region, kind, severity.POLICY[kind], affected, at, number, details)
    session = collecting.collect(replace(session, made=number), [made])
    return replace(session, open={**session.open, (kind, bucket.name): made.id})


def _first(old: Found) -> datetime:
    seen = old.told["policyDetails"]["action"]["apiCallDetails"]["firstSeen"]
    return datetime.fromisoformat(seen)
