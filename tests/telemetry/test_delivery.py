"""Log files in a trail's bucket, by boto3."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from simulator.account.account import Account
from simulator.gateway import record
from simulator.gateway.call import Call
from simulator.gateway.caller import CallerType
from simulator.telemetry import delivery

if TYPE_CHECKING:
    from tests.conftest import Cloud, LogTrail

KEY = re.compile(
    r"AWSLogs/111122223333/CloudTrail/us-east-1/2026/11/02/"
    r"111122223333_CloudTrail_us-east-1_20261102T1205Z_[a-zA-Z0-9]{16}\.json\.gz"
)
TRAIL_ARN = "arn:aws:cloudtrail:us-east-1:111122223333:trail/main"
FUNCTION = "arn:aws:lambda:us-east-1:111122223333:function"


def functions(value: str) -> dict[str, Any]:
    """A basic selector of Lambda's data events."""
    return {"DataResources": [{"Type": "AWS::Lambda::Function", "Values": [value]}]}


def data(kind: str, **arn: Any) -> dict[str, Any]:
    """An advanced selector of a type's data events; `arn` are operators on resources.ARN."""
    fields: list[dict[str, Any]] = [
        {"Field": "eventCategory", "Equals": ["Data"]},
        {"Field": "resources.type", "Equals": [kind]},
    ]
    if arn:
        fields.append({"Field": "resources.ARN", **arn})
    return {"FieldSelectors": fields}


def delivered(trail: LogTrail) -> list[dict[str, Any]]:
    """The records of what CloudTrail itself did."""
    return [
        record
        for record in trail.cloud.account.records
        if record["userIdentity"].get("invokedBy") == "cloudtrail.amazonaws.com"
    ]


class TestLogFiles:
    def test_a_file_has_the_events_that_event_history_has(self, trail: LogTrail) -> None:
        trail.bucket()
        trail.start()
        iam = trail.client("iam")
        iam.create_user(UserName="bob")
        iam.list_users()
        trail.wait(hours=1)
        history = trail.client("cloudtrail").lookup_events(EndTime=trail.noon)["Events"]
        ((key, records),) = trail.files().items()
        assert KEY.fullmatch(key)
        assert [r["eventName"] for r in records] == ["StartLogging", "CreateUser", "ListUsers"]
        shown = [json.loads(event["CloudTrailEvent"]) for event in reversed(history)]
        assert shown[-3:] == records

    def test_a_file_arrives_about_five_minutes_after_the_call(self, trail: LogTrail) -> None:
        trail.bucket()
        trail.start()
        trail.wait(minutes=5)
        assert trail.files() == {}
        trail.wait(minutes=5)
        (item,) = trail.client("s3").list_objects_v2(Bucket="logs")["Contents"]
        lateness = item["LastModified"] - trail.noon
        assert timedelta(minutes=6) <= lateness <= timedelta(minutes=9)
        status = trail.client("cloudtrail").get_trail_status(Name="main")
        assert status["LatestDeliveryTime"].replace(microsecond=0) == item["LastModified"]
        assert "LatestDeliveryError" not in status

    def test_it_is_gzipped_json_that_s3_encrypts(self, trail: LogTrail) -> None:
        trail.bucket()
        trail.start()
        trail.wait(hours=1)
        (key,) = trail.files()
        head = trail.client("s3").head_object(Bucket="logs", Key=key)
        assert (head["ContentType"], head["ContentEncoding"]) == ("application/json", "gzip")
        assert head["ServerSideEncryption"] == "AES256"

    def test_a_prefix_stands_before_the_folder(self, trail: LogTrail) -> None:
        trail.bucket()
        trail.start(S3KeyPrefix="audit/all")
        trail.wait(hours=1)
        (key,) = trail.files()
        assert key.startswith("audit/all/AWSLogs/111122223333/CloudTrail/us-east-1/")

    def test_only_minutes_with_events_have_a_file(self, trail: LogTrail) -> None:
        trail.bucket()
        trail.start()
        for _ in range(3):
            trail.wait(days=7)
            trail.client("iam").list_users()
            trail.client("iam").list_roles()
        trail.wait(days=7)
        files = trail.files()
        assert [len(records) for records in files.values()] == [1, 2, 2, 2]
        assert [key.split("/")[4:7] for key in files] == [
            ["2026", "11", "02"],
            ["2026", "11", "09"],
            ["2026", "11", "16"],
            ["2026", "11", "23"],
        ]

    def test_a_file_is_recorded_as_the_services_own_data_event(self, trail: LogTrail) -> None:
        trail.bucket()
        trail.start()
        trail.wait(hours=1)
        (key,) = trail.files()
        (put,) = delivered(trail)
        assert put["userIdentity"] == {
            "type": "AWSService",
            "invokedBy": "cloudtrail.amazonaws.com",
        }
        assert (put["eventName"], put["eventCategory"]) == ("PutObject", "Data")
        assert put["requestParameters"]["key"] == key
        assert put["requestParameters"]["x-amz-acl"] == "bucket-owner-full-control"
        assert put["eventTime"] < trail.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
        found = trail.client("cloudtrail").lookup_events(
            LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "PutObject"}]
        )
        assert found["Events"] == []

    def test_ids_of_the_records_are_all_different(self, trail: LogTrail) -> None:
        trail.bucket()
        trail.start()
        for _ in range(3):
            trail.client("iam").list_users()
            trail.wait(hours=1)
        trail.files()
        records = trail.cloud.account.records
        assert len({r["eventID"] for r in records}) == len(records)
        assert len({r["requestID"] for r in records}) == len(records)

    def test_events_that_come_late_are_in_the_next_file(self, trail: LogTrail) -> None:
        """The past of an account is played mostly, not always, in order."""
        trail.bucket()
        trail.start()
        trail.wait(hours=1)
        trail.client("iam").list_users()
        trail.wait(hours=1)
        assert len(trail.files()) == 2
        trail.wait(minutes=-90)
        trail.client("iam").list_roles()
        trail.wait(hours=3)
        files = trail.files()
        assert [r["eventName"] for r in list(files.values())[-1]] == ["ListRoles"]
        assert len(files) == 3


