"""A message for each protocol."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.topics.conftest import TOPIC, Topic

PARSE = "Invalid parameter: Message Structure - JSON message body failed to parse"
DEFAULT = "Invalid parameter: Message Structure - No default entry in JSON message body"


@pytest.fixture
def raw(topic: Topic) -> Topic:
    topic.subscribe(topic.queue(), RawMessageDelivery="true")
    return topic


def test_a_queue_gets_its_own_or_the_default(raw: Topic) -> None:
    own = {"default": "for all", "sqs": "for queues", "lambda": "for functions"}
    for told in (own, {"default": "for all", "sqs": 7}):
        raw.publish(json.dumps(told), MessageStructure="json")
    assert [one["Body"] for one in raw.messages()] == ["for queues", "for all"]


def test_without_the_structure_it_is_a_text_as_any(raw: Topic) -> None:
    raw.publish('{"sqs": "x"}')
    assert [one["Body"] for one in raw.messages()] == ['{"sqs": "x"}']


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("no JSON", PARSE),
        ("[]", PARSE),
        ("null", PARSE),
        ('{"sqs": "x"}', DEFAULT),
        ('{"sqs": "x", "default": 1}', DEFAULT),
    ],
)
def test_what_is_no_structure_is_refused_and_not_delivered(
    raw: Topic, refusal: Any, message: str, said: str
) -> None:
    entry = {"Id": "1", "Message": message, "MessageStructure": "json"}
    for call in (
        lambda: raw.publish(message, MessageStructure="json"),
        lambda: raw.sns.publish_batch(TopicArn=TOPIC, PublishBatchRequestEntries=[entry]),
    ):
        assert refusal(call) == ("InvalidParameter", 400, said)
    assert raw.messages() == []


def test_a_value_of_another_type_than_the_filter_is_about_does_not_match(topic: Topic) -> None:
    topic.subscribe(
        topic.queue(),
        FilterPolicyScope="MessageBody",
        FilterPolicy='{"color": [{"prefix": "re"}]}',
        RawMessageDelivery="true",
    )
    topic.publish('{"color": 7}')
    topic.publish('{"color": "red"}')
    assert [one["Body"] for one in topic.messages()] == ['{"color": "red"}']
