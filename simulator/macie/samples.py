"""Sample findings: one of a type, about things that don't exist.

Source: "Working with sample findings" (Amazon Macie User Guide): `sample` is true, and the account's
own suppression rules hold for them as for others.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from simulator.account import canonical
from simulator.account.account import Account
from simulator.macie import finding, severity
from simulator.macie.state import Found

_BUCKET: Final = "macie-sample-finding-bucket"
_KEY: Final = "Macie_sample_finding.csv"
_CATEGORIES: Final = {
    "Credentials": {"CREDENTIALS": "AWS_CREDENTIALS"},
    "Financial": {"FINANCIAL_INFORMATION": "CREDIT_CARD_NUMBER"},
    "Personal": {"PERSONAL_INFORMATION": "USA_SOCIAL_SECURITY_NUMBER"},
    "Multiple": {
        "FINANCIAL_INFORMATION": "CREDIT_CARD_NUMBER",
        "PERSONAL_INFORMATION": "USA_SOCIAL_SECURITY_NUMBER",
    },
    "CustomIdentifier": {},
}


def sample(account: Account, region: str, kind: str, at: datetime, number: int) -> Found:
    """The sample finding of a type; `number` tells it from others."""
    part = kind.rpartition("/")[2]
    if kind in severity.POLICY:
        score, details, item = severity.POLICY[kind], _policy(at), None
    else:
        score, details, item = 3, _sensitive(account, region, part), _item(at)
        score = 2 if part == "CustomIdentifier" else score
    affected = {"s3Bucket": _bucket(account, at), "s3Object": item}
    more = {**details, "sample": True}
    return finding.new(account, region, kind, score, affected, at, number, more)


def _bucket(account: Account, at: datetime) -> dict[str, Any]:
    return {
        "arn": f"arn:aws:s3:::{_BUCKET}",
        "name": _BUCKET,
        "createdAt": finding.stamp(at),
        "owner": {"displayName": account.id, "id": canonical.canonical_id(account.id)},
        "tags": [{"key": "Division", "value": "HR"}],
        "defaultServerSideEncryption": {"encryptionType": "AES256", "kmsMasterKeyId": None},
        "publicAccess": {"effectivePermission": "NOT_PUBLIC"},
        "allowsUnencryptedObjectUploads": "TRUE",
    }


def _item(at: datetime) -> dict[str, Any]:
    return {
        "bucketArn": f"arn:aws:s3:::{_BUCKET}",
        "key": _KEY,
        "path": f"{_BUCKET}/{_KEY}",
        "extension": "csv",
        "lastModified": finding.stamp(at),
        "eTag": "ebe1ca03ee8d006d457444445example",
        "size": 4446,
        "storageClass": "STANDARD",
        "versionId": "",
        "serverSideEncryption": {"encryptionType": "AES256", "kmsMasterKeyId": None},
        "publicAccess": False,
        "tags": [],
    }


def _policy(at: datetime) -> dict[str, Any]:
    moment = finding.stamp(at)
    call = {
        "api": "PutBucketPolicy",
        "apiServiceName": "s3.amazonaws.com",
        "firstSeen": moment,
        "lastSeen": moment,
    }
    return {
        "policyDetails": {
            "action": {"actionType": "AWS_API_CALL", "apiCallDetails": call},
            "actor": {
                "userIdentity": {"type": "IAMUser", "iamUser": {"userName": "sampleUser"}},
                "domainDetails": None,
                "ipAddressDetails": {"ipAddressV4": "198.51.100.0"},
            },
        }
    }


def _sensitive(account: Account, region: str, part: str) -> dict[str, Any]:
    cell = {"column": 1, "row": 2, "columnName": "sample"}
    one = {"count": 1, "occurrences": {"cells": [cell]}}
    groups = [
        {"category": category, "totalCount": 1, "detections": [{"type": name, **one}]}
        for category, name in _CATEGORIES[part].items()
    ]
    arn = f"arn:aws:macie2:{region}:{account.id}:custom-data-identifier/sample"
    custom = [] if groups else [{"arn": arn, "name": "Sample identifier", **one}]
    job = "sampleJobId"
    return {
        "classificationDetails": {
            "jobArn": f"arn:aws:macie2:{region}:{account.id}:classification-job/{job}",
            "jobId": job,
            "originType": "SENSITIVE_DATA_DISCOVERY_JOB",
            "result": {
                "status": {"code": "COMPLETE"},
                "sizeClassified": 4446,
                "mimeType": "text/csv",
                "additionalOccurrences": False,
                "sensitiveData": groups,
                "customDataIdentifiers": {"totalCount": len(custom), "detections": custom},
            },
        }
    }
