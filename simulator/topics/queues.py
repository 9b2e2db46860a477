"""Messages that SNS puts into queues in its own name, on behalf of the topic.

The queue's policy decides, and that of the key that encrypts it. What is refused goes to the
subscription's dead-letter queue, or nowhere. Sources: "Subscribing an Amazon SQS queue to an
Amazon SNS topic", "Amazon SNS raw message delivery", "Amazon SNS dead-letter queues", "Amazon SNS
message delivery for FIFO topics" (Amazon SNS Developer Guide).
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from simulator.account.state import state_of
from simulator.topics.envelope import envelope, text

if TYPE_CHECKING:
    from simulator.account.account import Account
    from simulator.backends.moto_sns import Notice

SNS: Final = "sns.amazonaws.com"
_MOST_RAW_ATTRIBUTES: Final = 10


def deliver(account: Account, notice: Notice, at: datetime) -> None:
    """Send the message to the subscribed queue. The caller has the world's turn."""
    too_many = notice.raw and len(notice.attributes) > _MOST_RAW_ATTRIBUTES
    if too_many or not _send(account, notice, notice.endpoint, at):
        give_up(account, notice, at)


def give_up(account: Account, notice: Notice, at: datetime) -> None:
    """Send it to the dead-letter queue, which must be in the subscription's account and region."""
    place = notice.subscription.split(":")[3:5]
    arn = notice.dead_letters
    if arn is not None and arn.split(":")[3:5] == place:
        _send(account, notice, arn, at)


def _send(account: Account, notice: Notice, arn: str, at: datetime) -> bool:
    """Whether the queue, of whatever account and region, took it."""
    from simulator.gateway.caller import service_caller
    from simulator.gateway.errors import AwsError
    from simulator.gateway.own_call import OwnCall, perform

    parts = arn.split(":")
    if len(parts) != 6 or parts[2] != "sqs":
        return False
    region, number, name = parts[3:]
    owner = account.world.accounts.get(number)
    state = state_of("sqs", number, region) if owner is not None else None
    if owner is None or state is None or name not in state.queues:
        return False
    params: dict[str, Any] = {"QueueUrl": f"https://sqs.{region}.amazonaws.com/{number}/{name}"}
    if notice.raw:
        params |= {"MessageBody": notice.message, "MessageAttributes": _attributes(notice)}
    else:
        params["MessageBody"] = text(envelope(notice, account.world.seed, at))
    if notice.group:
        params["MessageGroupId"] = notice.group
    if notice.deduplication and name.endswith(".fifo"):
        params["MessageDeduplicationId"] = notice.deduplication
    caller = replace(service_caller(SNS), issuer_arn=notice.topic)
    try:
        perform(OwnCall(caller, SNS, "sqs", "SendMessage", params, region), owner)
    except AwsError:
        return False
    return True


def _attributes(notice: Notice) -> dict[str, Mapping[str, Any]]:
    """In boto3's shape."""
    found: dict[str, Mapping[str, Any]] = {}
    for name, told in notice.attributes.items():
        if told["Type"].startswith("Binary"):
            value: dict[str, Any] = {"BinaryValue": base64.b64decode(told["Value"])}
        else:
            value = {"StringValue": str(told["Value"])}
        found[name] = {"DataType": told["Type"], **value}
    return found
