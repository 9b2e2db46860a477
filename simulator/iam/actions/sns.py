"""Amazon Simple Notification Service.

Source: "Actions, resources, and condition keys for Amazon SNS" (Service Authorization
Reference). A text message to a telephone number names no resource.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.iam.actions.needed import Request


def topic_of(_: Request, subscription: str) -> str:
    """ARN of the topic that a subscription's ARN begins with."""
    return subscription.rpartition(":")[0] if subscription.count(":") > 5 else subscription


BUILDERS = {"subscription": topic_of}
KINDS = {"subscription": ["arn:aws:sns:{region}:{account}:{}", []]}
_SUBSCRIPTION = ["subscription=SubscriptionArn"]

OPERATIONS: Mapping[str, Any] = {
    "GetSubscriptionAttributes": _SUBSCRIPTION,
    "Publish": ["?topic=TopicArn|TargetArn"],
    "SetSubscriptionAttributes": _SUBSCRIPTION,
    "Unsubscribe": _SUBSCRIPTION,
}
