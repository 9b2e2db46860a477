"""What a subscribed queue gets: AWS's document, or the bare message."""

from __future__ import annotations

import base64
import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.conftest import Cloud
from tests.topics.conftest import TOPIC, Topic

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
COLOR = {"color": {"DataType": "String", "StringValue": "red"}}


def test_the_document_is_as_aws_writes_it(topic: Topic) -> None:
    subscription = topic.subscribe(topic.queue())
    with topic.cloud.world.clock.pinned(NOON):
        sent = topic.publish('say "hé"', Subject="News", MessageAttributes=COLOR)
        (got,) = topic.messages()
    told = json.loads(got["Body"])
    host = "https://sns.us-east-1.amazonaws.com"
    assert re.fullmatch(
        rf"{host}/SimpleNotificationService-[0-9a-f]{{32}}\.pem", told.pop("SigningCertURL")
    )
    assert len(base64.b64decode(told.pop("Signature"), validate=True)) == 256
    assert told == {
        "Type": "Notification",
        "MessageId": sent["MessageId"],
        "TopicArn": TOPIC,
        "Subject": "News",
        "Message": 'say "hé"',
        "Timestamp": "2026-11-02T12:00:00.000Z",
        "SignatureVersion": "1",
        "UnsubscribeURL": f"{host}/?Action=Unsubscribe&SubscriptionArn={subscription}",
        "MessageAttributes": {"color": {"Type": "String", "Value": "red"}},
    }
    lines = got["Body"].splitlines()
    assert lines[1] == '  "Type" : "Notification",'
    assert lines[-3:] == ['    "color" : {"Type":"String","Value":"red"}', "  }", "}"]


def test_what_was_not_given_is_not_in_the_document(topic: Topic) -> None:
    topic.subscribe(topic.queue())
    topic.publish()
    (got,) = topic.messages()
    assert {"Subject", "MessageAttributes", "SequenceNumber"}.isdisjoint(json.loads(got["Body"]))
    assert "MessageAttributes" not in got


def test_the_topic_chooses_the_version_of_the_signature(topic: Topic) -> None:
    topic.subscribe(topic.queue())
    topic.sns.set_topic_attributes(
        TopicArn=TOPIC, AttributeName="SignatureVersion", AttributeValue="2"
    )
    topic.publish()
    (got,) = topic.messages()
    assert json.loads(got["Body"])["SignatureVersion"] == "2"


def body(seed: int) -> str:
    cloud = Cloud()
    cloud.open(seed=seed)
    try:
        with cloud.world.clock.pinned(NOON):
            topic = Topic(cloud)
            topic.subscribe(topic.queue())
            topic.publish(Subject="again")
            (got,) = topic.messages()
            return str(got["Body"])
    finally:
        cloud.gateway.remove(cloud.world)


def test_the_same_calls_on_the_same_seed_give_the_same_document() -> None:
    assert body(7) == body(7) != body(8)


def test_raw_delivery_passes_message_and_attributes_on(topic: Topic) -> None:
    topic.subscribe(topic.queue(), RawMessageDelivery="true")
    binary = {"key": {"DataType": "Binary", "BinaryValue": b"\x00\xff"}}
    number = {"size": {"DataType": "Number", "StringValue": "3"}}
    topic.publish("bare", MessageAttributes={**COLOR, **binary, **number})
    (got,) = topic.messages()
    assert got["Body"] == "bare"
    told = got["MessageAttributes"]
    assert told["color"] == {"DataType": "String", "StringValue": "red"}
    assert told["key"] == {"DataType": "Binary", "BinaryValue": b"\x00\xff"}
    assert told["size"] == {"DataType": "Number", "StringValue": "3"}


def test_raw_delivery_takes_ten_attributes(topic: Topic) -> None:
    topic.subscribe(topic.queue(), RawMessageDelivery="true")
    many = {f"a{number}": COLOR["color"] for number in range(11)}
    topic.publish("too many", MessageAttributes=many)
    del many["a10"]
    topic.publish("enough", MessageAttributes=many)
    assert [one["Body"] for one in topic.messages()] == ["enough"]


def test_raw_delivery_can_be_ended(topic: Topic) -> None:
    subscription = topic.subscribe(topic.queue(), RawMessageDelivery="true")
    topic.sns.set_subscription_attributes(
        SubscriptionArn=subscription, AttributeName="RawMessageDelivery", AttributeValue="false"
    )
    topic.publish()
    (got,) = topic.messages()
    assert json.loads(got["Body"])["Message"] == "hello"


@pytest.mark.parametrize(
    ("policy", "scope"),
    [
        ({"color": ["red"]}, "MessageAttributes"),
        ({"sky": {"color": [{"prefix": "re"}]}}, "MessageBody"),
    ],
)
def test_a_filter_policy_chooses_by_attributes_or_body(
    topic: Topic, policy: Any, scope: str
) -> None:
    topic.subscribe(
        topic.queue(),
        FilterPolicyScope=scope,
        FilterPolicy=json.dumps(policy),
        RawMessageDelivery="true",
    )
    red, blue = (json.dumps({"sky": {"color": one}}) for one in ("red", "blue"))
    topic.publish(blue, MessageAttributes={"color": {"DataType": "String", "StringValue": "blue"}})
    topic.publish("no color")
    topic.publish(red, MessageAttributes=COLOR)
    assert [one["Body"] for one in topic.messages()] == [red]


def test_the_scope_may_be_set_after_the_policy(topic: Topic) -> None:
    subscription = topic.subscribe(topic.queue(), RawMessageDelivery="true")
    for name, value in (
        ("FilterPolicy", '{"color": ["red"]}'),
        ("FilterPolicyScope", "MessageBody"),
    ):
        topic.sns.set_subscription_attributes(
            SubscriptionArn=subscription, AttributeName=name, AttributeValue=value
        )
    topic.publish("{}", MessageAttributes=COLOR)
    topic.publish('{"color": "red"}')
    assert [one["Body"] for one in topic.messages()] == ['{"color": "red"}']


def test_a_batch_is_delivered_in_order(topic: Topic) -> None:
    topic.subscribe(topic.queue(), RawMessageDelivery="true")
    entries = [{"Id": str(number), "Message": f"m{number}"} for number in range(3)]
    topic.sns.publish_batch(TopicArn=TOPIC, PublishBatchRequestEntries=entries)
    assert [one["Body"] for one in topic.messages()] == ["m0", "m1", "m2"]
