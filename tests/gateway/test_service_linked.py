"""Services get a role of their own in an account when somebody who may make it first uses them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from simulator.account.principal_policies import iam_state
from simulator.gateway.service_linked import LINKED
from tests.conftest import Cloud, Refusal

NAME = "AWSServiceRoleForAmazonGuardDuty"
MAY_MAKE = Cloud.statement(
    "iam:CreateServiceLinkedRole",
    f"arn:aws:iam::*:role/aws-service-role/guardduty.amazonaws.com/{NAME}",
    Condition={"StringEquals": {"iam:AWSServiceName": "guardduty.amazonaws.com"}},
)


def roles(cloud: Cloud) -> list[str]:
    return [role["RoleName"] for role in cloud.root("iam").list_roles()["Roles"]]


def test_the_first_use_needs_the_right_to_make_the_role(cloud: Cloud, refusal: Refusal) -> None:
    guard = cloud.client("guardduty", cloud.user("ann", cloud.statement("guardduty:*")))
    code, _, said = refusal(lambda: guard.create_detector(Enable=True))
    assert code == "AccessDeniedException"
    assert f"iam:CreateServiceLinkedRole on resource: arn:aws:iam::{cloud.account.id}" in said
    assert roles(cloud) == []


def test_the_role_is_made_as_aws_makes_it(cloud: Cloud) -> None:
    keys = cloud.user("ann", cloud.statement("guardduty:*"), MAY_MAKE)
    cloud.client("guardduty", keys).create_detector(Enable=True)
    iam = cloud.root("iam")
    role = iam.get_role(RoleName=NAME)["Role"]
    assert role["Path"] == "/aws-service-role/guardduty.amazonaws.com/"
    assert cloud.world.clock.now() - role["CreateDate"] < timedelta(minutes=1)
    trusted = role["AssumeRolePolicyDocument"]["Statement"][0]["Principal"]
    assert trusted == {"Service": "guardduty.amazonaws.com"}
    attached = iam.list_attached_role_policies(RoleName=NAME)["AttachedPolicies"]
    assert [each["PolicyName"] for each in attached] == ["AmazonGuardDutyServiceRolePolicy"]


def test_who_made_it_is_on_record(cloud: Cloud) -> None:
    keys = cloud.user("ann", cloud.statement("*"))
    cloud.client("guardduty", keys).create_detector(Enable=True)
    made, used = cloud.account.records[-2:]
    assert (made["eventName"], used["eventName"]) == ("CreateServiceLinkedRole", "CreateDetector")
    assert made["userIdentity"]["userName"] == "ann"
    assert made["userIdentity"]["invokedBy"] == "guardduty.amazonaws.com"
    assert made["sourceIPAddress"] == "guardduty.amazonaws.com"
    assert made["requestParameters"] == {"aWSServiceName": "guardduty.amazonaws.com"}
    assert made["responseElements"]["role"]["roleName"] == NAME
    assert made["eventID"] != used["eventID"]


def test_once_it_is_there_nobody_needs_the_right(cloud: Cloud) -> None:
    cloud.client("guardduty", cloud.user("ann", cloud.statement("*"))).create_detector(Enable=True)
    bob = cloud.user("bob", cloud.statement("guardduty:*"))
    cloud.client("guardduty", bob, region="eu-west-1").create_detector(Enable=True)
    assert roles(cloud) == [NAME]


def test_a_call_that_fails_makes_no_role(cloud: Cloud, refusal: Refusal) -> None:
    elb = cloud.client("elbv2", cloud.user("ann", cloud.statement("*")))
    refusal(lambda: elb.create_load_balancer(Name="web", Subnets=["subnet-nowhere"]))
    assert roles(cloud) == []


@pytest.mark.parametrize(
    "role", {role.name: role for role in LINKED.values()}.values(), ids=lambda role: role.name
)
def test_the_policy_of_each_role_is_one_of_awss_own(cloud: Cloud, role: Any) -> None:
    arn = f"arn:aws:iam::aws:policy/aws-service-role/{role.policy}"
    assert arn in iam_state(cloud.account.id).managed_policies
