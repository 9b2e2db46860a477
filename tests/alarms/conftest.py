"""A trail that sends to a log group, metric filters on it, and a topic with a queue behind it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.conftest import LogTrail

ACCOUNT = "111122223333"
GROUP = f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:trail:*"
RIGHTS = ["logs:CreateLogStream", "logs:PutLogEvents"]


class Watch:
    """What the CIS benchmark asks for: a filter, an alarm on its metric, and somebody who is told."""

    def __init__(self, trail: LogTrail) -> None:
        self.trail, self.cloud, self.world = trail, trail.cloud, trail.cloud.world
        self.cloudwatch, self.logs = trail.client("cloudwatch"), trail.client("logs")
        self.sns, self.sqs = trail.client("sns"), trail.client("sqs")
        self.topic = str(self.sns.create_topic(Name="security")["TopicArn"])
        arn = f"arn:aws:sqs:us-east-1:{ACCOUNT}:security"
        policy = self.cloud.policy(
            self.cloud.statement("sqs:SendMessage", arn, Principal={"Service": "sns.amazonaws.com"})
        )
        made = self.sqs.create_queue(QueueName="security", Attributes={"Policy": policy})
        self.queue = str(made["QueueUrl"])
        self.sns.subscribe(TopicArn=self.topic, Protocol="sqs", Endpoint=arn)

    def log(self) -> None:
        """Start a trail of every region that sends to the log group "trail"."""
        self.trail.bucket()
        self.logs.create_log_group(logGroupName="trail")
        trust = self.cloud.trust({"Service": "cloudtrail.amazonaws.com"})
        stream = GROUP.replace(":*", f":log-stream:{ACCOUNT}_CloudTrail_us-east-1*")
        role = self.cloud.role("watch", trust, self.cloud.statement(RIGHTS, stream))
        self.trail.start(
            IsMultiRegionTrail=True, CloudWatchLogsLogGroupArn=GROUP, CloudWatchLogsRoleArn=role
        )

    def filter(self, name: str, pattern: str, group: str = "trail", **more: Any) -> None:
        told = {"metricName": name, "metricNamespace": "CIS", "metricValue": "1", **more}
        self.logs.put_metric_filter(
            logGroupName=group, filterName=name, filterPattern=pattern, metricTransformations=[told]
        )

    def alarm(self, name: str, **more: Any) -> None:
        settings = {
            "MetricName": name,
            "Namespace": "CIS",
            "Statistic": "Sum",
            "Period": 300,
            "EvaluationPeriods": 1,
            "Threshold": 1,
            "ComparisonOperator": "GreaterThanOrEqualToThreshold",
            "TreatMissingData": "notBreaching",
            "AlarmActions": [self.topic],
            **more,
        }
        wanted = {key: value for key, value in settings.items() if value is not None}
        self.cloudwatch.put_metric_alarm(AlarmName=name, **wanted)

    def put(self, name: str, value: float = 1, **more: Any) -> None:
        """One datum of the metric, now."""
        self.cloudwatch.put_metric_data(
            Namespace="CIS", MetricData=[{"MetricName": name, "Value": value, **more}]
        )

    def wait(self, **duration: float) -> None:
        """Let time pass; services go on by themselves."""
        self.trail.wait(**duration)
        self.world.react()

    def told(self) -> list[dict[str, Any]]:
        """The messages that came to the queue since last asked, in JSON."""
        found = self.sqs.receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10)
        messages = found.get("Messages", [])
        for message in messages:
            self.sqs.delete_message(QueueUrl=self.queue, ReceiptHandle=message["ReceiptHandle"])
        return [json.loads(message["Body"]) for message in messages]

    def alarmed(self) -> list[tuple[str, str]]:
        """The alarms that were told of, and their new states."""
        said = [json.loads(envelope["Message"]) for envelope in self.told()]
        return [(one["AlarmName"], one["NewStateValue"]) for one in said]

    def state(self, name: str) -> str:
        return str(self.described(name)["StateValue"])

    def described(self, name: str) -> dict[str, Any]:
        kinds = ["MetricAlarm", "CompositeAlarm"]
        found = self.cloudwatch.describe_alarms(AlarmNames=[name], AlarmTypes=kinds)
        (alarm,) = [*found["MetricAlarms"], *found["CompositeAlarms"]]
        return dict(alarm)

    def history(self, name: str, **more: Any) -> list[dict[str, Any]]:
        found = self.cloudwatch.describe_alarm_history(AlarmName=name, **more)
        return list(found["AlarmHistoryItems"])


@pytest.fixture
def watch(trail: LogTrail) -> Watch:
    """The clock stands at noon on 2 November 2026 until it is moved."""
    return Watch(trail)
