"""Who did what, in a policy finding. Source: "PolicyDetails" (Amazon Macie API Reference)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from simulator.network import geography
from simulator.network.addresses import block, parsed

_MEMBERS: Final = {
    "AssumedRole": "assumedRole",
    "IAMUser": "iamUser",
    "FederatedUser": "federatedUser",
    "Root": "root",
    "AWSAccount": "awsAccount",
    "AWSService": "awsService",
}
_KEPT: Final = {
    "assumedRole": ("accessKeyId", "accountId", "arn", "principalId", "sessionContext"),
    "iamUser": ("accountId", "arn", "principalId", "userName"),
    "federatedUser": ("accessKeyId", "accountId", "arn", "principalId", "sessionContext"),
    "root": ("accountId", "arn", "principalId"),
    "awsAccount": ("accountId", "principalId"),
    "awsService": ("invokedBy",),
}


def action(record: Mapping[str, Any], first: datetime) -> dict[str, Any]:
    """The call, and when it was first and last made."""
    return {
        "actionType": "AWS_API_CALL",
        "apiCallDetails": {
            "api": record["eventName"],
            "apiServiceName": record["eventSource"],
            "firstSeen": f"{first:%Y-%m-%dT%H:%M:%SZ}",
            "lastSeen": record["eventTime"],
        },
    }


def actor(record: Mapping[str, Any]) -> dict[str, Any]:
    """The caller, and where it called from. A name in place of an address is a service's domain."""
    identity = record["userIdentity"]
    kind = str(identity.get("type", ""))
    member = _MEMBERS.get(kind, "awsAccount")
    who = {name: identity[name] for name in _KEPT[member] if identity.get(name)}
    if "sessionContext" in who:
        who["sessionContext"] = _session(who["sessionContext"])
    address = str(record.get("sourceIPAddress", ""))
    whole: dict[str, Any] = {
        "userIdentity": {"type": kind if kind in _MEMBERS else "AWSAccount", member: who},
        "domainDetails": None,
        "ipAddressDetails": None,
    }
    if parsed(address) is None:
        return {**whole, "domainDetails": {"domainName": address}}
    return {**whole, "ipAddressDetails": _place(address)}


def _session(context: Mapping[str, Any]) -> dict[str, Any]:
    """A flag that records have as text is a truth value here."""
    attributes = dict(context.get("attributes") or {})
    if "mfaAuthenticated" in attributes:
        attributes["mfaAuthenticated"] = str(attributes["mfaAuthenticated"]).lower() == "true"
    told = {"attributes": attributes} if attributes else {}
    issuer = context.get("sessionIssuer")
    return {**told, "sessionIssuer": dict(issuer)} if issuer else told


def _place(address: str) -> dict[str, Any]:
    number = parsed(address)
    code = ""
    for cidr, country in geography.COUNTRIES.items():
        first, last = block(cidr)
        if number is not None and first <= number <= last:
            code = country
    return {"ipAddressV4": address, "ipCountry": {"code": code} if code else {}}
