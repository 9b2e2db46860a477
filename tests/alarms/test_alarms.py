"""Alarms: states from data on the account's clock, and what they do about it."""

from __future__ import annotations

import json
import random
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from simulator.events import bus
from simulator.reactions.event import Event

if TYPE_CHECKING:
    from tests.alarms.conftest import Watch
    from tests.conftest import Cloud, Refusal


@pytest.fixture
def events(monkeypatch: pytest.MonkeyPatch) -> list[Event]:
    """What EventBridge was told."""
    arrived: list[Event] = []
    monkeypatch.setattr(bus, "put", lambda world, event: arrived.append(event))
    return arrived


def stat(name: str, metric: str, period: int = 60) -> dict[str, Any]:
    asked = {"Metric": {"Namespace": "CIS", "MetricName": metric}, "Period": period, "Stat": "Sum"}
    return {"Id": name, "MetricStat": asked, "ReturnData": False}


class TestStates:
    def test_a_new_alarm_has_no_data_until_it_is_evaluated(self, watch: Watch) -> None:
        watch.alarm("load", TreatMissingData=None)
        assert watch.described("load")["StateReason"] == "Unchecked: Initial alarm creation"
        assert watch.state("load") == "INSUFFICIENT_DATA"
        watch.put("load")
        watch.wait(minutes=2)
        assert watch.state("load") == "ALARM"
        watch.wait(minutes=20)
        assert watch.state("load") == "INSUFFICIENT_DATA"
        assert watch.described("load")["StateReason"] == (
            "Insufficient Data: 1 datapoint was unknown."
        )

    @pytest.mark.parametrize(
        ("operator", "breaching", "within"),
        [
            ("GreaterThanThreshold", 6, 5),
            ("GreaterThanOrEqualToThreshold", 5, 4),
            ("LessThanThreshold", 4, 5),
            ("LessThanOrEqualToThreshold", 5, 6),
        ],
    )
    def test_comparisons(
        self, watch: Watch, operator: str, breaching: float, within: float
    ) -> None:
        watch.alarm("load", Threshold=5, ComparisonOperator=operator, Period=60)
        watch.put("load", within)
        watch.wait(minutes=1)
        assert watch.state("load") == "OK"
        watch.put("load", breaching)
        watch.wait(minutes=1)
        assert watch.state("load") == "ALARM"

    def test_two_out_of_three(self, watch: Watch) -> None:
        watch.alarm("load", Period=60, EvaluationPeriods=3, DatapointsToAlarm=2)
        states = []
        for value in (1, 0, 1, 0, 0):
            watch.put("load", value)
            watch.wait(minutes=1)
            states.append(watch.state("load"))
        assert states == ["OK", "OK", "ALARM", "OK", "OK"]
        summaries = [item["HistorySummary"] for item in watch.history("load")]
        assert summaries.count("Alarm updated from OK to ALARM") == 1
        (changed,) = [
            json.loads(item["HistoryData"])["newState"]
            for item in watch.history("load", HistoryItemType="StateUpdate")
            if item["HistorySummary"].endswith("to ALARM")
        ]
        assert changed["stateReason"] == (
            "Threshold Crossed: 2 out of the last 3 datapoints [1.0 (02/11/26 12:02:00), "
            "1.0 (02/11/26 12:00:00)] were greater than or equal to the threshold (1.0) "
            "(minimum 2 datapoints for OK -> ALARM transition)."
        )
        assert changed["stateReasonData"]["recentDatapoints"] == [1.0, 0.0, 1.0]

    @pytest.mark.parametrize(
        ("treatment", "state"),
        [
            ("missing", "INSUFFICIENT_DATA"),
            ("ignore", "ALARM"),
            ("breaching", "ALARM"),
            ("notBreaching", "OK"),
        ],
    )
    def test_missing_data(self, watch: Watch, treatment: str, state: str) -> None:
        """After a breach, no data any more."""
        watch.alarm("load", TreatMissingData=treatment)
        watch.put("load")
        watch.wait(minutes=2)
        assert watch.state("load") == "ALARM"
        watch.wait(hours=1)
        assert watch.state("load") == state

    def test_percentiles(self, watch: Watch) -> None:
        watch.alarm("load", Statistic=None, ExtendedStatistic="p90", Threshold=9, Period=60)
        watch.cloudwatch.put_metric_data(
            Namespace="CIS", MetricData=[{"MetricName": "load", "Values": list(range(1, 11))}]
        )
        watch.wait(minutes=1)
        assert watch.state("load") == "ALARM"

    def test_a_high_resolution_alarm(self, watch: Watch) -> None:
        watch.alarm("load", Period=10, AlarmActions=[watch.topic])
        watch.put("load", StorageResolution=1)
        watch.wait(minutes=3)
        states = watch.history("load", HistoryItemType="StateUpdate", ScanBy="TimestampAscending")
        seconds = [int((one["Timestamp"] - watch.trail.noon).total_seconds()) for one in states]
        assert seconds == [10, 40]

    def test_metric_math(self, watch: Watch) -> None:
        watch.cloudwatch.put_metric_alarm(
            AlarmName="rate",
            Metrics=[
                stat("m1", "errors"),
                stat("m2", "calls"),
                {"Id": "e1", "Expression": "100 * m1 / m2", "Label": "rate"},
            ],
            EvaluationPeriods=1,
            Threshold=50,
            ComparisonOperator="GreaterThanThreshold",
            AlarmActions=[watch.topic],
        )
        for errors, state in ((1, "OK"), (3, "ALARM")):
            watch.put("errors", errors)
            watch.put("calls", 4)
            watch.wait(minutes=1)
            assert watch.state("rate") == state
        said = json.loads(watch.told()[0]["Message"])
        assert [one["Id"] for one in said["Trigger"]["Metrics"]] == ["m1", "m2", "e1"]
        assert said["Trigger"]["Metrics"][2]["Expression"] == "100 * m1 / m2"

    @pytest.mark.parametrize("seed", range(4))
    def test_it_does_not_matter_how_often_anybody_looks(self, watch: Watch, seed: int) -> None:
        """The same data, seen every minute or hours later, leaves the same history."""
        chance = random.Random(seed)
        gateway, world, noon = watch.cloud.gateway, watch.world, watch.trail.noon
        treatments = ("missing", "ignore", "breaching", "notBreaching")
        alarms = [
            {
                "Period": chance.choice((60, 120, 300, 900)),
                "EvaluationPeriods": chance.choice((1, 3)),
                "TreatMissingData": treatment,
                "OKActions": [watch.topic],
            }
            for treatment in treatments
        ]
        data = [(chance.randrange(110), chance.randrange(3)) for _ in range(12)]

        def history(looks: int) -> list[tuple[Any, str, str]]:
            saved = gateway.save(world)
            try:
                with world.clock.pinned(noon):
                    for settings in alarms:
                        name = f"by {settings['TreatMissingData']}"
                        watch.alarm(name, **{**settings, "MetricName": "load"})
                    for minutes, value in data:
                        watch.put("load", value, Timestamp=noon + timedelta(minutes=minutes))
                    for _ in range(looks):
                        watch.wait(minutes=180 / looks)
                    found = watch.cloudwatch.describe_alarm_history()["AlarmHistoryItems"]
                    return sorted(
                        (item["Timestamp"], item["AlarmName"], item["HistorySummary"])
                        for item in found
                    )
            finally:
                gateway.restore(world, saved)

        once, often = history(1), history(180)
        assert once == often
        assert len(once) > 20

    def test_a_restored_moment_has_its_alarms(self, cloud: Cloud, watch: Watch) -> None:
        watch.alarm("load")
        watch.wait(minutes=1)
        saved = cloud.gateway.save(cloud.world)
        watch.put("load")
        watch.wait(minutes=1)
        assert watch.state("load") == "ALARM"
        cloud.gateway.restore(cloud.world, saved)
        assert watch.state("load") == "OK"
        watch.wait(minutes=5)
        assert watch.state("load") == "OK"


