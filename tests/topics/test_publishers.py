"""It makes no difference who publishes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.functions.test_functions import package
from tests.topics.conftest import SNS, TOPIC, Topic

FUNCTION = "arn:aws:lambda:us-east-1:111122223333:function:respond"


def alarm(topic: Topic) -> None:
    """CloudWatch publishes."""
    cloudwatch = topic.client("cloudwatch")
    cloudwatch.put_metric_alarm(
        AlarmName="loud",
        Namespace="n",
        MetricName="m",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
        AlarmActions=[TOPIC],
    )
    cloudwatch.set_alarm_state(AlarmName="loud", StateValue="ALARM", StateReason="a test")
    topic.cloud.world.react()


def event(topic: Topic) -> None:
    """EventBridge publishes."""
    events = topic.client("events")
    rule = events.put_rule(Name="all", EventPattern='{"source": ["app"]}')["RuleArn"]
    statements = json.loads(topic.sns.get_topic_attributes(TopicArn=TOPIC)["Attributes"]["Policy"])
    statements["Statement"].append(
        topic.cloud.statement(
            "sns:Publish",
            TOPIC,
            Principal={"Service": "events.amazonaws.com"},
            Condition={"ArnEquals": {"aws:SourceArn": rule}},
        )
    )
    topic.sns.set_topic_attributes(
        TopicArn=TOPIC, AttributeName="Policy", AttributeValue=json.dumps(statements)
    )
    events.put_targets(Rule="all", Targets=[{"Id": "1", "Arn": TOPIC}])
    events.put_events(Entries=[{"Source": "app", "DetailType": "thing", "Detail": "{}"}])
    topic.cloud.world.react()


def person(topic: Topic) -> None:
    topic.publish()
    topic.cloud.world.react()


PUBLISHERS = [alarm, event, person]


@pytest.mark.parametrize("publisher", PUBLISHERS)
def test_a_queue_gets_it_only_where_its_policy_lets_sns(topic: Topic, publisher: Any) -> None:
    topic.subscribe(topic.queue("open"))
    topic.subscribe(topic.queue("closed", topic=f"{TOPIC}-of-others"))
    publisher(topic)
    assert (len(topic.messages("open")), len(topic.messages("closed"))) == (1, 0)


@pytest.mark.parametrize("publisher", PUBLISHERS)
@pytest.mark.parametrize("lets", [True, False])
def test_a_function_is_invoked_where_its_policy_lets_sns(
    topic: Topic, publisher: Any, lets: bool
) -> None:
    """What it doesn't take goes to the subscription's dead-letter queue."""
    deploy(topic)
    if lets:
        topic.client("lambda").add_permission(
            FunctionName="respond",
            StatementId="sns",
            Action="lambda:InvokeFunction",
            Principal=SNS["Service"],
            SourceArn=TOPIC,
        )
    redrive = json.dumps({"deadLetterTargetArn": topic.queue("dead")})
    topic.sns.subscribe(
        TopicArn=TOPIC, Protocol="lambda", Endpoint=FUNCTION, Attributes={"RedrivePolicy": redrive}
    )
    publisher(topic)
    invoked = [
        one["userIdentity"]["invokedBy"]
        for one in topic.cloud.account.records
        if one["eventName"] == "Invoke"
    ]
    assert invoked == (["sns.amazonaws.com"] if lets else [])
    assert len(topic.messages("dead")) == (0 if lets else 1)


def deploy(topic: Topic) -> None:
    trust = topic.cloud.trust({"Service": "lambda.amazonaws.com"})
    topic.client("lambda").create_function(
        FunctionName="respond",
        Runtime="python3.12",
        Role=topic.cloud.role("runner", trust),
        Handler="index.go",
        Code={"ZipFile": package("one")},
    )
