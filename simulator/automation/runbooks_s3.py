"""Runbooks on buckets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from simulator.automation.step import Make, Read, Values

FOUR: Final = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")


def disable_public(read: Read, given: Values) -> Iterator[Make]:
    """All four settings of Block Public Access on the bucket."""
    asked = _blocking(given["S3BucketName"], dict.fromkeys(FOUR, True))
    yield Make("DisableS3BucketPublicReadWrite", "s3", "PutPublicAccessBlock", asked)


def block_bucket(read: Read, given: Values) -> Iterator[Make]:
    """The bucket's settings as the parameters say, and a look at whether they are so."""
    wanted = _wanted(given)
    asked = _blocking(given["BucketName"], wanted)
    yield Make("PutBucketPublicAccessBlock", "s3", "PutPublicAccessBlock", asked)
    asked = {"Bucket": given["BucketName"]}
    yield Make("GetBucketPublicAccessBlock", "s3", "GetPublicAccessBlock", asked)


def block_account(read: Read, given: Values) -> Iterator[Make]:
    """The account's settings as the parameters say, and a look at whether they are so."""
    asked: dict[str, Any] = {
        "AccountId": given["AccountId"],
        "PublicAccessBlockConfiguration": _wanted(given),
    }
    yield Make("PutAccountPublicAccessBlock", "s3control", "PutPublicAccessBlock", asked)
    asked = {"AccountId": given["AccountId"]}
    yield Make("GetPublicAccessBlock", "s3control", "GetPublicAccessBlock", asked)


def versioning(read: Read, given: Values) -> Iterator[Make]:
    """The bucket's versioning is enabled, or suspended."""
    status = {"Status": given["VersioningState"]}
    asked = {"Bucket": given["BucketName"], "VersioningConfiguration": status}
    yield Make("ConfigureVersioning", "s3", "PutBucketVersioning", asked)


def encryption(read: Read, given: Values) -> Iterator[Make]:
    """New objects are encrypted by default."""
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": given["SSEAlgorithm"]}}
    asked = {
        "Bucket": given["BucketName"],
        "ServerSideEncryptionConfiguration": {"Rules": [rule]},
    }
    yield Make("PutBucketEncryption", "s3", "PutBucketEncryption", asked)


def _wanted(given: Values) -> dict[str, bool]:
    return {name: given[name].lower() == "true" for name in FOUR}


def _blocking(bucket: str, wanted: dict[str, bool]) -> dict[str, Any]:
    return {"Bucket": bucket, "PublicAccessBlockConfiguration": wanted}
