"""What resources looked like. Source: "Viewing Compliance History", API reference of each call."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from simulator.configuration.kinds import kinds
from simulator.configuration.resource import aware
from simulator.configuration.state import Item
from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.services import Backend, Result, operation
from simulator.services.config.shared import catch_up, kept, page

_ONLY_HERE = (
    "configurationItemMD5Hash",
    "tags",
    "relatedEvents",
    "relationships",
)


@operation
def get_resource_config_history(call: Call, backend: Backend) -> Result:
    """A resource's items, the last one first unless it is asked otherwise.

    Raises:
        AwsError: ResourceNotDiscoveredException, InvalidTimeRangeException.
    """
    catch_up(call)
    params = call.params
    key = (str(params["resourceType"]), str(params["resourceId"]))
    earlier, later = _time(params.get("earlierTime")), _time(params.get("laterTime"))
    if earlier is not None and later is not None and earlier > later:
        text = "The earlier time must be before the later time."
        raise AwsError("InvalidTimeRangeException", text)
    items = kept(call).items.get(key)
    if not items:
        raise _unknown(*key)
    found = [
        dict(item.told)
        for item in items
        if (earlier is None or item.captured >= earlier)
        and (later is None or item.captured <= later)
    ]
    if params.get("chronologicalOrder") != "Forward":
        found.reverse()
    shown, more = page(call, found, 10, upper=False)
    return {"configurationItems": shown, **more}


@operation
def batch_get_resource_config(call: Call, backend: Backend) -> Result:
    """The last items of up to 100 resources."""
    catch_up(call)
    state, found, unknown = kept(call), [], []
    for asked in call.params["resourceKeys"]:
        items = state.items.get((asked["resourceType"], asked["resourceId"]))
        if not items:
            unknown.append(dict(asked))
            continue
        told = items[-1].told
        found.append({name: value for name, value in told.items() if name not in _ONLY_HERE})
    return {"baseConfigurationItems": found, "unprocessedResourceKeys": unknown}


@operation
def list_discovered_resources(call: Call, backend: Backend) -> Result:
    """Resources of a type that have been recorded, those that are gone on demand.

    Raises:
        AwsError: ValidationException for a type that there isn't, or both ids and a name.
    """
    catch_up(call)
    params = call.params
    kind, ids, name = params["resourceType"], params.get("resourceIds"), params.get("resourceName")
    if ids and name:
        text = "Both Resource ID and Resource Name cannot be specified in the request"
        raise AwsError("ValidationException", text)
    found = []
    for (one, number), items in sorted(kept(call).items.items()):
        last = items[-1]
        gone = last.deleted and not params.get("includeDeletedResources")
        if one != kind or gone or (ids and number not in ids):
            continue
        if name in {None, last.told.get("resourceName")}:
            found.append(_identifier(last))
    shown, more = page(call, found, 100, upper=False)
    return {"resourceIdentifiers": shown, **more}


@operation
def get_discovered_resource_counts(call: Call, backend: Backend) -> Result:
    """How many resources of each type there are, the most first."""
    catch_up(call)
    state, wanted = kept(call), call.params.get("resourceTypes")
    counts: dict[str, int] = {}
    for key in state.items:
        if state.current(key) is not None and (not wanted or key[0] in wanted):
            counts[key[0]] = counts.get(key[0], 0) + 1
    ordered = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    listed = [{"resourceType": kind, "count": count} for kind, count in ordered]
    shown, more = page(call, listed, 100, upper=False)
    return {"totalDiscoveredResources": sum(counts.values()), "resourceCounts": shown, **more}


def _identifier(item: Item) -> dict[str, Any]:
    told: dict[str, Any] = {
        "resourceType": item.told["resourceType"],
        "resourceId": item.told["resourceId"],
    }
    if "resourceName" in item.told:
        told["resourceName"] = item.told["resourceName"]
    if item.deleted:
        told["resourceDeletionTime"] = item.captured
    return told


def _time(value: datetime | None) -> datetime | None:
    return None if value is None else aware(value)


def _unknown(kind: str, number: str) -> AwsError:
    if kind not in kinds():
        text = f"Resource type {kind} is not recorded in this account."
        return AwsError("ResourceNotDiscoveredException", text)
    return AwsError(
        "ResourceNotDiscoveredException",
        f"Resource {number} of resourceType:{kind} is unknown or has not been discovered",
    )
