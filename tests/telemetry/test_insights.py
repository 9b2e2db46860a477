"""CloudTrail Insights: what an account does unusually often, by boto3."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import LogTrail, Refusal

CALLS, ERRORS = "ApiCallRateInsight", "ApiErrorRateInsight"
TRAIL = "arn:aws:cloudtrail:us-east-1:111122223333:trail/main"
KEY = re.compile(
    r"AWSLogs/111122223333/CloudTrail-Insight/us-east-1/2026/11/10/"
    r"111122223333_CloudTrail-Insight_us-east-1_20261110T12\d\dZ_[A-Za-z0-9]{16}\.json\.gz"
)


class Office:
    """An account in which something happens every day, until it is too much."""

    def __init__(self, trail: LogTrail) -> None:
        self.trail = trail
        trail.bucket()
        self.trails, self.iam = trail.client("cloudtrail"), trail.client("iam")
        self.made = 0

    def watch(self, *kinds: str, **options: Any) -> None:
        """Start a trail with Insights of these kinds."""
        self.trail.start(**options)
        self.turn(*kinds)

    def turn(self, *kinds: str) -> dict[str, Any]:
        """Have these kinds of Insights, and no others."""
        selectors = [{"InsightType": kind} for kind in kinds]
        return dict(self.trails.put_insight_selectors(TrailName="main", InsightSelectors=selectors))

    def create(self, times: int, seconds: float = 2) -> None:
        """Make users, one after the other."""
        for _ in range(times):
            self.iam.create_user(UserName=f"user-{self.made}")
            self.made += 1
            self.trail.wait(seconds=seconds)

    def fail(self, times: int, seconds: float = 2) -> None:
        """Ask for a role that isn't there."""
        for _ in range(times):
            with pytest.raises(ClientError):
                self.iam.get_role(RoleName="ghost")
            self.trail.wait(seconds=seconds)

    def week(self, act: Callable[[], object]) -> None:
        """Eight days, on each of which the same happens at noon."""
        for _ in range(8):
            before = self.trail.clock.now()
            act()
            self.trail.clock.pin(before + timedelta(days=1))

    def files(self) -> dict[str, list[dict[str, Any]]]:
        """The Insights files of the bucket."""
        return self.trail.files(kind="CloudTrail-Insight")

    def found(self) -> list[dict[str, Any]]:
        """The Insights events of all files."""
        return [record for records in self.files().values() for record in records]


@pytest.fixture
def office(trail: LogTrail) -> Office:
    """Nothing has happened yet. It is noon on 2 November."""
    return Office(trail)


