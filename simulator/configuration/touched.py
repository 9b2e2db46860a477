"""Which resources a CloudTrail record may have changed: those that it names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from simulator.account.account import Account
from simulator.account.state import state_of
from simulator.configuration.kinds_ec2 import ID, PREFIXES
from simulator.configuration.state import Key

_IAM: Final = {
    "userName": "AWS::IAM::User",
    "newUserName": "AWS::IAM::User",
    "groupName": "AWS::IAM::Group",
    "newGroupName": "AWS::IAM::Group",
    "roleName": "AWS::IAM::Role",
    "policyArn": "AWS::IAM::Policy",
    "arn": "AWS::IAM::Policy",
}
_KEY_ID: Final = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|mrk-[0-9a-f]{32}")


def touched(record: Mapping[str, Any], account: Account, region: str) -> Iterator[Key]:
    """Resources of the Region by type and id (IAM's by name, a policy by ARN), several times maybe.

    A call that failed or only read changed nothing.
    """
    if record.get("errorCode") or record.get("readOnly", False):
        return
    source = str(record["eventSource"]).partition(".")[0]
    if source == "iam":
        yield from _of_iam(record)
    elif record.get("awsRegion") == region:
        if source == "s3":
            if str(record["eventName"]).endswith("AccountPublicAccessBlock"):
                yield "AWS::S3::AccountPublicAccessBlock", account.id
            name = (record.get("requestParameters") or {}).get("bucketName")
            if name and record.get("eventCategory", "Management") == "Management":
                yield "AWS::S3::Bucket", str(name)
        elif source == "kms":
            yield from _of_kms(record, account, region)
        elif source == "lambda":
            yield from _of_lambda(record)
        elif source == "cloudtrail":
            yield from _of_cloudtrail(record, account, region)
        for text in _texts(record) if source in {"ec2", "autoscaling"} else ():
            for found in ID.finditer(text):
                yield PREFIXES[found[1]], found[0]


def _texts(record: Mapping[str, Any]) -> Iterator[str]:
    for _, value in _members(record):
        yield value


def _members(record: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Every text in what was asked and answered, and the name of its member."""
    waiting: list[tuple[str, Any]] = [
        ("", record.get("requestParameters")),
        ("", record.get("responseElements")),
    ]
    while waiting:
        name, value = waiting.pop()
        if isinstance(value, Mapping):
            waiting += value.items()
        elif isinstance(value, list):
            waiting += [(name, one) for one in value]
        elif isinstance(value, str):
            yield name, value


def _of_iam(record: Mapping[str, Any]) -> Iterator[Key]:
    for name, value in _members(record):
        kind = _IAM.get(name)
        if kind is not None and (kind != "AWS::IAM::Policy" or ":policy/" in value):
            yield kind, value


def _of_kms(record: Mapping[str, Any], account: Account, region: str) -> Iterator[Key]:
    kms = state_of("kms", account.id, region)
    for name, value in _members(record):
        if name.lower() in {"keyid", "targetkeyid", "arn"} and (found := _KEY_ID.search(value)):
            yield "AWS::KMS::Key", found[0]
        elif name == "aliasName" and kms is not None:
            for key in kms.keys.values():
                if value in key.aliases:
                    yield "AWS::KMS::Key", str(key.id)


def _of_lambda(record: Mapping[str, Any]) -> Iterator[Key]:
    for name, value in _members(record):
        if name in {"functionName", "resource", "functionArn"}:
            short = value.partition(":function:")[2].partition(":")[0] if ":" in value else value
            if short:
                yield "AWS::Lambda::Function", short


def _of_cloudtrail(record: Mapping[str, Any], account: Account, region: str) -> Iterator[Key]:
    for name, value in _members(record):
        if name in {"name", "trailName", "trailARN", "resourceId"}:
            whole = value.startswith("arn:")
            arn = value if whole else f"arn:aws:cloudtrail:{region}:{account.id}:trail/{value}"
            yield "AWS::CloudTrail::Trail", arn
