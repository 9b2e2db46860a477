"""FIFO topics: order, groups, and no message twice within five minutes."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from tests.topics.conftest import TOPIC, Topic

FIFO = f"{TOPIC}.fifo"


@pytest.fixture
def fifo(topic: Topic) -> Topic:
    """With the FIFO topic "news.fifo" beside, and FIFO and standard queues subscribed to it."""
    topic.sns.create_topic(
        Name="news.fifo", Attributes={"FifoTopic": "true", "ContentBasedDeduplication": "true"}
    )
    topic.subscribe(topic.queue("inbox.fifo", topic=FIFO, FifoQueue="true"), FIFO)
    topic.subscribe(topic.queue(topic=FIFO), FIFO, RawMessageDelivery="true")
    return topic


def told(message: Any) -> tuple[str, str, str]:
    document = json.loads(message["Body"])
    group = message["Attributes"]["MessageGroupId"]
    return document["Message"], document["SequenceNumber"], group


def test_a_fifo_queue_gets_group_and_sequence(fifo: Topic) -> None:
    first = fifo.publish("one", FIFO, MessageGroupId="a")
    second = fifo.publish("two", FIFO, MessageGroupId="b")
    assert int(first["SequenceNumber"]) < int(second["SequenceNumber"])
    got = fifo.messages("inbox.fifo")
    assert [told(one) for one in got] == [
        ("one", first["SequenceNumber"], "a"),
        ("two", second["SequenceNumber"], "b"),
    ]
    assert "Signature" not in json.loads(got[0]["Body"])
    assert [one["Body"] for one in fifo.messages()] == ["one", "two"]


def test_a_batch_tells_its_sequence_numbers(fifo: Topic) -> None:
    entries = [{"Id": one, "Message": one, "MessageGroupId": "a"} for one in ("x", "y")]
    answer = fifo.sns.publish_batch(TopicArn=FIFO, PublishBatchRequestEntries=entries)
    numbers = [one["SequenceNumber"] for one in answer["Successful"]]
    assert [told(one)[1] for one in fifo.messages("inbox.fifo")] == numbers


def test_a_duplicate_is_accepted_and_not_delivered_for_five_minutes(fifo: Topic) -> None:
    for _ in range(2):
        assert fifo.publish("same", FIFO, MessageGroupId="a")["MessageId"]
    assert [len(fifo.messages(name)) for name in ("inbox", "inbox.fifo")] == [1, 1]
    fifo.publish("same", FIFO, MessageGroupId="a", MessageDeduplicationId="another")
    assert [len(fifo.messages(name)) for name in ("inbox", "inbox.fifo")] == [1, 1]
    fifo.cloud.world.clock.advance(timedelta(minutes=5))
    fifo.publish("same", FIFO, MessageGroupId="a")
    assert [len(fifo.messages(name)) for name in ("inbox", "inbox.fifo")] == [1, 1]


def test_a_standard_topic_takes_no_fifo_queue(topic: Topic, refusal: Any) -> None:
    queue = topic.queue("inbox.fifo", FifoQueue="true")
    said = refusal(lambda: topic.subscribe(queue))
    assert said[0] == "InvalidParameter"