class TestCallRate:
    def test_a_spike_has_a_start_and_an_end(self, office: Office) -> None:
        office.watch(CALLS)
        office.week(lambda: office.create(1))
        office.create(30)
        office.trail.wait(minutes=40)
        start, end = office.found()
        first, last = start["insightDetails"], end["insightDetails"]
        assert (first["state"], last["state"]) == ("Start", "End")
        assert start["sharedEventID"] == end["sharedEventID"]
        assert len({start["eventID"], end["eventID"], start["sharedEventID"]}) == 3
        assert start["eventTime"] == "2026-11-10T12:00:00Z"
        assert end["eventTime"] == "2026-11-10T12:01:00Z"
        assert first["insightContext"]["statistics"] == {
            "baseline": {"average": round(7 / 10080, 10)},
            "insight": {"average": 6},
            "insightDuration": 5,
            "baselineDuration": 10080,
        }
        assert last["insightContext"]["statistics"]["insight"] == {"average": 30}
        assert last["insightContext"]["statistics"]["insightDuration"] == 1

    def test_its_record_is_as_aws_writes_it(self, office: Office) -> None:
        office.watch(CALLS)
        office.week(lambda: office.create(1))
        office.create(10)
        office.trail.wait(minutes=40)
        event = office.found()[0]
        details = event.pop("insightDetails")
        assert list(event) == [
            "eventVersion",
            "eventTime",
            "awsRegion",
            "eventID",
            "eventType",
            "recipientAccountId",
            "sharedEventID",
            "eventCategory",
        ]
        assert event["eventVersion"] == "1.09"
        assert (event["eventType"], event["eventCategory"]) == ("AwsCloudTrailInsight", "Insight")
        assert details["eventSource"] == "iam.amazonaws.com"
        assert details["eventName"] == "CreateUser"
        assert details["insightType"] == CALLS
        assert details["sourceEventCategory"] == "Management"
        identity, agent, error = details["insightContext"]["attributions"]
        baseline = [{"value": "arn:aws:iam::111122223333:user/admin", "average": 0.0006944444}]
        assert identity == {
            "attribute": "userIdentityArn",
            "insight": [{"value": baseline[0]["value"], "average": 2}],
            "baseline": baseline,
        }
        assert agent["attribute"] == "userAgent"
        assert "Botocore/" in agent["insight"][0]["value"]
        assert error["attribute"] == "errorCode"
        assert error["insight"] == [{"value": "null", "average": 2}]

    def test_it_lies_in_a_folder_of_its_own_within_half_an_hour(self, office: Office) -> None:
        office.watch(CALLS, S3KeyPrefix="audit")
        office.week(lambda: office.create(1))
        office.create(10)
        office.trail.wait(minutes=5)
        assert office.files() == {}
        office.trail.wait(minutes=25)
        assert len(office.files()) == 2
        assert all(KEY.fullmatch(key.removeprefix("audit/")) for key in office.files())

    def test_what_is_as_much_as_every_day_is_usual(self, office: Office) -> None:
        office.watch(CALLS)
        office.week(lambda: office.create(20))
        office.create(25)
        office.trail.wait(minutes=40)
        assert office.found() == []
        office.create(45)
        office.trail.wait(minutes=40)
        assert len(office.found()) == 2

    def test_a_few_calls_or_slow_ones_are_usual(self, office: Office) -> None:
        office.watch(CALLS)
        office.week(lambda: office.create(1))
        office.create(5)
        office.trail.wait(minutes=10)
        office.create(20, seconds=120)
        office.trail.wait(minutes=40)
        assert office.found() == []

    def test_reading_is_not_counted(self, office: Office) -> None:
        office.watch(CALLS, ERRORS)
        office.week(lambda: office.create(1))
        for _ in range(50):
            office.iam.list_users()
        office.trail.wait(minutes=40)
        assert office.found() == []

    def test_long_activity_ends_once(self, office: Office) -> None:
        office.watch(CALLS)
        office.week(lambda: office.create(1))
        office.create(200, seconds=5)
        office.trail.wait(minutes=40)
        start, end = office.found()
        assert start["sharedEventID"] == end["sharedEventID"]
        assert end["insightDetails"]["insightContext"]["statistics"]["insightDuration"] == 17

    def test_nothing_is_usual_before_there_is_history(self, office: Office) -> None:
        office.watch(CALLS)
        office.create(50)
        office.trail.wait(days=1)
        assert office.found() == []

    def test_a_role_counts_as_one_whatever_its_sessions(self, office: Office) -> None:
        cloud = office.trail.cloud
        role = cloud.role(
            "deploy", cloud.trust({"AWS": "111122223333"}), cloud.statement("iam:CreateUser")
        )
        office.watch(CALLS)
        office.week(lambda: office.create(1))
        for number in range(8):
            session = office.trail.client("sts").assume_role(
                RoleArn=role, RoleSessionName=f"job-{number}"
            )
            cloud.client("iam", session["Credentials"]).create_user(UserName=f"r{number}")
        office.trail.wait(minutes=40)
        (event, _) = office.found()
        attributions = event["insightDetails"]["insightContext"]["attributions"]
        assert attributions[0]["insight"] == [
            {"value": "arn:aws:sts::111122223333:assumed-role/deploy", "average": 1.6}
        ]


