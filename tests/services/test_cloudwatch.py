"""Metrics of CloudWatch, by boto3."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.conftest import LogTrail, Refusal


class Metrics:
    def __init__(self, trail: LogTrail) -> None:
        self.trail, self.client = trail, trail.client("cloudwatch")

    def put(self, *data: dict[str, Any], namespace: str = "App") -> None:
        named = [{"MetricName": "load", **datum} for datum in data]
        self.client.put_metric_data(Namespace=namespace, MetricData=named)

    def at(self, minutes: float) -> datetime:
        return self.trail.noon + timedelta(minutes=minutes)

    def statistics(self, *names: str, **more: Any) -> list[dict[str, Any]]:
        wanted = {"Statistics": names} if names else {}
        found = self.client.get_metric_statistics(
            **{
                "Namespace": "App",
                "MetricName": "load",
                "StartTime": self.at(-60),
                "EndTime": self.at(60),
                "Period": 300,
                **wanted,
                **more,
            }
        )["Datapoints"]
        return sorted(found, key=lambda one: one["Timestamp"])

    def data(self, *queries: dict[str, Any], **more: Any) -> dict[str, list[float]]:
        found = self.client.get_metric_data(
            MetricDataQueries=queries,
            **{"StartTime": self.at(-10), "EndTime": self.at(10), **more},
        )["MetricDataResults"]
        return {one["Id"]: one["Values"] for one in found}


def query(name: str, stat: str = "Sum", period: int = 60, **more: Any) -> dict[str, Any]:
    metric = {"Namespace": "App", "MetricName": "load"}
    return {"Id": name, "MetricStat": {"Metric": metric, "Period": period, "Stat": stat}, **more}


@pytest.fixture
def metrics(trail: LogTrail) -> Metrics:
    return Metrics(trail)


class TestStatistics:
    def test_they_are_by_period_from_the_start(self, metrics: Metrics) -> None:
        for minutes, value in ((0, 1), (4, 3), (5, 10)):
            metrics.put({"Value": value, "Timestamp": metrics.at(minutes)})
        names = ("SampleCount", "Average", "Sum", "Minimum", "Maximum")
        first, second = metrics.statistics(*names)
        assert first == {
            "Timestamp": metrics.at(0),
            "Unit": "None",
            "SampleCount": 2.0,
            "Average": 2.0,
            "Sum": 4.0,
            "Minimum": 1.0,
            "Maximum": 3.0,
        }
        assert (second["Timestamp"], second["Sum"]) == (metrics.at(5), 10.0)

    def test_percentiles(self, metrics: Metrics) -> None:
        metrics.put({"Values": list(range(1, 101)), "Unit": "Seconds"})
        (found,) = metrics.statistics(ExtendedStatistics=["p50", "p99.9"])
        assert found["ExtendedStatistics"] == {"p50": 50.0, "p99.9": 100.0}
        assert found["Unit"] == "Seconds"

    def test_sets_of_statistics_and_counted_values(self, metrics: Metrics) -> None:
        told = {"SampleCount": 4, "Sum": 20, "Minimum": 2, "Maximum": 9}
        metrics.put({"StatisticValues": told}, {"Values": [1, 5], "Counts": [3, 1]})
        (found,) = metrics.statistics("SampleCount", "Sum", "Minimum", "Maximum")
        sums = (found["SampleCount"], found["Sum"], found["Minimum"], found["Maximum"])
        assert sums == (8.0, 28.0, 1.0, 9.0)

    def test_a_metric_is_its_dimensions(self, metrics: Metrics) -> None:
        host = [{"Name": "Host", "Value": "a"}]
        metrics.put({"Value": 1}, {"Value": 2, "Dimensions": host})
        assert [one["Sum"] for one in metrics.statistics("Sum")] == [1.0]
        assert [one["Sum"] for one in metrics.statistics("Sum", Dimensions=host)] == [2.0]

    @pytest.mark.parametrize(
        ("wrong", "code"),
        [
            ({"Period": 61}, "ValidationError"),
            ({"StartTime": "2026-11-03T00:00:00Z"}, "InvalidParameterValue"),
            ({"StartTime": "2026-01-01T00:00:00Z"}, "InvalidParameterCombination"),
        ],
        ids=str,
    )
    def test_what_cannot_be_asked(
        self, metrics: Metrics, refusal: Refusal, wrong: dict[str, Any], code: str
    ) -> None:
        assert refusal(lambda: metrics.statistics("Sum", **wrong))[0] == code

    def test_some_statistic_is_needed(self, metrics: Metrics, refusal: Refusal) -> None:
        assert refusal(metrics.statistics)[0] == "InvalidParameterCombination"


class TestData:
    def test_newest_first_unless_asked_otherwise(self, metrics: Metrics) -> None:
        metrics.put({"Value": 1, "Timestamp": metrics.at(-1)}, {"Value": 2})
        assert metrics.data(query("m1")) == {"m1": [2.0, 1.0]}
        assert metrics.data(query("m1"), ScanBy="TimestampAscending") == {"m1": [1.0, 2.0]}

    @pytest.mark.parametrize(
        ("expression", "values"),
        [
            ("m1 * 100 / m2", [100.0, 50.0]),
            ("SUM([m1, m2])", [4.0, 6.0]),
            ("SUM(METRICS())", [4.0, 6.0]),
            ("MAX(m1) + m2 * 0", [2.0, 2.0]),
            ("IF(m2 > 3, 1, 0)", [0.0, 1.0]),
            ("m1 > 1 AND m2 > 3", [0.0, 1.0]),
            ("m1 ^ 2", [4.0, 4.0]),
            ("-m1", [-2.0, -2.0]),
            ("m1 / (m2 - 2)", [1.0]),
        ],
    )
    def test_metric_math(self, metrics: Metrics, expression: str, values: list[float]) -> None:
        for minutes, count in ((0, 1), (1, 2)):
            metrics.put({"Values": [2], "Counts": [count], "Timestamp": metrics.at(minutes)})
        found = metrics.data(
            query("m1", "Average", ReturnData=False),
            query("m2", "Sum", ReturnData=False),
            {"Id": "e1", "Expression": expression},
            ScanBy="TimestampAscending",
        )
        assert found == {"e1": values}

    def test_fill_gives_a_value_to_every_period(self, metrics: Metrics) -> None:
        metrics.put({"Value": 3})
        found = metrics.data(
            query("m1", ReturnData=False),
            {"Id": "e1", "Expression": "FILL(m1, 0)"},
            StartTime=metrics.at(-2),
            EndTime=metrics.at(2),
        )
        assert found == {"e1": [0.0, 3.0, 0.0, 0.0]}

    @pytest.mark.parametrize("expression", ["m9", "m1 +", "__import__('os')", "ANOMALY(m1)", "'a'"])
    def test_what_is_no_expression(
        self, metrics: Metrics, refusal: Refusal, expression: str
    ) -> None:
        asked = {"Id": "e1", "Expression": expression}
        assert refusal(lambda: metrics.data(query("m1"), asked))[0] == "ValidationError"

    def test_a_statistic_that_is_not_simulated_is_not_faked(
        self, metrics: Metrics, refusal: Refusal
    ) -> None:
        assert refusal(lambda: metrics.data(query("m1", "tm90")))[0] == "NotImplemented"


class TestPutting:
    @pytest.mark.parametrize(
        ("datum", "code"),
        [
            ({"Value": 1, "Timestamp": "2026-10-01T00:00:00Z"}, "InvalidParameterValue"),
            ({"Value": 1, "Timestamp": "2026-11-02T15:00:00Z"}, "InvalidParameterValue"),
            ({"Value": float("nan")}, "InvalidParameterValue"),
            ({"Value": 1, "Values": [1]}, "InvalidParameterCombination"),
            ({}, "MissingParameter"),
            ({"Values": [1, 2], "Counts": [1]}, "InvalidParameterValue"),
        ],
        ids=str,
    )
    def test_what_is_no_datum(
        self, metrics: Metrics, refusal: Refusal, datum: dict[str, Any], code: str
    ) -> None:
        assert refusal(lambda: metrics.put(datum))[0] == code

    def test_awss_namespaces_are_aws_own(self, metrics: Metrics, refusal: Refusal) -> None:
        assert refusal(lambda: metrics.put({"Value": 1}, namespace="AWS/EC2"))[0] == (
            "InvalidParameterValue"
        )

    def test_the_namespace_may_be_a_condition(self, metrics: Metrics, refusal: Refusal) -> None:
        cloud = metrics.trail.cloud
        only = {"StringEquals": {"cloudwatch:namespace": "App"}}
        keys = cloud.user("app", cloud.statement("cloudwatch:PutMetricData", Condition=only))
        client = cloud.client("cloudwatch", keys)
        data = [{"MetricName": "load", "Value": 1}]
        client.put_metric_data(Namespace="App", MetricData=data)
        code, _, message = refusal(
            lambda: client.put_metric_data(Namespace="Other", MetricData=data)
        )
        assert code.startswith("AccessDenied")
        assert "cloudwatch:PutMetricData" in message


class TestListing:
    def test_metrics_of_the_last_two_weeks(self, metrics: Metrics) -> None:
        host = [{"Name": "Host", "Value": "a"}]
        metrics.put({"Value": 1}, {"Value": 1, "Dimensions": host})
        metrics.put({"Value": 1}, namespace="Other")

        def listed(**wanted: Any) -> list[tuple[str, int]]:
            found = metrics.client.list_metrics(**wanted)["Metrics"]
            return [(one["Namespace"], len(one["Dimensions"])) for one in found]

        assert listed() == [("App", 0), ("App", 1), ("Other", 0)]
        assert listed(Namespace="Other") == [("Other", 0)]
        assert listed(Dimensions=[{"Name": "Host"}]) == [("App", 1)]
        assert listed(Dimensions=[{"Name": "Host", "Value": "b"}]) == []
        metrics.trail.wait(days=15)
        assert listed() == []

    def test_regions_and_accounts_have_their_own(self, metrics: Metrics) -> None:
        metrics.put({"Value": 1})
        assert metrics.trail.client("cloudwatch", "eu-west-1").list_metrics()["Metrics"] == []
