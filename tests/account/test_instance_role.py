"""Credentials of an instance's role carry where they were issued to."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.account.instance_role import instance_credentials
from tests.conftest import Cloud, Keys, Refusal


def instance(cloud: Cloud) -> dict[str, Any]:
    iam, ec2 = cloud.root("iam"), cloud.root("ec2")
    cloud.role("web", cloud.trust({"Service": "ec2.amazonaws.com"}), cloud.statement("*"))
    iam.create_instance_profile(InstanceProfileName="web")
    iam.add_role_to_instance_profile(InstanceProfileName="web", RoleName="web")
    image = ec2.register_image(Name="base", RootDeviceName="/dev/sda1")["ImageId"]
    made: dict[str, Any] = ec2.run_instances(
        ImageId=image, MinCount=1, MaxCount=1, IamInstanceProfile={"Name": "web"}
    )["Instances"][0]
    return made


def keys_of(cloud: Cloud, instance_id: str, **options: Any) -> Keys:
    with cloud.gateway.turn(cloud.world):
        return instance_credentials(cloud.account, instance_id, **options)


@pytest.mark.parametrize(
    "key",
    ["ec2:SourceInstanceARN", "aws:Ec2InstanceSourceVpc", "aws:Ec2InstanceSourcePrivateIPv4"],
)
def test_a_policy_can_hold_the_keys_to_their_instance(
    cloud: Cloud, refusal: Refusal, key: str
) -> None:
    made = instance(cloud)
    value = {
        "ec2:SourceInstanceARN": f"arn:aws:ec2:us-east-1:111122223333:instance/{made['InstanceId']}",
        "aws:Ec2InstanceSourceVpc": made["VpcId"],
        "aws:Ec2InstanceSourcePrivateIPv4": made["PrivateIpAddress"],
    }[key]
    iam, keys = cloud.root("iam"), keys_of(cloud, made["InstanceId"])
    sns = cloud.client("sns", keys)
    for wanted, allowed in ((value, True), ("another", False)):
        only = cloud.policy(cloud.statement("sns:*", Condition={"StringEquals": {key: wanted}}))
        iam.put_role_policy(RoleName="web", PolicyName="own", PolicyDocument=only)
        if allowed:
            sns.list_topics()
        else:
            assert refusal(sns.list_topics)[1] == 403


def test_credentials_from_version_one_of_the_metadata_service_can_be_denied(
    cloud: Cloud, refusal: Refusal
) -> None:
    made = instance(cloud)
    deny = {"NumericLessThan": {"ec2:RoleDelivery": "2.0"}}
    document = cloud.policy(cloud.statement("*"), cloud.statement("*", "*", "Deny", Condition=deny))
    cloud.root("iam").put_role_policy(RoleName="web", PolicyName="own", PolicyDocument=document)
    cloud.client("sns", keys_of(cloud, made["InstanceId"])).list_topics()
    old = cloud.client("sns", keys_of(cloud, made["InstanceId"], delivery="1.0"))
    assert refusal(old.list_topics)[1] == 403


def test_the_session_is_named_for_the_instance(cloud: Cloud) -> None:
    made = instance(cloud)
    who = cloud.client("sts", keys_of(cloud, made["InstanceId"])).get_caller_identity()
    assert who["Arn"].endswith(f"assumed-role/web/{made['InstanceId']}")


def test_an_instance_without_a_role_has_none(cloud: Cloud) -> None:
    with pytest.raises(LookupError, match="i-0 has no role"):
        keys_of(cloud, "i-0")
