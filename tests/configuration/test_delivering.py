"""What AWS Config puts into its bucket and tells its topic."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tests.configuration.conftest import Recorded


def test_the_bucket_is_tried_when_the_channel_is_made(
    recorded: Recorded, refusal: Callable[..., Any]
) -> None:
    recorded.start()
    listed = recorded.s3.list_objects_v2(Bucket="configs")["Contents"]
    assert [one["Key"] for one in listed] == [
        "AWSLogs/111122223333/Config/ConfigWritabilityCheckFile"
    ]
    recorded.s3.create_bucket(Bucket="closed")
    put = recorded.config.put_delivery_channel
    found = refusal(lambda: put(DeliveryChannel={"name": "default", "s3BucketName": "closed"}))
    assert found[0] == "InsufficientDeliveryPolicyException"
    assert "closed" in found[2]
    found = refusal(lambda: put(DeliveryChannel={"name": "default", "s3BucketName": "nowhere"}))
    assert found[0] == "NoSuchBucketException"


def test_the_recorders_role_may_write_where_the_bucket_says_nothing(recorded: Recorded) -> None:
    recorded.s3.create_bucket(Bucket="plain")
    trust = recorded.cloud.trust({"Service": "config.amazonaws.com"})
    allowed = recorded.cloud.statement(["s3:PutObject", "s3:PutObjectAcl"], "arn:aws:s3:::plain/*")
    recorded.role = recorded.cloud.role("recorder", trust, allowed)
    recorded.start(s3BucketName="plain")
    assert recorded.s3.list_objects_v2(Bucket="plain")["KeyCount"] == 1


def test_a_snapshot_holds_every_resource(recorded: Recorded) -> None:
    recorded.start()
    made = recorded.config.deliver_config_snapshot(deliveryChannelName="default")
    ((key, body),) = recorded.files("ConfigSnapshot").items()
    assert key.startswith("AWSLogs/111122223333/Config/us-east-1/2026/11/2/ConfigSnapshot/")
    assert key.endswith(f"_{made['configSnapshotId']}.json.gz")
    kinds = {item["resourceType"] for item in body["configurationItems"]}
    assert kinds == {"AWS::IAM::Role", "AWS::IAM::User", "AWS::S3::Bucket"}
    (status,) = recorded.config.describe_delivery_channel_status()["DeliveryChannelsStatus"]
    assert status["configSnapshotDeliveryInfo"]["lastStatus"] == "SUCCESS"


def test_snapshots_come_as_often_as_the_channel_says(recorded: Recorded) -> None:
    recorded.start(configSnapshotDeliveryProperties={"deliveryFrequency": "Three_Hours"})
    recorded.wait(hours=2)
    assert not recorded.files("ConfigSnapshot")
    recorded.wait(hours=1)
    recorded.wait(hours=3)
    assert len(recorded.files("ConfigSnapshot")) == 2


def test_history_files_hold_what_changed_in_six_hours(recorded: Recorded) -> None:
    recorded.start()
    recorded.wait(hours=1)
    recorded.s3.create_bucket(Bucket="newer")
    recorded.wait(hours=4)
    assert not recorded.files("ConfigHistory")
    recorded.wait(hours=2)
    ((key, body),) = recorded.files("ConfigHistory").items()
    assert "_ConfigHistory_AWS::S3::Bucket_" in key
    assert [item["resourceId"] for item in body["configurationItems"]] == ["newer"]


def test_a_bucket_that_is_closed_afterwards_gets_nothing(recorded: Recorded) -> None:
    recorded.start()
    recorded.s3.delete_bucket_policy(Bucket="configs")
    recorded.config.deliver_config_snapshot(deliveryChannelName="default")
    assert not recorded.files("ConfigSnapshot")
    (status,) = recorded.config.describe_delivery_channel_status()["DeliveryChannelsStatus"]
    told = status["configSnapshotDeliveryInfo"]
    assert (told["lastStatus"], told["lastErrorCode"]) == ("FAILURE", "AccessDenied")


def test_its_uploads_are_recorded_in_its_own_name(recorded: Recorded) -> None:
    recorded.start()
    puts = [
        one
        for one in recorded.account.records
        if one["eventName"] == "PutObject" and one["userIdentity"]["type"] == "AWSService"
    ]
    assert [one["userIdentity"]["invokedBy"] for one in puts] == ["config.amazonaws.com"]


def test_the_topic_is_told_of_changes(recorded: Recorded) -> None:
    sns, sqs = recorded.client("sns"), recorded.client("sqs")
    topic = sns.create_topic(Name="config")["TopicArn"]
    queue = sqs.create_queue(QueueName="inbox")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]
    allow = recorded.cloud.statement(
        "sqs:SendMessage", arn["QueueArn"], Principal={"Service": "sns.amazonaws.com"}
    )
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": recorded.cloud.policy(allow)})
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn["QueueArn"])
    statement = recorded.cloud.statement(
        "sns:Publish", topic, Principal={"Service": "config.amazonaws.com"}
    )
    sns.set_topic_attributes(
        TopicArn=topic,
        AttributeName="Policy",
        AttributeValue=recorded.cloud.policy(statement),
    )
    recorded.start(snsTopicARN=topic)
    recorded.wait(minutes=1)
    recorded.rule("S3_BUCKET_VERSIONING_ENABLED")
    recorded.wait(minutes=1)
    messages = []
    while found := sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages"):
        messages += [json.loads(one["Body"]) for one in found]
        for one in found:
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=one["ReceiptHandle"])
    types = {json.loads(one["Message"])["messageType"] for one in messages}
    assert types == {"ConfigurationItemChangeNotification", "ComplianceChangeNotification"}
    subjects = [one["Subject"] for one in messages]
    assert any("configs is NON_COMPLIANT with rule" in subject for subject in subjects)
    assert all(len(subject) <= 100 for subject in subjects)
    recorded.client("sns").set_topic_attributes(
        TopicArn=topic,
        AttributeName="Policy",
        AttributeValue=recorded.cloud.policy(
            recorded.cloud.statement("sns:Publish", topic, Principal={"AWS": "111122223333"})
        ),
    )
    recorded.s3.create_bucket(Bucket="newer")
    recorded.wait(minutes=1)
    (status,) = recorded.config.describe_delivery_channel_status()["DeliveryChannelsStatus"]
    assert status["configStreamDeliveryInfo"]["lastStatus"] == "FAILURE"
