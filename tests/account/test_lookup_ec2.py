"""EC2's own condition keys, on launches and on what runs already."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import Cloud, Refusal

ARN = "arn:aws:ec2:us-east-1:111122223333"
ANY_BUT_INSTANCES = [
    "arn:aws:ec2:*::image/*",
    *(f"arn:aws:ec2:*:*:{kind}/*" for kind in ("volume", "subnet", "security-group", "key-pair")),
    "arn:aws:ec2:*:*:network-interface/*",
    "arn:aws:ec2:*:*:launch-template/*",
]


def image(cloud: Cloud) -> str:
    made = cloud.root("ec2").register_image(Name="base", RootDeviceName="/dev/sda1")
    return str(made["ImageId"])


def launcher(cloud: Cloud, *more: dict[str, Any], **condition: dict[str, str]) -> Any:
    """A client of one who may launch instances that meet a condition."""
    keys = cloud.user(
        "launcher",
        cloud.statement("ec2:RunInstances", ANY_BUT_INSTANCES),
        cloud.statement("ec2:RunInstances", f"{ARN}:instance/*", Condition=condition),
        *more,
    )
    return cloud.client("ec2", keys)


def test_launches_without_imdsv2_are_refused(cloud: Cloud, refusal: Refusal) -> None:
    ec2 = launcher(cloud, StringEquals={"ec2:MetadataHttpTokens": "required"})
    base: dict[str, Any] = {"ImageId": image(cloud), "MinCount": 1, "MaxCount": 1}
    assert refusal(lambda: ec2.run_instances(**base))[0] == "UnauthorizedOperation"
    optional = {"HttpTokens": "optional"}
    assert refusal(lambda: ec2.run_instances(**base, MetadataOptions=optional))[1] == 403
    made = ec2.run_instances(**base, MetadataOptions={"HttpTokens": "required"})
    assert made["Instances"][0]["MetadataOptions"]["HttpTokens"] == "required"


@pytest.mark.parametrize(("tokens", "allowed"), [("required", True), ("optional", False)])
def test_a_launch_template_supplies_the_keys_that_the_call_leaves_out(
    cloud: Cloud, refusal: Refusal, tokens: str, allowed: bool
) -> None:
    cloud.root("ec2").create_launch_template(
        LaunchTemplateName="web",
        LaunchTemplateData={
            "ImageId": image(cloud),
            "InstanceType": "t3.micro",
            "MetadataOptions": {"HttpTokens": tokens},
        },
    )
    ec2 = launcher(cloud, StringEquals={"ec2:MetadataHttpTokens": "required"})

    def launch() -> Any:
        template = {"LaunchTemplateName": "web", "Version": "$Latest"}
        return ec2.run_instances(MinCount=1, MaxCount=1, LaunchTemplate=template)

    if allowed:
        assert launch()["Instances"][0]["InstanceType"] == "t3.micro"
    else:
        assert refusal(launch)[0] == "UnauthorizedOperation"


def test_tags_may_be_given_at_creation_alone(cloud: Cloud, refusal: Refusal) -> None:
    at_launch = cloud.statement(
        "ec2:CreateTags",
        f"{ARN}:*/*",
        Condition={"StringEquals": {"ec2:CreateAction": "RunInstances"}},
    )
    ec2 = launcher(cloud, at_launch, StringEquals={"aws:RequestTag/team": "red"})
    made = ec2.run_instances(
        ImageId=image(cloud),
        MinCount=1,
        MaxCount=1,
        TagSpecifications=[{"ResourceType": "instance", "Tags": [{"Key": "team", "Value": "red"}]}],
    )
    instance = made["Instances"][0]["InstanceId"]
    later = [{"Key": "team", "Value": "blue"}]
    code, _, _ = refusal(lambda: ec2.create_tags(Resources=[instance], Tags=later))
    assert code == "UnauthorizedOperation"


def running(cloud: Cloud, **options: Any) -> str:
    made = cloud.root("ec2").run_instances(
        ImageId=image(cloud), MinCount=1, MaxCount=1, InstanceType="t3.micro", **options
    )
    return str(made["Instances"][0]["InstanceId"])


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("ec2:InstanceType", "t3.micro"),
        ("ec2:MetadataHttpTokens", "required"),
        ("ec2:MetadataHttpPutResponseHopLimit", "2"),
        ("ec2:MetadataHttpEndpoint", "enabled"),
        ("ec2:Tenancy", "default"),
        ("ec2:Region", "us-east-1"),
        ("ec2:RootDeviceType", "ebs"),
    ],
)
def test_keys_describe_a_running_instance(
    cloud: Cloud, refusal: Refusal, key: str, value: str
) -> None:
    instance = running(
        cloud, MetadataOptions={"HttpTokens": "required", "HttpPutResponseHopLimit": 2}
    )
    for name, wanted in (("right", value), ("wrong", "another")):
        condition = {"StringEquals": {key: wanted}}
        keys = cloud.user(name, cloud.statement("ec2:StopInstances", Condition=condition))
        stop = cloud.client("ec2", keys).stop_instances
        if name == "right":
            stop(InstanceIds=[instance])
        else:
            code, _, _ = refusal(lambda stop=stop: stop(InstanceIds=[instance]))
            assert code == "UnauthorizedOperation"


def test_an_instance_is_known_by_its_profile(cloud: Cloud, refusal: Refusal) -> None:
    iam, ec2 = cloud.root("iam"), cloud.root("ec2")
    cloud.role("web", cloud.trust({"Service": "ec2.amazonaws.com"}))
    profile = iam.create_instance_profile(InstanceProfileName="web")["InstanceProfile"]["Arn"]
    iam.add_role_to_instance_profile(InstanceProfileName="web", RoleName="web")
    bare, dressed = running(cloud), running(cloud)
    ec2.associate_iam_instance_profile(IamInstanceProfile={"Arn": profile}, InstanceId=dressed)
    only = {"ArnEquals": {"ec2:InstanceProfile": profile}}
    client = cloud.client(
        "ec2", cloud.user("ops", cloud.statement("ec2:StopInstances", Condition=only))
    )
    client.stop_instances(InstanceIds=[dressed])
    assert refusal(lambda: client.stop_instances(InstanceIds=[bare]))[1] == 403


def test_turning_imdsv2_off_can_be_denied(cloud: Cloud, refusal: Refusal) -> None:
    instance = running(cloud, MetadataOptions={"HttpTokens": "required"})
    deny = {"StringEquals": {"ec2:Attribute/HttpTokens": "optional"}}
    keys = cloud.user(
        "ops",
        cloud.statement("ec2:ModifyInstanceMetadataOptions"),
        cloud.statement("ec2:ModifyInstanceMetadataOptions", "*", "Deny", Condition=deny),
    )
    change = cloud.client("ec2", keys).modify_instance_metadata_options
    off = {"InstanceId": instance, "HttpTokens": "optional"}
    assert refusal(lambda: change(**off))[0] == "UnauthorizedOperation"
    change(InstanceId=instance, HttpPutResponseHopLimit=1)


def test_metadata_options_that_a_change_leaves_out_stay(cloud: Cloud) -> None:
    instance = running(cloud, MetadataOptions={"HttpTokens": "required"})
    ec2 = cloud.root("ec2")
    said = ec2.modify_instance_metadata_options(InstanceId=instance, HttpPutResponseHopLimit=3)
    found = ec2.describe_instances(InstanceIds=[instance])["Reservations"][0]["Instances"][0]
    for options in (said["InstanceMetadataOptions"], found["MetadataOptions"]):
        assert options["HttpTokens"] == "required"
        assert options["HttpEndpoint"] == "enabled"
        assert options["HttpPutResponseHopLimit"] == 3


def test_a_subnet_is_known_by_its_vpc(cloud: Cloud, refusal: Refusal) -> None:
    ec2 = cloud.root("ec2")
    subnets = {}
    for name in ("own", "other"):
        vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        made = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24")
        subnets[name] = (made["Subnet"]["SubnetId"], f"{ARN}:vpc/{vpc}")
    only = {"ArnEquals": {"ec2:Vpc": subnets["own"][1]}}
    client = cloud.client(
        "ec2", cloud.user("net", cloud.statement("ec2:DeleteSubnet", Condition=only))
    )
    assert refusal(lambda: client.delete_subnet(SubnetId=subnets["other"][0]))[1] == 403
    client.delete_subnet(SubnetId=subnets["own"][0])


def test_an_unencrypted_snapshot_may_not_be_shared(cloud: Cloud, refusal: Refusal) -> None:
    ec2 = cloud.root("ec2")
    shots = {}
    for encrypted in (True, False):
        volume = ec2.create_volume(Size=8, AvailabilityZone="us-east-1a", Encrypted=encrypted)[
            "VolumeId"
        ]
        shots[encrypted] = ec2.create_snapshot(VolumeId=volume)["SnapshotId"]
    only = {"Bool": {"ec2:Encrypted": "true"}, "StringEquals": {"ec2:Owner": "111122223333"}}
    client = cloud.client(
        "ec2", cloud.user("b", cloud.statement("ec2:ModifySnapshotAttribute", Condition=only))
    )

    def share(snapshot: str) -> Any:
        return client.modify_snapshot_attribute(
            SnapshotId=snapshot,
            Attribute="createVolumePermission",
            OperationType="add",
            UserIds=["444455556666"],
        )

    assert refusal(lambda: share(shots[False]))[0] == "UnauthorizedOperation"
    share(shots[True])


def test_a_role_may_be_changed_only_under_a_boundary(cloud: Cloud, refusal: Refusal) -> None:
    boundary = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    trust = cloud.trust({"Service": "ec2.amazonaws.com"})
    cloud.role("bounded", trust, PermissionsBoundary=boundary)
    cloud.role("free", trust)
    only = {"StringEquals": {"iam:PermissionsBoundary": boundary}}
    iam = cloud.client("iam", cloud.user("dev", cloud.statement("iam:*", Condition=only)))
    document = cloud.policy(cloud.statement("s3:*"))
    put = {"PolicyName": "p", "PolicyDocument": document}
    assert refusal(lambda: iam.put_role_policy(RoleName="free", **put))[0] == "AccessDenied"
    iam.put_role_policy(RoleName="bounded", **put)
    tags = [{"Key": "a", "Value": "b"}]
    code, _, _ = refusal(lambda: iam.tag_role(RoleName="bounded", Tags=tags))
    assert code == "AccessDenied"
