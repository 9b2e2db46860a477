"""Systems Manager: managed nodes, sessions, sent commands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.conftest import Cloud, Refusal

CORE = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"


def launch(cloud: Cloud, role: str | None = None, policy: str | None = CORE) -> str:
    """The id of a running instance, with a role of that name if one is given."""
    iam, ec2 = cloud.root("iam"), cloud.root("ec2")
    more: dict[str, Any] = {}
    if role is not None:
        cloud.role(role, cloud.trust({"Service": "ec2.amazonaws.com"}))
        if policy is not None:
            iam.attach_role_policy(RoleName=role, PolicyArn=policy)
        iam.create_instance_profile(InstanceProfileName=role)
        iam.add_role_to_instance_profile(InstanceProfileName=role, RoleName=role)
        more["IamInstanceProfile"] = {"Name": role}
    image = ec2.register_image(Name=f"of {role}", RootDeviceName="/dev/sda1")["ImageId"]
    run = ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1, **more)
    return str(run["Instances"][0]["InstanceId"])


def nodes(cloud: Cloud, **asked: Any) -> list[str]:
    """The ids that DescribeInstanceInformation gives."""
    answer = cloud.root("ssm").describe_instance_information(**asked)
    return [one["InstanceId"] for one in answer["InstanceInformationList"]]


def test_a_managed_node_runs_with_a_role_that_may_report(cloud: Cloud) -> None:
    """Neither a missing role nor one without rights makes a node; a stopped one is gone."""
    managed = launch(cloud, "managed")
    launch(cloud)
    launch(cloud, "powerless", policy=None)
    assert nodes(cloud) == [managed]
    cloud.root("ec2").stop_instances(InstanceIds=[managed])
    assert nodes(cloud) == []


def test_nodes_are_found_by_filters(cloud: Cloud, refusal: Refusal) -> None:
    """By id, status and tag, in the new form and the old; an unknown key is refused."""
    first, second = launch(cloud, "one"), launch(cloud, "two")
    cloud.root("ec2").create_tags(Resources=[second], Tags=[{"Key": "team", "Value": "web"}])
    assert nodes(cloud, Filters=[{"Key": "InstanceIds", "Values": [first]}]) == [first]
    assert nodes(cloud, Filters=[{"Key": "tag:team", "Values": ["web"]}]) == [second]
    assert nodes(cloud, Filters=[{"Key": "PingStatus", "Values": ["ConnectionLost"]}]) == []
    old = [{"key": "InstanceIds", "valueSet": [second]}]
    assert nodes(cloud, InstanceInformationFilterList=old) == [second]
    asked = [{"Key": "Colour", "Values": ["red"]}]
    assert refusal(lambda: nodes(cloud, Filters=asked))[0] == "InvalidFilterKey"


def test_a_session_lasts_until_it_is_terminated(cloud: Cloud) -> None:
    """Its id begins with who started it; it is active, then history."""
    target = launch(cloud, "managed")
    ssm = cloud.client("ssm", cloud.user("ann", cloud.statement("ssm:*")))
    started = ssm.start_session(Target=target)
    assert started["SessionId"].startswith("ann-")
    assert started["StreamUrl"].startswith("wss://ssmmessages.us-east-1.amazonaws.com/")
    (active,) = ssm.describe_sessions(State="Active")["Sessions"]
    assert (active["Target"], active["Status"]) == (target, "Connected")
    assert active["Owner"].endswith(":user/ann")
    ssm.terminate_session(SessionId=started["SessionId"])
    assert ssm.describe_sessions(State="Active")["Sessions"] == []
    asked = [{"key": "Target", "value": target}]
    (past,) = ssm.describe_sessions(State="History", Filters=asked)["Sessions"]
    assert (past["SessionId"], past["Status"]) == (started["SessionId"], "Terminated")
    recorded = cloud.account.records[0]
    assert recorded["responseElements"]["tokenValue"] == "Value hidden due to security reasons."
    assert started["TokenValue"] not in str(cloud.account.records)


def test_who_may_not_start_a_session_does_not(cloud: Cloud, refusal: Refusal) -> None:
    """Judged on the instance."""
    target = launch(cloud, "managed")
    ssm = cloud.client("ssm", cloud.user("ann"))
    code, _, message = refusal(lambda: ssm.start_session(Target=target))
    assert code == "AccessDeniedException"
    assert f":instance/{target}" in message


def test_an_instance_that_is_no_node_is_not_connected(cloud: Cloud, refusal: Refusal) -> None:
    """It has no agent that may report."""
    target = launch(cloud)
    ssm = cloud.root("ssm")
    assert refusal(lambda: ssm.start_session(Target=target)) == (
        "TargetNotConnected",
        400,
        f"{target} is not connected.",
    )


def test_sessions_are_undone_with_the_world(cloud: Cloud) -> None:
    """A trial leaves none behind."""
    target, ssm = launch(cloud, "managed"), cloud.root("ssm")
    ssm.start_session(Target=target)
    with cloud.world.undone():
        ssm.start_session(Target=target)
        assert len(ssm.describe_sessions(State="Active")["Sessions"]) == 2
    assert len(ssm.describe_sessions(State="Active")["Sessions"]) == 1


@pytest.mark.parametrize("limits", [{}, {"MaxErrors": "3", "DocumentVersion": "1"}])
def test_a_sent_command_is_pending(cloud: Cloud, limits: dict[str, str]) -> None:
    """With AWS's defaults for what the call leaves out."""
    target = launch(cloud, "managed")
    sent = cloud.root("ssm").send_command(
        DocumentName="AWS-RunShellScript",
        InstanceIds=[target],
        Parameters={"commands": ["id"]},
        **limits,
    )["Command"]
    assert (sent["Status"], sent["CompletedCount"], sent["TargetCount"]) == ("Pending", 0, 1)
    assert sent["MaxErrors"] == limits.get("MaxErrors", "0")
    assert sent["DocumentVersion"] == limits.get("DocumentVersion", "$DEFAULT")
    assert sent["NotificationConfig"]["NotificationEvents"] == []
