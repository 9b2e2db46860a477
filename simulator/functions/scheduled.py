"""The event that a schedule makes.

Source: "Setting a schedule pattern for scheduled rules (legacy) in Amazon EventBridge".
"""

from __future__ import annotations

import random

from simulator.account.account import Account
from simulator.account.chance import drawn_uuid
from simulator.reactions.event import Event


def event(account: Account, rule_arn: str, region: str) -> Event:
    """What targets of a rule get when it is due, now."""
    now = account.world.clock.now()
    chance = random.Random(f"scheduled/{account.world.seed}/{rule_arn}/{now.isoformat()}")
    return Event(
        account=account.id,
        region=region,
        time=now,
        source="aws.events",
        detail_type="Scheduled Event",
        detail={},
        id=drawn_uuid(chance),
        resources=(rule_arn,),
    )
