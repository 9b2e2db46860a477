"""What a VPC's default network ACL says of IPv6 ("Default network ACL for a VPC")."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.conftest import Cloud

ALL = {(100, "0.0.0.0/0"), (101, "::/0")}


@pytest.fixture
def ec2(cloud: Cloud) -> Any:
    return cloud.root("ec2")


def allowed(ec2: Any, vpc: str, egress: bool) -> set[tuple[int, str]]:
    """The numbers and blocks of the rules that allow everything."""
    filters = [{"Name": "vpc-id", "Values": [vpc]}, {"Name": "default", "Values": ["true"]}]
    (acl,) = ec2.describe_network_acls(Filters=filters)["NetworkAcls"]
    return {
        (entry["RuleNumber"], entry.get("CidrBlock") or entry["Ipv6CidrBlock"])
        for entry in acl["Entries"]
        if entry["Egress"] is egress and entry["RuleAction"] == "allow"
    }


def test_a_vpc_with_ipv6_lets_ipv6_through(ec2: Any) -> None:
    made = ec2.create_vpc(CidrBlock="10.0.0.0/16", AmazonProvidedIpv6CidrBlock=True)
    vpc = made["Vpc"]["VpcId"]
    assert allowed(ec2, vpc, False) == allowed(ec2, vpc, True) == ALL


def test_a_vpc_without_has_no_rule_for_it_until_it_gets_a_block(ec2: Any) -> None:
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    assert allowed(ec2, vpc, False) == {(100, "0.0.0.0/0")}
    ec2.associate_vpc_cidr_block(VpcId=vpc, AmazonProvidedIpv6CidrBlock=True)
    assert allowed(ec2, vpc, False) == allowed(ec2, vpc, True) == ALL


def test_rules_that_somebody_changed_stay_as_they_are(ec2: Any) -> None:
    """Inbound rules were changed: only the outbound ones get one for IPv6."""
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    filters = [{"Name": "vpc-id", "Values": [vpc]}]
    acl = ec2.describe_network_acls(Filters=filters)["NetworkAcls"][0]["NetworkAclId"]
    ec2.delete_network_acl_entry(NetworkAclId=acl, RuleNumber=100, Egress=False)
    ec2.associate_vpc_cidr_block(VpcId=vpc, AmazonProvidedIpv6CidrBlock=True)
    assert allowed(ec2, vpc, False) == set()
    assert allowed(ec2, vpc, True) == ALL
