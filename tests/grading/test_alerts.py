"""Why nobody was told of a call: what stands between a record and a message in a queue."""

from __future__ import annotations

import json
from typing import Any

import pytest

from simulator.events.api_calls import logged
from simulator.grading import alerts
from tests.conftest import Cloud, LogTrail

QUEUE = "arn:aws:sqs:us-east-1:111122223333:team"
CALL = "AWS API Call via CloudTrail"
PATTERN = {"source": ["aws.iam"], "detail-type": [CALL], "detail": {"eventName": ["CreateUser"]}}


class Company:
    """An account with a trail, a queue that takes what rules send, and rules to try."""

    def __init__(self, cloud: Cloud, trail: LogTrail) -> None:
        self.cloud = cloud
        trail.bucket()
        trail.start()
        self.keys = cloud.user("watcher", cloud.statement("*"))
        self.events = cloud.client("events", self.keys)
        self.queue("team")

    def queue(self, name: str, service: str = "events.amazonaws.com") -> None:
        arn = f"arn:aws:sqs:us-east-1:111122223333:{name}"
        allow = self.cloud.statement("sqs:SendMessage", arn, Principal={"Service": service})
        self.cloud.root("sqs").create_queue(
            QueueName=name, Attributes={"Policy": self.cloud.policy(allow)}
        )

    def rule(
        self, pattern: Any = PATTERN, target: str = QUEUE, bus: str = "default", **more: Any
    ) -> None:
        text = json.dumps(pattern)
        self.events.put_rule(Name="tell", EventPattern=text, EventBusName=bus, **more)
        if target:
            self.events.put_targets(
                Rule="tell", EventBusName=bus, Targets=[{"Id": "1", "Arn": target}]
            )

    def silence(self, name: str = "mallory", known: Any = ()) -> str:
        """Somebody makes a user; why nobody is told, or "" if somebody is."""
        account = self.cloud.account
        place = len(account.records)
        self.cloud.client("iam", self.keys).create_user(UserName=name)
        self.cloud.world.react()
        if alerts.bodies(account, "us-east-1", "team"):
            return ""
        return alerts.silence(account, account.records[place], place, QUEUE, known)


@pytest.fixture
def company(cloud: Cloud, trail: LogTrail) -> Company:
    return Company(cloud, trail)


def test_a_rule_that_works_is_heard(company: Company) -> None:
    company.rule()
    assert company.silence() == ""
    (body,) = alerts.bodies(company.cloud.account, "us-east-1", "team") or ()
    assert json.loads(body)["detail"]["eventName"] == "CreateUser"


def test_no_rule(company: Company) -> None:
    assert company.silence() == "there is no rule in us-east-1"


def test_no_rule_that_wants_it(company: Company) -> None:
    company.rule({"source": ["aws.s3"]})
    assert company.silence() == "no rule wants it"


def test_a_disabled_rule(company: Company) -> None:
    company.rule(State="DISABLED")
    assert company.silence() == "the rule tell, which wants it, is disabled"


def test_a_rule_on_another_bus(company: Company) -> None:
    company.events.create_event_bus(Name="security")
    company.rule(bus="security")
    assert "is on the bus security" in company.silence()


def test_a_rule_with_another_detail_type(company: Company) -> None:
    company.rule(PATTERN | {"detail-type": ["AWS Service Event via CloudTrail"]})
    assert "asks for another detail-type" in company.silence()


def test_a_rule_that_wants_what_was_seen_before_alone(company: Company) -> None:
    account = company.cloud.account
    company.silence("eve")
    seen = account.records[-1]
    detail = PATTERN["detail"] | {"requestParameters": {"userName": ["eve"]}}
    company.rule(PATTERN | {"detail": detail})
    assert "as it was that night, and not this one" in company.silence(known=[seen])
    assert company.silence("oscar") == "no rule wants it"


def test_a_rule_without_a_target(company: Company) -> None:
    company.rule(target="")
    assert company.silence() == "the rule tell wants it and has no target"


def test_a_target_whose_policy_names_another_service(company: Company) -> None:
    company.queue("closed", service="sns.amazonaws.com")
    company.rule(target="arn:aws:sqs:us-east-1:111122223333:closed")
    said = company.silence()
    assert "events.amazonaws.com was refused SendMessage (AccessDenied)" in said


@pytest.mark.parametrize(
    "target",
    ["arn:aws:sqs:us-east-1:111122223333:gone", "arn:aws:sns:us-east-1:111122223333:gone"],
)
def test_a_target_that_is_not_there(company: Company, target: str) -> None:
    company.rule(target=target)
    assert f"its target {target} does not exist" in company.silence()


def test_a_target_that_is_somebody_elses(company: Company) -> None:
    company.queue("other")
    company.rule(target="arn:aws:sqs:us-east-1:111122223333:other")
    assert "its target is not the team's" in company.silence()


def test_another_regions_bus_without_a_rule(company: Company) -> None:
    bus = "arn:aws:events:eu-west-1:111122223333:event-bus/default"
    company.rule(target=bus)
    assert f"sends it on to {bus}" in company.silence()


def test_a_queue_that_is_not_there_has_no_messages(company: Company) -> None:
    assert alerts.bodies(company.cloud.account, "us-east-1", "nothing") is None
    assert alerts.bodies(company.cloud.account, "us-east-1", "team") == []


def test_whether_a_trail_logs_a_record(company: Company) -> None:
    account = company.cloud.account
    company.silence()
    assert logged(account, len(account.records) - 1)
    company.cloud.client("cloudtrail", company.keys).stop_logging(Name="main")
    company.silence("eve")
    assert not logged(account, len(account.records) - 1)
