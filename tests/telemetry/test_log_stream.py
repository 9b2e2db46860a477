"""Events of a trail in CloudWatch Logs, by boto3."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.conftest import LogTrail, Refusal

ACCOUNT = "111122223333"
GROUP = f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:trail:*"
STREAM = f"{ACCOUNT}_CloudTrail_us-east-1"
RIGHTS = ["logs:CreateLogStream", "logs:PutLogEvents"]
SERVICE = {"Service": "cloudtrail.amazonaws.com"}


class Watched:
    """A trail's log group, and the role that CloudTrail takes to send to it."""

    def __init__(self, trail: LogTrail) -> None:
        self.trail = trail
        trail.bucket()
        trail.client("logs").create_log_group(logGroupName="trail")
        cloud = trail.cloud
        stream = GROUP.replace(":*", f":log-stream:{ACCOUNT}_CloudTrail_us-east-1*")
        self.role = cloud.role(
            "watch", cloud.trust(SERVICE), cloud.statement(RIGHTS, stream), Path="/service-role/"
        )

    def options(self) -> dict[str, str]:
        return {"CloudWatchLogsLogGroupArn": GROUP, "CloudWatchLogsRoleArn": self.role}

    def start(self, **options: Any) -> str:
        return self.trail.start(**self.options(), **options)

    def events(self) -> list[dict[str, Any]]:
        return list(self.trail.client("logs").filter_log_events(logGroupName="trail")["events"])

    def names(self) -> list[str]:
        return [json.loads(event["message"])["eventName"] for event in self.events()]

    def status(self) -> dict[str, Any]:
        return dict(self.trail.client("cloudtrail").get_trail_status(Name="main"))


@pytest.fixture
def watched(trail: LogTrail) -> Watched:
    """A log group and a role as AWS documents it."""
    return Watched(trail)


class TestSending:
    def test_what_the_trail_selects_is_sent(self, watched: Watched) -> None:
        trail = watched.trail
        watched.start()
        trail.client("cloudtrail").put_event_selectors(
            TrailName="main",
            EventSelectors=[{"ReadWriteType": "WriteOnly", "IncludeManagementEvents": True}],
        )
        trail.client("iam").list_users()
        trail.client("iam").create_user(UserName="bob")
        trail.wait(minutes=10)
        assert watched.names()[-1] == "CreateUser"
        assert "ListUsers" not in watched.names()

    def test_each_event_is_one_message_minutes_later(self, watched: Watched) -> None:
        trail = watched.trail
        watched.start()
        trail.client("iam").create_user(UserName="bob")
        assert watched.events() == []
        assert "LatestCloudWatchLogsDeliveryTime" not in watched.status()
        trail.wait(minutes=10)
        first, second = watched.events()[:2]
        assert first["logStreamName"] == STREAM
        made = json.loads(second["message"])
        assert made["eventName"] == "CreateUser"
        assert made in trail.cloud.account.records
        assert second["timestamp"] == trail.noon.timestamp() * 1000
        assert 300 < second["ingestionTime"] / 1000 - trail.noon.timestamp() < 600
        status = watched.status()
        assert status["LatestCloudWatchLogsDeliveryTime"].timestamp() == pytest.approx(
            second["ingestionTime"] / 1000, abs=1
        )
        assert "LatestCloudWatchLogsDeliveryError" not in status

    def test_cloudtrails_own_calls_for_the_stream_are_recorded(self, watched: Watched) -> None:
        watched.start()
        watched.trail.wait(minutes=30)
        watched.events()
        records = watched.trail.cloud.account.records
        assumed, created = [
            r for r in records if r["userIdentity"].get("invokedBy") == SERVICE["Service"]
        ][-2:]
        assert (assumed["eventName"], assumed["userIdentity"]["type"]) == (
            "AssumeRole",
            "AWSService",
        )
        assert assumed["requestParameters"]["roleArn"] == watched.role
        assert created["eventName"] == "CreateLogStream"
        assert created["userIdentity"]["arn"] == (
            f"arn:aws:sts::{ACCOUNT}:assumed-role/watch/CLOUDWATCH_LOGS_DELIVERY_SESSION"
        )
        assert created["requestParameters"] == {"logGroupName": "trail", "logStreamName": STREAM}

    def test_it_is_the_same_when_looked_at_once_or_often(self, watched: Watched) -> None:
        watched.start()
        for _ in range(6):
            watched.trail.client("sts").get_caller_identity()
            watched.trail.wait(minutes=4)
            watched.events()
        watched.trail.wait(minutes=30)
        names = watched.names()
        assert names.count("GetCallerIdentity") == 6
        ids = [json.loads(event["message"])["eventID"] for event in watched.events()]
        assert len(set(ids)) == len(ids)

    def test_a_trail_of_all_regions_sends_them_to_its_home(self, watched: Watched) -> None:
        watched.start(IsMultiRegionTrail=True)
        watched.trail.client("ec2", region="eu-west-1").describe_vpcs()
        watched.trail.wait(minutes=30)
        assert "DescribeVpcs" in watched.names()
        streams = watched.trail.client("logs").describe_log_streams(logGroupName="trail")
        assert [each["logStreamName"] for each in streams["logStreams"]] == [STREAM]


