"""A path told as plain data, and what can't be asked."""

import json
from typing import Any

import pytest

from simulator.account.state import states_of
from simulator.errors import BadSubmission
from simulator.network.packet import Packet
from simulator.network.probe import probe


@pytest.fixture
def instance(cloud: Any) -> str:
    """An instance in a public subnet whose group lets HTTPS in."""
    ec2 = cloud.root("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    table = ec2.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [vpc]}])
    ec2.create_route(
        RouteTableId=table["RouteTables"][0]["RouteTableId"],
        DestinationCidrBlock="0.0.0.0/0",
        GatewayId=gateway,
    )
    group = ec2.create_security_group(GroupName="web", Description="web", VpcId=vpc)["GroupId"]
    ec2.authorize_security_group_ingress(
        GroupId=group, IpProtocol="tcp", FromPort=443, ToPort=443, CidrIp="0.0.0.0/0"
    )
    interface = {
        "DeviceIndex": 0, "SubnetId": subnet, "Groups": [group], "AssociatePublicIpAddress": True,
    }  # fmt: skip
    made = ec2.run_instances(
        ImageId="ami-12345678", MinCount=1, MaxCount=1, NetworkInterfaces=[interface]
    )
    return str(made["Instances"][0]["InstanceId"])


def test_each_hop_has_a_row_that_says_why(cloud: Any, instance: str) -> None:
    found = probe(cloud.account, Packet("internet", instance, 443))
    assert json.loads(json.dumps(found)) == found
    assert (found["delivered"], found["answered"]) == (True, True)
    assert [(row["leg"], row["what"]) for row in found["hops"]] == [
        ("request", "internet gateway"),
        ("request", "network ACL"),
        ("request", "security group"),
        ("answer", "security group"),
        ("answer", "network ACL"),
        ("answer", "route table"),
        ("answer", "internet gateway"),
    ]
    refused = probe(cloud.account, Packet("internet", instance, 22))
    assert (refused["delivered"], refused["hops"][-1]["passed"]) == (False, False)
    assert refused["why"] == refused["hops"][-1]["why"]


@pytest.mark.parametrize(
    ("packet", "wrong"),
    [
        (Packet("i-00000000000000000", "10.0.1.1", 443), "No packet can come from"),
        (Packet("internet", "10.0.1.1", 70000), "from 0 to 65535"),
        (Packet("internet", "10.0.1.1", 443, "sctp"), "one of tcp, udp, icmp, icmpv6"),
    ],
)
def test_what_cannot_be_asked_is_said(cloud: Any, packet: Packet, wrong: str) -> None:
    with pytest.raises(BadSubmission, match=wrong):
        probe(cloud.account, packet)


def test_a_name_is_looked_up_where_the_sender_is(cloud: Any, instance: str) -> None:
    """ "Considerations when working with a private hosted zone"."""
    ec2, route53 = cloud.root("ec2"), cloud.root("route53")
    described = ec2.describe_instances(InstanceIds=[instance])["Reservations"][0]["Instances"][0]
    cloud.world.internet.name("www.example.com", described["PublicIpAddress"])
    assert probe(cloud.account, Packet("internet", "www.example.com", 443))["answered"]
    zone = route53.create_hosted_zone(
        Name="corp.example.com",
        CallerReference="1",
        HostedZoneConfig={"PrivateZone": True},
        VPC={"VPCRegion": "us-east-1", "VPCId": described["VpcId"]},
    )["HostedZone"]["Id"]
    record = {
        "Name": "www.corp.example.com", "Type": "A", "TTL": 60,
        "ResourceRecords": [{"Value": described["PrivateIpAddress"]}],
    }  # fmt: skip
    route53.change_resource_record_sets(
        HostedZoneId=zone,
        ChangeBatch={"Changes": [{"Action": "CREATE", "ResourceRecordSet": record}]},
    )
    own = probe(cloud.account, Packet(instance, "www.corp.example.com", 443))
    assert own["answered"], own["why"]
    foreign = probe(cloud.account, Packet("internet", "www.corp.example.com", 443))
    assert [row["what"] for row in foreign["hops"]] == ["resolver"]


def test_a_probe_leaves_no_trace(cloud: Any) -> None:
    found = probe(cloud.account, Packet("internet", "198.51.100.9", 443))
    assert not found["delivered"]
    assert not states_of("ec2", cloud.account.id)
    assert not cloud.account.records
