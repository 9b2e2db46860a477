"""Packets decide who gets to a load balancer and whom it gets to; flow logs tell of both."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ConnectTimeoutError

if TYPE_CHECKING:
    from tests.network.conftest import Site

Front = Callable[..., tuple[str, str]]
EVERYBODY = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]


def server(site: Site) -> tuple[str, str]:
    """An instance that serves, in a group of its own; both ids."""
    group = site.ec2.create_security_group(GroupName="app", Description="app", VpcId=site.vpc)
    made = site.ec2.run_instances(
        ImageId="ami-0123456789abcdef0",
        InstanceType="t3.micro",
        MinCount=1,
        MaxCount=1,
        SubnetId=site.subnets[0],
        SecurityGroupIds=[group["GroupId"]],
    )
    name = made["Instances"][0]["InstanceId"]
    site.world.internet.serve(name, "hello")
    return name, group["GroupId"]


def test_a_load_balancer_whose_group_lets_nobody_in_is_not_reached(
    site: Site, front: Front
) -> None:
    host, _ = front(site.group("app", "10.0.0.9"))
    site.world.internet.serve("10.0.0.9", "hello")
    assert site.get(f"http://{host}/").body == "hello"
    site.ec2.revoke_security_group_ingress(GroupId=site.group_id, IpPermissions=EVERYBODY)
    with pytest.raises(ConnectTimeoutError):
        site.get(f"http://{host}/")
    site.ec2.authorize_security_group_ingress(
        GroupId=site.group_id,
        IpProtocol="tcp",
        FromPort=80,
        ToPort=80,
        CidrIp=f"{site.client_ip}/32",
    )
    assert site.get(f"http://{host}/").body == "hello"


def test_a_target_that_does_not_let_the_load_balancer_in_is_a_504(site: Site, front: Front) -> None:
    instance, group = server(site)
    host, _ = front(site.group("app", instance))
    assert site.get(f"http://{host}/").status == 504
    site.ec2.authorize_security_group_ingress(
        GroupId=group,
        IpPermissions=[
            {
                "IpProtocol": "tcp",
                "FromPort": 8080,
                "ToPort": 8080,
                "UserIdGroupPairs": [{"GroupId": site.group_id}],
            }
        ],
    )
    assert site.get(f"http://{host}/").body == "hello"


def test_flow_logs_show_both_connections(site: Site, front: Front) -> None:
    instance, group = server(site)
    site.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=EVERYBODY)
    host, _ = front(site.group("app", instance))
    site.s3.create_bucket(Bucket="flows")
    made = site.ec2.create_flow_logs(
        ResourceIds=[site.vpc],
        ResourceType="VPC",
        TrafficType="ALL",
        LogDestinationType="s3",
        LogDestination="arn:aws:s3:::flows",
    )
    assert made["FlowLogIds"]
    assert site.get(f"http://{host}/").body == "hello"
    site.trail.wait(minutes=25)
    rows = _rows(site)
    found = site.ec2.describe_instances(InstanceIds=[instance])["Reservations"][0]["Instances"][0]
    target = found["PrivateIpAddress"]
    (client,) = (row for row in rows if row[3] == site.client_ip)
    node = client[4]
    assert (client[6], client[12]) == ("80", "ACCEPT")
    onward = [row for row in rows if (row[3], row[4]) == (node, target)]
    assert {row[6] for row in onward} == {"8080"}
    assert {row[2] for row in onward} == {
        client[2],
        found["NetworkInterfaces"][0]["NetworkInterfaceId"],
    }
    assert len([row for row in rows if (row[3], row[4]) == (target, node)]) == 2


def _rows(site: Site) -> list[Any]:
    lines = []
    for one in site.s3.list_objects_v2(Bucket="flows")["Contents"]:
        body = site.s3.get_object(Bucket="flows", Key=one["Key"])["Body"].read()
        lines += gzip.decompress(body).decode().splitlines()[1:]
    return [line.split() for line in lines]
