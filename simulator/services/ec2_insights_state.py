"""What the analyzers keep, beside the backend's state of EC2: it is saved and restored with that."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from simulator.account.state import state_of
from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError

_KEPT = "simulator_network_insights"
_KINDS = {
    "nip": ("network-insights-path", "NetworkInsightsPath"),
    "nia": ("network-insights-analysis", "NetworkInsightsAnalysis"),
    "nis": ("network-insights-access-scope", "NetworkInsightsAccessScope"),
    "nisa": ("network-insights-access-scope-analysis", "NetworkInsightsAccessScopeAnalysis"),
}
Item = dict[str, Any]


def kept(call: Call, kind: str) -> dict[str, Item]:
    """The items of a kind ("nip", "nia", "nis", "nisa") in the call's Region, by id."""
    from moto.ec2.models import ec2_backends

    assert call.account is not None
    state = state_of("ec2", call.account.id, call.region)
    if state is None:
        state = ec2_backends[call.account.id][call.region]
    found: dict[str, Item] = vars(state).setdefault(_KEPT, {}).setdefault(kind, {})
    return found


def made(call: Call, kind: str, item: Item) -> Item:
    """A new item, with its id, ARN and tags."""
    assert call.account is not None
    world = call.account.world
    chance = random.Random(f"{kind}/{world.seed}/{call.account.id}/{world.internet.count()}")
    name = f"{kind}-0{chance.getrandbits(64):016x}"
    resource, field = _KINDS[kind]
    arn = f"arn:aws:ec2:{call.region}:{call.account.id}:{resource}/{name}"
    tags = [
        {"Key": tag["Key"], "Value": tag.get("Value", "")}
        for each in call.params.get("TagSpecifications") or ()
        if each.get("ResourceType") == resource
        for tag in each.get("Tags") or ()
    ]
    whole = {f"{field}Id": name, f"{field}Arn": arn, **item, "Tags": tags}
    kept(call, kind)[name] = whole
    return whole


def found(call: Call, kind: str, name: str) -> Item:
    """The item of that id.

    Raises:
        AwsError: Invalid…Id.NotFound.
    """
    items = kept(call, kind)
    if name not in items:
        raise AwsError(
            f"Invalid{_KINDS[kind][1]}Id.NotFound",
            f"The {_KINDS[kind][0].replace('-', ' ')} ID '{name}' does not exist",
        )
    return items[name]


def listed(call: Call, kind: str, filters: Mapping[str, Callable[[Item], str]]) -> Iterable[Item]:
    """The items that a Describe call asks for, by ids and filters.

    Raises:
        AwsError: an id or a filter that isn't there.
    """
    asked = call.params.get(f"{_KINDS[kind][1]}Ids")
    items = [found(call, kind, name) for name in asked] if asked else [*kept(call, kind).values()]
    for each in call.params.get("Filters") or ():
        name = str(each["Name"])
        if name.startswith("tag:"):
            value = _tagged(name.partition(":")[2])
        elif name in filters:
            value = filters[name]
        else:
            raise AwsError("InvalidParameterValue", f"The filter '{name}' is invalid")
        items = [item for item in items if value(item) in each["Values"]]
    return items


def _tagged(key: str) -> Callable[[Item], str]:
    def value(item: Item) -> str:
        return next((tag["Value"] for tag in item["Tags"] if tag["Key"] == key), "\0")

    return value


def dry(call: Call) -> None:
    """Refuse a dry run, as EC2 does when the real call would be allowed."""
    if call.params.get("DryRun"):
        raise AwsError(
            "DryRunOperation", "Request would have succeeded, but DryRun flag is set", 412
        )
