"""Buckets: listed with who gets in and how they are encrypted, and counted.

Sources: "DescribeBuckets", "GetBucketStatistics" (Amazon Macie API Reference).
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from simulator.gateway.call import Call
from simulator.macie import buckets, criteria
from simulator.services import Backend, Result, operation
from simulator.services.macie2.common import page, session_of
from simulator.telemetry import delivery

_ENCRYPTED = {"aws:kms": "kmsManaged", "aws:kms:dsse": "kmsManaged", "AES256": "s3Managed"}


def _inventory(call: Call) -> list[dict[str, Any]]:
    session, account = session_of(call), call.account
    assert account is not None
    delivery.flush(account.world, call.time)
    jobs = list(session.jobs.values())
    return [
        buckets.metadata(account, one, jobs, call.time)
        for one in buckets.in_region(account, call.region)
    ]


@operation
def describe_buckets(call: Call, backend: Backend) -> Result:
    """The inventory, as it is now."""
    wanted = call.params.get("criteria") or {}
    found = [one for one in _inventory(call) if criteria.matches(one, wanted)]
    order = call.params.get("sortCriteria") or {}
    path = order.get("attributeName") or "bucketName"
    found.sort(key=lambda one: criteria.sort_key(one, path), reverse=order.get("orderBy") == "DESC")
    shown, token = page(call, found, most=1000)
    return {"buckets": list(shown), **token}


@operation
def get_bucket_statistics(call: Call, backend: Backend) -> Result:
    """Counts over all buckets of the region."""
    found = _inventory(call)
    public = [one for one in found if one["publicAccess"]["effectivePermission"] == "PUBLIC"]
    encrypted = Counter(_ENCRYPTED[one["serverSideEncryption"]["type"]] for one in found)
    shared = Counter(one["sharedAccess"] for one in found)
    uploads = Counter(one["allowsUnencryptedObjectUploads"] for one in found)
    summed = (
        "classifiableObjectCount",
        "classifiableSizeInBytes",
        "objectCount",
        "sizeInBytes",
        "sizeInBytesCompressed",
    )
    return {
        **{name: sum(one[name] for one in found) for name in summed},
        "bucketCount": len(found),
        "bucketCountByEffectivePermission": {
            "publiclyAccessible": len(public),
            "publiclyReadable": sum(_allows(one, "allowsPublicReadAccess") for one in public),
            "publiclyWritable": sum(_allows(one, "allowsPublicWriteAccess") for one in public),
            "unknown": 0,
        },
        "bucketCountByEncryptionType": {
            "kmsManaged": encrypted["kmsManaged"],
            "s3Managed": encrypted["s3Managed"],
            "unencrypted": 0,
            "unknown": 0,
        },
        "bucketCountByObjectEncryptionRequirement": {
            "allowsUnencryptedObjectUploads": uploads["TRUE"],
            "deniesUnencryptedObjectUploads": uploads["FALSE"],
            "unknown": 0,
        },
        "bucketCountBySharedAccessType": {
            "external": shared["EXTERNAL"],
            "internal": 0,
            "notShared": shared["NOT_SHARED"],
            "unknown": 0,
        },
        "unclassifiableObjectCount": _summed(found, "unclassifiableObjectCount"),
        "unclassifiableObjectSizeInBytes": _summed(found, "unclassifiableObjectSizeInBytes"),
        "lastUpdated": call.time,
    }


def _allows(bucket: dict[str, Any], name: str) -> bool:
    level = bucket["publicAccess"]["permissionConfiguration"]["bucketLevelPermissions"]
    return bool(level["bucketPolicy"][name] or level["accessControlList"][name])


def _summed(found: list[dict[str, Any]], name: str) -> dict[str, int]:
    parts = ("fileType", "storageClass", "total")
    return {part: sum(one[name][part] for one in found) for part in parts}
