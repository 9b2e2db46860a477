"""A learner's AWS Config, in a lab: it comes to the same when its journal is played again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.test_recovery import Learner, again

__all__ = ["again"]


def switch_on(learner: Learner) -> Any:
    """AWS Config records the account, with a rule that remedies by itself."""
    iam, s3, config = (learner.client(name) for name in ("iam", "s3", "config"))
    learner_account = learner.seat.drill.account
    account, region = learner_account.id, learner_account.region
    role = iam.create_service_linked_role(AWSServiceName="config.amazonaws.com")["Role"]["Arn"]
    where = {} if region == "us-east-1" else {"LocationConstraint": region}
    options = {"CreateBucketConfiguration": where} if where else {}
    s3.create_bucket(Bucket=f"configs-{account}", **options)
    everything = {"allSupported": True, "includeGlobalResourceTypes": True}
    config.put_configuration_recorder(
        ConfigurationRecorder={"name": "default", "roleARN": role, "recordingGroup": everything}
    )
    policy = (
        '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service":'
        ' "config.amazonaws.com"}, "Action": "s3:PutObject", "Resource":'
        f' "arn:aws:s3:::configs-{account}/*"}}]}}'
    )
    s3.put_bucket_policy(Bucket=f"configs-{account}", Policy=policy)
    config.put_delivery_channel(
        DeliveryChannel={"name": "default", "s3BucketName": f"configs-{account}"}
    )
    config.start_configuration_recorder(ConfigurationRecorderName="default")
    for name in ("IAM_USER_MFA_ENABLED", "S3_BUCKET_VERSIONING_ENABLED"):
        source = {"Owner": "AWS", "SourceIdentifier": name}
        config.put_config_rule(ConfigRule={"ConfigRuleName": name, "Source": source})
    return config


def told(config: Any) -> list[Any]:
    """What AWS Config says at last, without what is of this answer alone."""
    answers = (
        config.describe_compliance_by_config_rule(),
        config.get_discovered_resource_counts(),
        config.describe_delivery_channel_status(),
        config.describe_config_rule_evaluation_status(),
    )
    return [
        {name: value for name, value in one.items() if name != "ResponseMetadata"}
        for one in answers
    ]


def test_a_learner_sees_the_company_and_so_does_who_plays_it_again(
    tmp_path: Path, again: Callable[[Learner], Learner]
) -> None:
    ann = Learner(tmp_path)
    config = switch_on(ann)
    rules = {
        one["ConfigRuleName"]: one["Compliance"]["ComplianceType"]
        for one in config.describe_compliance_by_config_rule()["ComplianceByConfigRules"]
    }
    assert rules["IAM_USER_MFA_ENABLED"] == "NON_COMPLIANT"
    assert rules["S3_BUCKET_VERSIONING_ENABLED"] == "NON_COMPLIANT"
    ann.ask("wait", seconds=7 * 3600)
    before, records = told(config), list(ann.records)
    delivered = before[2]["DeliveryChannelsStatus"][0]["configHistoryDeliveryInfo"]
    assert delivered["lastStatus"] == "SUCCESS"
    bob = again(ann)
    assert bob.records[: len(records)] == records
    assert told(bob.client("config")) == before