class TestSetting:
    def test_it_is_shown_as_it_was_set(self, watch: Watch) -> None:
        watch.alarm("load", AlarmDescription="Load", Dimensions=[{"Name": "A", "Value": "1"}])
        shown = watch.described("load")
        for gone in ("StateUpdatedTimestamp", "StateTransitionedTimestamp"):
            assert shown.pop(gone) == watch.trail.noon
        assert shown == {
            "AlarmName": "load",
            "AlarmArn": "arn:aws:cloudwatch:us-east-1:111122223333:alarm:load",
            "AlarmDescription": "Load",
            "AlarmConfigurationUpdatedTimestamp": watch.trail.noon,
            "ActionsEnabled": True,
            "OKActions": [],
            "AlarmActions": [watch.topic],
            "InsufficientDataActions": [],
            "StateValue": "INSUFFICIENT_DATA",
            "StateReason": "Unchecked: Initial alarm creation",
            "MetricName": "load",
            "Namespace": "CIS",
            "Statistic": "Sum",
            "Dimensions": [{"Name": "A", "Value": "1"}],
            "Period": 300,
            "EvaluationPeriods": 1,
            "Threshold": 1.0,
            "ComparisonOperator": "GreaterThanOrEqualToThreshold",
            "TreatMissingData": "notBreaching",
        }

    def test_setting_it_anew_keeps_its_state(self, watch: Watch) -> None:
        watch.alarm("load")
        watch.put("load")
        watch.wait(minutes=1)
        watch.alarm("load", Threshold=7)
        assert watch.state("load") == "ALARM"
        watch.wait(minutes=1)
        assert watch.state("load") == "OK"

    def test_alarms_are_found(self, watch: Watch) -> None:
        for name in ("b1", "a2", "a1"):
            watch.alarm(name)
        describe = watch.cloudwatch.describe_alarms

        def found(**wanted: Any) -> list[str]:
            return [one["AlarmName"] for one in describe(**wanted)["MetricAlarms"]]

        assert found() == ["a1", "a2", "b1"]
        assert found(AlarmNamePrefix="a") == ["a1", "a2"]
        assert found(AlarmNamePrefix="a", StateValue="OK") == []
        assert found(ActionPrefix="arn:aws:sns") == ["a1", "a2", "b1"]
        assert found(ActionPrefix="arn:aws:lambda") == []
        first = describe(MaxRecords=2)
        assert found(MaxRecords=2, NextToken=first["NextToken"]) == ["b1"]
        on = watch.cloudwatch.describe_alarms_for_metric(Namespace="CIS", MetricName="a1")
        assert [one["AlarmName"] for one in on["MetricAlarms"]] == ["a1"]

    @pytest.mark.parametrize(
        ("wrong", "code"),
        [
            ({"Period": 45}, "ValidationError"),
            ({"Period": 3600, "EvaluationPeriods": 200}, "ValidationError"),
            ({"EvaluationPeriods": 2, "DatapointsToAlarm": 3}, "ValidationError"),
            ({"Threshold": None}, "ValidationError"),
            ({"Statistic": None}, "ValidationError"),
            ({"ExtendedStatistic": "p90"}, "ValidationError"),
            ({"TreatMissingData": "sometimes"}, "ValidationError"),
            ({"AlarmActions": ["security"]}, "ValidationError"),
            ({"MetricName": None}, "ValidationError"),
            ({"ComparisonOperator": "GreaterThanUpperThreshold"}, "NotImplemented"),
            ({"Statistic": None, "ExtendedStatistic": "tm90"}, "NotImplemented"),
        ],
        ids=str,
    )
    def test_what_is_no_alarm(
        self, watch: Watch, refusal: Refusal, wrong: dict[str, Any], code: str
    ) -> None:
        assert refusal(lambda: watch.alarm("load", **wrong))[0] == code

    def test_one_that_is_deleted_is_remembered(self, watch: Watch, refusal: Refusal) -> None:
        watch.alarm("load")
        watch.cloudwatch.delete_alarms(AlarmNames=["load"])
        assert watch.cloudwatch.describe_alarms()["MetricAlarms"] == []
        summaries = [item["HistorySummary"] for item in watch.history("load")]
        assert summaries == ['Alarm "load" deleted', 'Alarm "load" created']
        code, _, _ = refusal(lambda: watch.cloudwatch.delete_alarms(AlarmNames=["load"]))
        assert code == "ResourceNotFound"

    def test_who_may_not_is_refused(self, watch: Watch, refusal: Refusal) -> None:
        watch.alarm("load")
        cloud = watch.cloud
        arn = "arn:aws:cloudwatch:us-east-1:111122223333:alarm:load"
        keys = cloud.user("quiet", cloud.statement("cloudwatch:DisableAlarmActions", arn))
        client = cloud.client("cloudwatch", keys)
        client.disable_alarm_actions(AlarmNames=["load"])
        code, _, message = refusal(lambda: client.delete_alarms(AlarmNames=["load"]))
        assert code.startswith("AccessDenied")
        assert "cloudwatch:DeleteAlarms" in message
        assert watch.described("load")["ActionsEnabled"] is False


