"""Amazon CloudWatch Logs.

Source: "Overview of managing access permissions to your CloudWatch Logs resources" (Amazon
CloudWatch Logs User Guide). Actions on a log group are decided on its ARN with
":log-stream:", as the messages of refusals show; those on tags, on its ARN alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.iam.actions.needed import Request
from simulator.iam.actions.resources import Builder


def plain_group(call: Request, name: str) -> str:
    """ARN of a log group, by its name or ARN, without the part for its streams."""
    if name.startswith("arn:"):
        return name.removesuffix(":*")
    return call.arn("logs", f"log-group:{name}")


def log_group(call: Request, name: str) -> str:
    """ARN that an action on a log group is decided on."""
    return f"{plain_group(call, name)}:log-stream:"


def every_group(call: Request) -> str:
    """What a call on no log group in particular is decided on."""
    return log_group(call, "")


def log_stream(call: Request) -> tuple[Any, ...]:
    """GetLogEvents, on a stream of a group that is named or given by ARN."""
    group = call.params.get("logGroupName") or call.params.get("logGroupIdentifier") or "*"
    arn = f"{log_group(call, group)}{call.params.get('logStreamName', '*')}"
    return (call.need(f"logs:{call.operation}", arn),)


def destination_of(call: Request) -> tuple[Any, ...]:
    """PutSubscriptionFilter, on the group, on a Logs destination, and on the role passed."""
    params = call.params
    action = "logs:PutSubscriptionFilter"
    needs = [call.need(action, log_group(call, params.get("logGroupName", "*")))]
    if ":destination:" in params.get("destinationArn", ""):
        needs.append(call.need(action, params["destinationArn"]))
    if params.get("roleArn"):
        passed = {"iam:PassedToService": "logs.amazonaws.com"}
        needs.append(call.need("iam:PassRole", params["roleArn"], passed))
    return tuple(needs)


BUILDERS: Mapping[str, Builder] = {"group": plain_group, "log-group": log_group}
ABSENT = {"log-group": every_group}
KINDS = {"group": ["arn:aws:logs:{region}:{account}:log-group:{}", []]}
_EITHER = ["log-group=logGroupName|logGroupIdentifier"]

OPERATIONS: Mapping[str, Any] = {
    "DescribeLogGroups": ["log-group=logGroupIdentifiers[]"],
    "DescribeLogStreams": _EITHER,
    "FilterLogEvents": _EITHER,
    "GetLogEvents": log_stream,
    "GetLogGroupFields": _EITHER,
    "ListTagsForResource": ["?group=resourceArn"],
    "ListTagsLogGroup": ["group=logGroupName"],
    "PutSubscriptionFilter": destination_of,
    "StartQuery": ["log-group=logGroupName|logGroupNames[]|logGroupIdentifiers[]"],
    "TagLogGroup": {"resources": ["group=logGroupName"], "tags": "tags"},
    "TagResource": {"resources": ["?group=resourceArn"], "tags": "tags"},
    "UntagLogGroup": {"resources": ["group=logGroupName"], "untags": "tags[]"},
    "UntagResource": {"resources": ["?group=resourceArn"], "untags": "tagKeys[]"},
}
