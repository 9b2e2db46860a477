"""A log group of CloudWatch Logs as a target: an event is one log event in a stream of its own.

Its resource policy lets EventBridge. Source: "CloudWatch Logs permissions" of "Using resource-based
policies for Amazon EventBridge" (Amazon EventBridge User Guide).
"""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING

from simulator.account.chance import drawn_uuid
from simulator.account.state import state_of
from simulator.events.delivery import Delivery, Undelivered

if TYPE_CHECKING:
    from simulator.account.account import Account
    from simulator.gateway.caller import Caller


def send(owner: Account, caller: Caller, delivery: Delivery) -> None:
    """Put the event into the group.

    Raises:
        Undelivered: there is no such group.
        AwsError: the caller may not write there.
    """
    from simulator.backends import moto_time
    from simulator.gateway import service_role

    region, name = _place(str(delivery.target["Arn"]))
    state = state_of("logs", owner.id, region)
    if state is None or name not in state.groups:
        raise Undelivered("NO_RESOURCE", f"The log group {name} does not exist.")
    now = owner.world.clock.now()
    chance = f"{owner.world.seed}/{delivery.rule_arn}/{delivery.target['Id']}"
    stream = drawn_uuid(random.Random(f"stream/{chance}/{delivery.event['id']}/{now.isoformat()}"))
    params = {"logGroupName": name, "logStreamName": stream}
    for operation in ("CreateLogStream", "PutLogEvents"):
        service_role.check(owner, caller, "logs", operation, params, region)
    held = state.groups[name]
    with moto_time.serving(lambda: now):
        held.create_log_stream(stream)
        event = {"timestamp": int(now.timestamp() * 1000), "message": _message(delivery.body)}
        held.streams[stream].put_log_events([event])


def _place(arn: str) -> tuple[str, str]:
    parts = arn.removesuffix(":*").split(":", 6)
    return parts[3], parts[6] if len(parts) > 6 else ""


def _message(body: str) -> str:
    """The message of a template that has a timestamp and a message; else the whole."""
    try:
        told = json.loads(body)
    except ValueError:
        return body
    if isinstance(told, dict) and told.keys() == {"timestamp", "message"}:
        message = told["message"]
        return message if isinstance(message, str) else json.dumps(message)
    return body
