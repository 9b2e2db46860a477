"""Trusted IP lists (IP sets) and threat lists (threat intel sets), in objects in S3.

A list is read when it is activated, with the object as it is then: to take up changes, activate it
again. Sources: "CreateIPSet", "CreateThreatIntelSet" (API Reference), "Customizing threat detection with
entity lists and IP address lists": at most one active trusted list and six active threat lists.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from simulator.gateway.call import Call
from simulator.guardduty import lists
from simulator.guardduty.state import AddressList, Detector
from simulator.services import Backend, Result, operation
from simulator.services.guardduty.common import (
    bad,
    detector_of,
    keep_detector,
    new_id,
    owned,
    page,
    tagged,
    tags_of,
    without,
)


@dataclass(frozen=True, slots=True)
class _Which:
    field: str
    id: str
    ids: str
    arn: str
    most: int

    @property
    def parameter(self) -> str:
        return f"{self.id[0].lower()}{self.id[1:]}"

    def kept(self, detector: Detector) -> dict[str, AddressList]:
        return dict(getattr(detector, self.field))


_TRUSTED = _Which("trusted", "IpSetId", "IpSetIds", "ipset", 1)
_THREATS = _Which("threats", "ThreatIntelSetId", "ThreatIntelSetIds", "threatintelset", 6)


def _create(call: Call, which: _Which) -> Result:
    detector, params = detector_of(call), call.params
    kept = which.kept(detector)
    if any(one.name == params["Name"] for one in kept.values()):
        raise bad("a list with the given name already exists.")
    made = AddressList(
        new_id(call, which.arn, detector.made + 1),
        params["Name"],
        params["Format"],
        params["Location"],
        "INACTIVE",
        params.get("ExpectedBucketOwner", ""),
    )
    if lists.place(made.location) is None:
        raise bad("an invalid or out-of-range value is specified as the location.")
    if params["Activate"]:
        made = _activated(call, which, kept, made)
    changed = replace(
        detector,
        made=detector.made + 1,
        **{which.field: {**kept, made.id: made}},  # type: ignore[arg-type]
    )
    keep_detector(call, tagged(call, changed, f"{which.arn}/{made.id}"))
    return {which.id: made.id}


def _activated(
    call: Call, which: _Which, kept: dict[str, AddressList], one: AddressList
) -> AddressList:
    """The list as its object is now; one that can't be read is in ERROR."""
    assert call.account is not None
    others = [each for each in kept.values() if each.id != one.id and each.status == "ACTIVE"]
    if len(others) >= which.most:
        raise bad("the maximum number of active lists has been reached.")
    blocks = lists.read(call.account.world, one.location, one.owner)
    if blocks is None:
        return replace(one, status="ERROR", blocks=())
    return replace(one, status="ACTIVE", blocks=blocks)


def _get(call: Call, which: _Which) -> Result:
    detector, name = detector_of(call), str(call.params[which.id])
    one = owned(which.kept(detector), name, which.parameter)
    told: dict[str, Any] = {
        "Name": one.name,
        "Format": one.format,
        "Location": one.location,
        "Status": one.status,
        "Tags": tags_of(call, detector, f"{which.arn}/{name}"),
    }
    return {**told, "ExpectedBucketOwner": one.owner} if one.owner else told


def _list(call: Call, which: _Which) -> Result:
    shown, token = page(call, list(which.kept(detector_of(call))))
    return {which.ids: list(shown), **token}


def _update(call: Call, which: _Which) -> Result:
    detector, params = detector_of(call), call.params
    kept, name = which.kept(detector), str(params[which.id])
    one = owned(kept, name, which.parameter)
    changed = replace(
        one,
        name=params.get("Name") or one.name,
        location=params.get("Location") or one.location,
        owner=params.get("ExpectedBucketOwner") or one.owner,
    )
    if params.get("Activate") is False:
        changed = replace(changed, status="INACTIVE", blocks=())
    elif params.get("Activate") or (params.get("Location") and one.status == "ACTIVE"):
        changed = _activated(call, which, kept, changed)
    fields: Any = {which.field: {**kept, name: changed}}
    keep_detector(call, replace(detector, **fields))
    return {}


def _delete(call: Call, which: _Which) -> Result:
    detector, name = detector_of(call), str(call.params[which.id])
    fields: Any = {which.field: without(which.kept(detector), name, which.parameter)}
    keep_detector(call, replace(detector, **fields))
    return {}


@operation
def create_ip_set(call: Call, backend: Backend) -> Result:
    """Addresses for which nothing is found."""
    return _create(call, _TRUSTED)


@operation
def get_ip_set(call: Call, backend: Backend) -> Result:
    """One trusted list."""
    return _get(call, _TRUSTED)


@operation
def list_ip_sets(call: Call, backend: Backend) -> Result:
    """Ids of trusted lists."""
    return _list(call, _TRUSTED)


@operation
def update_ip_set(call: Call, backend: Backend) -> Result:
    """Name, place, on or off."""
    return _update(call, _TRUSTED)


@operation
def delete_ip_set(call: Call, backend: Backend) -> Result:
    """A trusted list, and its trust."""
    return _delete(call, _TRUSTED)


@operation
def create_threat_intel_set(call: Call, backend: Backend) -> Result:
    """Addresses from which a call, or a connection, is a finding."""
    return _create(call, _THREATS)


@operation
def get_threat_intel_set(call: Call, backend: Backend) -> Result:
    """One threat list."""
    return _get(call, _THREATS)


@operation
def list_threat_intel_sets(call: Call, backend: Backend) -> Result:
    """Ids of threat lists."""
    return _list(call, _THREATS)


@operation
def update_threat_intel_set(call: Call, backend: Backend) -> Result:
    """Name, place, on or off."""
    return _update(call, _THREATS)


@operation
def delete_threat_intel_set(call: Call, backend: Backend) -> Result:
    """A threat list."""
    return _delete(call, _THREATS)
