"""Who may put a topic's message into a queue: SNS, if the queue and its key let it."""

from __future__ import annotations

import json

import pytest

from tests.topics.conftest import SNS, TOPIC, Topic


def test_a_queue_that_lets_the_topic_gets_the_message(topic: Topic) -> None:
    topic.subscribe(topic.queue())
    sent = topic.publish("hello")
    (got,) = topic.messages()
    told = json.loads(got["Body"])
    assert (told["MessageId"], told["Message"]) == (sent["MessageId"], "hello")


def test_a_queue_without_a_policy_gets_nothing(topic: Topic) -> None:
    topic.cloud.root("sqs").create_queue(QueueName="inbox")
    topic.subscribe("arn:aws:sqs:us-east-1:111122223333:inbox")
    topic.publish()
    assert topic.messages() == []


def test_a_queue_that_lets_another_topic_gets_nothing(topic: Topic) -> None:
    topic.subscribe(topic.queue(topic=f"{TOPIC}-of-others"))
    topic.publish()
    assert topic.messages() == []


def test_the_publishers_own_rights_on_the_queue_do_not_help(topic: Topic) -> None:
    """SNS sends, whoever published: the administrator may do anything with the queue."""
    client = topic.client("sqs")
    allow = topic.cloud.statement("sqs:*", Principal={"AWS": "111122223333"})
    client.create_queue(QueueName="inbox", Attributes={"Policy": topic.cloud.policy(allow)})
    topic.subscribe("arn:aws:sqs:us-east-1:111122223333:inbox")
    topic.publish()
    assert topic.messages() == []


def test_the_delivery_is_recorded_in_the_name_of_sns(topic: Topic) -> None:
    topic.subscribe(topic.queue())
    topic.publish()
    (record,) = [one for one in topic.cloud.account.records if one["eventName"] == "SendMessage"]
    assert record["userIdentity"] == {"type": "AWSService", "invokedBy": "sns.amazonaws.com"}
    assert record["sourceIPAddress"] == "sns.amazonaws.com"
    assert "errorCode" not in record


@pytest.mark.parametrize("region", ["us-east-1", "eu-west-1"])
def test_a_queue_in_another_account_and_region(topic: Topic, region: str) -> None:
    """Its owner subscribes it, where the topic's policy lets that account."""
    cloud = topic.cloud
    other = cloud.open("444455556666", world=cloud.world)
    queue = topic.queue(account=other, region=region)
    allow = cloud.statement("sns:Subscribe", TOPIC, Principal={"AWS": other.id})
    topic.sns.set_topic_attributes(
        TopicArn=TOPIC, AttributeName="Policy", AttributeValue=cloud.policy(allow)
    )
    keys = cloud.user("ann", cloud.statement("sns:Subscribe"), account=other)
    cloud.client("sns", keys).subscribe(TopicArn=TOPIC, Protocol="sqs", Endpoint=queue)
    topic.publish("far away")
    (got,) = topic.messages(queue, other)
    assert json.loads(got["Body"])["Message"] == "far away"
    (record,) = [one for one in other.records if one["eventName"] == "SendMessage"]
    assert (record["awsRegion"], record["recipientAccountId"]) == (region, other.id)


def test_an_encrypted_queue_needs_a_key_that_lets_sns(topic: Topic) -> None:
    kms = topic.client("kms")
    key = kms.create_key()["KeyMetadata"]["Arn"]
    topic.subscribe(topic.queue(KmsMasterKeyId=key))
    topic.publish("refused")
    assert topic.messages() == []
    cloud = topic.cloud
    owner = cloud.statement("kms:*", Principal={"AWS": "arn:aws:iam::111122223333:root"})
    allow = cloud.statement(
        ["kms:GenerateDataKey", "kms:Decrypt"],
        Principal=SNS,
        Condition={"ArnEquals": {"aws:SourceArn": TOPIC}},
    )
    kms.put_key_policy(KeyId=key, Policy=cloud.policy(owner, allow))
    topic.publish("let through")
    (got,) = topic.messages()
    assert json.loads(got["Body"])["Message"] == "let through"


def test_what_is_refused_goes_to_the_dead_letter_queue(topic: Topic) -> None:
    dead = topic.queue("dead")
    redrive = json.dumps({"deadLetterTargetArn": dead})
    topic.subscribe(topic.queue(topic=f"{TOPIC}-of-others"), RedrivePolicy=redrive)
    topic.publish("refused")
    assert topic.messages() == []
    (got,) = topic.messages("dead")
    assert json.loads(got["Body"])["Message"] == "refused"


def test_a_deleted_queues_messages_go_to_the_dead_letter_queue(topic: Topic) -> None:
    dead = topic.queue("dead")
    redrive = json.dumps({"deadLetterTargetArn": dead})
    topic.subscribe(topic.queue(), RedrivePolicy=redrive, RawMessageDelivery="true")
    sqs = topic.cloud.root("sqs")
    topic.publish("before")
    sqs.delete_queue(QueueUrl=sqs.get_queue_url(QueueName="inbox")["QueueUrl"])
    topic.publish("after")
    assert [one["Body"] for one in topic.messages("dead")] == ["after"]


def test_a_dead_letter_queue_has_a_policy_too_and_is_in_the_same_region(topic: Topic) -> None:
    closed = topic.queue("closed", topic=f"{TOPIC}-of-others")
    far = topic.queue("far", region="eu-west-1")
    gone = "arn:aws:sqs:us-east-1:111122223333:gone"
    for dead in (closed, far):
        subscription = topic.subscribe(
            gone, RedrivePolicy=json.dumps({"deadLetterTargetArn": dead})
        )
        topic.publish()
        topic.sns.unsubscribe(SubscriptionArn=subscription)
        assert topic.messages(dead) == []


def test_a_snapshot_takes_deliveries_back(topic: Topic) -> None:
    topic.subscribe(topic.queue())
    world = topic.cloud.world
    before = world.save()
    topic.publish()
    world.restore(before)
    assert topic.messages() == []
