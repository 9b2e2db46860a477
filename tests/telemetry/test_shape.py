"""Records have the keys, names and types of real CloudTrail records.

The samples themselves stay outside the repository: DRILL_CLOUDTRAIL_SAMPLES names a folder
of real records, which may also lie beside it. Without one only the calls written here are
compared.
"""

from __future__ import annotations

import importlib.util
import json
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest

from simulator.telemetry.cloudtrail import record

if TYPE_CHECKING:
    from tests.telemetry.conftest import Calls

BESIDE = Path(__file__).parents[3] / "shared" / "samples" / "cloudtrail"
FOLDER = Path(os.environ.get("DRILL_CLOUDTRAIL_SAMPLES", BESIDE))
NOON = datetime(2026, 11, 24, 12, 0, 5, tzinfo=UTC)
COMMON = [
    "eventVersion",
    "userIdentity",
    "eventTime",
    "eventSource",
    "eventName",
    "awsRegion",
    "sourceIPAddress",
    "userAgent",
    "requestParameters",
    "responseElements",
    "requestID",
    "eventID",
    "readOnly",
    "eventType",
    "managementEvent",
    "recipientAccountId",
    "eventCategory",
    "tlsDetails",
]


def test_a_management_record_has_cloudtrails_keys_in_its_order(calls: Calls) -> None:
    """Readers that print a record see it as AWS writes it."""
    assert list(record(calls("iam", "ListUsers"))) == COMMON


def test_an_s3_record_adds_its_data_and_resources(calls: Calls) -> None:
    """S3 is the service with additionalEventData and resources on every bucket call."""
    keys = list(record(calls("s3", "GetBucketAcl", {"Bucket": "logs"})))
    after_response = COMMON.index("responseElements") + 1
    after_read_only = COMMON.index("readOnly") + 1
    assert keys == [
        *COMMON[:after_response],
        "additionalEventData",
        *COMMON[after_response:after_read_only],
        "resources",
        *COMMON[after_read_only:],
    ]


def test_a_record_is_json(calls: Calls) -> None:
    """Times, bytes and sets in a call never reach the record as such."""
    run = calls(
        "ec2",
        "RunInstances",
        {"ImageId": "ami-1", "MinCount": 1, "MaxCount": 1, "UserData": b"#!/bin/sh"},
        {"Instances": [{"InstanceId": "i-1", "LaunchTime": NOON}]},
    )
    assert json.loads(json.dumps(record(run))) == record(run)


def test_an_unfinished_call_has_no_record(calls: Calls) -> None:
    """A record says what came of a call, so there must be an outcome."""
    pending = calls("iam", "ListUsers")
    pending.outcome = None
    with pytest.raises(ValueError, match="iam:ListUsers has no outcome"):
        record(pending)


