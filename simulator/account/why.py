"""Why a call was refused or allowed, as plain data."""

from __future__ import annotations

from typing import Any

from simulator.account.verdicts import OTHERS, REFUSALS, Asked, Kept
from simulator.account.world import World
from simulator.errors import BadSubmission
from simulator.iam.explain import explain


def why(world: World, call_id: str) -> dict[str, Any]:
    """What was asked of the policies about a call, and what they said.

    `call_id` is a request id or a CloudTrail event id of any account of `world`.

    Raises:
        BadSubmission: no such call, or one so long ago that its verdict is no longer kept.
    """
    for account in world.accounts.values():
        if kept := account.verdicts.find(call_id):
            return _told(kept)
    for account in world.accounts.values():
        for record in reversed(account.records):
            if call_id in {record["eventID"], record.get("requestID")}:
                raise BadSubmission(
                    f"{record['eventName']} of {record['eventTime']} is in the trail, but what the "
                    f"policies said of it is no longer kept: that is so for the last {REFUSALS:,} "
                    f"refusals and the last {OTHERS} other calls. Make the call again."
                )
    raise BadSubmission(
        f"No call has the id {call_id!r}. Give the ClientError that boto3 raised, or the id of a "
        "request or of a CloudTrail event."
    )


def _told(kept: Kept) -> dict[str, Any]:
    code, message = kept.error or (None, None)
    return {
        "call": kept.operation,
        "request_id": kept.request_id,
        "event_id": kept.event_id,
        "time": kept.time,
        "caller": kept.caller,
        "error": code,
        "message": message,
        "refused": any(not one.decision.allowed for one in kept.asked),
        "needs": [_need(one) for one in kept.asked],
    }


def _need(one: Asked) -> dict[str, Any]:
    decision = explain(*one.grounds) if one.grounds else one.decision
    return {"action": one.action, "resource": one.resource, **decision.as_json(explained=True)}
