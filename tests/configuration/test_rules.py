"""Rules: what sets them off, what they say, and what is told of that."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from simulator.events import bus
from simulator.reactions.event import Event
from tests.configuration.conftest import Recorded

SSH = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}


def group(recorded: Recorded, name: str = "web", *rules: dict[str, Any], **more: Any) -> str:
    ec2 = recorded.client("ec2")
    made = str(ec2.create_security_group(GroupName=name, Description=name, **more)["GroupId"])
    if rules:
        ec2.authorize_security_group_ingress(GroupId=made, IpPermissions=list(rules))
    recorded.wait(minutes=1)
    return made


@pytest.fixture
def told(recorded: Recorded, monkeypatch: pytest.MonkeyPatch) -> list[Event]:
    """The events that come to the default bus."""
    arrived: list[Event] = []
    monkeypatch.setattr(bus, "put", lambda world, event: arrived.append(event))
    return arrived


def test_a_new_rule_looks_at_what_is_there(recorded: Recorded) -> None:
    recorded.start()
    opened, closed = group(recorded, "open", SSH), group(recorded, "closed")
    recorded.rule("INCOMING_SSH_DISABLED")
    said = recorded.said()
    assert (said[opened], said[closed]) == ("NON_COMPLIANT", "COMPLIANT")


def test_a_change_sets_a_rule_off_and_a_deletion_ends_it(recorded: Recorded) -> None:
    recorded.start()
    recorded.rule("INCOMING_SSH_DISABLED")
    name = group(recorded)
    ec2 = recorded.client("ec2")
    assert recorded.said()[name] == "COMPLIANT"
    ec2.authorize_security_group_ingress(GroupId=name, IpPermissions=[SSH])
    recorded.wait(minutes=1)
    assert recorded.said()[name] == "NON_COMPLIANT"
    ec2.revoke_security_group_ingress(GroupId=name, IpPermissions=[SSH])
    recorded.wait(minutes=1)
    assert recorded.said()[name] == "COMPLIANT"
    ec2.delete_security_group(GroupId=name)
    recorded.wait(minutes=1)
    assert name not in recorded.said()


def test_a_rule_about_changes_sees_nothing_while_the_recorder_stands(recorded: Recorded) -> None:
    recorded.start()
    recorded.rule("VPC_DEFAULT_SECURITY_GROUP_CLOSED", "closed")
    recorded.rule("S3_BUCKET_VERSIONING_ENABLED", "versions")
    assert recorded.said("versions") == {"configs": "NON_COMPLIANT"}
    recorded.config.stop_configuration_recorder(ConfigurationRecorderName="default")
    recorded.s3.put_bucket_versioning(
        Bucket="configs", VersioningConfiguration={"Status": "Enabled"}
    )
    recorded.wait(days=2)
    assert recorded.said("versions") == {"configs": "NON_COMPLIANT"}


def test_a_periodic_rule_looks_when_it_is_due(recorded: Recorded) -> None:
    recorded.start({"resourceTypes": ["AWS::S3::Bucket"]})
    recorded.rule("IAM_USER_MFA_ENABLED", MaximumExecutionFrequency="Three_Hours")
    iam = recorded.client("iam")
    assert len(recorded.said()) == 1
    user = iam.create_user(UserName="eve")["User"]["UserId"]
    recorded.wait(hours=2)
    assert user not in recorded.said()
    recorded.wait(hours=1, minutes=1)
    assert recorded.said()[user] == "NON_COMPLIANT"


def test_a_periodic_rule_looks_at_once_when_asked(recorded: Recorded) -> None:
    recorded.start()
    recorded.rule("EC2_EBS_ENCRYPTION_BY_DEFAULT")
    assert recorded.said() == {"111122223333": "NON_COMPLIANT"}
    recorded.client("ec2").enable_ebs_encryption_by_default()
    assert recorded.said() == {"111122223333": "NON_COMPLIANT"}
    recorded.config.start_config_rules_evaluation(ConfigRuleNames=["rule"])
    recorded.wait(minutes=1)
    assert recorded.said() == {"111122223333": "COMPLIANT"}
    status = recorded.config.describe_config_rule_evaluation_status(ConfigRuleNames=["rule"])
    (one,) = status["ConfigRulesEvaluationStatus"]
    assert one["FirstEvaluationStarted"]
    assert one["LastSuccessfulEvaluationTime"] == recorded.world.clock.now()


def test_a_rule_that_waits_for_a_change_says_nothing_before(recorded: Recorded) -> None:
    """As AWS documents it: the current status is not checked."""
    recorded.start()
    recorded.rule("S3_ACCOUNT_LEVEL_PUBLIC_ACCESS_BLOCKS")
    recorded.wait(minutes=1)
    assert not recorded.said()
    four = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
    recorded.client("s3control").put_public_access_block(
        AccountId="111122223333", PublicAccessBlockConfiguration=dict.fromkeys(four, True)
    )
    recorded.wait(minutes=1)
    assert recorded.said() == {"111122223333": "COMPLIANT"}
    recorded.client("s3control").delete_public_access_block(AccountId="111122223333")
    recorded.wait(minutes=1)
    assert recorded.said() == {"111122223333": "NON_COMPLIANT"}


def test_parameters_change_what_a_rule_asks_for(recorded: Recorded) -> None:
    recorded.start()
    database = {**SSH, "FromPort": 5432, "ToPort": 5432}
    name = group(recorded, "db", database)
    recorded.rule("RESTRICTED_INCOMING_TRAFFIC", "usual")
    recorded.rule(
        "RESTRICTED_INCOMING_TRAFFIC", "own", InputParameters=json.dumps({"blockedPort1": "5432"})
    )
    assert recorded.said("usual")[name] == "COMPLIANT"
    assert recorded.said("own")[name] == "NON_COMPLIANT"
    recorded.rule(
        "ACCESS_KEYS_ROTATED", "keys", InputParameters=json.dumps({"maxAccessKeyAge": "30"})
    )
    (before,) = recorded.said("keys").values()
    recorded.wait(days=31)
    (after,) = recorded.said("keys").values()
    assert (before, after) == ("COMPLIANT", "NON_COMPLIANT")


def test_a_scope_leaves_resources_out(recorded: Recorded) -> None:
    recorded.start()
    tags = [{"ResourceType": "security-group", "Tags": [{"Key": "tier", "Value": "web"}]}]
    web, other = group(recorded, "web", SSH, TagSpecifications=tags), group(recorded, "o", SSH)
    recorded.rule("INCOMING_SSH_DISABLED", Scope={"TagKey": "tier", "TagValue": "web"})
    assert recorded.said() == {web: "NON_COMPLIANT"}
    scope = {"ComplianceResourceTypes": ["AWS::EC2::SecurityGroup"], "ComplianceResourceId": other}
    recorded.rule("INCOMING_SSH_DISABLED", "one", Scope=scope)
    assert recorded.said("one") == {other: "NON_COMPLIANT"}


def test_compliance_is_told_by_rule_by_resource_and_in_sum(recorded: Recorded) -> None:
    recorded.start()
    name = group(recorded, "web", SSH)
    recorded.rule("INCOMING_SSH_DISABLED", "ssh")
    recorded.rule("S3_BUCKET_LEVEL_PUBLIC_ACCESS_PROHIBITED", "bpa")
    recorded.rule("VPC_DEFAULT_SECURITY_GROUP_CLOSED", "closed")
    config = recorded.config
    by_rule = config.describe_compliance_by_config_rule()["ComplianceByConfigRules"]
    assert {one["ConfigRuleName"]: one["Compliance"]["ComplianceType"] for one in by_rule} == {
        "bpa": "COMPLIANT",
        "closed": "NON_COMPLIANT",
        "ssh": "NON_COMPLIANT",
    }
    broken = config.describe_compliance_by_config_rule(ComplianceTypes=["COMPLIANT"])
    assert [one["ConfigRuleName"] for one in broken["ComplianceByConfigRules"]] == ["bpa"]
    (one,) = config.describe_compliance_by_resource(
        ResourceType="AWS::EC2::SecurityGroup", ResourceId=name
    )["ComplianceByResources"]
    assert one["Compliance"] == {
        "ComplianceType": "NON_COMPLIANT",
        "ComplianceContributorCount": {"CappedCount": 1, "CapExceeded": False},
    }
    (result,) = config.get_compliance_details_by_resource(
        ResourceType="AWS::EC2::SecurityGroup", ResourceId=name
    )["EvaluationResults"]
    assert "22" in result["Annotation"]
    summary = config.get_compliance_summary_by_config_rule()["ComplianceSummary"]
    assert summary["CompliantResourceCount"]["CappedCount"] == 1
    assert summary["NonCompliantResourceCount"]["CappedCount"] == 2
    (buckets,) = config.get_compliance_summary_by_resource_type(ResourceTypes=["AWS::S3::Bucket"])[
        "ComplianceSummariesByResourceType"
    ]
    assert buckets["ComplianceSummary"]["CompliantResourceCount"]["CappedCount"] == 1


def test_changes_of_resources_and_of_compliance_are_events(
    recorded: Recorded, told: list[Event]
) -> None:
    recorded.start()
    recorded.rule("INCOMING_SSH_DISABLED")
    name = group(recorded)
    told.clear()
    recorded.client("ec2").authorize_security_group_ingress(GroupId=name, IpPermissions=[SSH])
    recorded.wait(minutes=1)
    item, change = told
    assert item.as_json()["source"] == change.as_json()["source"] == "aws.config"
    assert item.detail_type == "Config Configuration Item Change"
    diff = item.detail["configurationItemDiff"]
    assert diff["changeType"] == "UPDATE"
    assert "Configuration.ipPermissions" in diff["changedProperties"]
    assert item.detail["configurationItem"]["configuration"]["groupId"] == name
    assert change.detail_type == "Config Rules Compliance Change"
    assert change.detail["messageType"] == "ComplianceChangeNotification"
    assert change.detail["newEvaluationResult"]["complianceType"] == "NON_COMPLIANT"
    assert change.detail["oldEvaluationResult"]["complianceType"] == "COMPLIANT"
    assert change.detail["resourceId"] == name
    json.dumps([item.as_json(), change.as_json()])


def test_nothing_is_told_when_nothing_happens(recorded: Recorded, told: list[Event]) -> None:
    recorded.start()
    recorded.rule("INCOMING_SSH_DISABLED")
    recorded.wait(minutes=1)
    told.clear()
    recorded.wait(days=3)
    assert not told


def test_a_deleted_rule_says_nothing_any_more(
    recorded: Recorded, refusal: Callable[..., Any]
) -> None:
    recorded.start()
    recorded.rule("S3_BUCKET_VERSIONING_ENABLED")
    recorded.config.delete_config_rule(ConfigRuleName="rule")
    assert refusal(recorded.said)[0] == "NoSuchConfigRuleException"
    assert not recorded.config.describe_config_rules()["ConfigRules"]


def test_a_rule_is_changed_under_its_name(recorded: Recorded) -> None:
    recorded.start()
    recorded.rule("S3_BUCKET_VERSIONING_ENABLED")
    (before,) = recorded.config.describe_config_rules()["ConfigRules"]
    assert before["ConfigRuleArn"].endswith(before["ConfigRuleId"])
    recorded.rule("S3_BUCKET_VERSIONING_ENABLED", Description="Keep versions")
    (after,) = recorded.config.describe_config_rules(ConfigRuleNames=["rule"])["ConfigRules"]
    assert after == {**before, "Description": "Keep versions"}


def test_results_can_be_forgotten(recorded: Recorded) -> None:
    recorded.start()
    recorded.rule("S3_BUCKET_VERSIONING_ENABLED")
    assert recorded.said()
    recorded.config.delete_evaluation_results(ConfigRuleName="rule")
    assert not recorded.said()
    (one,) = recorded.config.describe_compliance_by_config_rule()["ComplianceByConfigRules"]
    assert one["Compliance"]["ComplianceType"] == "INSUFFICIENT_DATA"


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ({"Source": {"Owner": "AWS", "SourceIdentifier": "NO_RULE"}}, "InvalidParameterValue"),
        (
            {"Source": {"Owner": "AWS", "SourceIdentifier": "ACM_CERTIFICATE_EXPIRATION_CHECK"}},
            "NotImplemented",
        ),
        (
            {"Source": {"Owner": "CUSTOM_LAMBDA", "SourceIdentifier": "arn:aws:lambda:x"}},
            "NotImplemented",
        ),
        (
            {
                "Source": {"Owner": "AWS", "SourceIdentifier": "INCOMING_SSH_DISABLED"},
                "InputParameters": '{"port": "22"}',
            },
            "InvalidParameterValue",
        ),
        (
            {
                "Source": {"Owner": "AWS", "SourceIdentifier": "INCOMING_SSH_DISABLED"},
                "InputParameters": "port",
            },
            "InvalidParameterValue",
        ),
        (
            {
                "Source": {"Owner": "AWS", "SourceIdentifier": "EC2_IMDSV2_CHECK"},
                "MaximumExecutionFrequency": "One_Hour",
            },
            "InvalidParameterValue",
        ),
    ],
)
def test_a_rule_that_cannot_be_is_refused(
    recorded: Recorded, refusal: Callable[..., Any], rule: dict[str, Any], code: str
) -> None:
    recorded.start()
    asked = {"ConfigRuleName": "rule", **rule}
    found = refusal(lambda: recorded.config.put_config_rule(ConfigRule=asked))
    assert found[0].startswith(code)


def test_a_rule_needs_a_recorder(recorded: Recorded, refusal: Callable[..., Any]) -> None:
    found = refusal(lambda: recorded.rule("INCOMING_SSH_DISABLED"))
    assert found[0] == "NoAvailableConfigurationRecorderException"
