"""What rules say of networks and instances."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import Cloud
from tests.controls.conftest import Judge

ANY = [{"CidrIp": "0.0.0.0/0"}]
ANY6 = [{"CidrIpv6": "::/0"}]


def rule(low: int, high: int | None = None, **more: Any) -> dict[str, Any]:
    ranges = {"IpRanges": ANY} if "Ipv6Ranges" not in more else {}
    return {
        "IpProtocol": "tcp",
        "FromPort": low,
        "ToPort": low if high is None else high,
        **ranges,
        **more,
    }


@pytest.fixture
def vpc(cloud: Cloud) -> tuple[Any, str]:
    """EC2 and a new VPC."""
    ec2 = cloud.root("ec2")
    return ec2, ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]


@pytest.mark.parametrize(
    ("name", "given", "good"),
    [
        ("restricted_ssh", rule(22), False),
        ("restricted_ssh", rule(0, 65535), False),
        ("restricted_ssh", {"IpProtocol": "-1", "IpRanges": ANY}, False),
        ("restricted_ssh", rule(22, Ipv6Ranges=ANY6), False),
        ("restricted_ssh", rule(22, IpRanges=[{"CidrIp": "0.0.0.0/1"}]), True),
        ("restricted_ssh", rule(22, IpProtocol="udp"), True),
        ("restricted_ssh", rule(443), True),
        ("restricted_rdp", rule(3389), False),
        ("restricted_rdp", rule(22), True),
        ("vpc_sg_port_restriction_check_ipv4", rule(3389), False),
        ("vpc_sg_port_restriction_check_ipv4", rule(22, Ipv6Ranges=ANY6), True),
        ("vpc_sg_port_restriction_check_ipv6", rule(22, Ipv6Ranges=ANY6), False),
        ("vpc_sg_port_restriction_check_ipv6", rule(22), True),
        ("vpc_sg_restricted_common_ports", rule(5432), False),
        ("vpc_sg_restricted_common_ports", rule(443), True),
        ("vpc_sg_open_only_to_authorized_ports", rule(443), True),
        ("vpc_sg_open_only_to_authorized_ports", rule(80, 443), False),
        ("vpc_sg_open_only_to_authorized_ports", rule(8443), False),
    ],
)
def test_security_groups(
    vpc: tuple[Any, str], judge: Judge, name: str, given: dict[str, Any], good: bool
) -> None:
    ec2, number = vpc
    made = ec2.create_security_group(GroupName="g", Description="g", VpcId=number)["GroupId"]
    assert judge(name, made) == [True]
    ec2.authorize_security_group_ingress(GroupId=made, IpPermissions=[given])
    assert judge(name, made) == [good]


def test_default_security_groups(vpc: tuple[Any, str], judge: Judge) -> None:
    ec2, number = vpc
    (group,) = ec2.describe_security_groups(
        Filters=[
            {"Name": "vpc-id", "Values": [number]},
            {"Name": "group-name", "Values": ["default"]},
        ]
    )["SecurityGroups"]
    name = group["GroupId"]
    assert judge("vpc_default_security_group_closed", name) == [False]
    for permissions, revoke in (
        (group["IpPermissions"], ec2.revoke_security_group_ingress),
        (group["IpPermissionsEgress"], ec2.revoke_security_group_egress),
    ):
        if permissions:
            revoke(GroupId=name, IpPermissions=permissions)
    assert judge("vpc_default_security_group_closed", name) == [True]


def entry(
    ec2: Any, acl: str, number: int, action: str, port: int = 22, cidr: str = "0.0.0.0/0"
) -> None:
    ec2.create_network_acl_entry(
        NetworkAclId=acl,
        RuleNumber=number,
        Protocol="6",
        RuleAction=action,
        Egress=False,
        CidrBlock=cidr,
        PortRange={"From": port, "To": port},
    )


def test_network_acls(vpc: tuple[Any, str], judge: Judge) -> None:
    """A new one denies everything; the first rule that is about everybody decides."""
    ec2, number = vpc
    acl = ec2.create_network_acl(VpcId=number)["NetworkAcl"]["NetworkAclId"]
    name = "nacl_no_unrestricted_ssh_rdp"
    assert judge(name, acl) == [True]
    entry(ec2, acl, 90, "allow", 443)
    entry(ec2, acl, 95, "allow", 22, "10.0.0.0/8")
    assert judge(name, acl) == [True]
    entry(ec2, acl, 100, "allow", 22)
    assert judge(name, acl) == [False]
    entry(ec2, acl, 98, "deny", 22)
    assert judge(name, acl) == [True]


def test_subnets(vpc: tuple[Any, str], judge: Judge) -> None:
    ec2, number = vpc
    made = ec2.create_subnet(VpcId=number, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
    assert judge("subnet_auto_assign_public_ip_disabled", made) == [True]
    ec2.modify_subnet_attribute(SubnetId=made, MapPublicIpOnLaunch={"Value": True})
    assert judge("subnet_auto_assign_public_ip_disabled", made) == [False]


@pytest.mark.parametrize(("kind", "good"), [("ACCEPT", False), ("REJECT", True), ("ALL", True)])
def test_flow_logs(cloud: Cloud, vpc: tuple[Any, str], judge: Judge, kind: str, good: bool) -> None:
    ec2, number = vpc
    cloud.root("s3").create_bucket(Bucket="flows")
    assert judge("vpc_flow_logs_enabled_reject", number) == [False]
    ec2.create_flow_logs(
        ResourceIds=[number],
        ResourceType="VPC",
        TrafficType=kind,
        LogDestinationType="s3",
        LogDestination="arn:aws:s3:::flows",
    )
    assert judge("vpc_flow_logs_enabled_reject", number) == [good]


def test_instances(vpc: tuple[Any, str], judge: Judge) -> None:
    ec2, number = vpc
    subnet = ec2.create_subnet(VpcId=number, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
    made = ec2.run_instances(
        ImageId="ami-12c6146b",
        MinCount=1,
        MaxCount=1,
        MetadataOptions={"HttpTokens": "optional"},
        NetworkInterfaces=[
            {"DeviceIndex": 0, "SubnetId": subnet, "AssociatePublicIpAddress": False}
        ],
    )["Instances"][0]["InstanceId"]
    assert judge("ec2_imdsv2_check", made) == [False]
    assert judge("ec2_instance_no_public_ip", made) == [True]
    assert judge("ec2_instance_managed_by_systems_manager", made) == [False]
    ec2.modify_instance_metadata_options(InstanceId=made, HttpTokens="required")
    assert judge("ec2_imdsv2_check", made) == [True]
    ec2.terminate_instances(InstanceIds=[made])
    assert judge("ec2_imdsv2_check", made) == []


def test_volumes_and_snapshots(cloud: Cloud, judge: Judge) -> None:
    ec2 = cloud.root("ec2")
    assert judge("ec2_ebs_encryption_by_default") == [False]
    ec2.enable_ebs_encryption_by_default()
    assert judge("ec2_ebs_encryption_by_default") == [True]
    ec2.create_volume(AvailabilityZone="us-east-1a", Size=1)
    assert judge("encrypted_volumes") == []


def test_public_snapshots(cloud: Cloud, judge: Judge) -> None:
    ec2 = cloud.root("ec2")
    volume = ec2.create_volume(AvailabilityZone="us-east-1a", Size=1)["VolumeId"]
    snapshot = ec2.create_snapshot(VolumeId=volume)["SnapshotId"]
    assert judge("ebs_snapshot_public_restorable_check") == [True]
    ec2.modify_snapshot_attribute(
        SnapshotId=snapshot,
        Attribute="createVolumePermission",
        OperationType="add",
        GroupNames=["all"],
    )
    assert judge("ebs_snapshot_public_restorable_check") == [False]
