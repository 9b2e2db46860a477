"""record: every call leaves a CloudTrail record in the account it was made to."""

from __future__ import annotations

import random
import uuid
from collections.abc import Mapping
from datetime import datetime

from simulator.account.account import Account
from simulator.gateway.call import Call
from simulator.gateway.caller import CallerType
from simulator.telemetry import cloudtrail, delivery


def record(call: Call, accounts: Mapping[str, Account]) -> None:
    """Write the call down for the account called into, and for the caller's own.

    A signature that proved nobody leaves no record: AWS can't say whose it would be.
    """
    assert call.outcome is not None
    unproved = call.signature is not None and call.caller.type is CallerType.ANONYMOUS
    if call.account is None or unproved:
        return
    call.event_id = _event_id(call.account)
    written = cloudtrail.record(call)
    call.account.records.append(written)
    home = accounts.get(call.caller.account_id)
    if home is not None and home is not call.account:
        home.records.append(cloudtrail.record(call, recipient=home.id))


def _event_id(account: Account) -> str:
    """From the account's seed and the number of its records, so that it can be graded again."""
    chance = random.Random(f"event/{account.world.seed}/{account.id}/{len(account.records)}")
    return str(uuid.UUID(int=chance.getrandbits(128), version=4))


def deliver(account: Account, now: datetime, call: Call | None = None) -> None:
    """Deliver log files that are due; given the call, only if it could tell the difference."""
    if call is None or delivery.looks(call):
        delivery.flush(account.world, now)
