"""One event on its way to one target of a rule: sent, sent again later, or given up.

Sources: "How EventBridge retries delivering events" and "Using dead-letter queues to process
undelivered events in EventBridge" (Amazon EventBridge User Guide): what lacks permission or a
target is given up at once.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from simulator.account.account import Account
    from simulator.gateway.errors import AwsError

KEY: Final = ("events", "")
_ATTEMPTS: Final = 185
_AGE: Final = timedelta(hours=24)
_LONGEST: Final = 600.0
"""Seconds between two attempts, at most; the documentation names no number."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """The values are never changed."""

    rule_arn: str
    rule_name: str
    rule_role: str | None
    target: Mapping[str, Any]
    event: Mapping[str, Any]
    body: str
    """What the target gets."""
    arrived: datetime
    hops: int = 0
    """How many buses the event has come through before this one."""
    attempts: int = 0
    due: datetime | None = None
    """When it is tried again."""

    @property
    def region(self) -> str:
        return self.rule_arn.split(":")[3]

    @property
    def role(self) -> str | None:
        return self.target.get("RoleArn") or self.rule_role


class Undelivered(Exception):
    """An attempt failed, for a reason that EventBridge has a code for."""

    def __init__(self, code: str, message: str, *, again: bool = False) -> None:
        super().__init__(message)
        self.code, self.message, self.again = code, message, again


@dataclass(frozen=True, slots=True)
class Arrival:
    """An event that came to a bus and was not looked at yet."""

    bus: str
    """Its ARN."""
    event: Mapping[str, Any]
    rule: str | None = None
    """The only rule that is to see it."""


@dataclass(frozen=True, slots=True)
class Pending:
    """What EventBridge has to do in an account: `cursor` is the first record not looked at."""

    arrivals: tuple[Arrival, ...] = ()
    retries: tuple[Delivery, ...] = ()
    cursor: int = 0


def pending(account: Account) -> Pending:
    """The state of EventBridge in an account."""
    found: Pending = account.services.get(KEY) or Pending(cursor=len(account.records))
    return found


def attempt(account: Account, delivery: Delivery) -> None:
    """Send it, or see to what becomes of it. The caller has the world's turn."""
    from simulator.events import dead_letters, targets

    try:
        targets.send(account, delivery)
    except Undelivered as failed:
        limit = _limit(account, delivery)
        if failed.again and limit is None:
            kept = pending(account)
            account.services[KEY] = replace(
                kept, retries=(*kept.retries, _later(account, delivery))
            )
            return
        dead_letters.send(account, delivery, failed, limit if failed.again else None)


def _limit(account: Account, delivery: Delivery) -> str | None:
    """Which limit of the retry policy is reached; None while none is."""
    policy = delivery.target.get("RetryPolicy") or {}
    if delivery.attempts >= policy.get("MaximumRetryAttempts", _ATTEMPTS):
        return "MaximumRetryAttempts"
    age = timedelta(seconds=policy.get("MaximumEventAgeInSeconds", _AGE.total_seconds()))
    if account.world.clock.now() - delivery.arrived >= age:
        return "MaximumEventAgeInSeconds"
    return None


def _later(account: Account, delivery: Delivery) -> Delivery:
    """Exponential back-off with jitter."""
    seeded = f"{account.world.seed}/{delivery.rule_arn}/{delivery.event['id']}/{delivery.attempts}"
    chance = random.Random(f"retry/{seeded}/{delivery.target['Id']}")
    seconds = min(2.0**delivery.attempts, _LONGEST) * chance.uniform(0.5, 1)
    due = account.world.clock.now() + timedelta(seconds=seconds)
    return replace(delivery, attempts=delivery.attempts + 1, due=due)


def reason(error: AwsError) -> Undelivered:
    """A refusal of the target's service in EventBridge's words."""
    code, message = error.code, error.message
    if code.startswith(_FORBIDDEN):
        return Undelivered("NO_PERMISSIONS", message)
    if code in _MISSING or code.endswith(("NotFound", "NotFoundException", "DoesNotExist")):
        return Undelivered("NO_RESOURCE", message)
    if "Throttl" in code or code in {"TooManyRequestsException", "ExecutionLimitExceeded"}:
        return Undelivered("THROTTLING", message, again=True)
    if error.status == 501:
        return Undelivered("SDK_CLIENT_ERROR", message)
    if error.status < 500 and code.startswith(("Invalid", "Validation", "MissingParameter")):
        return Undelivered("INVALID_PARAMETER", message)
    return Undelivered("ERROR_FROM_TARGET", message, again=True)


_FORBIDDEN: Final = (
    "AccessDenied",
    "AuthorizationError",
    "KMS.AccessDenied",
    "KMSAccessDenied",
    "Unauthorized",
)
_MISSING: Final = frozenset(
    {"AWS.SimpleQueueService.NonExistentQueue", "InvalidDocument", "StateMachineDeleting"}
)