class TestBlind:
    def test_a_stopped_trail_sends_nothing_from_then_on(self, watched: Watched) -> None:
        watched.start()
        trails = watched.trail.client("cloudtrail")
        trails.stop_logging(Name="main")
        watched.trail.client("iam").create_user(UserName="bob")
        watched.trail.wait(hours=1)
        assert "StopLogging" in watched.names()
        assert "CreateUser" not in watched.names()

    def test_a_deleted_trail_still_sends_what_it_logged(self, watched: Watched) -> None:
        watched.start()
        watched.trail.client("cloudtrail").delete_trail(Name="main")
        watched.trail.client("iam").create_user(UserName="bob")
        watched.trail.wait(hours=1)
        assert watched.names()[-1] == "DeleteTrail"
        assert watched.trail.cloud.account.streams == {}

    def test_empty_arns_end_it(self, watched: Watched) -> None:
        watched.start()
        trails = watched.trail.client("cloudtrail")
        trails.update_trail(Name="main", CloudWatchLogsLogGroupArn="", CloudWatchLogsRoleArn="")
        watched.trail.client("iam").create_user(UserName="bob")
        watched.trail.wait(hours=1)
        assert "UpdateTrail" in watched.names()
        assert "CreateUser" not in watched.names()
        assert not trails.get_trail(Name="main")["Trail"].keys() & watched.options().keys()

    @pytest.mark.parametrize("how", ["rights", "trust", "role", "group"])
    def test_a_broken_role_or_group_blinds_it_and_the_status_says_so(
        self, watched: Watched, how: str
    ) -> None:
        """What was due before arrived; what is due while it is broken is lost."""
        watched.start()
        trail, iam = watched.trail, watched.trail.client("iam")
        trail.client("sts").get_caller_identity()
        trail.wait(hours=1)
        policy = iam.get_role_policy(RoleName="watch", PolicyName="own")["PolicyDocument"]
        if how in {"rights", "role"}:
            iam.delete_role_policy(RoleName="watch", PolicyName="own")
        if how == "role":
            iam.delete_role(RoleName="watch")
        if how == "trust":
            trust = trail.cloud.trust({"Service": "ec2.amazonaws.com"})
            iam.update_assume_role_policy(RoleName="watch", PolicyDocument=trust)
        if how == "group":
            trail.client("logs").delete_log_group(logGroupName="trail")
        else:
            assert "GetCallerIdentity" in watched.names()
        iam.create_user(UserName="bob")
        trail.wait(hours=1)
        said = {
            "rights": "Access denied. Verify in IAM that the role has adequate permissions.",
            "trust": "Access denied. Check the trust relationships for your role.",
            "role": "Access denied. Check the trust relationships for your role.",
            "group": "CloudTrail cannot validate the specified log group ARN.",
        }[how]
        assert watched.status()["LatestCloudWatchLogsDeliveryError"] == said
        if how == "rights":
            iam.put_role_policy(
                RoleName="watch", PolicyName="own", PolicyDocument=json.dumps(policy)
            )
            iam.create_user(UserName="carol")
            trail.wait(hours=1)
            names = watched.names()
            assert names.count("CreateUser") == 1
            assert "LatestCloudWatchLogsDeliveryError" not in watched.status()

    def test_a_snapshot_takes_it_back(self, watched: Watched) -> None:
        watched.start()
        world = watched.trail.cloud.world
        with watched.trail.cloud.gateway.turn(world), world.undone():
            watched.trail.wait(hours=1)
            assert watched.events()
        watched.trail.clock.pin(watched.trail.noon)
        assert watched.events() == []
        watched.trail.wait(hours=1)
        assert watched.names()[0] == "StartLogging"


