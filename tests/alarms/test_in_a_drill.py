"""Alarms while a company goes about its day."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest

from simulator import catalogue
from simulator.alarms import state as states
from simulator.drill import Drill
from simulator.gateway.app import Gateway


@pytest.fixture(scope="module")
def drill() -> Iterator[Drill]:
    """A company whose trail sends to a log group, with an alarm on what its users call."""
    made = Drill(catalogue.load("iam-leaked-key"), 241, Gateway())
    _set_up(made)
    yield made
    made.close()


def _set_up(drill: Drill) -> None:
    admin = drill.auditor()
    topic = admin.sns.create_topic(Name="watch")["TopicArn"]
    arn = f"arn:aws:sqs:us-east-1:{drill.account.id}:watch"
    allow = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": topic}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
    admin.sqs.create_queue(QueueName="watch", Attributes={"Policy": policy})
    admin.sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    (trail,) = admin.cloudtrail.describe_trails()["trailList"]
    group = trail["CloudWatchLogsLogGroupArn"].split(":")[6]
    told = {"metricName": "Calls", "metricNamespace": "Watch", "metricValue": "1"}
    admin.logs.put_metric_filter(
        logGroupName=group,
        filterName="calls",
        filterPattern='{ $.userIdentity.type = "IAMUser" }',
        metricTransformations=[told],
    )
    admin.cloudwatch.put_metric_alarm(
        AlarmName="calls",
        Namespace="Watch",
        MetricName="Calls",
        Statistic="Sum",
        Period=300,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanOrEqualToThreshold",
        TreatMissingData="notBreaching",
        AlarmActions=[topic],
    )


def test_an_alarm_goes_off_while_the_learner_waits(drill: Drill) -> None:
    """The company's own calls set it off, at their time; nobody looks meanwhile."""
    begun = drill.now()
    drill.wait(timedelta(hours=6))
    admin = drill.auditor()
    queue = admin.sqs.get_queue_url(QueueName="watch")["QueueUrl"]
    messages = admin.sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)["Messages"]
    said = [json.loads(json.loads(message["Body"])["Message"]) for message in messages]
    assert {one["NewStateValue"] for one in said} == {"ALARM"}
    history = admin.cloudwatch.describe_alarm_history(
        AlarmName="calls", HistoryItemType="StateUpdate", ScanBy="TimestampAscending"
    )["AlarmHistoryItems"]
    times = [item["Timestamp"] for item in history]
    assert times == sorted(times)
    assert begun < times[0] < times[-1] < drill.now()
    called = [
        record["eventTime"]
        for record in drill.account.records
        if record["userIdentity"]["type"] == "IAMUser" and record["eventTime"] > begun.isoformat()
    ]
    assert called, "the company works through a key of its CI user"


def test_what_a_replay_does_sets_nothing_off_afterwards(drill: Drill) -> None:
    """A grader tries things in a copy of the account."""
    before = states.of(drill.account, "us-east-1")
    with drill.fresh():
        drill.auditor().cloudwatch.set_alarm_state(
            AlarmName="calls", StateValue="INSUFFICIENT_DATA", StateReason="replay"
        )
        assert states.of(drill.account, "us-east-1").untold
    assert states.of(drill.account, "us-east-1") == before
