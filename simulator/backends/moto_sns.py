"""moto's SNS sends nothing out by itself: what each subscription gets is noted on the topic.

It would put messages into queues whatever their policies say, post to subscribed web servers for
real, and run functions in containers.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from simulator.topics.structure import chosen

_NOTED: Final = "drill_notices"
_SENT: Final = frozenset({"lambda", "sqs"})
"""The protocols of subscriptions that messages are sent on to."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A message for one subscription, which its filter policy lets through."""

    topic: str
    """ARN of the topic, as of the subscription."""
    subscription: str
    protocol: str
    endpoint: str
    message: str
    message_id: str
    subject: str | None
    attributes: Mapping[str, Mapping[str, str]]
    """Name → "Type" and "Value", which is in base64 where it is binary."""
    group: str | None
    deduplication: str | None
    sequence: str | None
    """The sequence number; FIFO topics alone have one."""
    raw: bool
    """Whether the message is delivered without its envelope."""
    dead_letters: str | None
    """ARN of the queue for what can't be delivered."""
    signature_version: str = "1"


def adopt() -> None:
    """Note what a topic would send, if moto.sns.models is loaded."""
    models: Any = sys.modules.get("moto.sns.models")
    if models is not None:
        models.Subscription.publish = _publish


def take(topic: Any) -> tuple[Notice, ...]:
    """What the topic has to send since last asked, oldest first."""
    return tuple(topic.__dict__.pop(_NOTED, ()))


def sequence_number(number: int) -> str:
    """Of a FIFO topic's message by its place among all; they increase and are not consecutive."""
    return str(10_000_000_000_000_000_000 + 1000 * (number + 1))


def _publish(
    subscription: Any, message: str, message_id: str, subject: str | None = None, **more: Any
) -> None:
    if subscription.protocol not in _SENT:
        return
    attributes = more.get("message_attributes") or {}
    if not _passes(subscription, attributes, message):
        return
    if more.get("message_structure") == "json":
        message = chosen(message, subscription.protocol)
    topic = subscription.topic
    fifo = bool(topic.fifo_topic)
    topic.__dict__.setdefault(_NOTED, []).append(
        Notice(
            topic=topic.arn,
            subscription=subscription.arn,
            protocol=subscription.protocol,
            endpoint=subscription.endpoint,
            message=message,
            message_id=message_id,
            subject=subject,
            attributes=attributes,
            group=more.get("group_id"),
            deduplication=more.get("deduplication_id"),
            sequence=sequence_number(len(topic.sent_notifications)) if fifo else None,
            raw=str(subscription.attributes.get("RawMessageDelivery")).lower() == "true",
            dead_letters=_dead_letters(subscription.attributes.get("RedrivePolicy")),
            signature_version=str(topic.__dict__.get("signature_version") or "1"),
        )
    )


def _passes(subscription: Any, attributes: Mapping[str, Any], message: str) -> bool:
    """Whether the filter policy lets the message through, by the scope that is set now.

    moto's matcher fails on values of another type than the policy is about: they don't match.
    """
    from moto.sns.utils import FilterPolicyMatcher

    policy = subscription._filter_policy
    if not policy:
        return True
    scope = subscription.attributes.get("FilterPolicyScope")
    try:
        return FilterPolicyMatcher(policy, scope).matches(dict(attributes), message)
    except (AttributeError, TypeError, ValueError):
        return False


def _dead_letters(policy: str | None) -> str | None:
    try:
        found = json.loads(policy or "{}").get("deadLetterTargetArn")
    except (AttributeError, ValueError):
        return None
    return str(found) if found else None
