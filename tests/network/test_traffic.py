"""Connections that are really made: whether they get through, and what stays of them."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ConnectTimeoutError, EndpointConnectionError

from simulator.errors import ScenarioError
from simulator.network import volumes

if TYPE_CHECKING:
    from tests.conftest import Lan


def test_a_security_group_decides_who_gets_through(lan: Lan) -> None:
    with pytest.raises(ConnectTimeoutError):
        lan.connect(lan.home, lan.web, 22)
    lan.allow(lan.web_group, 22, f"{lan.home}/32")
    made = lan.connect(lan.home, lan.web, 22)
    assert (made.port, made.closed) == (22, True)
    with pytest.raises(ConnectTimeoutError):
        lan.connect("203.0.113.78", lan.web, 22)


def test_a_public_address_is_the_instance(lan: Lan) -> None:
    lan.allow(lan.web_group, 443)
    assert lan.connect(lan.home, lan.told(lan.web)["PublicIpAddress"], 443)
    with pytest.raises(ConnectTimeoutError):
        lan.connect(lan.home, "198.51.100.200", 443)


def test_a_kept_connection_outlives_the_rule_that_let_it_in_and_a_new_one_does_not(
    lan: Lan,
) -> None:
    """As "Amazon EC2 security group connection tracking" has it, for a rule that isn't for all."""
    lan.allow(lan.web_group, 22, f"{lan.home}/32")
    session = lan.connect(lan.home, lan.web, 22, keep=True)
    lan.revoke(lan.web_group, 22, f"{lan.home}/32")
    assert lan.connect(lan.home, lan.web, 22, over=session, keep=True)
    with pytest.raises(ConnectTimeoutError):
        lan.connect(lan.home, lan.web, 22)
    assert lan.connect(lan.home, lan.web, 22, over=session).closed
    with pytest.raises(ConnectTimeoutError):
        lan.connect(lan.home, lan.web, 22, over=session)


def test_an_untracked_connection_ends_with_its_rule(lan: Lan) -> None:
    lan.allow(lan.web_group, 22)
    session = lan.connect(lan.home, lan.web, 22, keep=True)
    lan.revoke(lan.web_group, 22)
    with pytest.raises(ConnectTimeoutError):
        lan.connect(lan.home, lan.web, 22, over=session)


def test_tracked_connections_are_saved_and_restored_with_the_world(lan: Lan) -> None:
    lan.allow(lan.web_group, 22, f"{lan.home}/32")
    saved = lan.world.save()
    session = lan.connect(lan.home, lan.web, 22, keep=True)
    assert lan.account.connections
    lan.world.restore(saved)
    assert not lan.account.connections
    lan.revoke(lan.web_group, 22, f"{lan.home}/32")
    with pytest.raises(ConnectTimeoutError):
        lan.connect(lan.home, lan.web, 22, over=session)


def test_an_instance_reaches_the_internet_by_nat_and_nobody_reaches_it(lan: Lan) -> None:
    assert lan.connect(lan.app, "198.51.100.200", 443)
    with pytest.raises(ConnectTimeoutError):
        lan.connect(lan.home, lan.app, 443)
    lan.ec2.delete_route(RouteTableId=lan.private_table, DestinationCidrBlock="0.0.0.0/0")
    with pytest.raises(ConnectTimeoutError):
        lan.connect(lan.app, "198.51.100.200", 443)


def test_a_name_is_looked_up_where_the_connection_begins(lan: Lan) -> None:
    with pytest.raises(EndpointConnectionError):
        lan.connect(lan.app, "c2.example.net", 443)
    lan.world.internet.name("c2.example.net", "198.51.100.9")
    assert lan.connect(lan.app, "c2.example.net", 443).destination == "198.51.100.9"


