"""Rules on an account's state: each of them broken, and mended."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from simulator.configuration.managed import MANAGED, judge_of, managed
from tests.conftest import Cloud

PUBLIC = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": "*",
            "Action": "s3:GetObject",
            "Resource": "arn:aws:s3:::data/*",
        }
    ],
}
OFF = dict.fromkeys(
    ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), False
)


@pytest.fixture
def judged(cloud: Cloud) -> Callable[..., dict[str, bool]]:
    """What a control says of each resource, by its id, given the rule's parameters."""

    def judge(control: str, region: str = "us-east-1", **given: str) -> dict[str, bool]:
        rule = judge_of(control)
        assert rule is not None
        with cloud.gateway.turn(cloud.world):
            return {one.resource_id: one.compliant for one in rule(cloud.account, region, **given)}

    return judge


def ssh(block: str, first: int = 22, last: int = 22, protocol: str = "tcp") -> dict[str, Any]:
    return {
        "IpProtocol": protocol,
        "FromPort": first,
        "ToPort": last,
        "IpRanges": [{"CidrIp": block}],
    }


def bucket(cloud: Cloud, name: str = "data") -> Any:
    s3 = cloud.root("s3")
    s3.create_bucket(Bucket=name)
    return s3


def test_a_bucket_is_public_by_its_policy(cloud: Cloud, judged: Any) -> None:
    s3 = bucket(cloud)
    assert judged("s3_bucket_public_read_prohibited") == {"data": True}
    s3.put_public_access_block(Bucket="data", PublicAccessBlockConfiguration=OFF)
    s3.put_bucket_policy(Bucket="data", Policy=json.dumps(PUBLIC))
    assert judged("s3_bucket_public_read_prohibited") == {"data": False}
    assert judged("s3_bucket_public_write_prohibited") == {"data": True}
    assert judged("s3_bucket_level_public_access_prohibited") == {"data": False}
    excluded = judged("s3_bucket_level_public_access_prohibited", excluded_public_buckets="data, x")
    assert excluded == {"data": True}
    s3.put_public_access_block(
        Bucket="data", PublicAccessBlockConfiguration={**OFF, "RestrictPublicBuckets": True}
    )
    assert judged("s3_bucket_public_read_prohibited") == {"data": True}


def test_a_bucket_is_public_by_its_acl(cloud: Cloud, judged: Any) -> None:
    s3 = cloud.root("s3")
    s3.create_bucket(Bucket="data", ObjectOwnership="ObjectWriter")
    s3.put_public_access_block(Bucket="data", PublicAccessBlockConfiguration=OFF)
    s3.put_bucket_acl(Bucket="data", ACL="public-read-write")
    assert judged("s3_bucket_public_read_prohibited") == {"data": False}
    assert judged("s3_bucket_public_write_prohibited") == {"data": False}
    s3.put_public_access_block(
        Bucket="data", PublicAccessBlockConfiguration={**OFF, "IgnorePublicAcls": True}
    )
    assert judged("s3_bucket_public_read_prohibited") == {"data": True}


def test_the_account_blocks_public_access(cloud: Cloud, judged: Any) -> None:
    number = "111122223333"
    control = "s3_account_level_public_access_blocks_periodic"
    assert judged(control) == {number: False}
    wanted = dict.fromkeys(OFF, True) | {"BlockPublicPolicy": False}
    cloud.root("s3control").put_public_access_block(
        AccountId=number, PublicAccessBlockConfiguration=wanted
    )
    assert judged(control) == {number: False}
    assert judged(control, block_public_policy="False") == {number: True}


