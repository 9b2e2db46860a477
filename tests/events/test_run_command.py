"""A rule quarantines by Run Command: what its target's role may."""

from __future__ import annotations

import json

import pytest

from simulator.hosts import Host, Process
from tests.events.conftest import SERVICE, Bus
from tests.hosts.conftest import SSM, Site

MINER = Process("xmrig", "/tmp/xmrig -o pool", cpu=97.0)
DOCUMENT = "arn:aws:ssm:us-east-1:111122223333:document/AWS-RunShellScript"


@pytest.fixture
def node(events: Bus) -> str:
    site = Site(events.cloud)
    events.cloud.role("web", events.cloud.trust({"Service": "ec2.amazonaws.com"}))
    site.iam.attach_role_policy(RoleName="web", PolicyArn=SSM)
    site.iam.create_instance_profile(InstanceProfileName="web")
    site.iam.add_role_to_instance_profile(InstanceProfileName="web", RoleName="web")
    return str(site.launch("web", Host(processes=[MINER]))["InstanceId"])


@pytest.mark.parametrize(
    ("action", "killed"), [("ssm:SendCommand", True), ("ssm:ListCommands", False)]
)
def test_a_finding_runs_a_script(events: Bus, node: str, action: str, killed: bool) -> None:
    events.rule()
    cloud = events.cloud
    events.target(
        DOCUMENT,
        RoleArn=cloud.role("runs", cloud.trust(SERVICE), cloud.statement(action)),
        RunCommandParameters={"RunCommandTargets": [{"Key": "InstanceIds", "Values": [node]}]},
        Input=json.dumps({"commands": ["pkill xmrig"]}),
    )
    events.finding()
    ssm = events.client("ssm")
    sent = ssm.send_command(
        InstanceIds=[node],
        DocumentName="AWS-RunShellScript",
        Parameters={"commands": ["ps aux"]},
    )["Command"]["CommandId"]
    told = ssm.get_command_invocation(CommandId=sent, InstanceId=node)["StandardOutputContent"]
    assert ("xmrig" not in told) is killed
