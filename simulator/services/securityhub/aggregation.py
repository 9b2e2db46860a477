"""Findings of several Regions come together in one.

Sources: "CreateFindingAggregator", "GetFindingAggregator", "ListFindingAggregators",
"UpdateFindingAggregator", "DeleteFindingAggregator" (AWS Security Hub API Reference).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.security_hub.state import Aggregator, hubs_of
from simulator.services import Backend, Result, operation
from simulator.services.securityhub.state import (
    account_of,
    arn,
    drawn,
    hub_of,
    invalid,
    keep,
    missing,
)

_WITH_REGIONS = ("ALL_REGIONS_EXCEPT_SPECIFIED", "SPECIFIED_REGIONS")
_MODES = ("ALL_REGIONS", *_WITH_REGIONS, "NO_REGIONS")


@operation
def create_finding_aggregator(call: Call, backend: Backend) -> Result:
    """In the Region called, which becomes the aggregation Region. An account has one.

    Raises:
        AwsError: LimitExceededException, InvalidInputException, AccessDeniedException.
    """
    hub_of(call)
    _check_standing(call)
    if any(hub.aggregator for _, hub in hubs_of(account_of(call))):
        raise AwsError("LimitExceededException", "Limit of 1 finding aggregator exceeded", 429)
    regions = _regions(call.params, call.region)
    name = arn(call, f"finding-aggregator/{drawn(call, 'aggregator')}")
    made = Aggregator(name, call.params["RegionLinkingMode"], regions)
    keep(call, replace(hub_of(call), aggregator=made))
    return _told(made, call.region)


@operation
def get_finding_aggregator(call: Call, backend: Backend) -> Result:
    """Raises AwsError: ResourceNotFoundException."""
    hub_of(call)
    region, found = _find(call)
    return _told(found, region)


@operation
def list_finding_aggregators(call: Call, backend: Backend) -> Result:
    """The account's one, in whatever Region it is."""
    hub_of(call)
    held = [hub.aggregator for _, hub in hubs_of(account_of(call)) if hub.aggregator]
    return {"FindingAggregators": [{"FindingAggregatorArn": one.arn} for one in held]}


@operation
def update_finding_aggregator(call: Call, backend: Backend) -> Result:
    """Other Regions, or another way to link them."""
    hub = hub_of(call)
    region, old = _find(call)
    if region != call.region:
        raise invalid("The finding aggregator can only be updated from its home Region.")
    new = replace(old, mode=call.params["RegionLinkingMode"], regions=_regions(call.params, region))
    keep(call, replace(hub, aggregator=new))
    return _told(new, region)


@operation
def delete_finding_aggregator(call: Call, backend: Backend) -> Result:
    """Raises AwsError: ResourceNotFoundException."""
    hub = hub_of(call)
    region, _ = _find(call)
    if region != call.region:
        raise invalid("The finding aggregator can only be deleted from its home Region.")
    keep(call, replace(hub, aggregator=None))
    return {}


def _find(call: Call) -> tuple[str, Aggregator]:
    for region, hub in hubs_of(account_of(call)):
        if hub.aggregator and hub.aggregator.arn == call.params["FindingAggregatorArn"]:
            return region, hub.aggregator
    raise missing("Finding aggregator not found")


def _regions(params: Mapping[str, Any], home: str) -> tuple[str, ...]:
    mode, given = params["RegionLinkingMode"], tuple(params.get("Regions") or ())
    if mode not in _MODES:
        raise invalid(f"Invalid parameter 'RegionLinkingMode': '{mode}'")
    if (mode in _WITH_REGIONS) is not bool(given):
        raise invalid("Regions must be given with, and only with, a list of Regions to link.")
    if home in given:
        raise invalid("Regions can't contain the aggregation Region.")
    return given


def _check_standing(call: Call) -> None:
    if hub_of(call).administrator:
        raise AwsError(
            "AccessDeniedException",
            "A member account can't aggregate findings across Regions.",
            403,
        )


def _told(aggregator: Aggregator, region: str) -> Result:
    return {
        "FindingAggregatorArn": aggregator.arn,
        "FindingAggregationRegion": region,
        "RegionLinkingMode": aggregator.mode,
        "Regions": list(aggregator.regions),
    }
