"""The recorder takes in what has changed since it last looked, one item for each resource.

Sources: "Recording AWS Resources", "Components of a Configuration Item" (AWS Config Developer
Guide), "ConfigurationItem" (AWS Config API Reference): as of version 1.3 no item names its events.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from simulator.account.account import Account
from simulator.configuration.groups import records
from simulator.configuration.kinds import GLOBAL, kinds
from simulator.configuration.resource import Resource
from simulator.configuration.state import PRINCIPAL, Item, Kept, Key, keep, kept
from simulator.configuration.touched import touched
from simulator.gateway.errors import AwsError

_OF_VPC: Final = ("AWS::EC2::SecurityGroup", "AWS::EC2::NetworkAcl", "AWS::EC2::RouteTable")


def catch_up(account: Account, region: str, now: datetime) -> tuple[Item, ...]:
    """Record what has changed; the new items. Nothing while the recorder is stopped."""
    state = kept(account, region)
    if not state.recording or (state.cursor == len(account.records) and not state.inventory):
        return ()
    names = dict.fromkeys(_names(state, account, region))
    state = replace(state, cursor=len(account.records), inventory=False)
    new: list[Item] = []
    if names:
        refused = _refusal(state, account, region)
        if refused is None:
            new = list(_items(state, account, region, names, now))
            table = dict(state.items)
            for item in new:
                key = (item.told["resourceType"], item.told["resourceId"])
                table[key] = (*table.get(key, ()), item)
            state = replace(state, items=table)
        status = "SUCCESS" if refused is None else "FAILURE"
        if status != state.status:
            state = replace(state, status=status, status_at=now)
        state = replace(state, error=refused)
    keep(account, region, state)
    return tuple(new)


def _names(state: Kept, account: Account, region: str) -> Iterator[Key]:
    """What may have changed, by type and name."""
    assert state.recorder is not None
    if state.inventory:
        for kind, how in kinds().items():
            if records(state.recorder, kind):
                yield from ((kind, name) for name in how.listed(account, region))
        for key in state.items:
            if (item := state.current(key)) is not None and records(state.recorder, key[0]):
                yield key[0], _name(item)
        return
    for record in account.records[state.cursor :]:
        for kind, name in touched(record, account, region):
            if records(state.recorder, kind):
                yield kind, name


def _name(item: Item) -> str:
    """By which the kind looks a resource up."""
    kind = item.told["resourceType"]
    if kind == "AWS::IAM::Policy":
        return str(item.told["arn"])
    return str(item.told["resourceName" if kind in GLOBAL else "resourceId"])


def _refusal(state: Kept, account: Account, region: str) -> tuple[str, str] | None:
    """Why the recorder can't take its role."""
    from simulator.gateway import service_role

    assert state.recorder is not None
    recorder = f"arn:aws:config:{region}:{account.id}:configuration-recorder"
    try:
        service_role.assume(
            account,
            PRINCIPAL,
            recorder,
            str(state.recorder["roleARN"]),
            "AWSConfig-Describe",
            region,
        )
    except AwsError as error:
        return error.code, error.message
    return None


def _items(
    state: Kept, account: Account, region: str, names: Iterable[Key], now: datetime
) -> Iterator[Item]:
    """The items of what is new, changed or gone, and of what has to do with that."""
    waiting, seen = list(names), set(names)
    there: set[Key] = set()
    gone: list[Key] = []
    for kind, name in waiting:
        resource = kinds()[kind].described(account, region, name)
        if resource is None:
            gone.append((kind, name))
            if (last := state.current((kind, name))) is not None:
                told = [(o["resourceType"], o["resourceId"]) for o in last.told["relationships"]]
                _follow(state, (kind, name), told, account, region, waiting, seen)
            continue
        there.add((kind, resource.id))
        before = state.current((kind, resource.id))
        if before is not None and before.content == resource.content:
            continue
        status = "ResourceDiscovered" if before is None else "OK"
        yield _item(resource, account, status, now)
        if before is None:
            tied = [(other, one) for other, one, _ in resource.related]
            _follow(state, (kind, name), tied, account, region, waiting, seen)
    named = {
        (key[0], _name(item)): key
        for key in state.items
        if (item := state.current(key)) is not None
    }
    for found in gone:
        key = named.get(found)
        if key is not None and key not in there:
            yield _deleted(state.items[key][-1], now)


def _follow(
    state: Kept,
    key: Key,
    tied: Iterable[Key],
    account: Account,
    region: str,
    waiting: list[Key],
    seen: set[Key],
) -> None:
    """What a resource that came or went is tied to is looked at as well: an instance's volumes.

    With a VPC come its default security group, network ACL and route table.
    """
    assert state.recorder is not None
    others = list(tied)
    if key[0] == "AWS::EC2::VPC":
        for kind in _OF_VPC:
            others += [(kind, name) for name in kinds()[kind].listed(account, region)]
            others += [one for one in state.items if one[0] == kind and state.current(one)]
    for other in others:
        if other[0] not in GLOBAL and other not in seen and records(state.recorder, other[0]):
            seen.add(other)
            waiting.append(other)


def _item(resource: Resource, account: Account, status: str, now: datetime) -> Item:
    more = {
        name: json.dumps(value)
        for name, value in resource.supplementary.items()
        if value is not None
    }
    told: dict[str, Any] = {
        "version": "1.3",
        "accountId": account.id,
        "configurationItemCaptureTime": now,
        "configurationItemStatus": status,
        "configurationStateId": str(int(now.timestamp() * 1000)),
        "configurationItemMD5Hash": "",
        "arn": resource.arn,
        "resourceType": resource.type,
        "resourceId": resource.id,
        "awsRegion": resource.region,
        "availabilityZone": resource.zone,
        "tags": dict(resource.tags),
        "relatedEvents": [],
        "relationships": [
            {"resourceType": kind, "resourceId": name, "relationshipName": how}
            for kind, name, how in resource.related
        ],
        "configuration": json.dumps(resource.configuration),
        "supplementaryConfiguration": more,
        "recordingFrequency": "CONTINUOUS",
        "configurationItemDeliveryTime": now,
    }
    if resource.name:
        told["resourceName"] = resource.name
    if resource.created is not None:
        told["resourceCreationTime"] = resource.created
    return Item(status, now, told, resource.content)


def _deleted(last: Item, now: datetime) -> Item:
    """The end of a resource: an item without a configuration."""
    told = {name: value for name, value in last.told.items() if name != "configuration"}
    told |= {
        "configurationItemCaptureTime": now,
        "configurationItemDeliveryTime": now,
        "configurationItemStatus": "ResourceDeleted",
        "configurationStateId": str(int(now.timestamp() * 1000)),
        "relationships": [],
        "supplementaryConfiguration": {},
        "tags": {},
    }
    return Item("ResourceDeleted", now, told, "")
