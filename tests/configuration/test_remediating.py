"""Remediation runs a runbook with the role's rights, and what it changes is changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.configuration.conftest import Recorded

BUCKET = {"resourceType": "AWS::S3::Bucket", "resourceId": "site"}


def mender(recorded: Recorded, *actions: str, service: str = "ssm.amazonaws.com") -> str:
    """A role that Systems Manager assumes."""
    trust = recorded.cloud.trust({"Service": service})
    statements = [recorded.cloud.statement(list(actions))] if actions else []
    return recorded.cloud.role("mender", trust, *statements)


def configure(recorded: Recorded, role: str, **more: Any) -> None:
    recorded.config.put_remediation_configurations(
        RemediationConfigurations=[
            {
                "ConfigRuleName": "rule",
                "TargetType": "SSM_DOCUMENT",
                "TargetId": "AWS-DisableS3BucketPublicReadWrite",
                "Parameters": {
                    "AutomationAssumeRole": {"StaticValue": {"Values": [role]}},
                    "S3BucketName": {"ResourceValue": {"Value": "RESOURCE_ID"}},
                },
                **more,
            }
        ]
    )


@pytest.fixture
def opened(recorded: Recorded) -> Recorded:
    """A bucket whose Block Public Access is off breaks a rule."""
    recorded.start()
    recorded.s3.create_bucket(Bucket="site")
    recorded.s3.delete_public_access_block(Bucket="site")
    recorded.wait(minutes=1)
    recorded.rule("S3_BUCKET_LEVEL_PUBLIC_ACCESS_PROHIBITED")
    assert recorded.said()["site"] == "NON_COMPLIANT"
    return recorded


def states(recorded: Recorded) -> list[str]:
    found = recorded.config.describe_remediation_execution_status(ConfigRuleName="rule")
    return [one["State"] for one in found["RemediationExecutionStatuses"]]


def test_a_remediation_is_started_by_hand(opened: Recorded) -> None:
    configure(opened, mender(opened, "s3:PutBucketPublicAccessBlock"))
    answer = opened.config.start_remediation_execution(ConfigRuleName="rule", ResourceKeys=[BUCKET])
    assert not answer["FailedItems"]
    block = opened.s3.get_public_access_block(Bucket="site")["PublicAccessBlockConfiguration"]
    assert all(block.values())
    opened.wait(minutes=1)
    assert opened.said()["site"] == "COMPLIANT"
    assert states(opened) == ["SUCCEEDED"]


def test_the_role_acts_and_the_trail_says_for_whom(opened: Recorded) -> None:
    configure(opened, mender(opened, "s3:PutBucketPublicAccessBlock"))
    opened.config.start_remediation_execution(ConfigRuleName="rule", ResourceKeys=[BUCKET])
    put = next(
        one
        for one in reversed(opened.account.records)
        if one["eventName"] == "PutBucketPublicAccessBlock"
    )
    identity = put["userIdentity"]
    assert identity["type"] == "AssumedRole"
    assert ":assumed-role/mender/Automation-" in identity["arn"]
    assert identity["invokedBy"] == "ssm.amazonaws.com"


def test_a_role_without_the_right_mends_nothing(opened: Recorded) -> None:
    configure(opened, mender(opened))
    opened.config.start_remediation_execution(ConfigRuleName="rule", ResourceKeys=[BUCKET])
    opened.wait(minutes=1)
    assert opened.said()["site"] == "NON_COMPLIANT"
    (one,) = opened.config.describe_remediation_execution_status(ConfigRuleName="rule")[
        "RemediationExecutionStatuses"
    ]
    assert one["State"] == "FAILED"
    assert "AccessDenied" in one["StepDetails"][0]["ErrorMessage"]


def test_a_role_that_does_not_trust_systems_manager_is_of_no_use(opened: Recorded) -> None:
    role = mender(opened, "s3:*", service="lambda.amazonaws.com")
    configure(opened, role)
    opened.config.start_remediation_execution(ConfigRuleName="rule", ResourceKeys=[BUCKET])
    (one,) = opened.config.describe_remediation_execution_status(ConfigRuleName="rule")[
        "RemediationExecutionStatuses"
    ]
    assert one["State"] == "FAILED"
    assert opened.s3.get_bucket_location(Bucket="site")


def test_an_automatic_remediation_mends_what_is_broken_again(opened: Recorded) -> None:
    role = mender(opened, "s3:PutBucketPublicAccessBlock")
    configure(opened, role, Automatic=True, MaximumAutomaticAttempts=2, RetryAttemptSeconds=60)
    for _ in range(3):
        opened.wait(minutes=2)
        opened.wait(minutes=2)
        assert opened.said()["site"] == "COMPLIANT"
        opened.s3.delete_public_access_block(Bucket="site")
        opened.wait(seconds=1)


def test_an_automatic_remediation_that_fails_is_given_up(opened: Recorded) -> None:
    role = mender(opened)
    configure(opened, role, Automatic=True, MaximumAutomaticAttempts=3, RetryAttemptSeconds=600)
    for _ in range(12):
        opened.wait(minutes=5)
    runs = opened.client("ssm").describe_automation_executions()
    assert len(runs["AutomationExecutionMetadataList"]) == 3
    assert states(opened) == ["FAILED"]


def test_a_rule_with_a_remediation_is_not_deleted(
    opened: Recorded, refusal: Callable[..., Any]
) -> None:
    configure(opened, mender(opened))
    config = opened.config
    (told,) = config.describe_remediation_configurations(ConfigRuleNames=["rule"])[
        "RemediationConfigurations"
    ]
    assert told["TargetId"] == "AWS-DisableS3BucketPublicReadWrite"
    found = refusal(lambda: config.delete_config_rule(ConfigRuleName="rule"))
    assert found[0] == "ResourceInUseException"
    config.delete_remediation_configuration(ConfigRuleName="rule")
    config.delete_config_rule(ConfigRuleName="rule")


def test_what_cannot_be_remedied_is_refused(opened: Recorded, refusal: Callable[..., Any]) -> None:
    start = opened.config.start_remediation_execution
    found = refusal(lambda: start(ConfigRuleName="rule", ResourceKeys=[BUCKET]))
    assert found[0] == "NoSuchRemediationConfigurationException"
    role = mender(opened)
    found = refusal(lambda: configure(opened, role, TargetId="AWS-CreateImage"))
    assert found[0] == "NotImplemented"
    found = refusal(lambda: configure(opened, role, Automatic=True))
    assert found[0] == "InvalidParameterValueException"
    configure(opened, role)
    other = {**BUCKET, "resourceId": "another"}
    answer = start(ConfigRuleName="rule", ResourceKeys=[other])
    assert answer["FailedItems"] == [other]


def test_whoever_configures_a_remediation_passes_its_role(
    opened: Recorded, refusal: Callable[..., Any]
) -> None:
    role = mender(opened)
    statement = opened.cloud.statement("config:*")
    keys = opened.cloud.user("auditor", statement)
    opened.clients["config/us-east-1"] = opened.config = opened.cloud.client("config", keys)
    code, _, text = refusal(lambda: configure(opened, role))
    assert code == "AccessDeniedException"
    assert "iam:PassRole" in text
