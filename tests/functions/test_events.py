"""Functions that events start: by a rule's pattern, with the event that the rule saw."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from simulator import catalogue
from simulator.drill import Drill
from simulator.events import bus
from simulator.gateway.app import Gateway
from simulator.reactions.event import Event
from tests.functions.test_functions import TRUST, package

MINUTES = timedelta(minutes=10)
ENTRY = {"Source": "app", "DetailType": "thing", "Detail": '{"user": "rogue"}'}


def respond(function: Any, event: Any, seen: tuple[Any, ...] = ()) -> dict[str, Any]:
    """The function's act: it deletes the user that the event names, and keeps the event."""
    if isinstance(event, dict) and event.get("source") == "app":
        function.iam.delete_user(UserName=event["detail"]["user"])
    return {"seen": (*seen, event)}


def deploy(admin: Any, functions: Any) -> None:
    admin.iam.create_role(RoleName="runner", AssumeRolePolicyDocument=json.dumps(TRUST))
    admin.iam.attach_role_policy(
        RoleName="runner", PolicyArn="arn:aws:iam::aws:policy/IAMFullAccess"
    )
    lambda_ = admin.client("lambda")
    made = lambda_.create_function(
        FunctionName="respond",
        Runtime="python3.12",
        Role=admin.iam.get_role(RoleName="runner")["Role"]["Arn"],
        Handler="index.go",
        Code={"ZipFile": package("one")},
    )
    admin.iam.create_user(UserName="rogue")
    rule = admin.events.put_rule(Name="things", EventPattern='{"source": ["app"]}')["RuleArn"]
    admin.events.put_targets(Rule="things", Targets=[{"Id": "1", "Arn": made["FunctionArn"]}])
    lambda_.add_permission(
        FunctionName="respond",
        StatementId="events",
        Action="lambda:InvokeFunction",
        Principal="events.amazonaws.com",
        SourceArn=rule,
    )
    functions.equip("respond", respond)


@pytest.fixture(scope="module")
def made() -> Iterator[Drill]:
    drill = Drill(catalogue.load("net-open-admin"), 78, Gateway())
    drill.perform(deploy)
    yield drill
    drill.close()


@pytest.fixture
def drill(made: Drill) -> Iterator[Drill]:
    with made.fresh():
        yield made


def test_a_rule_starts_the_function_with_the_event(drill: Drill) -> None:
    drill.responder().events.put_events(Entries=[ENTRY])
    drill.wait(MINUTES)
    (event,) = drill.facts["seen"]
    assert event["detail"] == {"user": "rogue"}
    (deleted,) = [
        record
        for record in drill.account.records
        if record["eventName"] == "DeleteUser" and "errorCode" not in record
    ]
    assert deleted["userIdentity"]["arn"].endswith(":assumed-role/runner/respond")


def test_what_a_rules_function_does_in_a_trial_is_undone(drill: Drill) -> None:
    drill.responder().events.put_events(Entries=[ENTRY])
    with drill.trial():
        drill.wait(MINUTES)
        assert len(drill.facts["seen"]) == 1
    assert "seen" not in drill.facts
    drill.wait(MINUTES)
    assert len(drill.facts["seen"]) == 1


def test_who_invokes_it_says_what_it_gets(drill: Drill) -> None:
    client = drill.responder().client("lambda")
    client.invoke(FunctionName="respond", Payload=b'{"a": 1}')
    client.invoke(FunctionName="respond")
    assert drill.facts["seen"] == ({"a": 1}, {})
    with pytest.raises(client.exceptions.InvalidRequestContentException):
        client.invoke(FunctionName="respond", Payload=b"{")


def test_a_schedule_tells_the_function_and_other_targets(drill: Drill) -> None:
    who = drill.responder()
    client, sqs = who.client("lambda"), who.client("sqs")
    queue = f"arn:aws:sqs:us-east-1:{drill.account.id}:ticks"
    allow = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": queue,
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
    url = sqs.create_queue(QueueName="ticks", Attributes={"Policy": policy})["QueueUrl"]
    arn = client.get_function(FunctionName="respond")["Configuration"]["FunctionArn"]
    rule = who.events.put_rule(Name="tick", ScheduleExpression="rate(1 hour)")["RuleArn"]
    who.events.put_targets(
        Rule="tick",
        Targets=[{"Id": "1", "Arn": arn, "Input": '{"tick": true}'}, {"Id": "2", "Arn": queue}],
    )
    client.add_permission(
        FunctionName="respond",
        StatementId="tick",
        Action="lambda:InvokeFunction",
        Principal="events.amazonaws.com",
        SourceArn=rule,
    )
    drill.wait(timedelta(minutes=90))
    assert drill.facts["seen"] == ({"tick": True},)
    (message,) = sqs.receive_message(QueueUrl=url)["Messages"]
    told = json.loads(message["Body"])
    assert (told["detail-type"], told["resources"]) == ("Scheduled Event", [rule])


def test_a_guardduty_finding_starts_the_function(drill: Drill) -> None:
    events = drill.responder().events
    pattern = {"source": ["aws.guardduty"], "detail": {"severity": [{"numeric": [">=", 7]}]}}
    events.put_rule(Name="things", EventPattern=json.dumps(pattern))
    sent = [finding(drill, severity) for severity in (2.0, 8.0)]
    assert drill.facts["seen"] == (sent[1].as_json(),)


def finding(drill: Drill, severity: float) -> Event:
    event = Event(
        account=drill.account.id,
        region="us-east-1",
        time=drill.now(),
        source="aws.guardduty",
        detail_type="GuardDuty Finding",
        detail={"type": "CryptoCurrency:EC2/BitcoinTool.B!DNS", "severity": severity},
        id=f"finding {severity}",
    )
    with drill.gateway.turn(drill.world):
        bus.put(drill.world, event)
    return event


def test_a_topic_invokes_its_subscribed_function(drill: Drill) -> None:
    """If its policy lets SNS, on behalf of that topic."""
    who = drill.responder()
    sns, lambda_ = who.client("sns"), who.client("lambda")
    arn = lambda_.get_function(FunctionName="respond")["Configuration"]["FunctionArn"]
    topic = sns.create_topic(Name="alerts")["TopicArn"]
    subscription = sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=arn)["SubscriptionArn"]
    sns.subscribe(TopicArn=topic, Protocol="http", Endpoint="http://127.0.0.1:9/")
    sns.publish(TopicArn=topic, Message="refused")
    drill.wait(MINUTES)
    assert "seen" not in drill.facts
    lambda_.add_permission(
        FunctionName="respond",
        StatementId="sns",
        Action="lambda:InvokeFunction",
        Principal="sns.amazonaws.com",
        SourceArn=topic,
    )
    number = sns.publish(TopicArn=topic, Message="hello", Subject="s")["MessageId"]
    drill.wait(MINUTES)
    ((event,),) = [each["Records"] for each in drill.facts["seen"]]
    assert event["EventSubscriptionArn"] == subscription
    told = event["Sns"]
    assert (told["Message"], told["Subject"], told["MessageId"]) == ("hello", "s", number)
