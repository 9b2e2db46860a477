"""From when on EventBridge follows what happens: since the first rule that has a pattern."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.events import instance_states
from simulator.events.delivery import KEY, Pending
from simulator.reactions.reactions import wake

if TYPE_CHECKING:
    from simulator.gateway.call import Call


def begin(call: Call) -> None:
    """Follow all accounts of the call's world from now on, if that isn't so already.

    Of the past, and of the call itself, rules see nothing.
    """
    assert call.account is not None
    world = call.account.world
    for account in world.accounts.values():
        if KEY not in account.services:
            own = account is call.account
            account.services[KEY] = Pending(cursor=len(account.records) + own)
        instance_states.begin(account)
    wake(world, "api calls")
    wake(world, "ec2")
