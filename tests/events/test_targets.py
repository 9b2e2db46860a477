"""A rule on a GuardDuty finding delivers to each kind of target, and only where it may."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest

from tests.conftest import Cloud
from tests.events.conftest import HERE, SERVICE, Bus


def test_to_a_queue(events: Bus) -> None:
    rule = events.rule()
    arn = HERE.format(service="sqs", name="findings")
    condition = {"ArnEquals": {"aws:SourceArn": rule}}
    allow = events.cloud.statement("sqs:SendMessage", arn, Principal=SERVICE, Condition=condition)
    events.target(events.queue(policy=allow))
    sent = events.finding()
    assert events.bodies() == [sent.as_json()]


@pytest.mark.parametrize(
    "condition",
    [
        {"ArnEquals": {"aws:SourceArn": HERE.format(service="events", name="rule/another")}},
        {"StringEquals": {"aws:SourceAccount": "444455556666"}},
    ],
)
def test_a_queue_for_another_rule_gets_nothing(events: Bus, condition: Any) -> None:
    events.rule()
    arn = HERE.format(service="sqs", name="findings")
    allow = events.cloud.statement("sqs:SendMessage", arn, Principal=SERVICE, Condition=condition)
    events.target(events.queue(policy=allow))
    events.finding()
    assert events.bodies() == []


def test_to_a_fifo_queue_in_its_group(events: Bus) -> None:
    events.rule()
    arn = events.queue("f.fifo", FifoQueue="true", ContentBasedDeduplication="true")
    events.target(arn, SqsParameters={"MessageGroupId": "all"})
    events.finding()
    assert len(events.bodies("f.fifo")) == 1


def test_to_a_topic_and_on_to_its_subscriptions(events: Bus) -> None:
    events.rule()
    sns = events.client("sns")
    topic = sns.create_topic(Name="findings")["TopicArn"]
    allow = events.cloud.statement("sns:Publish", topic, Principal=SERVICE)
    sns.set_topic_attributes(
        TopicArn=topic, AttributeName="Policy", AttributeValue=events.cloud.policy(allow)
    )
    arn = HERE.format(service="sqs", name="findings")
    allow = events.cloud.statement(
        "sqs:SendMessage", arn, Principal={"Service": "sns.amazonaws.com"}
    )
    queue = events.queue(policy=allow)
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue)
    events.target(topic)
    sent = events.finding()
    (told,) = events.bodies()
    assert json.loads(told["Message"]) == sent.as_json()


def test_to_a_log_group(events: Bus) -> None:
    events.rule()
    logs = events.client("logs")
    logs.create_log_group(logGroupName="/aws/events/findings")
    group = HERE.format(service="logs", name="log-group:/aws/events/findings")
    events.target(group)
    events.finding()
    assert logs.filter_log_events(logGroupName="/aws/events/findings")["events"] == []
    allow = events.cloud.statement(
        ["logs:CreateLogStream", "logs:PutLogEvents"], f"{group}:*", Principal=SERVICE
    )
    logs.put_resource_policy(policyName="events", policyDocument=events.cloud.policy(allow))
    sent = events.finding()
    (told,) = logs.filter_log_events(logGroupName="/aws/events/findings")["events"]
    assert json.loads(told["message"]) == sent.as_json()
    assert abs(told["timestamp"] / 1000 - sent.time.timestamp()) < 5


MACHINE = {"StartAt": "Done", "States": {"Done": {"Type": "Pass", "End": True}}}


def machine(events: Bus) -> str:
    role = events.cloud.role("machine", events.cloud.trust({"Service": "states.amazonaws.com"}))
    made = events.client("stepfunctions").create_state_machine(
        name="respond", definition=json.dumps(MACHINE), roleArn=role
    )
    return str(made["stateMachineArn"])


def test_to_a_state_machine_with_the_targets_role(events: Bus) -> None:
    events.rule()
    arn, cloud = machine(events), events.cloud
    role = cloud.role(
        "starter", cloud.trust(SERVICE), cloud.statement("states:StartExecution", arn)
    )
    events.target(arn, RoleArn=role)
    sent = events.finding()
    states = events.client("stepfunctions")
    (run,) = states.list_executions(stateMachineArn=arn)["executions"]
    told = states.describe_execution(executionArn=run["executionArn"])
    assert json.loads(told["input"]) == sent.as_json()
    (start,) = [one for one in cloud.account.records if one["eventName"] == "StartExecution"]
    assert start["userIdentity"]["type"] == "AssumedRole"
    assert start["userIdentity"]["invokedBy"] == "events.amazonaws.com"
    (taken,) = [
        one
        for one in cloud.account.records
        if one["eventName"] == "AssumeRole" and one["sourceIPAddress"] == "events.amazonaws.com"
    ]
    assert taken["requestParameters"]["roleArn"] == role


@pytest.mark.parametrize("wrong", ["trust", "rights"])
def test_a_role_that_may_not_starts_nothing(events: Bus, wrong: str) -> None:
    events.rule()
    arn, cloud = machine(events), events.cloud
    trusted = {"Service": "ec2.amazonaws.com"} if wrong == "trust" else SERVICE
    action = "states:StopExecution" if wrong == "rights" else "states:StartExecution"
    role = cloud.role("starter", cloud.trust(trusted), cloud.statement(action, arn))
    events.target(arn, RoleArn=role, DeadLetterConfig={"Arn": events.queue("dead")})
    events.finding()
    assert not events.client("stepfunctions").list_executions(stateMachineArn=arn)["executions"]
    (dead,) = events.messages("dead")
    assert dead["MessageAttributes"]["ERROR_CODE"]["StringValue"] == "NO_PERMISSIONS"


def package() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr(zipfile.ZipInfo("index.py", (2026, 1, 1, 0, 0, 0)), "pass")
    return held.getvalue()


def function(events: Bus) -> str:
    role = events.cloud.role("runner", events.cloud.trust({"Service": "lambda.amazonaws.com"}))
    made = events.client("lambda").create_function(
        FunctionName="respond",
        Runtime="python3.12",
        Role=role,
        Handler="index.go",
        Code={"ZipFile": package()},
    )
    return str(made["FunctionArn"])


def test_a_function_must_let_eventbridge_invoke_it(events: Bus) -> None:
    rule, arn = events.rule(), function(events)
    events.target(arn, DeadLetterConfig={"Arn": events.queue("dead")})
    events.finding()
    (dead,) = events.messages("dead")
    assert dead["MessageAttributes"]["ERROR_CODE"]["StringValue"] == "NO_PERMISSIONS"
    events.client("lambda").add_permission(
        FunctionName="respond",
        StatementId="events",
        Action="lambda:InvokeFunction",
        Principal="events.amazonaws.com",
        SourceArn=rule,
    )
    events.finding()
    assert events.messages("dead") == []


def test_to_another_accounts_bus_by_its_policy(events: Bus, cloud: Cloud) -> None:
    other = cloud.open("444455556666", world=cloud.world)
    there = cloud.root("events", other)
    there.create_event_bus(Name="central")
    bus = "arn:aws:events:us-east-1:444455556666:event-bus/central"
    there.put_rule(
        Name="all", EventBusName="central", EventPattern=json.dumps({"source": [{"exists": True}]})
    )
    queue = "arn:aws:sqs:us-east-1:444455556666:central"
    allow = cloud.statement("sqs:SendMessage", queue, Principal=SERVICE)
    url = cloud.root("sqs", other).create_queue(
        QueueName="central", Attributes={"Policy": cloud.policy(allow)}
    )["QueueUrl"]
    there.put_targets(Rule="all", EventBusName="central", Targets=[{"Id": "1", "Arn": queue}])
    events.rule()
    role = cloud.role("sender", cloud.trust(SERVICE), cloud.statement("events:PutEvents", bus))
    events.target(bus, RoleArn=role, DeadLetterConfig={"Arn": events.queue("dead")})
    events.finding()
    (dead,) = events.messages("dead")
    assert dead["MessageAttributes"]["ERROR_CODE"]["StringValue"] == "NO_PERMISSIONS"
    let = cloud.statement(
        "events:PutEvents", bus, Principal={"AWS": "arn:aws:iam::111122223333:root"}
    )
    there.put_permission(EventBusName="central", Policy=cloud.policy({**let, "Sid": "one"}))
    sent = events.finding()
    got = cloud.root("sqs", other).receive_message(QueueUrl=url)["Messages"]
    assert [json.loads(one["Body"]) for one in got] == [sent.as_json()]


def test_an_event_from_another_bus_goes_no_further(events: Bus) -> None:
    client = events.client("events")
    for name in ("one", "two"):
        client.create_event_bus(Name=name)
    arns = {
        name: HERE.format(service="events", name=f"event-bus/{name}") for name in ("one", "two")
    }
    events.rule()
    role = events.cloud.role(
        "sender", events.cloud.trust(SERVICE), events.cloud.statement("events:PutEvents")
    )
    events.target(arns["one"], RoleArn=role)
    client.put_rule(Name="on", EventBusName="one", EventPattern='{"source": ["aws.guardduty"]}')
    dead = {"Arn": events.queue("dead")}
    client.put_targets(
        Rule="on",
        EventBusName="one",
        Targets=[
            {"Id": "1", "Arn": arns["two"], "RoleArn": role, "DeadLetterConfig": dead},
            {"Id": "2", "Arn": events.queue()},
        ],
    )
    events.finding()
    assert len(events.bodies()) == 1
    (given_up,) = events.messages("dead")
    code = given_up["MessageAttributes"]["ERROR_CODE"]["StringValue"]
    assert code == "THIRD_ACCOUNT_HOP_DETECTED"


def test_a_targets_input_is_what_it_gets(events: Bus) -> None:
    events.rule()
    transformer = {
        "InputPathsMap": {"i": "$.detail.resource.instanceDetails.instanceId"},
        "InputTemplate": '{"quarantine": <i>, "because": "<aws.events.rule-name> said so"}',
    }
    events.target(events.queue(), InputTransformer=transformer)
    events.finding()
    assert events.bodies() == [{"quarantine": "i-0123456789", "because": "findings said so"}]


def test_only_what_the_pattern_wants_is_delivered(events: Bus) -> None:
    events.rule({"source": ["aws.guardduty"], "detail": {"severity": [{"numeric": [">=", 7]}]}})
    events.target(events.queue())
    events.finding(severity=2.0)
    kept = events.finding(severity=8.0)
    assert events.bodies() == [kept.as_json()]
    events.client("events").disable_rule(Name="findings")
    events.finding(severity=8.0)
    assert events.bodies() == []


def test_what_eventbridge_did_is_undone_with_a_restored_moment(events: Bus) -> None:
    events.rule()
    events.target(events.queue())
    with events.cloud.gateway.undone(events.world):
        events.finding()
        assert len(events.bodies()) == 1
    assert events.bodies() == []