class TestActing:
    def test_each_state_has_its_actions(self, watch: Watch) -> None:
        watch.alarm(
            "load",
            TreatMissingData=None,
            AlarmActions=[],
            OKActions=[watch.topic],
            InsufficientDataActions=[watch.topic],
        )
        watch.put("load")
        watch.wait(minutes=2)
        assert watch.state("load") == "ALARM"
        watch.wait(minutes=5)
        watch.put("load", 0)
        watch.wait(hours=1)
        assert watch.alarmed() == [("load", "OK"), ("load", "INSUFFICIENT_DATA")]

    def test_actions_can_be_switched_off_and_on(self, watch: Watch) -> None:
        watch.alarm("load")
        watch.cloudwatch.disable_alarm_actions(AlarmNames=["load", "absent"])
        assert watch.history("load")[0]["HistorySummary"] == 'Alarm "load" updated'
        watch.put("load")
        watch.wait(minutes=1)
        assert watch.state("load") == "ALARM"
        watch.cloudwatch.enable_alarm_actions(AlarmNames=["load"])
        watch.wait(hours=1)
        assert watch.alarmed() == []
        watch.put("load")
        watch.wait(minutes=1)
        assert watch.alarmed() == [("load", "ALARM")]

    def test_a_state_that_was_set_acts_until_the_next_evaluation(self, watch: Watch) -> None:
        watch.alarm("load")
        watch.wait(minutes=1)
        watch.cloudwatch.set_alarm_state(
            AlarmName="load", StateValue="ALARM", StateReason="testing"
        )
        assert watch.state("load") == "ALARM"
        (said,) = [json.loads(envelope["Message"]) for envelope in watch.told()]
        assert (said["NewStateReason"], said["OldStateValue"]) == ("testing", "OK")
        watch.wait(minutes=1)
        assert watch.state("load") == "OK"

    def test_only_a_real_state_of_a_real_alarm_is_set(self, watch: Watch, refusal: Refusal) -> None:
        watch.alarm("load")
        for wanted, code in (
            ({"AlarmName": "absent", "StateValue": "OK"}, "ResourceNotFound"),
            ({"AlarmName": "load", "StateValue": "RED"}, "ValidationError"),
            ({"AlarmName": "load", "StateValue": "OK", "StateReasonData": "{"}, "InvalidFormat"),
        ):
            asked = {"StateReason": "testing", **wanted}
            assert refusal(lambda asked=asked: watch.cloudwatch.set_alarm_state(**asked))[0] == code

    @pytest.mark.parametrize(
        ("arn", "told"),
        [
            ("arn:aws:cloudwatch:us-east-1:111122223333:alarm:*", True),
            ("arn:aws:cloudwatch:us-east-1:111122223333:alarm:other", False),
        ],
    )
    def test_the_topics_policy_decides(self, watch: Watch, arn: str, told: bool) -> None:
        cloud = watch.cloud
        policy = cloud.policy(
            cloud.statement(
                "sns:Publish",
                watch.topic,
                Principal={"Service": "cloudwatch.amazonaws.com"},
                Condition={
                    "ArnLike": {"aws:SourceArn": arn},
                    "StringEquals": {"aws:SourceAccount": "111122223333"},
                },
            )
        )
        watch.sns.set_topic_attributes(
            TopicArn=watch.topic, AttributeName="Policy", AttributeValue=policy
        )
        watch.alarm("load")
        watch.put("load")
        watch.wait(minutes=1)
        assert bool(watch.alarmed()) is told
        (item,) = watch.history("load", HistoryItemType="Action")
        state = json.loads(item["HistoryData"])["actionState"]
        assert state == ("Succeeded" if told else "Failed")
        said = "Successfully executed action" if told else "Failed to execute action"
        assert item["HistorySummary"].startswith(f"{said} {watch.topic}")

    def test_an_encrypted_topics_key_must_let_cloudwatch(self, watch: Watch) -> None:
        """With the default key policy it doesn't, and nobody hears of it but the history."""
        cloud, kms = watch.cloud, watch.trail.client("kms")
        key = kms.create_key()["KeyMetadata"]["KeyId"]
        watch.sns.set_topic_attributes(
            TopicArn=watch.topic, AttributeName="KmsMasterKeyId", AttributeValue=key
        )
        watch.alarm("load")
        watch.put("load")
        watch.wait(minutes=1)
        assert watch.alarmed() == []
        (item,) = watch.history("load", HistoryItemType="Action")
        assert (
            "does not have authorization to access the SNS topic encryption key"
            in (item["HistorySummary"])
        )
        root = {"AWS": "arn:aws:iam::111122223333:root"}
        service = {"Service": "cloudwatch.amazonaws.com"}
        use = ["kms:GenerateDataKey*", "kms:Decrypt"]
        kms.put_key_policy(
            KeyId=key,
            PolicyName="default",
            Policy=cloud.policy(
                cloud.statement("kms:*", Principal=root), cloud.statement(use, Principal=service)
            ),
        )
        watch.wait(hours=1)
        watch.put("load")
        watch.wait(minutes=1)
        assert watch.alarmed() == [("load", "ALARM")]

    def test_a_topic_that_is_no_more(self, watch: Watch) -> None:
        watch.alarm("load")
        watch.sns.delete_topic(TopicArn=watch.topic)
        watch.put("load")
        watch.wait(minutes=1)
        (item,) = watch.history("load", HistoryItemType="Action")
        assert item["HistorySummary"].startswith("Failed to execute action")


