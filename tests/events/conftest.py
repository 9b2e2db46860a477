"""An account with a rule on GuardDuty's findings, and the means to see what its targets got."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from simulator.events import bus
from simulator.reactions.event import Event
from tests.conftest import Cloud

HERE = "arn:aws:{service}:us-east-1:111122223333:{name}"
PATTERN = {"source": ["aws.guardduty"], "detail-type": ["GuardDuty Finding"]}
SERVICE = {"Service": "events.amazonaws.com"}


class Bus:
    """The first account's default bus, seen by an administrator."""

    def __init__(self, cloud: Cloud, name: str = "admin") -> None:
        self.cloud, self.world = cloud, cloud.world
        self.keys = cloud.user(name, cloud.statement("*"))
        self.number = 0

    def client(self, service: str, region: str = "us-east-1") -> Any:
        return self.cloud.client(service, self.keys, region=region)

    def rule(self, pattern: Any = PATTERN, name: str = "findings", **more: Any) -> str:
        made = self.client("events").put_rule(Name=name, EventPattern=json.dumps(pattern), **more)
        return str(made["RuleArn"])

    def target(self, arn: str, rule: str = "findings", **more: Any) -> None:
        target = {"Id": "1", "Arn": arn, **more}
        answer = self.client("events").put_targets(Rule=rule, Targets=[target])
        assert answer["FailedEntryCount"] == 0

    def queue(self, name: str = "findings", policy: Any = None, **attributes: str) -> str:
        """A queue that EventBridge may send to; its ARN."""
        arn = HERE.format(service="sqs", name=name)
        allow = policy or self.cloud.statement("sqs:SendMessage", arn, Principal=SERVICE)
        self.client("sqs").create_queue(
            QueueName=name, Attributes={"Policy": self.cloud.policy(allow), **attributes}
        )
        return arn

    def messages(self, name: str = "findings") -> list[dict[str, Any]]:
        """What has come to a queue, taken out of it."""
        sqs = self.client("sqs")
        url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
        found: list[dict[str, Any]] = []
        while True:
            got = sqs.receive_message(
                QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"]
            ).get("Messages", [])
            if not got:
                return found
            for message in got:
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
                found.append(message)

    def bodies(self, name: str = "findings") -> list[Any]:
        return [json.loads(message["Body"]) for message in self.messages(name)]

    def finding(self, severity: float = 8.0) -> Event:
        """GuardDuty sends a finding to the bus."""
        self.number += 1
        event = Event(
            account="111122223333",
            region="us-east-1",
            time=self.world.clock.now(),
            source="aws.guardduty",
            detail_type="GuardDuty Finding",
            detail={
                "schemaVersion": "2.0",
                "type": "UnauthorizedAccess:EC2/SSHBruteForce",
                "severity": severity,
                "resource": {"instanceDetails": {"instanceId": "i-0123456789"}},
            },
            id=f"00000000-0000-4000-8000-{self.number:012d}",
        )
        with self.cloud.gateway.turn(self.world):
            bus.put(self.world, event)
        return event

    def put(self, detail: Any, **more: Any) -> dict[str, Any]:
        entry = {"Source": "app", "DetailType": "thing", "Detail": json.dumps(detail), **more}
        answer: dict[str, Any] = self.client("events").put_events(Entries=[entry])
        self.world.react()
        return answer

    def wait(self, **duration: float) -> None:
        self.world.clock.advance(timedelta(**duration))
        self.world.react()


@pytest.fixture
def events(cloud: Cloud) -> Bus:
    """The clock goes on by itself."""
    return Bus(cloud)
