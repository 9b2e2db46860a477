"""AWS Config catches up: records, evaluates, remedies, delivers and tells."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from simulator.account.account import Account
from simulator.account.world import World
from simulator.configuration import delivering, evaluating, events, recording, remediating
from simulator.configuration.state import Item, Kept, kept, regions_of
from simulator.reactions.event import Event


def observe(world: World, until: datetime) -> list[Event]:
    """What AWS Config tells of every account and Region in which it is used."""
    return [
        event
        for account in list(world.accounts.values())
        for region in regions_of(account)
        for event in catch_up(account, region, until)
    ]


def catch_up(account: Account, region: str, now: datetime) -> list[Event]:
    """Bring one Region up to date; the events of that, oldest first."""
    before = kept(account, region)
    items = recording.catch_up(account, region, now)
    told = list(_of_items(account, region, before, items))
    changes = evaluating.evaluate(account, region, now, items)
    told += [events.of_change(account, region, change) for change in changes]
    if told:
        delivering.publish(account, region, now, told)
    delivering.deliver(account, region, now)
    remediating.remedy(account, region, now)
    return told


def _of_items(
    account: Account, region: str, before: Kept, items: tuple[Item, ...]
) -> Iterator[Event]:
    for item in items:
        key = (str(item.told["resourceType"]), str(item.told["resourceId"]))
        yield events.of_item(account, region, item, before.current(key))
