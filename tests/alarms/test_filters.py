"""What metric filters emit, and how they are set."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.alarms.conftest import Watch
    from tests.conftest import Lan, Refusal


@pytest.fixture
def app(watch: Watch) -> App:
    return App(watch)


class App:
    """An application that writes into a log group."""

    def __init__(self, watch: Watch) -> None:
        self.watch, self.logs = watch, watch.logs
        self.logs.create_log_group(logGroupName="app")
        self.logs.create_log_stream(logGroupName="app", logStreamName="one")

    def says(self, *messages: str, ago: int = 0) -> None:
        """Put events, some seconds after they happened."""
        time = int(self.watch.trail.clock.now().timestamp() - ago) * 1000
        events = [{"timestamp": time, "message": message} for message in messages]
        self.logs.put_log_events(logGroupName="app", logStreamName="one", logEvents=events)

    def sums(self, name: str, statistic: str = "Sum", **more: Any) -> list[tuple[str, float]]:
        """The metric by the minute of the last hour, oldest first."""
        now = self.watch.trail.clock.now()
        found = self.watch.cloudwatch.get_metric_statistics(
            Namespace="CIS",
            MetricName=name,
            StartTime=now - timedelta(hours=1),
            EndTime=now + timedelta(minutes=1),
            Period=60,
            Statistics=[statistic],
            **more,
        )["Datapoints"]
        return sorted((f"{one['Timestamp']:%H:%M}", one[statistic]) for one in found)


class TestEmitting:
    def test_a_value_for_each_match_at_the_time_of_the_event(self, app: App) -> None:
        app.watch.filter("Errors", "ERROR", "app")
        app.says("ERROR one", "fine", "ERROR two", ago=120)
        app.says("ERROR three")
        assert app.sums("Errors") == [("11:58", 2.0), ("12:00", 1.0)]

    def test_without_a_default_nothing_is_emitted_for_nothing(self, app: App) -> None:
        app.watch.filter("Errors", "ERROR", "app")
        app.says("fine")
        assert app.sums("Errors") == []

    def test_the_default_is_for_minutes_in_which_nothing_matched(self, app: App) -> None:
        app.watch.filter("Errors", "ERROR", "app", defaultValue=0)
        app.says("fine")
        app.watch.trail.wait(minutes=1)
        app.says("fine", "ERROR")
        app.watch.trail.wait(minutes=5)
        assert app.sums("Errors") == [("12:00", 0.0), ("12:01", 1.0)]
        assert app.sums("Errors", "SampleCount") == [("12:00", 1.0), ("12:01", 1.0)]

    def test_a_value_out_of_the_event(self, app: App) -> None:
        app.watch.filter("Bytes", "{ $.bytes > 10 }", "app", metricValue="$.bytes", unit="Bytes")
        app.says('{"bytes": 11}', '{"bytes": 5}', '{"bytes": 20.5}')
        assert app.sums("Bytes") == [("12:00", 31.5)]
        assert app.sums("Bytes", "Maximum", Unit="Bytes") == [("12:00", 20.5)]
        assert app.sums("Bytes", Unit="Count") == []

    def test_a_value_that_is_no_number_is_not_emitted(self, app: App) -> None:
        app.watch.filter("Bytes", "{ $.a = 1 }", "app", metricValue="$.bytes")
        app.says('{"a": 1, "bytes": "many"}', '{"a": 1}', '{"a": 1, "bytes": "7"}')
        assert app.sums("Bytes") == [("12:00", 7.0)]

    def test_dimensions_out_of_the_event(self, app: App) -> None:
        app.watch.filter(
            "Calls", "{ $.name = * }", "app", dimensions={"Name": "$.name", "Code": "$.code"}
        )
        app.says('{"name": "a", "code": 1}', '{"name": "b", "code": 1}', '{"name": "a"}')
        listed = app.watch.cloudwatch.list_metrics(Namespace="CIS")["Metrics"]
        dimensions = [[one["Value"] for one in metric["Dimensions"]] for metric in listed]
        assert dimensions == [["1", "a"], ["1", "b"]]
        wanted = [{"Name": "Code", "Value": "1"}, {"Name": "Name", "Value": "a"}]
        assert app.sums("Calls", Dimensions=wanted) == [("12:00", 1.0)]
        assert app.sums("Calls") == [], "without its dimensions it is another metric"

    def test_of_a_flow_log_by_its_fields(self, app: App, lan: Lan) -> None:
        """Rejected connections to port 22."""
        cloud = lan.cloud
        role = cloud.role(
            "flows",
            cloud.trust({"Service": "vpc-flow-logs.amazonaws.com"}),
            cloud.statement(["logs:*"]),
        )
        lan.ec2.create_flow_logs(
            ResourceIds=[lan.vpc],
            ResourceType="VPC",
            TrafficType="ALL",
            LogGroupName="app",
            DeliverLogsPermissionArn=role,
            MaxAggregationInterval=60,
        )
        app.watch.filter(
            "Rejected",
            '[version, account, eni, source, destination, srcport, destport = "22", protocol = "6",'
            ' packets, bytes, start, end, action = "REJECT", status]',
            "app",
        )
        app.watch.alarm("Rejected")
        with pytest.raises(Exception, match="timeout"):
            lan.connect(lan.home, lan.web, 22)
        app.watch.wait(minutes=20)
        assert app.watch.alarmed() == [("Rejected", "ALARM")]
        assert sum(value for _, value in app.sums("Rejected")) >= 1

    def test_a_filter_is_about_what_comes_after_it(self, app: App) -> None:
        app.says("ERROR before")
        app.watch.filter("Errors", "ERROR", "app")
        app.says("ERROR after")
        app.logs.delete_metric_filter(logGroupName="app", filterName="Errors")
        app.says("ERROR too late")
        app.watch.filter("Errors", "ERROR", "app")
        assert app.sums("Errors") == [("12:00", 1.0)]

    def test_what_was_emitted_outlives_the_stream_and_the_group(self, app: App) -> None:
        app.watch.filter("Errors", "ERROR", "app")
        app.says("ERROR")
        app.logs.delete_log_stream(logGroupName="app", logStreamName="one")
        app.logs.create_log_stream(logGroupName="app", logStreamName="one")
        app.says("ERROR")
        app.logs.delete_log_group(logGroupName="app")
        assert app.sums("Errors") == [("12:00", 2.0)]
        assert app.logs.describe_metric_filters()["metricFilters"] == []

    def test_a_restored_moment_emits_again(self, app: App) -> None:
        app.watch.filter("Errors", "ERROR", "app")
        app.says("ERROR")
        cloud = app.watch.cloud
        saved = cloud.gateway.save(cloud.world)
        app.says("ERROR")
        assert app.sums("Errors") == [("12:00", 2.0)]
        cloud.gateway.restore(cloud.world, saved)
        assert app.sums("Errors") == [("12:00", 1.0)]


class TestSetting:
    def test_it_is_shown_as_it_was_set(self, app: App) -> None:
        app.watch.filter("Errors", "ERROR", "app", defaultValue=0)
        app.watch.filter("Errors", "WARN", "app", unit="Count")
        (shown,) = app.logs.describe_metric_filters(logGroupName="app")["metricFilters"]
        assert shown == {
            "filterName": "Errors",
            "filterPattern": "WARN",
            "metricTransformations": [
                {
                    "metricName": "Errors",
                    "metricNamespace": "CIS",
                    "metricValue": "1",
                    "unit": "Count",
                }
            ],
            "creationTime": int(app.watch.trail.noon.timestamp() * 1000),
            "logGroupName": "app",
        }

    def test_it_is_found_by_name_and_by_metric(self, app: App) -> None:
        for name in ("b1", "a2", "a1"):
            app.watch.filter(name, "ERROR", "app")

        def found(**wanted: str) -> list[str]:
            shown = app.logs.describe_metric_filters(**wanted)["metricFilters"]
            return [each["filterName"] for each in shown]

        assert found(filterNamePrefix="a") == ["a1", "a2"]
        assert found(metricName="b1", metricNamespace="CIS") == ["b1"]
        assert found(metricName="b1", metricNamespace="other") == []
        first = app.logs.describe_metric_filters(limit=2)
        rest = app.logs.describe_metric_filters(limit=2, nextToken=first["nextToken"])
        assert [each["filterName"] for each in rest["metricFilters"]] == ["b1"]

    @pytest.mark.parametrize(
        "wrong",
        [
            {"metricValue": "many"},
            {"metricValue": "$.a"},
            {"defaultValue": 0, "dimensions": {"A": "$.a"}},
            {"dimensions": {"A": "constant"}},
            {"dimensions": dict.fromkeys("ABCD", "$.a")},
            {"metricName": "a:b"},
        ],
        ids=str,
    )
    def test_what_makes_no_sense_is_refused(
        self, app: App, refusal: Refusal, wrong: dict[str, Any]
    ) -> None:
        pattern = "ERROR" if wrong.get("metricValue") == "$.a" else "{ $.a = 1 }"
        code, _, _ = refusal(lambda: app.watch.filter("Errors", pattern, "app", **wrong))
        assert code == "InvalidParameterException"

    def test_of_a_group_or_filter_that_is_not_there(self, app: App, refusal: Refusal) -> None:
        for call in (
            lambda: app.watch.filter("Errors", "ERROR", "absent"),
            lambda: app.logs.describe_metric_filters(logGroupName="absent"),
            lambda: app.logs.delete_metric_filter(logGroupName="app", filterName="absent"),
        ):
            assert refusal(call)[0] == "ResourceNotFoundException"

    def test_a_group_has_a_hundred_at_most(self, app: App, refusal: Refusal) -> None:
        for number in range(100):
            app.watch.filter(f"f{number}", "ERROR", "app")
        assert refusal(lambda: app.watch.filter("more", "ERROR", "app"))[0] == (
            "LimitExceededException"
        )

    def test_who_may_not_is_refused(self, app: App, refusal: Refusal) -> None:
        cloud = app.watch.cloud
        group = "arn:aws:logs:us-east-1:111122223333:log-group:app:*"
        reader = cloud.user("reader", cloud.statement("logs:DescribeMetricFilters", group))
        logs = cloud.client("logs", reader)
        assert json.dumps(logs.describe_metric_filters(logGroupName="app")["metricFilters"]) == "[]"
        code, _, message = refusal(
            lambda: logs.delete_metric_filter(logGroupName="app", filterName="x")
        )
        assert code == "AccessDeniedException"
        assert "logs:DeleteMetricFilter" in message
