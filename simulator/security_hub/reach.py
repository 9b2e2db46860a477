"""Whose findings a hub shows: its own, its members', and those of Regions that are linked.

Sources: "Understanding cross-Region aggregation", "Managing administrator and member accounts" (AWS
Security Hub User Guide).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from simulator.security_hub.state import Hub, hub_of, hubs_of

if TYPE_CHECKING:
    from simulator.account.account import Account
    from simulator.account.world import World

Place = tuple["Account", str]
"""An account and a Region in which Security Hub is on."""


def places(world: World, account: Account, region: str) -> Iterator[Place]:
    """Where the findings are that somebody sees who asks in `region` of `account`."""
    home = hub_of(account, region)
    if home is None:
        return
    for owner in (account, *_members(world, account, home)):
        for where, _ in hubs_of(owner):
            if where == region or (home.aggregator and home.aggregator.links(where)):
                yield owner, where


def watchers(world: World, account: Account, region: str) -> Iterator[Place]:
    """Who sees the findings of `region` of `account`: itself first."""
    yield account, region
    own = hub_of(account, region)
    administrator = world.accounts.get(own.administrator) if own else None
    for watcher in (account, administrator):
        if watcher is None:
            continue
        for where, hub in hubs_of(watcher):
            if (watcher, where) == (account, region):
                continue
            if where == region or (hub.aggregator and hub.aggregator.links(region)):
                yield watcher, where


def _members(world: World, account: Account, hub: Hub) -> Iterator[Account]:
    for member in hub.members.values():
        other = world.accounts.get(member.account_id)
        if other is not None and member.status == "Enabled":
            yield other