@pytest.mark.parametrize(
    ("rule", "good"),
    [
        (ssh("0.0.0.0/0"), False),
        (ssh("0.0.0.0/0", 0, 65535), False),
        ({"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}, False),
        ({**ssh("10.0.0.0/8"), "Ipv6Ranges": [{"CidrIpv6": "::/0"}]}, False),
        (ssh("10.0.0.0/8"), True),
        (ssh("0.0.0.0/0", 443, 443), True),
        (ssh("0.0.0.0/0", 22, 22, "udp"), True),
    ],
)
def test_ssh_from_anywhere(cloud: Cloud, judged: Any, rule: dict[str, Any], good: bool) -> None:
    ec2 = cloud.root("ec2")
    made = ec2.create_security_group(GroupName="web", Description="web")["GroupId"]
    ec2.authorize_security_group_ingress(GroupId=made, IpPermissions=[rule])
    assert judged("incoming_ssh_disabled")[made] is good


def test_common_ports(cloud: Cloud, judged: Any) -> None:
    ec2 = cloud.root("ec2")
    made = ec2.create_security_group(GroupName="db", Description="db")["GroupId"]
    ec2.authorize_security_group_ingress(GroupId=made, IpPermissions=[ssh("0.0.0.0/0", 3300, 3310)])
    assert judged("restricted_incoming_traffic")[made] is False
    assert judged("restricted_incoming_traffic", blocked_port4="5432")[made] is True


def test_default_groups_and_flow_logs(cloud: Cloud, judged: Any) -> None:
    ec2 = cloud.root("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    filters = [{"Name": "vpc-id", "Values": [vpc]}]
    (group,) = ec2.describe_security_groups(Filters=filters)["SecurityGroups"]
    name = group["GroupId"]
    assert judged("vpc_default_security_group_closed")[name] is False
    for way, rules in (
        ("ingress", group["IpPermissions"]),
        ("egress", group["IpPermissionsEgress"]),
    ):
        revoke = getattr(ec2, f"revoke_security_group_{way}")
        kept = [{k: v for k, v in rule.items() if v not in ([],)} for rule in rules]
        revoke(GroupId=name, IpPermissions=kept)
    assert judged("vpc_default_security_group_closed")[name] is True
    assert judged("vpc_flow_logs_enabled")[vpc] is False
    cloud.root("s3").create_bucket(Bucket="flows")
    ec2.create_flow_logs(
        ResourceIds=[vpc],
        ResourceType="VPC",
        TrafficType="REJECT",
        LogDestinationType="s3",
        LogDestination="arn:aws:s3:::flows",
    )
    assert judged("vpc_flow_logs_enabled")[vpc] is True
    assert judged("vpc_flow_logs_enabled", traffic_type="ALL")[vpc] is False


def test_instances_and_volumes(cloud: Cloud, judged: Any) -> None:
    ec2 = cloud.root("ec2")
    optional = {"HttpTokens": "optional", "HttpEndpoint": "enabled"}
    made = ec2.run_instances(
        ImageId="ami-12345678", MinCount=1, MaxCount=1, MetadataOptions=optional
    )
    name = made["Instances"][0]["InstanceId"]
    assert judged("ec2_imdsv2_check") == {name: False}
    assert list(judged("encrypted_volumes").values()) == [False]
    ec2.modify_instance_metadata_options(InstanceId=name, HttpTokens="required")
    assert judged("ec2_imdsv2_check") == {name: True}
    assert judged("ec2_imdsv2_check", region="eu-west-1") == {}
    ec2.terminate_instances(InstanceIds=[name])
    assert judged("ec2_imdsv2_check") == {}


def test_snapshots_are_not_everybodys(cloud: Cloud, judged: Any) -> None:
    ec2 = cloud.root("ec2")
    volume = ec2.create_volume(AvailabilityZone="us-east-1a", Size=8)["VolumeId"]
    name = ec2.create_snapshot(VolumeId=volume)["SnapshotId"]
    assert judged("ebs_snapshot_public_restorable_check") == {"111122223333": True}
    ec2.modify_snapshot_attribute(
        SnapshotId=name,
        Attribute="createVolumePermission",
        OperationType="add",
        GroupNames=["all"],
    )
    assert judged("ebs_snapshot_public_restorable_check") == {"111122223333": False}


def test_users_and_their_keys(cloud: Cloud, judged: Any) -> None:
    cloud.user("ann", cloud.statement("s3:*"))
    iam = cloud.root("iam")
    number = iam.get_user(UserName="ann")["User"]["UserId"]
    assert judged("iam_user_mfa_enabled") == {number: False}
    assert judged("mfa_enabled_for_iam_console_access") == {}
    assert judged("iam_user_no_policies_check") == {number: False}
    assert judged("iam_root_access_key_check") == {"111122223333": True}
    assert judged("access_keys_rotated") == {number: True}
    cloud.world.clock.advance(timedelta(days=91))
    assert judged("access_keys_rotated") == {number: False}
    assert judged("access_keys_rotated", max_access_key_age="180") == {number: True}


@pytest.mark.parametrize(
    ("statement", "good"),
    [
        ({"Effect": "Allow", "Action": "*", "Resource": "*"}, False),
        ({"Effect": "Allow", "Action": ["s3:*", "*"], "Resource": ["*"]}, False),
        ({"Effect": "Allow", "Action": "s3:*", "Resource": "*"}, True),
        ({"Effect": "Deny", "Action": "*", "Resource": "*"}, True),
    ],
)
def test_policies_of_administrators(
    cloud: Cloud, judged: Any, statement: dict[str, Any], good: bool
) -> None:
    made = cloud.root("iam").create_policy(PolicyName="own", PolicyDocument=cloud.policy(statement))
    found = judged("iam_policy_no_statements_with_admin_access")
    assert found == {made["Policy"]["PolicyId"]: good}


def test_trails(cloud: Cloud, judged: Any) -> None:
    number = {"111122223333": False}
    assert judged("cloudtrail_enabled") == number
    s3, trails = bucket(cloud, "logs"), cloud.root("cloudtrail")
    service = {"Service": "cloudtrail.amazonaws.com"}
    arn = "arn:aws:s3:::logs"
    policy = cloud.policy(
        cloud.statement("s3:GetBucketAcl", arn, Principal=service),
        cloud.statement("s3:PutObject", f"{arn}/*", Principal=service),
    )
    s3.put_bucket_policy(Bucket="logs", Policy=policy)
    name = trails.create_trail(Name="main", S3BucketName="logs")["TrailARN"]
    assert judged("cloudtrail_enabled") == number
    trails.start_logging(Name="main")
    assert judged("cloudtrail_enabled") == {"111122223333": True}
    assert judged("cloudtrail_enabled", s3_bucket_name="others") == number
    assert judged("cloud_trail_log_file_validation_enabled") == {name: False}
    assert judged("multi_region_cloudtrail_enabled") == number
    trails.update_trail(Name="main", IsMultiRegionTrail=True, EnableLogFileValidation=True)
    assert judged("cloud_trail_log_file_validation_enabled") == {name: True}
    assert judged("multi_region_cloudtrail_enabled") == {"111122223333": True}
    selectors = [{"ReadWriteType": "WriteOnly", "IncludeManagementEvents": True}]
    trails.put_event_selectors(TrailName="main", EventSelectors=selectors)
    assert judged("multi_region_cloudtrail_enabled") == number
    assert judged("cloudtrail_enabled", region="eu-west-1") == {"111122223333": True}


def test_keys(cloud: Cloud, judged: Any) -> None:
    kms = cloud.root("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.create_key(KeySpec="RSA_2048", KeyUsage="SIGN_VERIFY")
    assert judged("cmk_backing_key_rotation_enabled") == {key: False}
    kms.enable_key_rotation(KeyId=key)
    assert judged("cmk_backing_key_rotation_enabled") == {key: True}
    assert judged("kms_cmk_not_scheduled_for_deletion")[key] is True
    kms.schedule_key_deletion(KeyId=key)
    assert judged("kms_cmk_not_scheduled_for_deletion")[key] is False


def test_guardduty(cloud: Cloud, judged: Any) -> None:
    assert judged("guardduty_enabled_centralized") == {"111122223333": False}
    guardduty = cloud.client("guardduty", cloud.user("admin", cloud.statement("*")))
    guardduty.create_detector(Enable=True)
    assert judged("guardduty_enabled_centralized") == {"111122223333": True}
    other = judged("guardduty_enabled_centralized", central_monitoring_account="444455556666")
    assert other == {"111122223333": False}


@pytest.mark.parametrize("identifier", [name for name in sorted(MANAGED) if managed(name)])
def test_a_rule_takes_the_parameters_that_it_names(cloud: Cloud, identifier: str) -> None:
    """On an account in which there is nothing."""
    rule = MANAGED[identifier]
    values = {"maxAccessKeyAge": "90", **{f"blockedPort{n}": "22" for n in range(1, 6)}}
    with cloud.gateway.turn(cloud.world):
        rule.judge(
            cloud.account, "us-east-1", {name: values.get(name, "x") for name in rule.parameters}
        )
