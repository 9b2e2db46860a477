"""Which resources a call changed the sharing of, read from its record.

Source: "IAM Access Analyzer findings": a change of a policy leads to a new look at the resource,
within about 30 minutes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_OF_SOURCE = {
    "s3": ("AWS::S3::Bucket",),
    "iam": ("AWS::IAM::Role",),
    "kms": ("AWS::KMS::Key",),
    "lambda": ("AWS::Lambda::Function", "AWS::Lambda::LayerVersion"),
    "sqs": ("AWS::SQS::Queue",),
    "sns": ("AWS::SNS::Topic",),
    "secretsmanager": ("AWS::SecretsManager::Secret",),
    "ecr": ("AWS::ECR::Repository",),
    "dynamodb": ("AWS::DynamoDB::Table",),
    "ec2": ("AWS::EC2::Snapshot",),
    "rds": ("AWS::RDS::DBSnapshot", "AWS::RDS::DBClusterSnapshot"),
}
_SHARING = ("Policy", "Acl", "Permission", "Grant", "PublicAccess", "Ownership", "Attribute")
_LIFE = ("Create", "Delete", "Remove", "Publish", "Restore", "Copy", "Update", "Schedule", "Set")
_ORDINARY = {
    "CopyObject",
    "CreateMultipartUpload",
    "CreateSession",
    "CreateTags",
    "CreateVolume",
    "DeleteObject",
    "DeleteObjects",
    "DeleteTags",
    "RestoreObject",
}


def kinds(record: Mapping[str, Any]) -> tuple[str, ...]:
    """The resource types that a call may have changed the sharing of; empty for nearly all calls.

    Of S3's account-wide settings nothing is noticed: they are looked at every six hours.
    """
    if record.get("readOnly", True) or record.get("errorCode"):
        return ()
    name = str(record.get("eventName", ""))
    service = str(record.get("eventSource", "")).partition(".")[0]
    listed = _OF_SOURCE.get(service, ())
    if not listed or name in _ORDINARY or "AccountPublicAccess" in name:
        return ()
    sharing = any(word in name for word in _SHARING)
    return listed if sharing or name.startswith(_LIFE) else ()


def names(record: Mapping[str, Any]) -> frozenset[str]:
    """What a call's record names: words that the ARN of a touched resource ends with."""
    found: set[str] = set()
    for part in (record.get("requestParameters"), record.get("responseElements")):
        _gather(part, found)
    return frozenset(found)


def _gather(part: Any, found: set[str]) -> None:
    if isinstance(part, Mapping):
        for value in part.values():
            _gather(value, found)
    elif isinstance(part, list | tuple):
        for value in part:
            _gather(value, found)
    elif isinstance(part, str) and len(part) <= 2_048:
        last = part.rsplit("/", 1)[-1].rsplit(":", 1)[-1]
        found.update((part, last))


def ends(arn: str) -> frozenset[str]:
    """The words by which a call may name a resource."""
    tail = arn.split(":", 5)[-1]
    return frozenset({arn, tail, tail.rsplit("/", 1)[-1], tail.rsplit(":", 1)[-1], *_parts(tail)})


def _parts(tail: str) -> tuple[str, ...]:
    return tuple(tail.split(":"))
