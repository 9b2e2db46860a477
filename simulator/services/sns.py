"""Amazon SNS: a message goes on to the queues and functions that are subscribed to its topic."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from simulator.backends.moto_sns import sequence_number
from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.services import Backend, Result, operation
from simulator.topics import spread, structure

_PARTS: Final = 6
"""Of an ARN."""


@operation
def publish(call: Call, backend: Backend) -> Result:
    """Send a message to all subscriptions ("Publish")."""
    answer = _published(call, backend, [call.params])
    _number(call, [answer])
    return answer


@operation
def publish_batch(call: Call, backend: Backend) -> Result:
    """Send several messages ("PublishBatch")."""
    answer = _published(call, backend, call.params.get("PublishBatchRequestEntries") or [])
    _number(call, answer.get("Successful") or [])
    return answer


@operation
def subscribe(call: Call, backend: Backend) -> Result:
    """Have messages sent to an endpoint ("Subscribe")."""
    return _on_a_topic(call, backend)


@operation
def confirm_subscription(call: Call, backend: Backend) -> Result:
    """Take what a topic sends ("ConfirmSubscription")."""
    return _on_a_topic(call, backend)


@operation
def list_subscriptions_by_topic(call: Call, backend: Backend) -> Result:
    """Who gets a topic's messages ("ListSubscriptionsByTopic")."""
    return _on_a_topic(call, backend)


@operation
def get_topic_attributes(call: Call, backend: Backend) -> Result:
    """A topic's settings ("GetTopicAttributes")."""
    return _on_a_topic(call, backend)


@operation
def set_topic_attributes(call: Call, backend: Backend) -> Result:
    """Change one of them ("SetTopicAttributes")."""
    return _on_a_topic(call, backend)


@operation
def add_permission(call: Call, backend: Backend) -> Result:
    """Add a statement to a topic's policy ("AddPermission")."""
    return _on_a_topic(call, backend)


@operation
def remove_permission(call: Call, backend: Backend) -> Result:
    """Remove one from it ("RemovePermission")."""
    return _on_a_topic(call, backend)


@operation
def delete_topic(call: Call, backend: Backend) -> Result:
    """Delete a topic with its subscriptions ("DeleteTopic")."""
    return _on_a_topic(call, backend)


def _on_a_topic(call: Call, backend: Backend) -> Result:
    """Refuse what is no ARN, in the words in which clients report it of SNS."""
    for name in ("TopicArn", "TargetArn"):
        parts = len(str(call.params[name]).split(":")) if call.params.get(name) else _PARTS
        if parts < _PARTS:
            raise AwsError(
                "InvalidParameter",
                f"Invalid parameter: {name} Reason: An ARN must have at least {_PARTS} elements, "
                f"not {parts}",
            )
    return backend()


def _published(call: Call, backend: Backend, messages: Iterable[Mapping[str, Any]]) -> Result:
    assert call.account is not None
    if spread.find(call.account, call.region, _topic(call)) is not None:
        for message in messages:
            if message.get("MessageStructure") == "json":
                structure.check(str(message.get("Message") or ""))
    answer = _on_a_topic(call, backend)
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