class TestChecks:
    def test_a_group_needs_a_role_and_a_role_a_group(
        self, watched: Watched, refusal: Refusal
    ) -> None:
        group, role = watched.options().items()
        assert refusal(lambda: watched.trail.start(**dict([group]))) == (
            "InvalidCloudWatchLogsRoleArnException",
            400,
            "You must specify a role ARN as well as a log group.",
        )
        code, _, _ = refusal(lambda: watched.trail.start(**dict([role])))
        assert code == "InvalidCloudWatchLogsLogGroupArnException"

    @pytest.mark.parametrize(
        "arn",
        [
            "trail",
            GROUP.removesuffix(":*"),
            GROUP.replace("us-east-1", "eu-west-1"),
            GROUP.replace(ACCOUNT, "444455556666"),
            GROUP.replace("group:trail", "group:other"),
        ],
    )
    def test_the_group_must_be_one_of_the_account_and_home_region(
        self, watched: Watched, refusal: Refusal, arn: str
    ) -> None:
        options = {**watched.options(), "CloudWatchLogsLogGroupArn": arn}
        code, status, _ = refusal(lambda: watched.trail.start(**options))
        assert (code, status) == ("InvalidCloudWatchLogsLogGroupArnException", 400)

    def test_the_role_must_trust_cloudtrail(self, watched: Watched, refusal: Refusal) -> None:
        cloud = watched.trail.cloud
        role = cloud.role("other", cloud.trust({"AWS": ACCOUNT}), cloud.statement("logs:*"))
        options = {**watched.options(), "CloudWatchLogsRoleArn": role}
        assert refusal(lambda: watched.trail.start(**options)) == (
            "InvalidCloudWatchLogsRoleArnException",
            400,
            "Access denied. Check the trust relationships for your role.",
        )

    def test_trust_may_be_for_this_trail_alone(self, watched: Watched, refusal: Refusal) -> None:
        cloud = watched.trail.cloud
        arn = f"arn:aws:cloudtrail:us-east-1:{ACCOUNT}:trail/main"
        trust = cloud.trust(SERVICE, Condition={"StringEquals": {"aws:SourceArn": arn}})
        role = cloud.role("narrow", trust, cloud.statement(RIGHTS))
        options = {**watched.options(), "CloudWatchLogsRoleArn": role}
        code, _, _ = refusal(lambda: watched.trail.start(name="second", **options))
        assert code == "InvalidCloudWatchLogsRoleArnException"
        watched.trail.start(**options)

    @pytest.mark.parametrize("missing", RIGHTS)
    def test_the_role_needs_both_rights(
        self, watched: Watched, refusal: Refusal, missing: str
    ) -> None:
        cloud = watched.trail.cloud
        rights = [right for right in RIGHTS if right != missing]
        role = cloud.role("weak", cloud.trust(SERVICE), cloud.statement(rights))
        trails = watched.trail.client("cloudtrail")
        watched.start()
        code, _, message = refusal(
            lambda: trails.update_trail(Name="main", CloudWatchLogsRoleArn=role)
        )
        assert code == "InvalidCloudWatchLogsLogGroupArnException"
        assert message.startswith("Access denied.")

    def test_a_boundary_limits_the_role(self, watched: Watched, refusal: Refusal) -> None:
        cloud = watched.trail.cloud
        limit = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
        role = cloud.role(
            "bounded", cloud.trust(SERVICE), cloud.statement(RIGHTS), PermissionsBoundary=limit
        )
        options = {**watched.options(), "CloudWatchLogsRoleArn": role}
        code, _, _ = refusal(lambda: watched.trail.start(**options))
        assert code == "InvalidCloudWatchLogsLogGroupArnException"

    def test_who_sets_it_needs_to_pass_the_role(self, watched: Watched, refusal: Refusal) -> None:
        cloud = watched.trail.cloud
        clerk = cloud.user("clerk", cloud.statement("cloudtrail:*"))
        watched.trail.start()
        client = cloud.client("cloudtrail", clerk)
        code, _, message = refusal(lambda: client.update_trail(Name="main", **watched.options()))
        assert code == "AccessDeniedException"
        assert "iam:PassRole" in message
