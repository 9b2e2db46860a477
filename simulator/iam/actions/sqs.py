"""Amazon Simple Queue Service.

Source: "Amazon SQS API permissions: Actions and resource reference" (Amazon SQS Developer
Guide) and the API reference's page of StartMessageMoveTask.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from simulator.iam.actions.needed import Needed, Request
from simulator.iam.actions.resources import Builder


def queue_arn(call: Request, queue: str) -> str:
    """ARN of a queue by its URL (…/account/name), name or ARN."""
    if queue.startswith("arn:"):
        return queue
    owner = call.params.get("QueueOwnerAWSAccountId")
    if "/" in queue:
        *_, owner, queue = ["", *urlsplit(queue).path.strip("/").split("/")]
    if not (owner and owner.isdigit()):
        owner = call.account_id
    return f"arn:aws:sqs:{call.region}:{owner}:{queue}"


def move_messages(call: Request) -> tuple[Needed, ...]:
    """StartMessageMoveTask: taking from the dead-letter queue, sending to the destination."""
    source = call.params.get("SourceArn", "*")
    actions = ("StartMessageMoveTask", "ReceiveMessage", "DeleteMessage", "GetQueueAttributes")
    needs = [call.need(f"sqs:{action}", source) for action in actions]
    if call.params.get("DestinationArn"):
        needs.append(call.need("sqs:SendMessage", call.params["DestinationArn"]))
    return tuple(needs)


BUILDERS: Mapping[str, Builder] = {"queue": queue_arn}
OPERATIONS: Mapping[str, Any] = {
    "ListMessageMoveTasks": ["queue=SourceArn"],
    "StartMessageMoveTask": move_messages,
}
