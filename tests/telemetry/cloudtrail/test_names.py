"""Names that differ between the API and CloudTrail."""

from __future__ import annotations

import pytest

from simulator.telemetry.cloudtrail.names import event_name, lower_first


@pytest.mark.parametrize(
    ("service", "operation", "recorded"),
    [
        ("s3", "ListObjectsV2", "ListObjects"),
        ("s3", "PutPublicAccessBlock", "PutBucketPublicAccessBlock"),
        ("s3", "PutBucketLifecycleConfiguration", "PutBucketLifecycle"),
        ("s3", "HeadObject", "HeadObject"),
        ("s3control", "PutPublicAccessBlock", "PutAccountPublicAccessBlock"),
        ("lambda", "CreateFunction", "CreateFunction20150331"),
        ("lambda", "AddPermission", "AddPermission20150331v2"),
        ("lambda", "PublishLayerVersion", "PublishLayerVersion20181031"),
        ("lambda", "Invoke", "Invoke"),
        ("lambda", "CreateFunctionUrlConfig", "CreateFunctionUrlConfig"),
        ("iam", "CreateUser", "CreateUser"),
    ],
)
def test_event_names(service: str, operation: str, recorded: str) -> None:
    """S3 has its own names for configurations, Lambda appends its API's date."""
    assert event_name(service, operation) == recorded


def test_only_the_first_letter_changes() -> None:
    """Abbreviations come out odd, as in CloudTrail."""
    assert [lower_first(name) for name in ("DBInstanceArn", "ARN", "userName", "")] == [
        "dBInstanceArn",
        "aRN",
        "userName",
        "",
    ]
