"""Run Command on managed nodes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from simulator.hosts import Host, Process
from tests.conftest import Cloud, Refusal
from tests.hosts.conftest import SSM, Site

MINER = Process("xmrig", "/tmp/xmrig -o pool", cpu=97.0)
Send = Callable[..., dict[str, Any]]


@pytest.fixture
def site(cloud: Cloud) -> Site:
    made = Site(cloud)
    trust = cloud.trust({"Service": "ec2.amazonaws.com"})
    cloud.role("web", trust)
    made.iam.attach_role_policy(RoleName="web", PolicyArn=SSM)
    made.iam.create_instance_profile(InstanceProfileName="web")
    made.iam.add_role_to_instance_profile(InstanceProfileName="web", RoleName="web")
    return made


@pytest.fixture
def ssm(site: Site) -> Any:
    return site.cloud.root("ssm")


@pytest.fixture
def node(site: Site) -> str:
    host = Host(processes=[MINER], files={"/etc/app.conf": "secret=1\n"})
    return str(site.launch("web", host)["InstanceId"])


def run(ssm: Any, node: str, *commands: str) -> dict[str, Any]:
    sent = ssm.send_command(
        InstanceIds=[node],
        DocumentName="AWS-RunShellScript",
        Parameters={"commands": list(commands)},
    )["Command"]
    assert sent["Status"] == "Pending"
    found: dict[str, Any] = ssm.get_command_invocation(CommandId=sent["CommandId"], InstanceId=node)
    return found


def test_what_a_script_prints_is_true(ssm: Any, node: str) -> None:
    got = run(ssm, node, "ps aux | grep xmrig", "cat /etc/app.conf")
    assert (got["Status"], got["ResponseCode"], got["StandardErrorContent"]) == ("Success", 0, "")
    assert "/tmp/xmrig -o pool" in got["StandardOutputContent"]
    assert got["StandardOutputContent"].endswith("secret=1\n")


def test_what_a_script_does_lasts(ssm: Any, node: str) -> None:
    run(ssm, node, "pkill xmrig")
    assert "xmrig" not in run(ssm, node, "ps aux")["StandardOutputContent"]


def test_an_unknown_command_fails_with_127(ssm: Any, node: str) -> None:
    got = run(ssm, node, "volatility -f mem.raw")
    assert (got["Status"], got["ResponseCode"]) == ("Failed", 127)
    assert "volatility: command not found" in got["StandardErrorContent"]
    assert got["StandardErrorContent"].endswith("failed to run commands: exit status 127")


def test_nodes_are_the_running_instances_whose_agent_may_report(site: Site, ssm: Any) -> None:
    def online() -> set[str]:
        listed = ssm.describe_instance_information()["InstanceInformationList"]
        return {one["InstanceId"] for one in listed}

    good = site.launch("web")["InstanceId"]
    stopped = site.launch("web")["InstanceId"]
    site.launch("web", Host(agent=False))
    site.launch()
    assert online() == {good, stopped}
    site.ec2.stop_instances(InstanceIds=[stopped])
    assert online() == {good}
    site.iam.detach_role_policy(RoleName="web", PolicyArn=SSM)
    assert online() == set()


def test_an_agent_that_cannot_reach_the_service_is_no_node(site: Site, ssm: Any) -> None:
    node = site.launch("web")["InstanceId"]
    cut_off = {node: "the security group lets nothing out"}
    site.cloud.world.reaches = lambda source, destination, port: cut_off.get(source, "")
    assert ssm.describe_instance_information()["InstanceInformationList"] == []


def test_an_instance_that_is_no_node_takes_no_command(
    site: Site, ssm: Any, refusal: Refusal
) -> None:
    name = site.launch("web", Host(agent=False))["InstanceId"]
    code, status, text = refusal(lambda: run(ssm, name, "ps aux"))
    assert (code, status) == ("InvalidInstanceId", 400)
    assert text == f"Instances [[{name}]] not in a valid state for account 111122223333"


def test_filters_choose_nodes(site: Site, ssm: Any, node: str) -> None:
    site.launch("web")
    wanted = [{"Key": "InstanceIds", "Values": [node]}]
    (found,) = ssm.describe_instance_information(Filters=wanted)["InstanceInformationList"]
    assert (found["InstanceId"], found["PingStatus"]) == (node, "Online")


def test_nodes_are_chosen_by_tag(site: Site, ssm: Any, node: str) -> None:
    site.launch("web")
    site.ec2.create_tags(Resources=[node], Tags=[{"Key": "Name", "Value": "web-1"}])
    sent = ssm.send_command(
        Targets=[{"Key": "tag:Name", "Values": ["web-1"]}],
        DocumentName="AWS-RunShellScript",
        Parameters={"commands": ["whoami"]},
    )["Command"]
    (run,) = ssm.list_command_invocations(CommandId=sent["CommandId"], Details=True)[
        "CommandInvocations"
    ]
    assert (run["InstanceId"], run["InstanceName"], run["Status"]) == (node, "web-1", "Success")
    assert run["CommandPlugins"][0]["Output"] == "root\n"


def test_commands_are_listed_with_their_outcome(ssm: Any, node: str) -> None:
    run(ssm, node, "nonsense")
    run(ssm, node, "whoami")
    last, first = ssm.list_commands(InstanceId=node)["Commands"]
    assert (last["Status"], last["CompletedCount"], last["ErrorCount"]) == ("Success", 1, 0)
    assert (first["Status"], first["CompletedCount"], first["ErrorCount"]) == ("Failed", 1, 1)


@pytest.mark.parametrize(
    ("document", "code"),
    [("No-Such-Document", "InvalidDocument"), ("AWS-RunPatchBaseline", "NotImplemented")],
)
def test_other_documents_are_refused(
    ssm: Any, node: str, refusal: Refusal, document: str, code: str
) -> None:
    assert refusal(lambda: ssm.send_command(InstanceIds=[node], DocumentName=document))[0] == code


def test_what_was_never_sent_has_no_outcome(ssm: Any, node: str, refusal: Refusal) -> None:
    ask = {"CommandId": "0" * 8 + "-0000-4000-8000-" + "0" * 12, "InstanceId": node}
    assert refusal(lambda: ssm.get_command_invocation(**ask))[0] == "InvalidCommandId"
    sent = run(ssm, node, "whoami")["CommandId"]
    other = {"CommandId": sent, "InstanceId": "i-0123456789abcdef0"}
    assert refusal(lambda: ssm.get_command_invocation(**other))[0] == "InvocationDoesNotExist"


def test_the_right_to_send_is_asked_for(site: Site, node: str, refusal: Refusal) -> None:
    keys = site.cloud.user("eve", site.cloud.statement("ssm:GetCommandInvocation"))
    eve = site.cloud.client("ssm", keys)
    assert refusal(lambda: run(eve, node, "whoami"))[0] == "AccessDeniedException"


def test_a_restored_world_never_had_the_command(site: Site, ssm: Any, node: str) -> None:
    saved = site.cloud.gateway.save(site.cloud.world)
    run(ssm, node, "pkill xmrig")
    site.cloud.gateway.restore(site.cloud.world, saved)
    assert ssm.list_commands()["Commands"] == []
    assert "xmrig" in run(ssm, node, "ps aux")["StandardOutputContent"]
