"""What DNS Firewall's operations share: its state, ids and stamps."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

from simulator.gateway.call import Call
from simulator.network.dns_firewall import ATTRIBUTE, Firewall
from simulator.services.route53resolver.query_logging import backend_of, missing


def firewall_of(call: Call) -> Firewall:
    """The firewall of the account in the call's region."""
    kept: Firewall = backend_of(call).__dict__.setdefault(ATTRIBUTE, Firewall())
    return kept


def named(call: Call, kind: str, short: str) -> dict[str, Any]:
    """Id, ARN, name, status and times of something new."""
    assert call.account is not None
    firewall = firewall_of(call)
    firewall.made += 1
    seed = f"firewall/{call.account.world.seed}/{call.account.id}/{call.region}/{firewall.made}"
    name = f"{short}-{random.Random(seed).getrandbits(64):016x}"
    now = f"{call.time:%Y-%m-%dT%H:%M:%S.%f}Z"
    return {
        "Id": name,
        "Arn": f"arn:aws:route53resolver:{call.region}:{call.account.id}:{kind}/{name}",
        "Name": call.params.get("Name", ""),
        "CreatorRequestId": call.params.get("CreatorRequestId", ""),
        "Status": "COMPLETE",
        "StatusMessage": "Created",
        "CreationTime": now,
        "ModificationTime": now,
    }


def found(kept: Mapping[str, dict[str, Any]], kind: str, name: str) -> dict[str, Any]:
    """The resource of that id.

    Raises:
        AwsError: ResourceNotFoundException.
    """
    if name not in kept:
        raise missing(kind, name)
    return kept[name]


def shown(resource: Mapping[str, Any]) -> dict[str, Any]:
    """A list or group as it is described: how much is in it, not what."""
    told = {key: value for key, value in resource.items() if key not in {"Domains", "Rules"}}
    if "Domains" in resource:
        told["DomainCount"] = len(resource["Domains"])
    if "Rules" in resource:
        told["RuleCount"] = len(resource["Rules"])
    return told
