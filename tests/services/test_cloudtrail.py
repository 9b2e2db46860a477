"""Event history and trails, by boto3."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from tests.conftest import LogTrail


def code(error: pytest.ExceptionInfo[ClientError]) -> str:
    return str(error.value.response["Error"]["Code"])


def message(error: pytest.ExceptionInfo[ClientError]) -> str:
    return str(error.value.response["Error"]["Message"])


def names(answer: dict[str, Any]) -> list[str]:
    return [event["EventName"] for event in answer["Events"]]


def by(key: str, value: str) -> dict[str, Any]:
    return {"LookupAttributes": [{"AttributeKey": key, "AttributeValue": value}]}


class TestLookupEvents:
    def test_an_event_tells_who_did_what_to_which_resources(self, trail: LogTrail) -> None:
        made = trail.client("iam").create_user(UserName="bob", Path="/ci/")["User"]
        (event,) = trail.client("cloudtrail").lookup_events()["Events"]
        whole = json.loads(event.pop("CloudTrailEvent"))
        assert whole == trail.cloud.account.records[0]
        resources = {(r["ResourceType"], r["ResourceName"]) for r in event.pop("Resources")}
        assert resources == {("AWS::IAM::User", made[x]) for x in ("UserName", "UserId", "Arn")}
        assert event == {
            "EventId": whole["eventID"],
            "EventName": "CreateUser",
            "ReadOnly": "false",
            "AccessKeyId": trail.keys["AccessKeyId"],
            "EventTime": trail.noon,
            "EventSource": "iam.amazonaws.com",
            "Username": "admin",
        }

    def test_the_newest_comes_first(self, trail: LogTrail) -> None:
        iam = trail.client("iam")
        for call in (iam.list_users, iam.list_roles, iam.list_groups):
            call()
            trail.wait(minutes=1)
        found = trail.client("cloudtrail").lookup_events()
        assert names(found) == ["ListGroups", "ListRoles", "ListUsers"]

    def test_events_played_out_of_order_are_sorted_by_time(self, trail: LogTrail) -> None:
        iam = trail.client("iam")
        iam.list_users()
        trail.wait(minutes=-30)
        iam.list_roles()
        trail.wait(minutes=60)
        assert names(trail.client("cloudtrail").lookup_events()) == ["ListUsers", "ListRoles"]

    @pytest.mark.parametrize(
        ("key", "value", "found"),
        [
            ("EventName", "ListUsers", ["ListUsers"]),
            ("EventName", "listusers", []),
            ("ReadOnly", "false", ["CreateRole", "CreateUser"]),
            ("Username", "admin", ["CreateRole", "ListUsers", "CreateUser"]),
            ("Username", "nobody", []),
            ("ResourceType", "AWS::IAM::Role", ["CreateRole"]),
            ("ResourceName", "bob", ["CreateUser"]),
            ("ResourceName", "arn:aws:iam::111122223333:user/bob", ["CreateUser"]),
            ("EventSource", "iam.amazonaws.com", ["CreateRole", "ListUsers", "CreateUser"]),
            ("EventSource", "s3.amazonaws.com", []),
        ],
    )
    def test_one_attribute_selects(
        self, trail: LogTrail, key: str, value: str, found: list[str]
    ) -> None:
        iam = trail.client("iam")
        iam.create_user(UserName="bob")
        trail.wait(seconds=1)
        iam.list_users()
        trail.wait(seconds=1)
        trust = trail.cloud.trust({"AWS": "111122223333"})
        iam.create_role(RoleName="deploy", AssumeRolePolicyDocument=trust)
        assert names(trail.client("cloudtrail").lookup_events(**by(key, value))) == found

    def test_an_event_is_found_by_its_id_and_its_key(self, trail: LogTrail) -> None:
        history, other = trail.client("cloudtrail"), trail.cloud.user("eve")
        trail.client("iam").list_users()
        with pytest.raises(ClientError):
            trail.cloud.client("iam", other).list_users()
        (denied,) = history.lookup_events(**by("AccessKeyId", other["AccessKeyId"]))["Events"]
        assert json.loads(denied["CloudTrailEvent"])["errorCode"] == "AccessDenied"
        assert denied["Username"] == "eve"
        (again,) = history.lookup_events(**by("EventId", denied["EventId"]))["Events"]
        assert again == denied

    def test_a_role_session_is_named_by_its_session(self, trail: LogTrail) -> None:
        """And the AssumeRole before it names the key and the session it made."""
        role = trail.cloud.role(
            "deploy", trail.cloud.trust({"AWS": "111122223333"}), trail.cloud.statement("iam:*")
        )
        answer = trail.client("sts").assume_role(RoleArn=role, RoleSessionName="build-42")
        trail.cloud.client("iam", answer["Credentials"]).list_users()
        history = trail.client("cloudtrail")
        assert names(history.lookup_events(**by("Username", "build-42"))) == ["ListUsers"]
        key = answer["Credentials"]["AccessKeyId"]
        (taken,) = history.lookup_events(**by("ResourceName", key))["Events"]
        resources = {(r["ResourceType"], r["ResourceName"]) for r in taken["Resources"]}
        assert resources == {
            ("AWS::IAM::AccessKey", key),
            ("AWS::STS::AssumedRole", "build-42"),
            ("AWS::STS::AssumedRole", answer["AssumedRoleUser"]["Arn"]),
            ("AWS::STS::AssumedRole", answer["AssumedRoleUser"]["AssumedRoleId"]),
            ("AWS::IAM::Role", role),
        }

    def test_a_region_has_its_own_history_and_global_services_have_us_east_1(
        self, trail: LogTrail
    ) -> None:
        trail.client("ec2", "eu-west-1").describe_vpcs()
        trail.client("iam", "eu-west-1").list_users()
        assert names(trail.client("cloudtrail", "eu-west-1").lookup_events()) == ["DescribeVpcs"]
        assert names(trail.client("cloudtrail").lookup_events()) == ["ListUsers"]

    def test_data_events_are_not_in_it(self, trail: LogTrail) -> None:
        s3 = trail.client("s3")
        s3.create_bucket(Bucket="box")
        s3.put_object(Bucket="box", Key="k", Body=b"")
        assert names(trail.client("cloudtrail").lookup_events()) == ["CreateBucket"]

    def test_the_first_and_the_last_second_belong_to_a_time_range(self, trail: LogTrail) -> None:
        times = []
        for _ in range(4):
            trail.client("iam").list_users()
            times.append(trail.clock.now())
            trail.wait(hours=1)
        look = trail.client("cloudtrail").lookup_events
        found = look(StartTime=times[1], EndTime=times[2])["Events"]
        assert [event["EventTime"] for event in found] == [times[2], times[1]]
        late = times[1] + timedelta(microseconds=1)
        assert len(look(StartTime=late, EndTime=times[2])["Events"]) == 1

    def test_ninety_days_are_kept(self, trail: LogTrail) -> None:
        trail.client("iam").list_users()
        trail.wait(days=90)
        look = trail.client("cloudtrail").lookup_events
        assert "ListUsers" in names(look())
        trail.wait(seconds=1)
        assert "ListUsers" not in names(look())
        assert "ListUsers" not in names(look(StartTime=trail.noon))

    def test_pages_stay_stable_while_events_arrive(self, trail: LogTrail) -> None:
        for number in range(7):
            trail.client("iam").create_user(UserName=f"user-{number}")
        history = trail.client("cloudtrail")
        wanted = by("EventName", "CreateUser")
        pages, token = [], {}
        while True:
            answer = history.lookup_events(MaxResults=3, **wanted, **token)
            pages.append([event["EventId"] for event in answer["Events"]])
            trail.client("iam").create_user(UserName=f"late-{len(pages)}")
            if "NextToken" not in answer:
                break
            token = {"NextToken": answer["NextToken"]}
        ids = [r["eventID"] for r in trail.cloud.account.records if r["eventName"] == "CreateUser"]
        assert pages == [ids[6:3:-1], ids[3:0:-1], ids[0:1]]

    def test_a_last_full_page_has_no_token(self, trail: LogTrail) -> None:
        for _ in range(3):
            trail.client("iam").list_users()
        assert "NextToken" not in trail.client("cloudtrail").lookup_events(MaxResults=3)

    def test_fifty_are_shown_by_default_and_the_paginator_finds_all(self, trail: LogTrail) -> None:
        iam = trail.client("iam")
        for _ in range(120):
            iam.list_users()
        history = trail.client("cloudtrail")
        pages = history.get_paginator("lookup_events").paginate(**by("EventName", "ListUsers"))
        assert [len(page["Events"]) for page in pages] == [50, 50, 20]

    def test_a_token_is_good_for_the_same_search_only(self, trail: LogTrail) -> None:
        for _ in range(3):
            trail.client("iam").list_users()
        history = trail.client("cloudtrail")
        token = history.lookup_events(MaxResults=1)["NextToken"]
        assert history.lookup_events(MaxResults=2, NextToken=token)["Events"]
        for other in (by("EventName", "ListUsers"), {"StartTime": trail.noon}):
            with pytest.raises(ClientError) as refused:
                history.lookup_events(NextToken=token, **other)
            assert code(refused) == "InvalidNextTokenException"

    @pytest.mark.parametrize(
        ("params", "expected"),
        [
            ({"NextToken": "nonsense"}, "InvalidNextTokenException"),
            ({"NextToken": "WzEsMl0="}, "InvalidNextTokenException"),
            ({"MaxResults": 51}, "InvalidMaxResultsException"),
            ({"StartTime": 2000, "EndTime": 1000}, "InvalidTimeRangeException"),
            ({"EventCategory": "data"}, "InvalidEventCategoryException"),
            (by("EventTime", "x"), "InvalidLookupAttributesException"),
            (by("EventName", "x" * 2001), "InvalidLookupAttributesException"),
            (
                {"LookupAttributes": by("EventName", "x")["LookupAttributes"] * 2},
                "InvalidLookupAttributesException",
            ),
        ],
    )
    def test_what_it_refuses(self, trail: LogTrail, params: dict[str, Any], expected: str) -> None:
        with pytest.raises(ClientError) as refused:
            trail.client("cloudtrail").lookup_events(**params)
        assert code(refused) == expected

    def test_there_are_no_insights(self, trail: LogTrail) -> None:
        trail.client("iam").list_users()
        assert trail.client("cloudtrail").lookup_events(EventCategory="insight")["Events"] == []

    def test_what_is_undone_is_not_in_it(self, trail: LogTrail) -> None:
        iam, history = trail.client("iam"), trail.client("cloudtrail")
        iam.list_users()
        with trail.cloud.gateway.turn(trail.cloud.world), trail.cloud.world.undone():
            iam.list_roles()
            iam.list_groups()
            assert len(names(history.lookup_events())) == 3
        iam.list_policies()
        found = history.lookup_events()
        assert names(found) == ["ListPolicies", "ListUsers"]
        assert history.lookup_events(**by("EventName", "ListRoles"))["Events"] == []


class TestCreateTrail:
    def test_the_bucket_must_exist(self, trail: LogTrail) -> None:
        with pytest.raises(ClientError) as refused:
            trail.client("cloudtrail").create_trail(Name="main", S3BucketName="logs")
        assert code(refused) == "S3BucketDoesNotExistException"
        assert message(refused) == "S3 bucket logs does not exist!"

    @pytest.mark.parametrize("grants", [set(), {"s3:GetBucketAcl"}, {"s3:PutObject"}])
    def test_its_policy_must_let_cloudtrail_write(self, trail: LogTrail, grants: set[str]) -> None:
        s3, cloud = trail.client("s3"), trail.cloud
        s3.create_bucket(Bucket="logs")
        who = {"Service": "cloudtrail.amazonaws.com"}
        for action in grants:
            statement = cloud.statement(
                action, ["arn:aws:s3:::logs", "arn:aws:s3:::logs/*"], Principal=who
            )
            s3.put_bucket_policy(Bucket="logs", Policy=cloud.policy(statement))
        with pytest.raises(ClientError) as refused:
            trail.client("cloudtrail").create_trail(Name="main", S3BucketName="logs")
        assert code(refused) == "InsufficientS3BucketPolicyException"
        assert message(refused) == "Incorrect S3 bucket policy is detected for bucket: logs"

    def test_a_policy_may_name_the_one_trail(self, trail: LogTrail) -> None:
        arn = "arn:aws:cloudtrail:us-east-1:111122223333:trail/main"
        trail.bucket(**{"aws:SourceArn": arn, "aws:SourceAccount": "111122223333"})
        trails = trail.client("cloudtrail")
        with pytest.raises(ClientError) as refused:
            trails.create_trail(Name="other", S3BucketName="logs")
        assert code(refused) == "InsufficientS3BucketPolicyException"
        assert trails.create_trail(Name="main", S3BucketName="logs")["TrailARN"] == arn

    def test_a_name_is_taken_once_a_region(self, trail: LogTrail) -> None:
        trail.bucket()
        trail.start()
        with pytest.raises(ClientError) as refused:
            trail.start()
        assert code(refused) == "TrailAlreadyExistsException"
        trail.start(region="eu-west-1")

    def test_a_region_has_five_trails_with_shadows(self, trail: LogTrail) -> None:
        trail.bucket()
        trail.start("everywhere", region="eu-west-1", IsMultiRegionTrail=True)
        for number in range(4):
            trail.start(f"trail-{number}")
        with pytest.raises(ClientError) as refused:
            trail.start("trail-4")
        assert code(refused) == "MaximumNumberOfTrailsExceededException"

    def test_a_prefix_has_at_most_200_characters(self, trail: LogTrail) -> None:
        trail.bucket()
        with pytest.raises(ClientError) as refused:
            trail.start(S3KeyPrefix="x" * 201)
        assert code(refused) == "InvalidS3PrefixException"


class TestTrails:
    def test_a_new_trail_does_not_log(self, trail: LogTrail) -> None:
        trails = trail.client("cloudtrail")
        trails.create_trail(Name="main", S3BucketName=trail.bucket())
        status = trails.get_trail_status(Name="main")
        assert status["IsLogging"] is False
        assert not status.keys() & {"StartLoggingTime", "LatestDeliveryTime", "LatestDeliveryError"}

    def test_times_are_the_accounts(self, trail: LogTrail) -> None:
        trail.bucket()
        trails, arn = trail.client("cloudtrail"), trail.start()
        stopped = trail.wait(days=2)
        trails.stop_logging(Name=arn)
        status = trails.get_trail_status(Name="main")
        assert status["IsLogging"] is False
        assert status["StartLoggingTime"] == trail.noon
        assert status["StopLoggingTime"] == stopped
        assert status["TimeLoggingStarted"] == "2026-11-02T12:00:00Z"

    def test_a_multi_region_trail_has_shadows(self, trail: LogTrail) -> None:
        trail.bucket()
        wide = trail.start("wide", IsMultiRegionTrail=True)
        trail.start("narrow")
        there = trail.client("cloudtrail", "eu-west-1")
        (seen,) = there.describe_trails()["trailList"]
        assert (seen["TrailARN"], seen["HomeRegion"]) == (wide, "us-east-1")
        assert there.describe_trails(includeShadowTrails=False)["trailList"] == []
        assert there.get_trail(Name=wide)["Trail"]["Name"] == "wide"
        assert there.get_trail_status(Name=wide)["IsLogging"] is True
        listed = there.list_trails()["Trails"]
        assert {one["Name"] for one in listed} == {"wide", "narrow"}

    def test_describe_takes_names_and_arns(self, trail: LogTrail) -> None:
        trail.bucket()
        arn = trail.start("one")
        trail.start("two")
        trail.start("three")
        wanted = [arn, "two", "absent"]
        found = trail.client("cloudtrail").describe_trails(trailNameList=wanted)["trailList"]
        assert [one["Name"] for one in found] == ["one", "two"]

    @pytest.mark.parametrize(
        "operation", ["get_trail", "get_trail_status", "start_logging", "stop_logging"]
    )
    def test_an_unknown_trail(self, trail: LogTrail, operation: str) -> None:
        call = getattr(trail.client("cloudtrail"), operation)
        with pytest.raises(ClientError) as unknown:
            call(Name="absent")
        assert code(unknown) == "TrailNotFoundException"
        assert message(unknown) == (
            "Unknown trail: arn:aws:cloudtrail:us-east-1:111122223333:trail/absent "
            "for the user: 111122223333"
        )
        with pytest.raises(ClientError) as malformed:
            call(Name="arn:aws:cloudtrail:us-east-1:trail/main")
        assert code(malformed) == "CloudTrailARNInvalidException"

    @pytest.mark.parametrize(
        "operation", ["start_logging", "stop_logging", "delete_trail", "update_trail"]
    )
    def test_a_shadow_is_changed_at_home_only(self, trail: LogTrail, operation: str) -> None:
        trail.bucket()
        arn = trail.start(IsMultiRegionTrail=True)
        with pytest.raises(ClientError) as refused:
            getattr(trail.client("cloudtrail", "eu-west-1"), operation)(Name=arn)
        assert code(refused) == "InvalidHomeRegionException"

    def test_a_trail_is_deleted_by_name_or_arn(self, trail: LogTrail) -> None:
        trail.bucket()
        trails, arn = trail.client("cloudtrail"), trail.start("one")
        trail.start("two")
        trails.delete_trail(Name=arn)
        trails.delete_trail(Name="two")
        assert trails.describe_trails()["trailList"] == []
        with pytest.raises(ClientError) as unknown:
            trails.delete_trail(Name="two")
        assert code(unknown) == "TrailNotFoundException"

    def test_update_checks_the_new_bucket(self, trail: LogTrail) -> None:
        trail.bucket()
        trails = trail.client("cloudtrail")
        trail.start()
        trail.client("s3").create_bucket(Bucket="shut")
        for bucket, expected in (
            ("absent", "S3BucketDoesNotExistException"),
            ("shut", "InsufficientS3BucketPolicyException"),
        ):
            with pytest.raises(ClientError) as refused:
                trails.update_trail(Name="main", S3BucketName=bucket)
            assert code(refused) == expected
        assert trails.get_trail(Name="main")["Trail"]["S3BucketName"] == "logs"

    def test_a_multi_region_trail_keeps_global_events(self, trail: LogTrail) -> None:
        trail.bucket()
        trail.start(IncludeGlobalServiceEvents=False)
        with pytest.raises(ClientError) as refused:
            trail.client("cloudtrail").update_trail(Name="main", IsMultiRegionTrail=True)
        assert code(refused) == "InvalidParameterCombinationException"


MANAGEMENT = {"Field": "eventCategory", "Equals": ["Management"]}
DATA = {"Field": "eventCategory", "Equals": ["Data"]}
OBJECTS = {"Field": "resources.type", "Equals": ["AWS::S3::Object"]}


DEFAULT = {
    "ReadWriteType": "All",
    "IncludeManagementEvents": True,
    "DataResources": [],
    "ExcludeManagementEventSources": [],
}


class TestEventSelectors:
    @pytest.fixture
    def trails(self, trail: LogTrail) -> Any:
        trail.bucket()
        trail.start()
        return trail.client("cloudtrail")

    def test_management_events_are_the_default(self, trails: Any) -> None:
        assert trails.get_event_selectors(TrailName="main")["EventSelectors"] == [DEFAULT]
        assert trails.get_trail(Name="main")["Trail"]["HasCustomEventSelectors"] is False

    def test_what_is_left_out_is_filled_in(self, trails: Any) -> None:
        put = trails.put_event_selectors(
            TrailName="main", EventSelectors=[{"ReadWriteType": "WriteOnly"}]
        )
        assert put["EventSelectors"] == [{**DEFAULT, "ReadWriteType": "WriteOnly"}]
        assert (
            trails.get_event_selectors(TrailName="main")["EventSelectors"] == put["EventSelectors"]
        )
        assert trails.get_trail(Name="main")["Trail"]["HasCustomEventSelectors"] is True

    def test_advanced_and_basic_take_each_others_place(self, trails: Any) -> None:
        advanced = [{"Name": "all", "FieldSelectors": [MANAGEMENT]}]
        trails.put_event_selectors(TrailName="main", AdvancedEventSelectors=advanced)
        shown = trails.get_event_selectors(TrailName="main")
        assert shown["AdvancedEventSelectors"] == advanced
        assert "EventSelectors" not in shown
        trails.put_event_selectors(TrailName="main", EventSelectors=[{}])
        shown = trails.get_event_selectors(TrailName="main")
        assert shown["EventSelectors"] == [DEFAULT]
        assert "AdvancedEventSelectors" not in shown

    @pytest.mark.parametrize(
        "selector",
        [
            {"ReadWriteType": "read-only"},
            {"IncludeManagementEvents": False},
            {"ExcludeManagementEventSources": ["iam.amazonaws.com"]},
            {"DataResources": [{"Type": "AWS::SQS::Queue", "Values": ["arn:aws:sqs"]}]},
            {"DataResources": [{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3:::*"]}]},
            {"DataResources": [{"Type": "AWS::S3::Object", "Values": ["arn:aws:lambda"]}]},
            {"DataResources": [{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3:::b/"] * 251}]},
        ],
    )
    def test_basic_selectors_that_are_refused(self, trails: Any, selector: dict[str, Any]) -> None:
        with pytest.raises(ClientError) as refused:
            trails.put_event_selectors(TrailName="main", EventSelectors=[selector])
        assert code(refused) == "InvalidEventSelectorsException"
        assert trails.get_event_selectors(TrailName="main")["EventSelectors"] == [DEFAULT]

    def test_five_at_most_and_one_kind_of_them(self, trails: Any) -> None:
        for params in (
            {"EventSelectors": [{}] * 6},
            {},
            {"EventSelectors": [{}], "AdvancedEventSelectors": [{"FieldSelectors": [MANAGEMENT]}]},
        ):
            with pytest.raises(ClientError) as refused:
                trails.put_event_selectors(TrailName="main", **params)
            assert code(refused) == "InvalidEventSelectorsException"

    @pytest.mark.parametrize(
        "fields",
        [
            [{"Field": "readOnly", "Equals": ["true"]}],
            [{"Field": "eventCategory", "Equals": ["Secret"]}],
            [DATA],
            [DATA, OBJECTS, {"Field": "resources.ARN"}],
            [DATA, OBJECTS, {"Field": "errorCode", "Equals": ["x"]}],
            [MANAGEMENT, {"Field": "readOnly", "NotEquals": ["true"]}],
            [MANAGEMENT, MANAGEMENT],
            [DATA, OBJECTS, {"Field": "resources.ARN", "StartsWith": ["arn:aws:s3:::b/"] * 501}],
        ],
    )
    def test_advanced_selectors_that_are_refused(
        self, trails: Any, fields: list[dict[str, Any]]
    ) -> None:
        with pytest.raises(ClientError) as refused:
            trails.put_event_selectors(
                TrailName="main", AdvancedEventSelectors=[{"FieldSelectors": fields}]
            )
        assert code(refused) == "InvalidEventSelectorsException"
