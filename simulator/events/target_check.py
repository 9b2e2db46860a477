"""What PutTargets refuses.

Source: "PutTargets", "Target", "RetryPolicy" (Amazon EventBridge API Reference), "Amazon EventBridge
quotas" (User Guide).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from simulator.account.state import state_of
from simulator.events import target_input, targets
from simulator.gateway.errors import AwsError

if TYPE_CHECKING:
    from simulator.gateway.call import Call

_MOST: Final = 5
_BOUNDS: Final = {"MaximumRetryAttempts": (0, 185), "MaximumEventAgeInSeconds": (60, 86400)}


def check(call: Call) -> None:
    """Refuse targets that no event could be delivered to as they say.

    Raises:
        AwsError: ValidationException, LimitExceededException, or not simulated.
    """
    rule, wanted = _rule(call), call.params.get("Targets") or ()
    if rule is None:
        return
    names = {target["Id"] for target in (*rule.targets, *wanted)}
    if len(names) > _MOST:
        text = "The requested resource exceeds the maximum number allowed."
        raise AwsError("LimitExceededException", text)
    for target in wanted:
        arn = str(target["Arn"])
        sort = targets.kind(arn)
        if sort and not targets.simulated(arn):
            raise AwsError.not_simulated("events", f"PutTargets of {arn}")
        why = target_input.wrong(target) or _wrong(call, target)
        if (
            why is None
            and sort in targets.NEED_ROLE
            and not (target.get("RoleArn") or rule.role_arn)
        ):
            why = f"RoleArn is required for target {arn}."
        if why is not None:
            raise AwsError("ValidationException", why)


def _wrong(call: Call, target: Mapping[str, Any]) -> str | None:
    policy = target.get("RetryPolicy") or {}
    for name, (low, high) in _BOUNDS.items():
        if name in policy and not low <= policy[name] <= high:
            bound = (
                f"less than or equal to {high}"
                if policy[name] > high
                else (f"greater than or equal to {low}")
            )
            path = f"targets.1.member.retryPolicy.{name[0].lower()}{name[1:]}"
            return (
                f"1 validation error detected: Value '{policy[name]}' at '{path}' failed to "
                f"satisfy constraint: Member must have value {bound}"
            )
    queue = str((target.get("DeadLetterConfig") or {}).get("Arn") or "")
    parts = queue.split(":")
    if queue and (len(parts) != 6 or parts[2:4] != ["sqs", call.region] or queue.endswith(".fifo")):
        return (
            "Parameter DeadLetterConfig.Arn is not valid. Reason: A dead-letter queue must be a "
            "standard SQS queue in the rule's Region."
        )
    if targets.kind(str(target["Arn"])) == "document" and not target.get("RunCommandParameters"):
        return f"Parameter(s) RunCommandParameters must be specified for target: {target['Id']}."
    return None


def _rule(call: Call) -> Any:
    assert call.account is not None
    state = state_of("events", call.account.id, call.region)
    bus = str(call.params.get("EventBusName") or "default").rpartition("/")[2]
    held = state.event_buses.get(bus) if state is not None else None
    return held.rules.get(call.params.get("Rule")) if held is not None else None