def test_another_account_is_reached_over_the_internet(lan: Lan) -> None:
    other = lan.cloud.open("444455556666", world=lan.world)
    theirs = lan.cloud.root("ec2", other)
    vpc = theirs.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    subnet = theirs.create_subnet(VpcId=vpc, CidrBlock="10.9.0.0/24")["Subnet"]["SubnetId"]
    gateway = theirs.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    theirs.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    table = theirs.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    theirs.associate_route_table(RouteTableId=table, SubnetId=subnet)
    theirs.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    group = theirs.create_security_group(GroupName="x", Description="x", VpcId=vpc)["GroupId"]
    made = theirs.run_instances(
        ImageId="ami-12345678",
        MinCount=1,
        MaxCount=1,
        NetworkInterfaces=[
            {
                "DeviceIndex": 0,
                "SubnetId": subnet,
                "Groups": [group],
                "AssociatePublicIpAddress": True,
            }
        ],
    )
    found = theirs.describe_instances(InstanceIds=[made["Instances"][0]["InstanceId"]])
    address = found["Reservations"][0]["Instances"][0]["PublicIpAddress"]
    with pytest.raises(ConnectTimeoutError):
        lan.connect(lan.web, address, 443)
    sender = lan.told(lan.web)["PublicIpAddress"]
    theirs.authorize_security_group_ingress(
        GroupId=group, IpPermissions=[lan.permission(443, f"{sender}/32")]
    )
    assert lan.connect(lan.web, address, 443)


def test_nothing_can_come_from_what_is_not_there(lan: Lan) -> None:
    with pytest.raises(ScenarioError, match="i-0123"):
        lan.connect("i-0123", "198.51.100.9", 443)


def test_the_same_calls_make_the_same_connections(lan: Lan) -> None:
    saved = lan.world.save()
    first = [lan.connect(lan.app, "198.51.100.9", 443) for _ in range(3)]
    lan.world.restore(saved)
    assert [lan.connect(lan.app, "198.51.100.9", 443) for _ in range(3)] == first
    assert len({made.source_port for made in first}) == 3


def test_what_is_asked_for_is_what_is_carried() -> None:
    usual = volumes.usual("tcp", 443, random.Random(1))
    upload = volumes.asked(usual, 7_000_000, None, None, 60.0)
    assert upload.sent.bytes == 7_000_000
    assert 5_000 <= upload.sent.packets <= 5_100
    assert upload.received.bytes < upload.sent.bytes
    assert upload.seconds == 60.0
    download = volumes.asked(usual, None, None, 7_000_000, None)
    assert download.received.bytes == 7_000_000
    assert download.sent.bytes < 1_000_000
    exact = volumes.asked(usual, 400, 4, 300, None)
    assert exact.sent == (4, 400)
    assert exact.received.bytes == 300
    for seed in range(50):
        refused = volumes.unanswered("tcp", random.Random(seed)).sent
        assert 40 <= refused.bytes / refused.packets <= 60
        assert refused.packets <= 3


def test_a_group_that_admits_everything_makes_a_connection_untracked(lan: Lan) -> None:
    """The two steps of AWSSupport-ContainEC2Instance: all access, then containment."""
    lan.allow(lan.web_group, 22, f"{lan.home}/32")
    kept = lan.connect(lan.web, "198.51.100.200", 443, keep=True)
    (interface,) = lan.told(lan.web)["NetworkInterfaces"]
    vpc = lan.told(lan.web)["VpcId"]

    def wear(name: str, *, opened: bool) -> None:
        group = lan.ec2.create_security_group(GroupName=name, Description=name, VpcId=vpc)
        rule = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
        if opened:
            lan.ec2.authorize_security_group_ingress(GroupId=group["GroupId"], IpPermissions=rule)
        else:
            lan.ec2.revoke_security_group_egress(GroupId=group["GroupId"], IpPermissions=rule)
        lan.ec2.modify_network_interface_attribute(
            NetworkInterfaceId=interface["NetworkInterfaceId"], Groups=[group["GroupId"]]
        )

    wear("quarantine", opened=False)
    assert lan.connect(lan.web, "198.51.100.200", 443, over=kept, keep=True)
    wear("all-access", opened=True)
    wear("containment", opened=False)
    with pytest.raises(ConnectTimeoutError):
        lan.connect(lan.web, "198.51.100.200", 443, over=kept)


def test_behind_a_nat_gateway_all_access_ends_no_connection(lan: Lan) -> None:
    """Such connections are tracked whatever the rules are."""
    kept = lan.connect(lan.app, "198.51.100.200", 443, keep=True)
    (interface,) = lan.told(lan.app)["NetworkInterfaces"]
    (group,) = interface["Groups"]
    rule = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
    lan.ec2.authorize_security_group_ingress(GroupId=group["GroupId"], IpPermissions=rule)
    lan.ec2.revoke_security_group_egress(GroupId=group["GroupId"], IpPermissions=rule)
    assert lan.connect(lan.app, "198.51.100.200", 443, over=kept)