class TestErrorRate:
    def test_errors_of_reading_calls_are_counted_by_their_code(self, office: Office) -> None:
        office.watch(CALLS, ERRORS)
        office.week(lambda: office.create(1))
        office.fail(12)
        office.trail.wait(minutes=40)
        start, end = office.found()
        details = start["insightDetails"]
        assert (details["eventName"], details["insightType"]) == ("GetRole", ERRORS)
        assert details["errorCode"] == "NoSuchEntityException"
        statistics = details["insightContext"]["statistics"]
        assert statistics["baseline"] == {"average": 0}
        assert statistics["insight"] == {"average": 2.4}
        names = [one["attribute"] for one in details["insightContext"]["attributions"]]
        assert names == ["userIdentityArn", "userAgent"]
        assert details["insightContext"]["attributions"][0]["baseline"] == []
        assert end["insightDetails"]["errorCode"] == "NoSuchEntityException"

    def test_only_what_was_asked_for(self, office: Office) -> None:
        office.watch(CALLS)
        office.week(lambda: office.create(1))
        office.fail(12)
        office.trail.wait(minutes=40)
        assert office.found() == []


class TestTrails:
    def test_a_stopped_trail_finds_nothing_more(self, office: Office) -> None:
        office.watch(CALLS)
        office.week(lambda: office.create(1))
        office.trails.stop_logging(Name="main")
        office.create(30)
        office.trail.wait(hours=2)
        assert office.found() == []

    def test_a_trail_that_logs_reading_alone_finds_no_writing(self, office: Office) -> None:
        office.watch(CALLS)
        office.trails.put_event_selectors(
            TrailName="main", EventSelectors=[{"ReadWriteType": "ReadOnly"}]
        )
        office.week(lambda: office.create(1))
        office.create(30)
        office.trail.wait(hours=2)
        assert office.found() == []

    def test_turned_off_it_finds_nothing_more_and_keeps_what_it_found(
        self, office: Office, refusal: Refusal
    ) -> None:
        office.watch(CALLS)
        office.week(lambda: office.create(1))
        office.create(10)
        office.trail.wait(hours=1)
        office.turn()
        office.create(90)
        office.trail.wait(hours=1)
        assert len(office.found()) == 2
        assert len(office.trails.lookup_events(EventCategory="insight")["Events"]) == 2
        assert not office.trails.get_trail(Name="main")["Trail"]["HasInsightSelectors"]

    def test_a_bucket_that_forbids_it_gets_nothing(self, office: Office) -> None:
        office.watch(CALLS)
        office.week(lambda: office.create(1))
        office.trail.client("s3").delete_bucket_policy(Bucket="logs")
        office.create(10)
        office.trail.wait(hours=1)
        assert office.files() == {}
        assert len(office.trails.lookup_events(EventCategory="insight")["Events"]) == 2


