"""moto's SNS sends nothing out of the simulator, and invokes no function by itself.

It would post to subscribed web servers for real, and run functions in containers.
"""

from __future__ import annotations

import sys
from typing import Any, Final

NOTED: Final = "invocations"
"""On a topic of moto's: (function ARN, subscription ARN, message, its id, subject) of each."""


def adopt() -> None:
    """Note whom a topic would invoke, if moto.sns.models is loaded."""
    models: Any = sys.modules.get("moto.sns.models")
    if models is None or "drill_publish" in models.Subscription.__dict__:
        return
    models.Subscription.drill_publish = models.Subscription.publish
    models.Subscription.publish = _publish


def _publish(
    subscription: Any, message: str, message_id: str, subject: str | None = None, **more: Any
) -> None:
    if subscription.protocol in {"http", "https"}:
        return
    if subscription.protocol != "lambda":
        subscription.drill_publish(message, message_id, subject, **more)
        return
    matcher = subscription._filter_policy_matcher
    if matcher is not None and not matcher.matches(more.get("message_attributes"), message):
        return
    if more.get("message_structure") == "json":
        message = subscription._parse_message_structure(message, "lambda")
    noted = subscription.topic.__dict__.setdefault(NOTED, [])
    noted.append((subscription.endpoint, subscription.arn, message, message_id, subject))
