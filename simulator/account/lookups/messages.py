"""Amazon SQS, SNS, EventBridge, CloudWatch Logs and GuardDuty."""

from __future__ import annotations

from typing import Any

from simulator.account.lookups.arns import Arn


def sqs_tags(state: Any, arn: Arn) -> Any:
    """Tags of a queue."""
    return getattr(state.queues.get(arn.resource), "tags", None)


def sns_tags(state: Any, arn: Arn) -> Any:
    """Tags of a topic."""
    return getattr(state.topics.get(arn.text), "_tags", None)


def logs_tags(state: Any, arn: Arn) -> Any:
    """Tags of a log group, which actions on its streams are decided by as well."""
    group = arn.text.split(":log-stream:", 1)[0].removesuffix(":*")
    return state.tagger.tags.get(group) or state.tagger.tags.get(f"{group}:*")


def events_attributes(state: Any, arn: Arn) -> dict[str, str]:
    """events:creatorAccount and events:ManagedBy of a rule."""
    if arn.kind != "rule":
        return {}
    bus, _, name = arn.name.rpartition("/")
    found = state.event_buses.get(bus or "default")
    rule = found.rules.get(name) if found is not None else None
    if rule is None:
        return {}
    managed = {"events:ManagedBy": str(rule.managed_by)} if rule.managed_by else {}
    return {"events:creatorAccount": str(rule.created_by)} | managed


def guardduty_tags(state: Any, arn: Arn) -> Any:
    """Tags of a detector."""
    return getattr(state.detectors.get(arn.name), "tags", None)