REPRESENTATIVE: list[tuple[tuple[Any, ...], Any, Any]] = [
    (
        (
            "iam",
            "CreateAccessKey",
            {"UserName": "bob"},
            {
                "AccessKey": {
                    "UserName": "bob",
                    "AccessKeyId": "AKIABOB",
                    "Status": "Active",
                    "SecretAccessKey": "never shown",
                    "CreateDate": NOON,
                }
            },
        ),
        {"userName": "bob"},
        {
            "accessKey": {
                "userName": "bob",
                "accessKeyId": "AKIABOB",
                "status": "Active",
                "createDate": "Nov 24, 2026 12:00:05 PM",
            }
        },
    ),
    (
        (
            "iam",
            "CreateLoginProfile",
            {"UserName": "bob", "Password": "hunter2", "PasswordResetRequired": False},
            {"LoginProfile": {"UserName": "bob", "CreateDate": NOON}},
        ),
        {"userName": "bob", "passwordResetRequired": False},
        {"loginProfile": {"userName": "bob", "createDate": "Nov 24, 2026 12:00:05 PM"}},
    ),
    (
        (
            "sts",
            "AssumeRole",
            {"RoleArn": "arn:aws:iam::111122223333:role/ops", "RoleSessionName": "ann"},
            {
                "Credentials": {
                    "AccessKeyId": "ASIA1",
                    "SecretAccessKey": "never shown",
                    "SessionToken": "token",
                    "Expiration": NOON,
                },
                "AssumedRoleUser": {
                    "AssumedRoleId": "AROA1:ann",
                    "Arn": "arn:aws:sts::111122223333:assumed-role/ops/ann",
                },
            },
        ),
        {"roleArn": "arn:aws:iam::111122223333:role/ops", "roleSessionName": "ann"},
        {
            "credentials": {
                "accessKeyId": "ASIA1",
                "sessionToken": "token",
                "expiration": "Nov 24, 2026, 12:00:05 PM",
            },
            "assumedRoleUser": {
                "assumedRoleId": "AROA1:ann",
                "arn": "arn:aws:sts::111122223333:assumed-role/ops/ann",
            },
        },
    ),
    (
        ("secretsmanager", "GetSecretValue", {"SecretId": "db"}, {"SecretString": "s3cret"}),
        {"secretId": "db"},
        None,
    ),
    (
        (
            "ssm",
            "PutParameter",
            {"Name": "/db", "Value": "s3cret", "Type": "SecureString", "Overwrite": True},
            {"Version": 1, "Tier": "Standard"},
        ),
        {
            "name": "/db",
            "value": "HIDDEN_DUE_TO_SECURITY_REASONS",
            "type": "SecureString",
            "overwrite": True,
        },
        {"version": 1, "tier": "Standard"},
    ),
    (
        (
            "lambda",
            "UpdateFunctionConfiguration",
            {"FunctionName": "f", "Environment": {"Variables": {"TOKEN": "s3cret"}}},
            {"FunctionName": "f", "Environment": {"Variables": {"TOKEN": "s3cret"}}},
        ),
        {"functionName": "f", "environment": {}},
        {"functionName": "f", "environment": {}},
    ),
    (
        (
            "kms",
            "Decrypt",
            {"CiphertextBlob": b"x", "EncryptionContext": {"App": "pay"}},
            {"KeyId": "arn:aws:kms:eu-west-1:111122223333:key/k", "Plaintext": b"x"},
        ),
        {"encryptionContext": {"App": "pay"}, "encryptionAlgorithm": "SYMMETRIC_DEFAULT"},
        None,
    ),
    (
        (
            "rds",
            "ModifyDBInstance",
            {"DBInstanceIdentifier": "db", "MasterUserPassword": "s3cret"},
            {"DBInstance": {"DBInstanceIdentifier": "db"}},
        ),
        {"dBInstanceIdentifier": "db", "masterUserPassword": "****"},
        {"dBInstanceIdentifier": "db"},
    ),
    (
        (
            "rolesanywhere",
            "CreateTrustAnchor",
            {"name": "theirs", "tags": [{"key": "Team", "value": "red"}]},
            {"trustAnchor": {"name": "theirs", "createdAt": NOON}},
        ),
        {
            "name": "theirs",
            "tags": [
                {
                    "key": "HIDDEN_DUE_TO_SECURITY_REASONS",
                    "value": "HIDDEN_DUE_TO_SECURITY_REASONS",
                }
            ],
        },
        {"trustAnchor": {"name": "theirs", "createdAt": "2026-11-24T12:00:05Z"}},
    ),
    (
        ("cloudtrail", "StopLogging", {"Name": "main"}, {}),
        {"name": "main"},
        None,
    ),
    (
        ("ec2", "DescribeInstances"),
        {"instancesSet": {}, "filterSet": {}},
        None,
    ),
    (
        (
            "s3",
            "PutPublicAccessBlock",
            {"Bucket": "logs", "PublicAccessBlockConfiguration": {"BlockPublicAcls": False}},
        ),
        {
            "publicAccessBlock": "",
            "bucketName": "logs",
            "Host": "logs.s3.eu-west-1.amazonaws.com",
            "PublicAccessBlockConfiguration": {
                "xmlns": "http://s3.amazonaws.com/doc/2006-03-01/",
                "BlockPublicAcls": False,
            },
        },
        None,
    ),
]


@pytest.mark.parametrize(
    ("given", "request_parameters", "response_elements"),
    REPRESENTATIVE,
    ids=[f"{given[0]}:{given[1]}" for given, _, _ in REPRESENTATIVE],
)
def test_parameters_and_results_are_spelled_as_cloudtrail_spells_them(
    calls: Calls,
    given: tuple[Any, ...],
    request_parameters: dict[str, Any] | None,
    response_elements: dict[str, Any] | None,
) -> None:
    """Names, empty sets, hidden secrets and times are those of real records."""
    written = record(calls(*given))
    assert written["requestParameters"] == request_parameters
    assert written["responseElements"] == response_elements


def test_no_secret_of_a_call_is_in_its_record(calls: Calls) -> None:
    """Whatever the shape, the secrets given above are gone."""
    for given, _, _ in REPRESENTATIVE:
        written = json.dumps(record(calls(*given)))
        assert not [word for word in ("never shown", "hunter2", "s3cret") if word in written]


@pytest.mark.skipif(
    not any(FOLDER.glob("*.json")),
    reason="DRILL_CLOUDTRAIL_SAMPLES names no folder of real CloudTrail records",
)
def test_real_records_come_out_again_as_they_were(shape_agreement: ModuleType) -> None:
    """Every key and type of a real record is in the record of the call it must come from."""
    read: Callable[[Path], Any] = shape_agreement.real_records
    compared, differing = 0, []
    for real in read(FOLDER):
        theirs = shape_agreement.shape_of(real)
        ours = shape_agreement.shape_of(record(shape_agreement.call_of(real)))
        paths = [
            f"{real['eventName']}: {path}"
            for path in sorted(theirs.keys() | ours.keys())
            if theirs.get(path) != ours.get(path) and path not in shape_agreement.EXCEPTIONS
        ]
        compared += 1
        differing += paths
    assert compared > 0, f"{FOLDER} holds no records of API calls"
    assert differing == []


@pytest.fixture
def shape_agreement() -> ModuleType:
    """tools/shape_agreement.py, which turns a real record back into its call."""
    path = Path(__file__).parents[2] / "tools" / "shape_agreement.py"
    spec = importlib.util.spec_from_file_location("shape_agreement", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["shape_agreement"] = module
    spec.loader.exec_module(module)
    return module