class TestLookup:
    @pytest.fixture
    def spiked(self, office: Office) -> Office:
        office.watch(CALLS, ERRORS)
        office.week(lambda: office.create(1))
        office.create(10)
        office.trail.wait(minutes=30)
        office.fail(10)
        office.trail.wait(minutes=40)
        return office

    def test_the_newest_comes_first(self, spiked: Office) -> None:
        events = spiked.trails.lookup_events(EventCategory="insight")["Events"]
        assert [event["EventName"] for event in events] == ["GetRole"] * 2 + ["CreateUser"] * 2
        whole = json.loads(events[3]["CloudTrailEvent"])
        assert whole == spiked.found()[0]
        assert events[3]["EventId"] == whole["eventID"]
        assert events[3]["EventTime"] == datetime.fromisoformat(whole["eventTime"])
        assert events[3]["EventSource"] == "iam.amazonaws.com"
        usual = spiked.trails.lookup_events(EndTime=spiked.trail.clock.now())["Events"]
        assert not {one["EventId"] for one in usual} & {one["EventId"] for one in events}

    @pytest.mark.parametrize(
        ("key", "value", "count"),
        [
            ("EventName", "GetRole", 2),
            ("EventName", "ListUsers", 0),
            ("EventSource", "iam.amazonaws.com", 4),
        ],
    )
    def test_one_attribute_selects(self, spiked: Office, key: str, value: str, count: int) -> None:
        asked = [{"AttributeKey": key, "AttributeValue": value}]
        found = spiked.trails.lookup_events(EventCategory="insight", LookupAttributes=asked)
        assert len(found["Events"]) == count

    def test_other_attributes_are_for_management_events(
        self, spiked: Office, refusal: Refusal
    ) -> None:
        asked = [{"AttributeKey": "Username", "AttributeValue": "admin"}]
        code, _, _ = refusal(
            lambda: spiked.trails.lookup_events(EventCategory="insight", LookupAttributes=asked)
        )
        assert code == "InvalidLookupAttributesException"

    def test_pages(self, spiked: Office, refusal: Refusal) -> None:
        pages = spiked.trails.get_paginator("lookup_events").paginate(
            EventCategory="insight", PaginationConfig={"PageSize": 3}
        )
        assert [len(page["Events"]) for page in pages] == [3, 1]
        first = spiked.trails.lookup_events(EventCategory="insight", MaxResults=1)
        code, _, _ = refusal(lambda: spiked.trails.lookup_events(NextToken=first["NextToken"]))
        assert code == "InvalidNextTokenException"

    def test_time_and_region_select(self, spiked: Office) -> None:
        noon = datetime.fromisoformat("2026-11-10T12:00:00Z")
        found = spiked.trails.lookup_events(
            EventCategory="insight", StartTime=noon, EndTime=noon + timedelta(minutes=5)
        )
        assert {event["EventName"] for event in found["Events"]} == {"CreateUser"}
        elsewhere = spiked.trail.client("cloudtrail", "eu-west-1")
        assert elsewhere.lookup_events(EventCategory="insight")["Events"] == []

    def test_the_same_whether_looked_at_once_or_often(self, office: Office) -> None:
        """And a snapshot takes it back."""
        office.watch(CALLS, ERRORS)
        office.week(lambda: office.create(1))
        world, clock = office.trail.cloud.world, office.trail.clock
        morning = clock.now()

        def day(*, often: bool) -> list[dict[str, Any]]:
            for _ in range(6):
                office.create(8, seconds=10)
                if often:
                    office.trails.lookup_events(EventCategory="insight")
            office.trail.wait(hours=1)
            return office.found()

        seen = []
        for often in (False, True):
            with office.trail.cloud.gateway.turn(world), world.undone():
                made = office.made
                found = day(often=often)
                seen.append([(e["eventTime"], e["insightDetails"]) for e in found])
                office.made = made
            clock.pin(morning)
            assert office.trails.lookup_events(EventCategory="insight")["Events"] == []
        assert seen[0]
        assert seen[0] == seen[1]


class TestSelectors:
    def test_they_are_kept_as_put(self, office: Office, refusal: Refusal) -> None:
        office.trail.start()
        assert refusal(lambda: office.trails.get_insight_selectors(TrailName="main")) == (
            "InsightNotEnabledException",
            400,
            f"Trail {TRAIL} does not have Insights enabled. Edit the trail settings to enable "
            "Insights, and then try the operation again.",
        )
        wanted = [{"InsightType": CALLS, "EventCategories": ["Management"]}]
        for _ in range(2):
            assert office.turn(CALLS)["InsightSelectors"] == wanted
        shown = office.trails.get_insight_selectors(TrailName=TRAIL)
        assert (shown["TrailARN"], shown["InsightSelectors"]) == (TRAIL, wanted)
        assert office.trails.get_trail(Name="main")["Trail"]["HasInsightSelectors"]

    @pytest.mark.parametrize("kinds", [["ApiRate"], [CALLS, CALLS]])
    def test_unknown_ones_are_refused(
        self, office: Office, refusal: Refusal, kinds: list[str]
    ) -> None:
        office.trail.start()
        code, status, _ = refusal(lambda: office.turn(*kinds))
        assert (code, status) == ("InvalidInsightSelectorsException", 400)

    def test_those_of_data_events_and_of_data_stores_are_not_simulated(
        self, office: Office, refusal: Refusal
    ) -> None:
        office.trail.start()
        data = [{"InsightType": CALLS, "EventCategories": ["Data"]}]
        code, _, _ = refusal(
            lambda: office.trails.put_insight_selectors(TrailName="main", InsightSelectors=data)
        )
        assert code == "NotImplemented"
        store = "arn:aws:cloudtrail:us-east-1:111122223333:eventdatastore/a"
        code, _, _ = refusal(lambda: office.trails.get_insight_selectors(EventDataStore=store))
        assert code == "NotImplemented"

    def test_a_trail_that_is_not_there(self, office: Office, refusal: Refusal) -> None:
        code, _, _ = refusal(lambda: office.turn(CALLS))
        assert code == "TrailNotFoundException"
