"""Calls to EC2 and EC2 Instance Connect."""

from __future__ import annotations

from typing import Final

from tools.shape_replay.stage import OTHER, Stage
from tools.shape_replay.table import replays

_SSH_KEY: Final = f"ssh-ed25519 {'A' * 68} somebody"


@replays("ec2", "GetPasswordData")
def get_password_data(stage: Stage) -> None:
    stage.call("ec2").get_password_data(InstanceId=stage.instance())


@replays("ec2", "DescribeInstances")
def describe_instances(stage: Stage) -> None:
    instance = stage.instance()
    chosen = {"InstanceIds": [instance]} if stage.shown.get("instancesSet") else {}
    stage.call("ec2").describe_instances(**chosen)


@replays("ec2", "DescribeInstanceAttribute")
def describe_instance_attribute(stage: Stage) -> None:
    stage.call("ec2").describe_instance_attribute(
        InstanceId=stage.instance(), Attribute=stage.shown["attribute"]
    )


@replays("ec2", "RunInstances")
def run_instances(stage: Stage) -> None:
    subnet = stage.prepare("ec2").describe_subnets()["Subnets"][0]["SubnetId"]
    stage.call("ec2").run_instances(
        ImageId=stage.image(),
        InstanceType=stage.shown["instanceType"],
        MinCount=1,
        MaxCount=10,
        SubnetId=subnet,
    )


@replays("ec2", "StopInstances")
def stop_instances(stage: Stage) -> None:
    stage.call("ec2").stop_instances(InstanceIds=[stage.instance()], Force=True)


@replays("ec2", "StartInstances")
def start_instances(stage: Stage) -> None:
    instance = stage.instance()
    stage.prepare("ec2").stop_instances(InstanceIds=[instance])
    stage.call("ec2").start_instances(InstanceIds=[instance])


@replays("ec2", "ModifyInstanceAttribute")
def modify_instance_attribute(stage: Stage) -> None:
    instance = stage.instance()
    stage.prepare("ec2").stop_instances(InstanceIds=[instance])
    stage.call("ec2").modify_instance_attribute(
        InstanceId=instance, UserData={"Value": b"#!/bin/sh"}
    )


@replays("ec2", "AuthorizeSecurityGroupIngress")
def authorize_security_group_ingress(stage: Stage) -> None:
    ec2 = stage.prepare("ec2")
    vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    group = ec2.create_security_group(GroupName="web", Description="web", VpcId=vpc)["GroupId"]
    stage.call("ec2").authorize_security_group_ingress(
        GroupId=group, IpProtocol="tcp", FromPort=22, ToPort=22, CidrIp="0.0.0.0/0"
    )


@replays("ec2", "ModifyImageAttribute")
def modify_image_attribute(stage: Stage) -> None:
    stage.call("ec2").modify_image_attribute(
        ImageId=stage.image(), LaunchPermission={"Add": [{"UserId": OTHER}]}
    )


@replays("ec2", "ModifySnapshotAttribute")
def modify_snapshot_attribute(stage: Stage) -> None:
    ec2 = stage.prepare("ec2")
    zone = ec2.describe_availability_zones()["AvailabilityZones"][0]["ZoneName"]
    volume = ec2.create_volume(AvailabilityZone=zone, Size=1)["VolumeId"]
    snapshot = ec2.create_snapshot(VolumeId=volume)["SnapshotId"]
    stage.call("ec2").modify_snapshot_attribute(
        SnapshotId=snapshot,
        Attribute="createVolumePermission",
        CreateVolumePermission={"Add": [{"UserId": OTHER}]},
    )


@replays("ec2", "DeleteFlowLogs")
def delete_flow_logs(stage: Stage) -> None:
    ec2 = stage.prepare("ec2")
    stage.prepare("s3").create_bucket(Bucket="flow-logs")
    made = ec2.create_flow_logs(
        ResourceIds=[ec2.describe_vpcs()["Vpcs"][0]["VpcId"]],
        ResourceType="VPC",
        TrafficType="ALL",
        LogDestinationType="s3",
        LogDestination="arn:aws:s3:::flow-logs",
    )
    stage.call("ec2").delete_flow_logs(FlowLogIds=made["FlowLogIds"])


@replays("ec2", "EnableSerialConsoleAccess")
def enable_serial_console_access(stage: Stage) -> None:
    stage.call("ec2").enable_serial_console_access()


@replays("ec2-instance-connect", "SendSSHPublicKey")
def send_ssh_public_key(stage: Stage) -> None:
    stage.call("ec2-instance-connect").send_ssh_public_key(
        InstanceId=stage.instance(), InstanceOSUser="ec2-user", SSHPublicKey=_SSH_KEY
    )


@replays("ec2-instance-connect", "SendSerialConsoleSSHPublicKey")
def send_serial_console_ssh_public_key(stage: Stage) -> None:
    stage.prepare("ec2").enable_serial_console_access()
    stage.call("ec2-instance-connect").send_serial_console_ssh_public_key(
        InstanceId=stage.instance(), SerialPort=0, SSHPublicKey=_SSH_KEY
    )
