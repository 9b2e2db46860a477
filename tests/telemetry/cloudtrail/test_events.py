"""Data or management, read or write."""

from __future__ import annotations

import pytest

from simulator.telemetry.cloudtrail import is_data_event, read_only


@pytest.mark.parametrize(
    ("service", "operation"),
    [
        ("s3", "GetObject"),
        ("s3", "HeadObject"),
        ("s3", "ListObjectsV2"),
        ("s3", "DeleteObjects"),
        ("s3", "PutObjectAcl"),
        ("s3", "UploadPart"),
        ("s3", "HeadBucket"),
        ("lambda", "Invoke"),
        ("sqs", "SendMessage"),
        ("sns", "Publish"),
        ("dynamodb", "GetItem"),
        ("ebs", "GetSnapshotBlock"),
    ],
)
def test_operations_on_contents_are_data_events(service: str, operation: str) -> None:
    """A trail records them only where it is asked to."""
    assert is_data_event(service, operation)


@pytest.mark.parametrize(
    ("service", "operation"),
    [
        ("s3", "ListBuckets"),
        ("s3", "PutBucketPolicy"),
        ("s3", "GetObjectLockConfiguration"),
        ("s3", "ListMultipartUploads"),
        ("lambda", "UpdateFunctionCode"),
        ("sqs", "CreateQueue"),
        ("sns", "Subscribe"),
        ("dynamodb", "CreateTable"),
        ("kms", "Decrypt"),
        ("secretsmanager", "GetSecretValue"),
        ("ssm", "GetParameter"),
    ],
)
def test_operations_on_resources_are_management_events(service: str, operation: str) -> None:
    """Event history shows them without a trail; reading a secret is one of them."""
    assert not is_data_event(service, operation)


@pytest.mark.parametrize(
    ("service", "operation"),
    [
        ("iam", "ListUsers"),
        ("ec2", "DescribeInstances"),
        ("ec2", "GetPasswordData"),
        ("secretsmanager", "BatchGetSecretValue"),
        ("sts", "AssumeRole"),
        ("kms", "Decrypt"),
        ("kms", "GenerateDataKey"),
        ("cloudtrail", "LookupEvents"),
        ("bedrock-runtime", "InvokeModel"),
    ],
)
def test_reads(service: str, operation: str) -> None:
    """Verbs that read, and the writes by name that CloudTrail counts as reads."""
    assert read_only(service, operation)


@pytest.mark.parametrize(
    ("service", "operation"),
    [
        ("iam", "CreateUser"),
        ("sts", "GetFederationToken"),
        ("sts", "GetSessionToken"),
        ("ssm", "StartSession"),
        ("s3", "PutObject"),
        ("lambda", "Invoke"),
        ("ses", "VerifyEmailIdentity"),
        ("organizations", "LeaveOrganization"),
    ],
)
def test_writes(service: str, operation: str) -> None:
    """Everything else, and the two Gets of STS that hand out credentials."""
    assert not read_only(service, operation)
