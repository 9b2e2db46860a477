"""A member's bus is told of its calls where the organization's trail logs them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.telemetry.test_organization_trails import Company

if TYPE_CHECKING:
    from tests.conftest import LogTrail


def test_a_members_calls_come_to_its_own_bus(trail: LogTrail) -> None:
    company = Company(trail)
    cloud, member = trail.cloud, company.member
    keys = cloud.user("ops", cloud.statement("*"), account=member)
    events, sqs, iam = (cloud.client(name, keys) for name in ("events", "sqs", "iam"))
    arn = f"arn:aws:sqs:us-east-1:{member.id}:calls"
    allow = cloud.statement("sqs:SendMessage", arn, Principal={"Service": "events.amazonaws.com"})
    url = sqs.create_queue(QueueName="calls", Attributes={"Policy": cloud.policy(allow)})[
        "QueueUrl"
    ]
    events.put_rule(Name="calls", EventPattern='{"source": ["aws.iam"]}')
    events.put_targets(Rule="calls", Targets=[{"Id": "1", "Arn": arn}])

    def told() -> list[Any]:
        cloud.world.react()
        found = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        return [json.loads(one["Body"])["detail"]["requestParameters"] for one in found]

    iam.create_group(GroupName="early")
    assert told() == []
    company.start()
    iam.create_group(GroupName="devs")
    trail.client("iam").create_group(GroupName="of-the-management-account")
    assert told() == [{"groupName": "devs"}]
