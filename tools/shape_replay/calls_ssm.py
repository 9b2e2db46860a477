"""Calls to Systems Manager."""

from __future__ import annotations

from typing import Any

from tools.shape_replay.stage import Stage
from tools.shape_replay.table import replays


@replays("ssm", "DescribeInstanceInformation")
def describe_instance_information(stage: Stage) -> None:
    chosen = [{"Key": "InstanceIds", "Values": [managed(stage)]}]
    stage.call("ssm").describe_instance_information(Filters=chosen)


@replays("ssm", "SendCommand")
def send_command(stage: Stage) -> None:
    command(stage, stage.call("ssm"))


@replays("ssm", "GetCommandInvocation")
def get_command_invocation(stage: Stage) -> None:
    sent = command(stage, stage.prepare("ssm"))
    stage.call("ssm").get_command_invocation(
        CommandId=sent["CommandId"], InstanceId=sent["InstanceIds"][0]
    )


@replays("ssm", "StartSession")
def start_session(stage: Stage) -> None:
    stage.call("ssm").start_session(Target=managed(stage))


@replays("ssm", "TerminateSession")
def terminate_session(stage: Stage) -> None:
    ssm = stage.call("ssm")
    ssm.terminate_session(SessionId=ssm.start_session(Target=managed(stage))["SessionId"])


@replays("ssm", "DescribeParameters")
def describe_parameters(stage: Stage) -> None:
    for number in range(11):
        parameter(stage, number)
    ssm, more = stage.prepare("ssm"), {}
    if "nextToken" in stage.shown:
        more["NextToken"] = ssm.describe_parameters(MaxResults=10)["NextToken"]
    stage.call("ssm").describe_parameters(MaxResults=10, **more)


@replays("ssm", "GetParameters")
def get_parameters(stage: Stage) -> None:
    names = [parameter(stage, number) for number in range(2)]
    stage.call("ssm").get_parameters(Names=names, WithDecryption=True)


def managed(stage: Stage) -> str:
    """The id of an instance that Systems Manager manages."""
    role = "managed"
    stage.role(role, {"Service": "ec2.amazonaws.com"})
    stage.prepare("iam").attach_role_policy(
        RoleName=role, PolicyArn="arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"
    )
    return stage.instance(role)


def command(stage: Stage, client: Any) -> dict[str, Any]:
    """A shell command sent with `client`, as SendCommand describes it."""
    sent: dict[str, Any] = client.send_command(
        DocumentName="AWS-RunShellScript",
        InstanceIds=[managed(stage)],
        Parameters={"commands": ["id"]},
    )["Command"]
    return sent


def parameter(stage: Stage, number: int) -> str:
    """The name of a new SecureString parameter."""
    name = f"/web/{number}"
    stage.prepare("ssm").put_parameter(Name=name, Value="hunter2", Type="SecureString")
    return name
