"""Amazon EventBridge.

Source: "Actions, resources, and condition keys for Amazon EventBridge" (Service Authorization
Reference) and "Using IAM policy conditions in Amazon EventBridge" (User Guide).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from simulator.iam.actions.context import request_tags, resource_tags, tags_of
from simulator.iam.actions.needed import ContextValue, Needed, Request
from simulator.iam.actions.resources import role_arn

Needs = tuple[Needed, ...]


def bus_arn(call: Request, name: str) -> str:
    """ARN of an event bus by name or ARN."""
    return name if name.startswith("arn:") else call.arn("events", f"event-bus/{name}")


def rule_arn(call: Request, name: str) -> str:
    """ARN of a rule: on a bus other than the default one, the bus's name comes first."""
    bus = call.params.get("EventBusName") or "default"
    owner = call.arn("events", "")
    if bus.startswith("arn:"):
        owner, _, bus = bus.partition("event-bus/")
    middle = "" if bus == "default" else f"{bus}/"
    return f"{owner}rule/{middle}{name}"


def on_rule(call: Request) -> Needs:
    """An action on a rule, with the roles that it passes to EventBridge."""
    name = call.params.get("Name") or call.params.get("Rule") or "*"
    arn = rule_arn(call, name)
    keys = resource_tags(call.lookup, arn)
    if call.lookup is not None:
        keys |= dict(call.lookup.attributes(arn) or {})
    targets = call.params.get("Targets") or ()
    if targets:
        keys["events:TargetArn"] = tuple(str(target.get("Arn")) for target in targets)
    tags = request_tags(tags_of(call.params.get("Tags")))
    keys |= _pattern(call.params.get("EventPattern")) | tags
    needs = [call.need(f"events:{call.operation}", arn, keys)]
    if tags:
        needs.append(call.need("events:TagResource", arn, keys))
    roles = [call.params.get("RoleArn"), *(target.get("RoleArn") for target in targets)]
    passed = {"iam:PassedToService": "events.amazonaws.com"}
    needs += [
        call.need("iam:PassRole", role_arn(call, role), passed)
        for role in dict.fromkeys(roles)
        if role
    ]
    return tuple(needs)


def _pattern(text: str | None) -> dict[str, ContextValue]:
    if not text:
        return {}
    try:
        pattern = json.loads(text)
    except ValueError:
        return {}
    keys: dict[str, ContextValue] = {}
    for member, key in (("source", "events:source"), ("detail-type", "events:detail-type")):
        values = pattern.get(member) if isinstance(pattern, dict) else None
        named = tuple(value for value in values or () if isinstance(value, str))
        if named:
            keys[key] = named
    return keys


def put_events(call: Request) -> Needs:
    """PutEvents, on the bus of each entry."""
    needs: dict[tuple[str, ...], Needed] = {}
    for entry in call.params.get("Entries") or ():
        arn = bus_arn(call, entry.get("EventBusName") or "default")
        source, kind = str(entry.get("Source", "")), str(entry.get("DetailType", ""))
        keys = {"events:source": source, "events:detail-type": kind}
        needs[arn, source, kind] = call.need("events:PutEvents", arn, keys)
    return tuple(needs.values()) or (call.need("events:PutEvents", bus_arn(call, "*")),)


def on_default_bus(call: Request) -> str:
    """The bus that is meant where a call names none."""
    return bus_arn(call, "default")


BUILDERS = {"event-bus": bus_arn}
ABSENT = {"event-bus": on_default_bus}
_ON_RULE = [
    "DeleteRule",
    "DescribeRule",
    "DisableRule",
    "EnableRule",
    "ListTargetsByRule",
    "PutRule",
    "PutTargets",
    "RemoveTargets",
]

OPERATIONS: Mapping[str, Any] = {
    **dict.fromkeys(_ON_RULE, on_rule),
    "CreateArchive": ["archive=ArchiveName", "event-bus=EventSourceArn"],
    "DescribeApiDestination": ["api-destination=Name"],
    "DescribeEventBus": ["event-bus=Name"],
    "ListTagsForResource": ["?event-bus=ResourceARN"],
    "PutEvents": put_events,
    "StartReplay": ["replay=ReplayName", "archive=EventSourceArn", "event-bus=Destination.Arn"],
    "UpdateEventBus": ["event-bus=Name"],
}