class TestEvents:
    def test_a_change_of_state(self, watch: Watch, events: list[Event]) -> None:
        watch.alarm("load", AlarmDescription="Load", Dimensions=[{"Name": "A", "Value": "1"}])
        watch.put("load", Dimensions=[{"Name": "A", "Value": "1"}])
        watch.wait(minutes=1)
        told = [one for one in events if one.detail_type == "CloudWatch Alarm State Change"]
        (event,) = told
        envelope = event.as_json()
        assert envelope["source"] == "aws.cloudwatch"
        assert envelope["time"] == "2026-11-02T12:01:00Z"
        assert envelope["resources"] == ["arn:aws:cloudwatch:us-east-1:111122223333:alarm:load"]
        detail = json.loads(json.dumps(envelope["detail"]))
        data = json.loads(detail["state"].pop("reasonData"))
        number = detail["configuration"]["metrics"][0].pop("id")
        assert len(number) == 36
        assert data == {
            "version": "1.0",
            "queryDate": "2026-11-02T12:01:00.000+0000",
            "startDate": "2026-11-02T11:56:00.000+0000",
            "statistic": "Sum",
            "period": 300,
            "recentDatapoints": [1.0],
            "threshold": 1.0,
            "evaluatedDatapoints": [
                {"timestamp": "2026-11-02T11:56:00.000+0000", "sampleCount": 1.0, "value": 1.0}
            ],
        }
        assert detail == {
            "alarmName": "load",
            "state": {
                "value": "ALARM",
                "reason": "Threshold Crossed: 1 datapoint [1.0 (02/11/26 11:56:00)] was greater"
                " than or equal to the threshold (1.0).",
                "timestamp": "2026-11-02T12:01:00.000+0000",
            },
            "previousState": {
                "value": "INSUFFICIENT_DATA",
                "reason": "Unchecked: Initial alarm creation",
                "timestamp": "2026-11-02T12:00:00.000+0000",
            },
            "configuration": {
                "description": "Load",
                "metrics": [
                    {
                        "metricStat": {
                            "metric": {
                                "namespace": "CIS",
                                "name": "load",
                                "dimensions": {"A": "1"},
                            },
                            "period": 300,
                            "stat": "Sum",
                        },
                        "returnData": True,
                    }
                ],
            },
        }

    def test_changes_of_settings(self, watch: Watch, events: list[Event]) -> None:
        watch.alarm("load")
        watch.alarm("load", Threshold=2)
        watch.cloudwatch.delete_alarms(AlarmNames=["load"])
        watch.world.react()
        assert {one.detail_type for one in events} == {"CloudWatch Alarm Configuration Change"}
        assert [one.detail["operation"] for one in events] == ["create", "update", "delete"]
        update = events[1].detail
        assert update["configuration"]["threshold"] == 2.0
        assert update["previousConfiguration"]["threshold"] == 1.0
        assert len({one.id for one in events}) == 3

    def test_nothing_is_told_twice(self, watch: Watch, events: list[Event]) -> None:
        watch.alarm("load")
        watch.wait(minutes=1)
        known = len(events)
        watch.world.react()
        watch.wait(hours=5)
        assert len(events) == known

    def test_a_world_without_alarms_is_asleep(self, watch: Watch) -> None:
        watch.put("load")
        watch.cloudwatch.list_metrics()
        assert "cloudwatch" not in watch.world.awake


