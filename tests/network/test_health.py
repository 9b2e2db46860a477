"""A target is healthy when it is reached, answers, and says what is expected."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.network.conftest import Site

Front = Callable[..., tuple[str, str]]


class Fleet:
    """Two instances behind a load balancer, each serving its own name."""

    def __init__(self, site: Site, front: Front) -> None:
        self.site, ec2 = site, site.ec2
        self.outside = ec2.create_security_group(
            GroupName="closed", Description="x", VpcId=site.vpc
        )["GroupId"]
        made = ec2.run_instances(
            ImageId="ami-12c6146b", MinCount=2, MaxCount=2, SubnetId=site.subnets[0]
        )["Instances"]
        self.first, self.second = (each["InstanceId"] for each in made)
        for name in (self.first, self.second):
            site.world.internet.serve(name, {"/": name, "/health": "fine"})
        self.group = site.group("app", self.first, self.second)
        self.host, _ = front(self.group)

    def health(self) -> dict[str, tuple[str, str]]:
        told = self.site.elb.describe_target_health(TargetGroupArn=self.group)
        return {
            each["Target"]["Id"]: (
                each["TargetHealth"]["State"],
                each["TargetHealth"].get("Reason", ""),
            )
            for each in told["TargetHealthDescriptions"]
        }

    def answering(self) -> set[str]:
        return {self.site.get(f"http://{self.host}/").body for _ in range(12)}


@pytest.fixture
def fleet(site: Site, front: Front) -> Fleet:
    return Fleet(site, front)


def test_targets_that_answer_are_healthy_and_share_requests(fleet: Fleet) -> None:
    assert fleet.health() == {fleet.first: ("healthy", ""), fleet.second: ("healthy", "")}
    assert fleet.answering() == {fleet.first, fleet.second}


def test_a_target_that_its_security_group_shuts_off_gets_no_requests(fleet: Fleet) -> None:
    fleet.site.ec2.modify_instance_attribute(InstanceId=fleet.first, Groups=[fleet.outside])
    assert fleet.health()[fleet.first] == ("unhealthy", "Target.Timeout")
    assert fleet.answering() == {fleet.second}


def test_a_target_that_is_let_in_again_is_healthy_again(fleet: Fleet) -> None:
    """What was found out about a network holds for that network alone, in an undone trial too."""
    ec2, world = fleet.site.ec2, fleet.site.world
    with fleet.site.cloud.gateway.undone(world):
        ec2.modify_instance_attribute(InstanceId=fleet.first, Groups=[fleet.outside])
        assert fleet.health()[fleet.first] == ("unhealthy", "Target.Timeout")
    assert fleet.health()[fleet.first] == ("healthy", "")
    ec2.modify_instance_attribute(InstanceId=fleet.first, Groups=[fleet.outside])
    assert fleet.health()[fleet.first] == ("unhealthy", "Target.Timeout")
    ec2.modify_instance_attribute(InstanceId=fleet.first, Groups=[fleet.site.group_id])
    assert fleet.health()[fleet.first] == ("healthy", "")


def test_a_target_whose_server_is_silent_or_says_the_wrong_thing_is_unhealthy(fleet: Fleet) -> None:
    fleet.site.world.internet.silence(fleet.first)
    assert fleet.health()[fleet.first] == ("unhealthy", "Target.FailedHealthChecks")
    fleet.site.world.internet.serve(fleet.first, {"/other": "x"})
    assert fleet.health()[fleet.first] == ("unhealthy", "Target.ResponseCodeMismatch")
    assert fleet.answering() == {fleet.second}
    fleet.site.elb.modify_target_group(TargetGroupArn=fleet.group, Matcher={"HttpCode": "200-404"})
    assert fleet.health()[fleet.first] == ("healthy", "")


def test_where_no_target_is_healthy_all_of_them_get_requests(fleet: Fleet) -> None:
    """The load balancer fails open."""
    fleet.site.elb.modify_target_group(TargetGroupArn=fleet.group, HealthCheckPath="/nowhere")
    assert {state for state, _ in fleet.health().values()} == {"unhealthy"}
    assert fleet.answering() == {fleet.first, fleet.second}


def test_a_group_that_no_load_balancer_uses_is_unused(fleet: Fleet) -> None:
    group = fleet.site.group("other", fleet.first)
    told = fleet.site.elb.describe_target_health(TargetGroupArn=group)
    assert told["TargetHealthDescriptions"][0]["TargetHealth"]["Reason"] == "Target.NotInUse"


def test_a_stopped_instance_is_unused(fleet: Fleet) -> None:
    fleet.site.ec2.stop_instances(InstanceIds=[fleet.first])
    assert fleet.health()[fleet.first] == ("unused", "Target.InvalidState")
    assert fleet.answering() == {fleet.second}


def test_a_host_answers_as_a_target(fleet: Fleet) -> None:
    """What `hosts.equip` put on an instance is what its load balancer gets."""
    from simulator.hosts.host import Host, Web
    from simulator.hosts.hosts import Hosts

    for name in (fleet.first, fleet.second):
        fleet.site.world.internet.silence(name)
        hosts = Hosts(fleet.site.cloud.account, fleet.site.cloud.gateway)
        hosts.equip(name, Host(services={8080: Web({"/": "a host"})}))
    assert fleet.health()[fleet.first] == ("healthy", "")
    assert fleet.answering() == {"a host"}
