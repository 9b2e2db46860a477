"""EC2's two generations of shapes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from simulator.telemetry.cloudtrail.ec2 import request_parameters, response_elements

REQUESTS: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    (
        "DescribeInstances",
        {
            "InstanceIds": ["i-1"],
            "Filters": [{"Name": "instance-state-name", "Values": ["running"]}],
            "MaxResults": 5,
        },
        {
            "instancesSet": {"items": [{"instanceId": "i-1"}]},
            "filterSet": {
                "items": [
                    {"name": "instance-state-name", "valueSet": {"items": [{"value": "running"}]}}
                ]
            },
            "maxResults": 5,
        },
    ),
    (
        "RunInstances",
        {
            "ImageId": "ami-1",
            "MinCount": 1,
            "MaxCount": 2,
            "KeyName": "k",
            "InstanceType": "t3.micro",
            "SecurityGroupIds": ["sg-1"],
            "UserData": "IyEvYmluL3No",
            "IamInstanceProfile": {"Name": "web"},
            "BlockDeviceMappings": [{"DeviceName": "/dev/xvda", "Ebs": {"VolumeSize": 8}}],
            "TagSpecifications": [
                {"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": "web"}]}
            ],
            "DryRun": False,
        },
        {
            "instancesSet": {
                "items": [{"imageId": "ami-1", "minCount": 1, "maxCount": 2, "keyName": "k"}]
            },
            "instanceType": "t3.micro",
            "groupSet": {"items": [{"groupId": "sg-1"}]},
            "userData": "<sensitiveDataRemoved>",
            "iamInstanceProfile": {"name": "web"},
            "blockDeviceMapping": {
                "items": [{"deviceName": "/dev/xvda", "ebs": {"volumeSize": 8}}]
            },
            "tagSpecificationSet": {
                "items": [{"resourceType": "instance", "tags": [{"key": "Name", "value": "web"}]}]
            },
            "monitoring": {"enabled": False},
            "disableApiTermination": False,
            "disableApiStop": False,
        },
    ),
    (
        "AuthorizeSecurityGroupIngress",
        {
            "GroupId": "sg-1",
            "IpPermissions": [
                {
                    "IpProtocol": "tcp",
                    "FromPort": 22,
                    "ToPort": 22,
                    "IpRanges": [{"CidrIp": "0.0.0.0/0", "Description": "ssh"}],
                }
            ],
        },
        {
            "groupId": "sg-1",
            "ipPermissions": {
                "items": [
                    {
                        "ipProtocol": "tcp",
                        "fromPort": 22,
                        "toPort": 22,
                        "groups": {},
                        "ipRanges": {"items": [{"cidrIp": "0.0.0.0/0", "description": "ssh"}]},
                        "ipv6Ranges": {},
                        "prefixListIds": {},
                    }
                ]
            },
        },
    ),
    (
        "AuthorizeSecurityGroupIngress",
        {"GroupId": "sg-1", "IpProtocol": "tcp", "FromPort": 22, "CidrIp": "0.0.0.0/0"},
        {
            "groupId": "sg-1",
            "ipProtocol": "tcp",
            "fromPort": 22,
            "cidrIp": "0.0.0.0/0",
            "ipPermissions": {},
        },
    ),
    (
        "CreateTags",
        {"Resources": ["i-1"], "Tags": [{"Key": "a", "Value": "b"}]},
        {
            "resourcesSet": {"items": [{"resourceId": "i-1"}]},
            "tagSet": {"items": [{"key": "a", "value": "b"}]},
        },
    ),
    (
        "CreateSecurityGroup",
        {"GroupName": "web", "Description": "the web", "VpcId": "vpc-1"},
        {"groupName": "web", "groupDescription": "the web", "vpcId": "vpc-1"},
    ),
    (
        "ModifyInstanceAttribute",
        {"InstanceId": "i-1", "UserData": {"Value": b"#!/bin/sh"}},
        {"instanceId": "i-1", "userData": "<sensitiveDataRemoved>"},
    ),
    (
        "ModifyInstanceAttribute",
        {"InstanceId": "i-1", "Attribute": "userData", "Value": "IyEvYmlu"},
        {"instanceId": "i-1", "attribute": "userData", "value": "<sensitiveDataRemoved>"},
    ),
    (
        "ModifyInstanceAttribute",
        {"InstanceId": "i-1", "Attribute": "disableApiTermination", "Value": "false"},
        {"instanceId": "i-1", "attribute": "disableApiTermination", "value": "false"},
    ),
    (
        "ModifyInstanceAttribute",
        {"InstanceId": "i-1", "Groups": ["sg-9"]},
        {"instanceId": "i-1", "groupSet": {"items": [{"groupId": "sg-9"}]}},
    ),
    (
        "DescribeSnapshots",
        {"OwnerIds": ["self"]},
        {
            "ownersSet": {"items": [{"owner": "self"}]},
            "snapshotSet": {},
            "sharedUsersSet": {},
            "filterSet": {},
        },
    ),
    (
        "ImportKeyPair",
        {"KeyName": "k", "PublicKeyMaterial": b"ssh-ed25519 A"},
        {"keyName": "k", "publicKeyMaterial": "c3NoLWVkMjU1MTkgQQ=="},
    ),
    (
        "DeleteFlowLogs",
        {"FlowLogIds": ["fl-1"]},
        {"DeleteFlowLogsRequest": {"FlowLogId": {"content": "fl-1", "tag": 1}}},
    ),
    (
        "CreateVpcEndpoint",
        {"VpcId": "vpc-1", "RouteTableIds": ["rtb-1", "rtb-2"]},
        {
            "CreateVpcEndpointRequest": {
                "VpcId": "vpc-1",
                "RouteTableId": [{"content": "rtb-1", "tag": 1}, {"content": "rtb-2", "tag": 2}],
            }
        },
    ),
    (
        "ModifyInstanceMetadataOptions",
        {"InstanceId": "i-1", "HttpTokens": "optional"},
        {"ModifyInstanceMetadataOptionsRequest": {"InstanceId": "i-1", "HttpTokens": "optional"}},
    ),
    ("EnableSerialConsoleAccess", {}, {"EnableSerialConsoleAccessRequest": ""}),
]


@pytest.mark.parametrize(("operation", "params", "shown"), REQUESTS)
def test_requests(operation: str, params: dict[str, Any], shown: dict[str, Any]) -> None:
    """Old operations show sets of items, later ones their XML; secrets are replaced."""
    assert request_parameters(operation, params) == shown


@pytest.mark.parametrize(
    "params",
    [
        {
            "SnapshotId": "snap-1",
            "CreateVolumePermission": {"Add": [{"UserId": "444455556666"}]},
        },
        {
            "SnapshotId": "snap-1",
            "Attribute": "createVolumePermission",
            "OperationType": "add",
            "UserIds": ["444455556666"],
        },
    ],
)
def test_both_ways_to_share_a_snapshot_look_the_same(params: dict[str, Any]) -> None:
    """A detection need know one shape only."""
    assert request_parameters("ModifySnapshotAttribute", params) == {
        "snapshotId": "snap-1",
        "attributeType": "CREATE_VOLUME_PERMISSION",
        "createVolumePermission": {"add": {"items": [{"userId": "444455556666"}]}},
    }


def test_making_an_image_public_names_the_group() -> None:
    """`all` is a group, not an account."""
    params = {"ImageId": "ami-1", "OperationType": "add", "UserGroups": ["all"]}
    shown = request_parameters("ModifyImageAttribute", params)
    assert shown["launchPermission"] == {"add": {"items": [{"group": "all"}]}}


RESPONSES: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("DeleteSecurityGroup", {}, {"requestId": "r", "_return": True}),
    (
        "CreateSecurityGroup",
        {"GroupId": "sg-1"},
        {"requestId": "r", "_return": True, "groupId": "sg-1"},
    ),
    (
        "StopInstances",
        {"StoppingInstances": [{"InstanceId": "i-1", "CurrentState": {"Code": 64}}]},
        {
            "requestId": "r",
            "instancesSet": {"items": [{"instanceId": "i-1", "currentState": {"code": 64}}]},
        },
    ),
    (
        "RunInstances",
        {
            "ReservationId": "r-1",
            "Groups": [],
            "Instances": [
                {
                    "InstanceId": "i-1",
                    "LaunchTime": datetime(2026, 11, 24, tzinfo=UTC),
                    "State": {"Code": 0, "Name": "pending"},
                    "Tags": [{"Key": "Name", "Value": "web"}],
                }
            ],
        },
        {
            "requestId": "r",
            "reservationId": "r-1",
            "groupSet": {},
            "instancesSet": {
                "items": [
                    {
                        "instanceId": "i-1",
                        "launchTime": 1795478400000,
                        "instanceState": {"code": 0, "name": "pending"},
                        "tagSet": {"items": [{"key": "Name", "value": "web"}]},
                    }
                ]
            },
        },
    ),
    (
        "CreateKeyPair",
        {"KeyName": "k", "KeyMaterial": "-----BEGIN"},
        {"requestId": "r", "keyName": "k", "keyMaterial": "<sensitiveDataRemoved>"},
    ),
    (
        "DeleteFlowLogs",
        {"Unsuccessful": []},
        {
            "DeleteFlowLogsResponse": {
                "xmlns": "http://ec2.amazonaws.com/doc/2016-11-15/",
                "requestId": "r",
                "unsuccessful": "",
            }
        },
    ),
]


@pytest.mark.parametrize(("operation", "result", "shown"), RESPONSES)
def test_responses(operation: str, result: dict[str, Any], shown: dict[str, Any]) -> None:
    """Every response carries the request's id; one without members says it worked."""
    assert response_elements(operation, result, "r") == shown


def test_a_records_empty_sets_are_its_own() -> None:
    """Changing one record leaves the next one alone."""
    request_parameters("DescribeInstances", {})["filterSet"]["items"] = []
    assert request_parameters("DescribeInstances", {})["filterSet"] == {}