class TestWhenATrailLogs:
    def test_stopped_logging_leaves_a_gap_that_history_has_not(self, trail: LogTrail) -> None:
        trail.bucket()
        trail.start()
        iam, trails = trail.client("iam"), trail.client("cloudtrail")
        trails.stop_logging(Name="main")
        iam.create_user(UserName="backdoor")
        trail.wait(hours=1)
        iam.create_access_key(UserName="backdoor")
        trails.start_logging(Name="main")
        iam.list_users()
        trail.wait(hours=1)
        assert trail.logged() == ["StartLogging", "StopLogging", "StartLogging", "ListUsers"]
        names = [event["EventName"] for event in trails.lookup_events()["Events"]]
        assert {"CreateUser", "CreateAccessKey"} <= set(names)

    def test_a_deleted_trail_delivers_what_it_logged(self, trail: LogTrail) -> None:
        trail.bucket()
        trail.start()
        trail.client("cloudtrail").delete_trail(Name="main")
        trail.client("iam").list_users()
        trail.wait(hours=1)
        assert trail.logged() == ["StartLogging", "DeleteTrail"]
        assert trail.cloud.account.delivery == {}

    def test_event_history_goes_on_without_a_trail(self, trail: LogTrail) -> None:
        trail.bucket()
        trail.start()
        trail.client("cloudtrail").delete_trail(Name="main")
        trail.client("iam").create_user(UserName="backdoor")
        trail.wait(hours=1)
        assert "CreateUser" not in trail.logged()
        found = trail.client("cloudtrail").lookup_events()["Events"]
        assert [event["EventName"] for event in found][:2] == ["CreateUser", "DeleteTrail"]

    def test_a_trail_made_anew_starts_anew(self, trail: LogTrail) -> None:
        trail.bucket()
        trail.start()
        trail.client("cloudtrail").delete_trail(Name="main")
        trail.client("iam").list_users()
        trail.start()
        trail.wait(hours=1)
        assert trail.logged() == ["StartLogging", "DeleteTrail", "StartLogging"]

    def test_a_trail_stopped_before_its_file_was_due(self, trail: LogTrail) -> None:
        trail.bucket()
        trail.start()
        trail.client("cloudtrail").stop_logging(Name="main")
        trail.wait(days=1)
        assert trail.logged() == ["StartLogging", "StopLogging"]

    def test_two_trails_have_files_of_their_own(self, trail: LogTrail) -> None:
        trail.bucket("one")
        trail.bucket("two")
        trail.start("first", "one")
        trail.client("iam").list_users()
        trail.start("second", "two")
        trail.wait(hours=1)
        assert trail.logged("one") == ["StartLogging", "ListUsers", "CreateTrail", "StartLogging"]
        assert trail.logged("two") == ["StartLogging"]


