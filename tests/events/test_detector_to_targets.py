"""From what happens to what is done about it: a detector finds it, a rule on the finding has targets."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.conftest import LogTrail
from tests.events.conftest import HERE, SERVICE, Bus
from tests.events.test_targets import machine

RUNBOOK = "AWS-DisableIncomingSSHOnPort22"


@pytest.fixture
def watched(trail: LogTrail) -> Bus:
    """An account with a detector, a trail, and a rule on findings."""
    trail.bucket()
    trail.start()
    bus = Bus(trail.cloud, "responder")
    bus.client("guardduty").create_detector(Enable=True)
    bus.rule()
    return bus


def test_one_finding_reaches_every_target_and_closes_a_port(watched: Bus, trail: LogTrail) -> None:
    cloud, ec2 = watched.cloud, watched.client("ec2")
    group = ec2.create_security_group(GroupName="bastion", Description="bastion")["GroupId"]
    ec2.authorize_security_group_ingress(
        GroupId=group, IpProtocol="tcp", FromPort=22, ToPort=22, CidrIp="0.0.0.0/0"
    )
    targets: list[dict[str, Any]] = [
        {"Arn": watched.queue()},
        {"Arn": topic(watched)},
        {"Arn": log_group(watched)},
        {"Arn": (states := machine(watched)), "RoleArn": starter(watched, states)},
        {
            "Arn": f"arn:aws:ssm:us-east-1::automation-definition/{RUNBOOK}:$DEFAULT",
            "RoleArn": runner(watched),
            "Input": json.dumps({"SecurityGroupIds": [group]}),
        },
    ]
    for number, each in enumerate(targets):
        each["Id"] = str(number)
    answer = watched.client("events").put_targets(Rule="findings", Targets=targets)
    assert answer["FailedEntryCount"] == 0
    intruder = cloud.client("cloudtrail", cloud.user("intruder", cloud.statement("*")))
    intruder.stop_logging(Name="main")
    trail.wait(minutes=10)
    cloud.world.react()

    (told,) = [
        each
        for each in watched.bodies()
        if each["detail"]["type"] == "Stealth:IAMUser/CloudTrailLoggingDisabled"
    ]
    assert told["detail"]["resource"]["accessKeyDetails"]["userName"] == "intruder"
    assert told["id"] in {json.loads(each["Message"])["id"] for each in watched.bodies("mail")}
    logs = watched.client("logs").filter_log_events(logGroupName="/aws/events/findings")
    assert told["id"] in {json.loads(each["message"])["id"] for each in logs["events"]}
    step = watched.client("stepfunctions")
    runs = [
        step.describe_execution(executionArn=each["executionArn"])["input"]
        for each in step.list_executions(stateMachineArn=states)["executions"]
    ]
    assert told["id"] in {json.loads(each)["id"] for each in runs}
    (closed,) = ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"]
    assert closed["IpPermissions"] == []


def test_without_a_detector_nothing_is_told(trail: LogTrail) -> None:
    trail.bucket()
    trail.start()
    bus = Bus(trail.cloud, "responder")
    bus.rule()
    bus.target(bus.queue())
    trail.cloud.client(
        "cloudtrail", trail.cloud.user("intruder", trail.cloud.statement("*"))
    ).stop_logging(Name="main")
    trail.wait(minutes=10)
    bus.world.react()
    assert bus.bodies() == []


def topic(bus: Bus) -> str:
    """A topic with a queue behind it, "mail"."""
    sns, cloud = bus.client("sns"), bus.cloud
    arn = str(sns.create_topic(Name="findings")["TopicArn"])
    allow = cloud.policy(cloud.statement("sns:Publish", arn, Principal=SERVICE))
    sns.set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=allow)
    queue = HERE.format(service="sqs", name="mail")
    for_topic = cloud.statement(
        "sqs:SendMessage",
        queue,
        Principal={"Service": "sns.amazonaws.com"},
        Condition={"ArnEquals": {"aws:SourceArn": arn}},
    )
    sns.subscribe(TopicArn=arn, Protocol="sqs", Endpoint=bus.queue("mail", for_topic))
    return arn


def log_group(bus: Bus) -> str:
    """A log group that EventBridge may write to."""
    logs, cloud = bus.client("logs"), bus.cloud
    logs.create_log_group(logGroupName="/aws/events/findings")
    arn = HERE.format(service="logs", name="log-group:/aws/events/findings")
    actions = ["logs:CreateLogStream", "logs:PutLogEvents"]
    allow = cloud.policy(cloud.statement(actions, f"{arn}:*", Principal=SERVICE))
    logs.put_resource_policy(policyName="events", policyDocument=allow)
    return arn


def starter(bus: Bus, machine_arn: str) -> str:
    """A role with which EventBridge starts a state machine."""
    cloud = bus.cloud
    allow = cloud.statement("states:StartExecution", machine_arn)
    return cloud.role("starter", cloud.trust(SERVICE), allow)


def runner(bus: Bus) -> str:
    """A role with which EventBridge starts a runbook that closes ports."""
    cloud = bus.cloud
    allow = cloud.statement(
        [
            "ssm:StartAutomationExecution",
            "ec2:DescribeSecurityGroups",
            "ec2:RevokeSecurityGroupIngress",
        ]
    )
    return cloud.role("runner", cloud.trust(SERVICE), allow)
