"""A process on a host calls AWS with the host's role, from the host's address."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import (
    ConnectTimeoutError,
    CredentialRetrievalError,
    EndpointConnectionError,
)

from tests.conftest import Refusal
from tests.hosts.conftest import Site


def last(site: Site) -> dict[str, Any]:
    record: dict[str, Any] = site.cloud.account.records[-1]
    return record


def test_it_calls_with_the_role_from_the_public_address(site: Site) -> None:
    site.role()
    made = site.launch("web")
    who = site.on(made)
    arn = who.sts.get_caller_identity()["Arn"]
    assert arn.endswith(f"assumed-role/web/{made['InstanceId']}")
    assert last(site)["sourceIPAddress"] == made["PublicIpAddress"]
    assert last(site)["userAgent"] == "python-requests/2.32"
    assert who.address == made["PublicIpAddress"]


def test_without_a_role_it_has_no_credentials(site: Site) -> None:
    with pytest.raises(CredentialRetrievalError):
        site.on(site.launch()).sts.get_caller_identity()


def test_with_metadata_turned_off_it_has_no_credentials(site: Site) -> None:
    site.role()
    who = site.on(site.launch("web", MetadataOptions={"HttpEndpoint": "disabled"}))
    with pytest.raises(CredentialRetrievalError):
        who.sts.get_caller_identity()


def test_an_sdk_in_a_container_falls_back_to_version_one(site: Site) -> None:
    site.role()
    made = site.launch("web")
    site.on(made, container=True).sts.get_caller_identity()
    required = {"HttpTokens": "required", "HttpPutResponseHopLimit": 1}
    site.ec2.modify_instance_metadata_options(InstanceId=made["InstanceId"], **required)
    with pytest.raises(CredentialRetrievalError):
        site.on(made, container=True).sts.get_caller_identity()
    site.on(made).sts.get_caller_identity()


def test_behind_a_nat_gateway_the_outside_sees_the_gateway(site: Site) -> None:
    site.role()
    vpc = site.ec2.create_vpc(CidrBlock="10.7.0.0/16")["Vpc"]["VpcId"]
    subnet = site.ec2.create_subnet(VpcId=vpc, CidrBlock="10.7.1.0/24")["Subnet"]["SubnetId"]
    address = site.ec2.allocate_address(Domain="vpc")
    nat = site.ec2.create_nat_gateway(SubnetId=subnet, AllocationId=address["AllocationId"])
    table = site.ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    site.ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)
    site.ec2.create_route(
        RouteTableId=table,
        DestinationCidrBlock="0.0.0.0/0",
        NatGatewayId=nat["NatGateway"]["NatGatewayId"],
    )
    made = site.launch("web", SubnetId=subnet)
    assert "PublicIpAddress" not in made
    site.on(made).sts.get_caller_identity()
    assert last(site)["sourceIPAddress"] == address["PublicIp"]


def test_through_a_gateway_endpoint_the_private_address_is_seen(
    site: Site, refusal: Refusal
) -> None:
    site.role()
    made = site.launch("web")
    (table,) = site.ec2.describe_route_tables(
        Filters=[{"Name": "vpc-id", "Values": [made["VpcId"]]}]
    )["RouteTables"]
    who = site.on(made)
    who.s3.list_buckets()
    assert last(site)["sourceIPAddress"] == made["PublicIpAddress"]
    site.ec2.create_vpc_endpoint(
        VpcId=made["VpcId"],
        ServiceName="com.amazonaws.us-east-1.s3",
        RouteTableIds=[table["RouteTableId"]],
    )
    who.s3.list_buckets()
    assert last(site)["sourceIPAddress"] == made["PrivateIpAddress"]
    assert last(site)["vpcEndpointId"].startswith("vpce-")
    who.sts.get_caller_identity()
    assert last(site)["sourceIPAddress"] == made["PublicIpAddress"]


def test_on_a_stopped_instance_nothing_is_called(site: Site) -> None:
    site.role()
    made = site.launch("web")
    who = site.on(made)
    who.sts.get_caller_identity()
    site.ec2.stop_instances(InstanceIds=[made["InstanceId"]])
    with pytest.raises((EndpointConnectionError, CredentialRetrievalError)):
        who.sts.get_caller_identity()


def test_where_packets_do_not_get_to_aws_nothing_is_called(site: Site) -> None:
    site.role()
    made = site.launch("web")
    who = site.on(made)
    asked = []

    def reaches(source: str, destination: str, port: int) -> str:
        asked.append((source, destination, port))
        return "the security group lets nothing out"

    site.cloud.world.reaches = reaches
    with pytest.raises(ConnectTimeoutError):
        who.sts.get_caller_identity()
    assert asked == [(made["InstanceId"], "sts.us-east-1.amazonaws.com", 443)]


def test_what_it_does_is_in_the_journal_of_who_does_it(site: Site) -> None:
    made = site.launch()
    site.on(made).run("whoami")
    site.on(made).get("http://169.254.169.254/latest/meta-data/nothing")
    run, got = site.journal[-2:]
    assert (run.principal, run.operation) == (f"thief on {made['InstanceId']}", "run whoami")
    assert run.succeeded
    assert got.error_code == "404"