class TestWhichEvents:
    @pytest.mark.parametrize(
        ("options", "logged"),
        [
            ({"IsMultiRegionTrail": True}, {"ListUsers", "DescribeVpcs", "DescribeSubnets"}),
            ({}, {"ListUsers", "DescribeVpcs"}),
            ({"IncludeGlobalServiceEvents": False}, {"DescribeVpcs"}),
            ({"region": "eu-west-1"}, {"DescribeSubnets"}),
        ],
    )
    def test_regions_and_global_services(
        self, trail: LogTrail, options: dict[str, Any], logged: set[str]
    ) -> None:
        trail.bucket()
        trail.start(**options)
        trail.client("iam", "eu-west-1").list_users()
        trail.client("ec2").describe_vpcs()
        trail.client("ec2", "eu-west-1").describe_subnets()
        trail.wait(hours=1)
        assert set(trail.logged()) == logged | {"StartLogging"}

    def test_regions_have_files_of_their_own(self, trail: LogTrail) -> None:
        trail.bucket()
        trail.start(IsMultiRegionTrail=True)
        trail.client("ec2", "eu-west-1").describe_vpcs()
        trail.wait(hours=1)
        found = {
            key.split("/")[3]: [record["eventName"] for record in records]
            for key, records in trail.files().items()
        }
        assert found == {"us-east-1": ["StartLogging"], "eu-west-1": ["DescribeVpcs"]}

    @pytest.mark.parametrize(
        ("selector", "logged"),
        [
            ({"ReadWriteType": "ReadOnly"}, {"ListUsers"}),
            ({"ReadWriteType": "WriteOnly"}, {"CreateUser"}),
            (
                {"DataResources": [{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3"]}]},
                {
                    "ListUsers",
                    "CreateUser",
                    "PutObject box/a",
                    "GetObject box/a",
                    "PutObject box/b",
                },
            ),
            (
                {
                    "ReadWriteType": "ReadOnly",
                    "DataResources": [{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3:::box/"]}],
                },
                {"ListUsers", "GetObject box/a"},
            ),
            (
                {
                    "IncludeManagementEvents": False,
                    "DataResources": [
                        {"Type": "AWS::S3::Object", "Values": ["arn:aws:s3:::box/b"]}
                    ],
                },
                {"PutObject box/b"},
            ),
        ],
    )
    def test_basic_selectors(
        self, trail: LogTrail, selector: dict[str, Any], logged: set[str]
    ) -> None:
        assert self._logged_with(trail, EventSelectors=[selector]) == logged

    @pytest.mark.parametrize(
        ("fields", "logged"),
        [
            ({"eventCategory": "Management"}, {"ListUsers", "CreateUser"}),
            ({"eventCategory": "Management", "readOnly": "true"}, {"ListUsers"}),
            (
                {"eventCategory": "Data", "resources.type": "AWS::S3::Object"},
                {"PutObject box/a", "GetObject box/a", "PutObject box/b"},
            ),
            (
                {
                    "eventCategory": "Data",
                    "resources.type": "AWS::S3::Object",
                    "resources.ARN": "arn:aws:s3:::box/a",
                    "readOnly": "false",
                },
                {"PutObject box/a"},
            ),
            (
                {"eventCategory": "Data", "resources.type": "AWS::Lambda::Function"},
                set(),
            ),
        ],
    )
    def test_advanced_selectors(
        self, trail: LogTrail, fields: dict[str, str], logged: set[str]
    ) -> None:
        selectors = [{"Field": name, "Equals": [value]} for name, value in fields.items()]
        found = self._logged_with(trail, AdvancedEventSelectors=[{"FieldSelectors": selectors}])
        assert found == logged

    @pytest.mark.parametrize(
        ("selectors", "logged"),
        [
            ({"EventSelectors": [{"ReadWriteType": "All"}]}, []),
            ({"EventSelectors": [functions("arn:aws:lambda")]}, ["fn-a", "fn-b"]),
            ({"EventSelectors": [functions(f"{FUNCTION}:fn-a")]}, ["fn-a"]),
            ({"EventSelectors": [functions(f"{FUNCTION}:fn")]}, []),
            ({"AdvancedEventSelectors": [data("AWS::Lambda::Function")]}, ["fn-a", "fn-b"]),
            (
                {"AdvancedEventSelectors": [data("AWS::Lambda::Function", EndsWith=["b"])]},
                ["fn-b"],
            ),
            ({"AdvancedEventSelectors": [data("AWS::S3::Object")]}, []),
        ],
    )
    def test_invocations_are_logged_where_selectors_ask(
        self, trail: LogTrail, selectors: dict[str, Any], logged: list[str]
    ) -> None:
        """No code runs: what counts is the call, which somebody was refused or not."""
        trail.bucket()
        trail.start()
        trail.client("cloudtrail").put_event_selectors(TrailName="main", **selectors)
        client = trail.client("lambda")
        for name in ("fn-a", "fn-b"):
            with suppress(ClientError):
                client.invoke(FunctionName=name)
        trail.wait(hours=1)
        found = [
            record["requestParameters"]["functionName"].rpartition(":")[2]
            for records in trail.files().values()
            for record in records
            if record["eventName"] == "Invoke"
        ]
        assert found == logged

    def test_the_trails_own_bucket_can_be_left_out(self, trail: LogTrail) -> None:
        fields = [
            {"Field": "eventCategory", "Equals": ["Data"]},
            {"Field": "resources.type", "Equals": ["AWS::S3::Object"]},
            {
                "Field": "resources.ARN",
                "NotStartsWith": ["arn:aws:s3:::logs/", "arn:aws:s3:::box/b"],
            },
        ]
        found = self._logged_with(trail, AdvancedEventSelectors=[{"FieldSelectors": fields}])
        assert found == {"PutObject box/a", "GetObject box/a"}

    def test_changed_selectors_apply_from_the_next_call_on(self, trail: LogTrail) -> None:
        trail.bucket()
        trail.start()
        trail.client("iam").create_user(UserName="bob")
        trail.client("cloudtrail").put_event_selectors(
            TrailName="main", EventSelectors=[{"ReadWriteType": "ReadOnly"}]
        )
        trail.client("iam").delete_user(UserName="bob")
        trail.wait(hours=1)
        assert trail.logged() == ["StartLogging", "CreateUser", "PutEventSelectors"]

    @staticmethod
    def _logged_with(trail: LogTrail, **selectors: Any) -> set[str]:
        """What is logged of some calls, with the object's name where there is one."""
        s3, iam = trail.client("s3"), trail.client("iam")
        trail.bucket()
        s3.create_bucket(Bucket="box")
        trail.start()
        trail.client("cloudtrail").put_event_selectors(TrailName="main", **selectors)
        trail.wait(hours=1)
        before = set(trail.files())
        s3.put_object(Bucket="box", Key="a", Body=b"")
        s3.get_object(Bucket="box", Key="a")
        s3.put_object(Bucket="box", Key="b", Body=b"")
        iam.list_users()
        iam.create_user(UserName="bob")
        trail.wait(hours=1)
        found = set()
        for key in trail.files().keys() - before:
            for record_ in trail.files()[key]:
                shown = record_["requestParameters"] or {}
                if shown.get("bucketName") == "logs":
                    continue
                of = f" {shown['bucketName']}/{shown['key']}" if "key" in shown else ""
                found.add(f"{record_['eventName']}{of}")
        return found

    def test_a_trail_that_logs_its_own_bucket_does_not_feed_on_itself(
        self, trail: LogTrail
    ) -> None:
        trail.bucket()
        trail.start()
        everything = [{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3"]}]
        trail.client("cloudtrail").put_event_selectors(
            TrailName="main", EventSelectors=[{"DataResources": everything}]
        )
        for _ in range(5):
            trail.wait(days=2)
            trail.client("cloudtrail").get_trail_status(Name="main")
        trail.wait(hours=1)
        files = trail.files()
        assert len(files) == 6
        own = [r for records in files.values() for r in records if r["eventName"] == "PutObject"]
        assert len(own) == 5


class TestRefusedDelivery:
    def test_the_status_says_so_and_the_files_come_once_the_policy_is_mended(
        self, trail: LogTrail
    ) -> None:
        trail.bucket()
        trail.start()
        s3, trails = trail.client("s3"), trail.client("cloudtrail")
        s3.delete_bucket_policy(Bucket="logs")
        trail.client("iam").list_users()
        trail.wait(days=3)
        assert trail.files() == {}
        status = trails.get_trail_status(Name="main")
        assert status["LatestDeliveryError"] == "AccessDenied"
        assert "LatestDeliveryTime" not in status
        mended = trail.wait(hours=1)
        trail.allow()
        trail.wait(minutes=15)
        times = {i["LastModified"] for i in s3.list_objects_v2(Bucket="logs")["Contents"]}
        assert mended - timedelta(minutes=5) < min(times)
        assert max(times) < trail.clock.now()
        assert trail.logged()[:3] == ["StartLogging", "DeleteBucketPolicy", "ListUsers"]
        assert "LatestDeliveryError" not in trails.get_trail_status(Name="main")

    def test_a_refused_file_is_recorded_as_denied(self, trail: LogTrail) -> None:
        trail.bucket()
        trail.start()
        trail.client("s3").delete_bucket_policy(Bucket="logs")
        trail.wait(hours=1)
        trail.client("cloudtrail").get_trail_status(Name="main")
        assert {put["errorCode"] for put in delivered(trail)} == {"AccessDenied"}

    @pytest.mark.parametrize(
        "condition",
        [
            {"StringNotEquals": {"aws:SourceArn": f"{TRAIL_ARN}-2"}},
            {"StringEquals": {"aws:SourceAccount": "111122223333"}},
            {"StringEquals": {"aws:PrincipalServiceName": "cloudtrail.amazonaws.com"}},
            {"NotIpAddress": {"aws:SourceIp": "198.51.100.0/24"}},
            {"StringNotEquals": {"s3:x-amz-server-side-encryption": "aws:kms"}},
        ],
    )
    def test_a_deny_of_the_bucket_policy_binds_cloudtrail(
        self, trail: LogTrail, condition: dict[str, Any]
    ) -> None:
        trail.bucket()
        trail.start()
        self._deny(trail, condition)
        trail.wait(hours=1)
        status = trail.client("cloudtrail").get_trail_status(Name="main")
        assert status["LatestDeliveryError"] == "AccessDenied"

    @pytest.mark.parametrize(
        "condition",
        [
            {"StringNotEquals": {"aws:SourceArn": TRAIL_ARN}},
            {"Bool": {"aws:SecureTransport": "false"}},
            {"Bool": {"aws:PrincipalIsAWSService": "false"}},
        ],
    )
    def test_a_deny_that_spares_the_trail_does_not(
        self, trail: LogTrail, condition: dict[str, Any]
    ) -> None:
        trail.bucket()
        trail.start()
        self._deny(trail, condition)
        trail.wait(hours=1)
        status = trail.client("cloudtrail").get_trail_status(Name="main")
        assert "LatestDeliveryError" not in status
        assert trail.files()

    @staticmethod
    def _deny(trail: LogTrail, condition: dict[str, Any]) -> None:
        """Add a deny of PutObject to the bucket's policy."""
        s3, cloud = trail.client("s3"), trail.cloud
        allowed = json.loads(s3.get_bucket_policy(Bucket="logs")["Policy"])["Statement"]
        deny = cloud.statement(
            "s3:PutObject", "arn:aws:s3:::logs/*", "Deny", Principal="*", Condition=condition
        )
        s3.put_bucket_policy(Bucket="logs", Policy=cloud.policy(*allowed, deny))

    def test_files_for_a_deleted_bucket_go_to_the_new_one(self, trail: LogTrail) -> None:
        trail.bucket()
        trail.start()
        trails = trail.client("cloudtrail")
        trail.client("s3").delete_bucket(Bucket="logs")
        trail.wait(hours=1)
        assert trails.get_trail_status(Name="main")["LatestDeliveryError"] == "NoSuchBucket"
        trail.bucket("new")
        trails.update_trail(Name="main", S3BucketName="new")
        trail.wait(hours=1)
        assert {"StartLogging", "DeleteBucket"} <= set(trail.logged("new"))
        assert "LatestDeliveryError" not in trails.get_trail_status(Name="main")

    def test_cloudtrail_gives_up_after_thirty_days(self, trail: LogTrail) -> None:
        trail.bucket()
        trail.start()
        trail.client("s3").delete_bucket_policy(Bucket="logs")
        trail.wait(days=1)
        trail.client("cloudtrail").get_trail_status(Name="main")
        trail.wait(days=31)
        trail.allow()
        trail.wait(hours=1)
        assert "StartLogging" not in trail.logged()
        assert "PutBucketPolicy" in trail.logged()


class TestAccounts:
    @pytest.fixture
    def archive(self, trail: LogTrail) -> Account:
        """A second account on the same clock."""
        return trail.cloud.open("444455556666", world=trail.cloud.world)

    def test_a_trail_can_deliver_to_another_accounts_bucket(
        self, trail: LogTrail, archive: Account
    ) -> None:
        s3, cloud = trail.cloud.root("s3", archive), trail.cloud
        s3.create_bucket(Bucket="archive")
        statements = [
            cloud.statement(
                action,
                ["arn:aws:s3:::archive", "arn:aws:s3:::archive/AWSLogs/111122223333/*"],
                Principal={"Service": "cloudtrail.amazonaws.com"},
                Condition={"StringEquals": {"aws:SourceAccount": "111122223333"}},
            )
            for action in ("s3:GetBucketAcl", "s3:PutObject")
        ]
        s3.put_bucket_policy(Bucket="archive", Policy=cloud.policy(*statements))
        trail.start(bucket="archive")
        trail.wait(hours=1)
        (item,) = s3.list_objects_v2(Bucket="archive")["Contents"]
        assert item["Key"].startswith("AWSLogs/111122223333/CloudTrail/")
        assert [r["eventName"] for r in archive.records] == ["PutObject"]
        assert delivered(trail) == []


class TestRepeatable:
    @staticmethod
    def _keys(cloud: Cloud, account: Account) -> list[str]:
        """The files of a small story, read without leaving a record."""
        s3, trails = cloud.root("s3", account), cloud.root("cloudtrail", account)
        name = f"logs-{account.id}"
        s3.create_bucket(Bucket=name)
        grant = cloud.statement(
            "s3:*",
            [f"arn:aws:s3:::{name}", f"arn:aws:s3:::{name}/*"],
            Principal={"Service": "cloudtrail.amazonaws.com"},
        )
        s3.put_bucket_policy(Bucket=name, Policy=cloud.policy(grant))
        trails.create_trail(Name="main", S3BucketName=name)
        trails.start_logging(Name="main")
        keys = cloud.user("ann", cloud.statement("*"), account=account)
        clock = account.world.clock
        for _ in range(3):
            clock.pin(clock.now() + timedelta(hours=3))
            cloud.client("iam", keys).list_users()
        clock.pin(clock.now() + timedelta(hours=3))
        return [item["Key"] for item in s3.list_objects_v2(Bucket=name)["Contents"]]

    def test_names_come_from_the_seed(self, cloud: Cloud, trail: LogTrail) -> None:
        stories = []
        for seed in (11, 11, 12):
            account = cloud.open("777788889999", seed=seed)
            with account.world.clock.pinned(trail.noon):
                stories.append(self._keys(cloud, account))
            cloud.gateway.remove(account.world)
        assert len(stories[0]) == 3
        assert stories[0] == stories[1]
        assert not set(stories[0]) & set(stories[2])

    def test_what_is_undone_is_delivered_again_alike(self, trail: LogTrail) -> None:
        trail.bucket()
        trail.start()
        trail.wait(hours=1)
        with trail.cloud.gateway.turn(trail.cloud.world), trail.cloud.world.undone():
            trail.client("iam").create_user(UserName="replayed")
            inside = trail.files()
        assert delivered(trail) == []
        assert trail.files() == inside
        assert len(inside) == 1


class TestLaziness:
    @staticmethod
    def _call(trail: LogTrail, service: str, params: dict[str, Any]) -> Call:
        call = Call(
            service=service,
            event_source="",
            operation="",
            params=params,
            region="us-east-1",
            headers={},
            host="",
            source_ip="",
            user_agent="",
            request_id="",
            event_id="",
            time=trail.clock.now(),
        )
        call.account = trail.cloud.account
        return call

    @pytest.mark.parametrize(
        ("service", "params", "sees"),
        [
            ("s3", {"Bucket": "logs"}, True),
            ("s3", {"Bucket": "box"}, False),
            ("s3", {}, False),
            ("s3", {"Bucket": "box", "CopySource": "logs/key"}, True),
            ("s3", {"Bucket": "box", "CopySource": "/logs/key"}, True),
            ("iam", {"Bucket": "logs"}, False),
        ],
    )
    def test_only_a_call_about_the_bucket_makes_files_be_delivered(
        self, trail: LogTrail, service: str, params: dict[str, Any], sees: bool
    ) -> None:
        trail.bucket()
        trail.start()
        now = trail.wait(hours=1)
        call = self._call(trail, service, params)
        with trail.cloud.gateway.turn(trail.cloud.world):
            record.deliver(trail.cloud.account, now, call)
        assert bool(delivered(trail)) is sees

    def test_flush_delivers_what_is_due_by_then(self, trail: LogTrail) -> None:
        trail.bucket()
        trail.start()
        with trail.cloud.gateway.turn(trail.cloud.world):
            delivery.flush(trail.cloud.world)
            assert delivered(trail) == []
            delivery.flush(trail.cloud.world, trail.noon + timedelta(hours=1))
        assert len(delivered(trail)) == 1

    def test_without_a_trail_nothing_is_delivered(self, trail: LogTrail) -> None:
        trail.client("iam").list_users()
        with trail.cloud.gateway.turn(trail.cloud.world):
            delivery.flush(trail.cloud.world, trail.wait(days=30))
        assert trail.cloud.account.delivery == {}
        assert len(trail.cloud.account.records) == 1


def test_nobody_else_may_use_the_services_right(trail: LogTrail) -> None:
    """A policy for CloudTrail opens the bucket for CloudTrail alone."""
    trail.bucket()
    keys = trail.cloud.user("eve")
    with pytest.raises(ClientError) as refused:
        trail.cloud.client("s3", keys).put_object(
            Bucket="logs", Key="AWSLogs/x", Body=b"", ACL="bucket-owner-full-control"
        )
    assert refused.value.response["Error"]["Code"] == "AccessDenied"
    denied = trail.cloud.account.records[-1]
    assert denied["userIdentity"]["type"] == CallerType.IAM_USER