class TestComposite:
    def test_it_follows_its_rule(self, watch: Watch, events: list[Event]) -> None:
        for name in ("a", "b"):
            watch.alarm(name, AlarmActions=[], Period=60)
        watch.cloudwatch.put_composite_alarm(
            AlarmName="both", AlarmRule='ALARM("a") AND NOT OK(b)', AlarmActions=[watch.topic]
        )
        watch.put("a")
        watch.wait(minutes=1)
        assert watch.state("both") == "OK"
        watch.put("a")
        watch.put("b")
        watch.wait(minutes=1)
        assert watch.state("both") == "ALARM"
        (said,) = [json.loads(envelope["Message"]) for envelope in watch.told()]
        assert (said["AlarmName"], said["AlarmRule"]) == ("both", 'ALARM("a") AND NOT OK(b)')
        assert "Trigger" not in said
        watch.wait(hours=1)
        assert watch.state("both") == "OK"
        (shown,) = watch.cloudwatch.describe_alarms(AlarmTypes=["CompositeAlarm"])[
            "CompositeAlarms"
        ]
        assert shown["AlarmRule"] == 'ALARM("a") AND NOT OK(b)'
        children = watch.cloudwatch.describe_alarms(ChildrenOfAlarmName="both")["MetricAlarms"]
        assert [one["AlarmName"] for one in children] == ["a", "b"]

    @pytest.mark.parametrize("rule", ["ALARM(absent)", "ALARM(a) AND", "a", "(TRUE", "TRUE FALSE"])
    def test_what_is_no_rule(self, watch: Watch, refusal: Refusal, rule: str) -> None:
        watch.alarm("a")
        code, _, _ = refusal(
            lambda: watch.cloudwatch.put_composite_alarm(AlarmName="both", AlarmRule=rule)
        )
        assert code == "ValidationError"
