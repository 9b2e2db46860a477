"""AWS Config's API: who may call it, and what it refuses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import Cloud

CONFIG_ROLE = (
    "arn:aws:iam::111122223333:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig"
)


@pytest.fixture
def config(cloud: Cloud) -> Any:
    """The client of somebody who may do everything, where AWS Config has its role."""
    keys = cloud.user("admin", cloud.statement("*"))
    cloud.client("iam", keys).create_service_linked_role(AWSServiceName="config.amazonaws.com")
    return cloud.client("config", keys)


def put_recorder(config: Any, **more: Any) -> None:
    recorder = {"name": "default", "roleARN": CONFIG_ROLE, **more}
    config.put_configuration_recorder(ConfigurationRecorder=recorder)


def put_rule(config: Any, name: str = "rule", **more: Any) -> str:
    source = {"Owner": "AWS", "SourceIdentifier": "EC2_EBS_ENCRYPTION_BY_DEFAULT"}
    config.put_config_rule(ConfigRule={"ConfigRuleName": name, "Source": source}, **more)
    (rule,) = config.describe_config_rules(ConfigRuleNames=[name])["ConfigRules"]
    return str(rule["ConfigRuleArn"])


def test_its_role_has_its_name_and_policy(cloud: Cloud, config: Any) -> None:
    iam = cloud.root("iam")
    assert iam.get_role(RoleName="AWSServiceRoleForConfig")["Role"]["Arn"] == CONFIG_ROLE
    attached = iam.list_attached_role_policies(RoleName="AWSServiceRoleForConfig")
    names = [one["PolicyName"] for one in attached["AttachedPolicies"]]
    assert names == ["AWSConfigServiceRolePolicy"]


def test_its_role_is_made_once(cloud: Cloud, config: Any, refusal: Callable[..., Any]) -> None:
    make = cloud.root("iam").create_service_linked_role
    code, _, text = refusal(lambda: make(AWSServiceName="config.amazonaws.com"))
    assert code == "InvalidInput"
    assert "AWSServiceRoleForConfig" in text


def test_a_recorder_is_described_as_it_was_put(config: Any) -> None:
    put_recorder(config)
    (told,) = config.describe_configuration_recorders()["ConfigurationRecorders"]
    assert told["roleARN"] == CONFIG_ROLE
    assert told["recordingGroup"] == {
        "allSupported": True,
        "includeGlobalResourceTypes": False,
        "resourceTypes": [],
        "exclusionByResourceTypes": {"resourceTypes": []},
        "recordingStrategy": {"useOnly": "ALL_SUPPORTED_RESOURCE_TYPES"},
    }
    put_recorder(config, recordingGroup={"resourceTypes": ["AWS::S3::Bucket"]})
    (changed,) = config.describe_configuration_recorders()["ConfigurationRecorders"]
    assert changed["arn"] == told["arn"]
    assert changed["recordingGroup"]["recordingStrategy"]["useOnly"] == (
        "INCLUSION_BY_RESOURCE_TYPES"
    )
    (status,) = config.describe_configuration_recorder_status()["ConfigurationRecordersStatus"]
    assert (status["recording"], status["lastStatus"]) == (False, "PENDING")


def test_what_does_not_fit_is_refused(config: Any, refusal: Callable[..., Any]) -> None:
    def code(operation: str, **asked: Any) -> str:
        return str(refusal(lambda: getattr(config, operation)(**asked))[0])

    start = {"ConfigurationRecorderName": "default"}
    channel = {"DeliveryChannel": {"name": "default", "s3BucketName": "bucket"}}
    assert code("put_delivery_channel", **channel) == "NoAvailableConfigurationRecorderException"
    assert code("start_configuration_recorder", **start) == "NoSuchConfigurationRecorderException"
    put_recorder(config)
    assert code("start_configuration_recorder", **start) == "NoAvailableDeliveryChannelException"
    second = {"name": "second", "roleARN": CONFIG_ROLE}
    assert code("put_configuration_recorder", ConfigurationRecorder=second) == (
        "MaxNumberOfConfigurationRecordersExceededException"
    )
    other = {"name": "default", "roleARN": "arn:aws:iam::111122223333:role/none"}
    assert code("put_configuration_recorder", ConfigurationRecorder=other) == "InvalidRoleException"
    assert code("deliver_config_snapshot", deliveryChannelName="default") == (
        "NoSuchDeliveryChannelException"
    )
    assert code("list_discovered_resources", resourceType="AWS::S3::Bucket", limit=101) == (
        "InvalidLimitException"
    )
    asked = {"resourceType": "AWS::S3::Bucket", "nextToken": "x"}
    assert code("list_discovered_resources", **asked) == "InvalidNextTokenException"


def test_a_running_recorder_keeps_its_channel(
    cloud: Cloud, config: Any, refusal: Callable[..., Any]
) -> None:
    s3 = cloud.root("s3")
    s3.create_bucket(Bucket="configs")
    put = cloud.statement(
        "s3:PutObject", "arn:aws:s3:::configs/*", Principal={"Service": "config.amazonaws.com"}
    )
    s3.put_bucket_policy(Bucket="configs", Policy=cloud.policy(put))
    put_recorder(config)
    config.put_delivery_channel(DeliveryChannel={"name": "default", "s3BucketName": "configs"})
    config.start_configuration_recorder(ConfigurationRecorderName="default")
    found = refusal(lambda: config.delete_delivery_channel(DeliveryChannelName="default"))
    assert found[0] == "LastDeliveryChannelDeleteFailedException"
    config.stop_configuration_recorder(ConfigurationRecorderName="default")
    config.delete_delivery_channel(DeliveryChannelName="default")
    assert not config.describe_delivery_channels()["DeliveryChannels"]
    config.delete_configuration_recorder(ConfigurationRecorderName="default")
    assert not config.describe_configuration_recorders()["ConfigurationRecorders"]


def test_who_may_describe_may_not_stop_the_recorder(
    cloud: Cloud, config: Any, refusal: Callable[..., Any]
) -> None:
    put_recorder(config)
    keys = cloud.user("auditor", cloud.statement(["config:Describe*", "config:Get*"]))
    auditor = cloud.client("config", keys)
    assert auditor.describe_configuration_recorders()["ConfigurationRecorders"]
    code, _, text = refusal(
        lambda: auditor.stop_configuration_recorder(ConfigurationRecorderName="default")
    )
    assert code == "AccessDeniedException"
    assert "config:StopConfigurationRecorder" in text
    last = cloud.account.records[-1]
    assert (last["eventName"], last["errorCode"]) == ("StopConfigurationRecorder", "AccessDenied")


def test_whoever_puts_a_recorder_passes_its_role(
    cloud: Cloud, config: Any, refusal: Callable[..., Any]
) -> None:
    other = cloud.client("config", cloud.user("bob", cloud.statement("config:*")))
    code, _, text = refusal(lambda: put_recorder(other))
    assert code == "AccessDeniedException"
    assert "iam:PassRole" in text


def test_a_policy_names_a_rule_by_its_arn(
    cloud: Cloud, config: Any, refusal: Callable[..., Any]
) -> None:
    put_recorder(config)
    own, other = put_rule(config, "own"), put_rule(config, "other")
    assert own != other
    keys = cloud.user("bob", cloud.statement("config:DeleteConfigRule", own))
    bob = cloud.client("config", keys)
    code, _, text = refusal(lambda: bob.delete_config_rule(ConfigRuleName="other"))
    assert code == "AccessDeniedException"
    assert other in text
    bob.delete_config_rule(ConfigRuleName="own")


def test_a_rules_tags_decide(cloud: Cloud, config: Any, refusal: Callable[..., Any]) -> None:
    put_recorder(config)
    arn = put_rule(config, Tags=[{"Key": "team", "Value": "sec"}])
    condition = {"StringEquals": {"aws:ResourceTag/team": "sec"}}
    allowed = cloud.statement("config:DeleteConfigRule", Condition=condition)
    bob = cloud.client("config", cloud.user("bob", allowed))
    config.untag_resource(ResourceArn=arn, TagKeys=["team"])
    found = refusal(lambda: bob.delete_config_rule(ConfigRuleName="rule"))
    assert found[0] == "AccessDeniedException"
    config.tag_resource(ResourceArn=arn, Tags=[{"Key": "team", "Value": "sec"}])
    assert config.list_tags_for_resource(ResourceArn=arn)["Tags"] == [
        {"Key": "team", "Value": "sec"}
    ]
    bob.delete_config_rule(ConfigRuleName="rule")
    found = refusal(lambda: config.list_tags_for_resource(ResourceArn=arn))
    assert found[0] == "ResourceNotFoundException"


def test_retention_is_remembered(config: Any) -> None:
    assert not config.describe_retention_configurations()["RetentionConfigurations"]
    config.put_retention_configuration(RetentionPeriodInDays=365)
    (told,) = config.describe_retention_configurations()["RetentionConfigurations"]
    assert told == {"Name": "default", "RetentionPeriodInDays": 365}
    config.delete_retention_configuration(RetentionConfigurationName="default")
    assert not config.describe_retention_configurations()["RetentionConfigurations"]


def test_what_is_not_simulated_does_not_pretend(config: Any, refusal: Callable[..., Any]) -> None:
    def refused(operation: str, **asked: Any) -> bool:
        found = refusal(lambda: getattr(config, operation)(**asked))
        return bool(found[0] == "NotImplemented")

    name = "ConfigurationAggregatorName"
    assert refused("put_configuration_aggregator", **{name: "all"})
    assert refused("select_resource_config", Expression="SELECT resourceId")
    assert refused("put_conformance_pack", ConformancePackName="pack", TemplateBody="{}")
    assert refused("put_evaluations", ResultToken="t")
