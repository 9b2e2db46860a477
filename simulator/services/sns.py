"""Amazon SNS: a message goes on to the queues and functions that are subscribed to its topic."""

from __future__ import annotations

from typing import Any

from simulator.backends.moto_sns import sequence_number
from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.services import Backend, Result, operation
from simulator.topics import spread


@operation
def publish(call: Call, backend: Backend) -> Result:
    """Send a message to all subscriptions ("Publish")."""
    answer = _published(call, backend)
    _number(call, [answer])
    return answer


@operation
def publish_batch(call: Call, backend: Backend) -> Result:
    """Send several messages ("PublishBatch")."""
    answer = _published(call, backend)
    _number(call, answer.get("Successful") or [])
    return answer


def _published(call: Call, backend: Backend) -> Result:
    assert call.account is not None
    try:
        answer = backend()
    except AwsError:
        spread.discard(call.account, call.region, _topic(call))
        raise
    spread.spread(call.account, call.region, _topic(call), call.time)
    return answer


def _topic(call: Call) -> str:
    return str(call.params.get("TopicArn") or call.params.get("TargetArn") or "")


def _number(call: Call, messages: list[dict[str, Any]]) -> None:
    """Tell the sequence numbers of a FIFO topic's newest messages."""
    assert call.account is not None
    topic = spread.find(call.account, call.region, _topic(call))
    if topic is None or not topic.fifo_topic:
        return
    before = len(topic.sent_notifications) - len(messages)
    for place, message in enumerate(messages, before):
        message["SequenceNumber"] = sequence_number(place)
