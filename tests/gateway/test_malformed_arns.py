"""Something that is no ARN, where one belongs: the service says so itself."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import Cloud

WRONG = ["arn:none", "arn:aws:sns:us-east-1", "arn:"]


@pytest.mark.parametrize("arn", WRONG)
@pytest.mark.parametrize(
    ("service", "operation", "params", "code"),
    [
        ("sns", "publish", {"TopicArn": "{}", "Message": "x"}, "InvalidParameter"),
        ("sns", "get_topic_attributes", {"TopicArn": "{}"}, "InvalidParameter"),
        ("sns", "delete_topic", {"TopicArn": "{}"}, "InvalidParameter"),
        ("kms", "describe_key", {"KeyId": "{}"}, "NotFoundException"),
        ("secretsmanager", "describe_secret", {"SecretId": "{}"}, "ResourceNotFoundException"),
        (
            "dynamodb",
            "get_resource_policy",
            {"ResourceArn": "{}"},
            "ResourceNotFoundException",
        ),
        (
            "sts",
            "assume_role",
            {"RoleArn": "{}-more-of-it-to-be-long", "RoleSessionName": "me"},
            "AccessDenied",
        ),
        (
            "events",
            "put_events",
            {
                "Entries": [
                    {"Source": "a", "DetailType": "b", "Detail": "{{}}", "EventBusName": "{}"}
                ]
            },
            "ValidationException",
        ),
    ],
)
def test_what_is_no_arn_is_the_callers_mistake(
    cloud: Cloud, refusal: Any, arn: str, service: str, operation: str, params: Any, code: str
) -> None:
    client = cloud.client(service, cloud.user("admin", cloud.statement("*")))
    assert refusal(lambda: getattr(client, operation)(**_with(params, arn)))[0] == code


@pytest.mark.parametrize("arn", WRONG)
def test_security_hub_leaves_such_a_rule_unprocessed(cloud: Cloud, arn: str) -> None:
    hub = cloud.client("securityhub", cloud.user("admin", cloud.statement("*")))
    hub.enable_security_hub()
    answer = hub.batch_delete_automation_rules(AutomationRulesArns=[arn])
    assert [one["RuleArn"] for one in answer["UnprocessedAutomationRules"]] == [arn]


def _with(params: Any, arn: str) -> Any:
    if isinstance(params, dict):
        return {name: _with(value, arn) for name, value in params.items()}
    if isinstance(params, list):
        return [_with(value, arn) for value in params]
    return params.format(arn)
