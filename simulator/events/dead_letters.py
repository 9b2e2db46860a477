"""Events that could not be delivered, sent to the target's dead-letter queue.

Source: "Using dead-letter queues to process undelivered events in EventBridge" (Amazon EventBridge
User Guide).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from simulator.events.delivery import Delivery, Undelivered
from simulator.events.target_input import compact

if TYPE_CHECKING:
    from simulator.account.account import Account

EVENTS = "events.amazonaws.com"


def send(account: Account, delivery: Delivery, failed: Undelivered, limit: str | None) -> None:
    """Keep the event in the queue, if there is one that lets EventBridge; else it is lost.

    `limit` is what ended the attempts, if there were to be more than one.
    """
    from simulator.gateway.caller import service_caller
    from simulator.gateway.errors import AwsError
    from simulator.gateway.own_call import OwnCall, perform

    queue = (delivery.target.get("DeadLetterConfig") or {}).get("Arn")
    if not queue or queue.split(":")[2] != "sqs":
        return
    *_, region, owner, name = queue.split(":")
    attributes = {
        "RULE_ARN": delivery.rule_arn,
        "TARGET_ARN": delivery.target["Arn"],
        "ERROR_CODE": failed.code,
        "ERROR_MESSAGE": failed.message or failed.code,
        "RETRY_ATTEMPTS": str(delivery.attempts),
    }
    if limit is not None:
        attributes["EXHAUSTED_RETRY_CONDITION"] = limit
    params = {
        "QueueUrl": f"https://sqs.{region}.amazonaws.com/{owner}/{name}",
        "MessageBody": compact(delivery.event),
        "MessageAttributes": {
            key: {"DataType": "String", "StringValue": value} for key, value in attributes.items()
        },
    }
    caller = replace(service_caller(EVENTS), issuer_arn=delivery.rule_arn)
    held = account.world.accounts.get(owner)
    if held is None or region != delivery.region:
        return
    try:
        perform(OwnCall(caller, EVENTS, "sqs", "SendMessage", params, region), held)
    except AwsError:
        return
