"""The course of ec2-compromised: which way back, what is taken, and that it adapts."""

from __future__ import annotations

from datetime import timedelta

import pytest

from simulator import catalogue
from simulator.drill import Drill
from simulator.gateway.app import Gateway

ID = "ec2-compromised"


def test_twelve_neighbouring_seeds_have_every_course() -> None:
    """Each way back with each theft."""
    course = catalogue.load(ID).module.course
    found = {(each["persistence"], each["exfiltration"]) for each in map(course, range(12))}
    assert len(found) == 12
    assert {one for one, _ in found} == {"unit", "ssh", "template", "access key"}
    assert {other for _, other in found} == {"objects", "parameters", "snapshot"}


@pytest.mark.parametrize("seed", [0, 1, 2, 3])
def test_everything_that_the_adversary_has_works_when_it_comes_back(seed: int) -> None:
    drill = Drill(catalogue.load(ID), seed, Gateway())
    try:
        drill.wait(timedelta(hours=2.2))
        assert drill.adversary.tries
        assert all(one.worked for one in drill.adversary.tries)
    finally:
        drill.close()


def test_the_company_works_while_nobody_responds() -> None:
    drill = Drill(catalogue.load(ID), 1, Gateway())
    try:
        drill.wait(timedelta(hours=4))
        told = drill.company.told(drill.world.clock.now())
        assert told["minutes"] == 0
        assert all(one["runs"] for one in told["workloads"])
    finally:
        drill.close()


def test_shut_out_in_one_place_it_makes_another_key() -> None:
    """Its door is shut, and a session is left."""
    drill = Drill(catalogue.load(ID), 2, Gateway())
    try:
        drill.responder().ec2.revoke_security_group_ingress(
            GroupId=drill.facts["fleet_group"],
            IpPermissions=[
                {
                    "IpProtocol": "tcp",
                    "FromPort": 22,
                    "ToPort": 22,
                    "IpRanges": [{"CidrIp": "0.0.0.0/0"}],
                }
            ],
        )
        drill.wait(timedelta(hours=4))
        assert drill.adversary.adapted is not None
        assert drill.facts["late_key"]["UserName"] == drill.facts["feed_user"]
    finally:
        drill.close()
