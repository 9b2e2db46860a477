"""The findings that a call sees."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from simulator.account.account import Account
from simulator.gateway.call import Call
from simulator.security_hub import reach, state
from simulator.security_hub.finding import Finding, Key
from simulator.security_hub.state import Hub
from simulator.services.securityhub.state import account_of


def hubs_seen(call: Call) -> Iterator[tuple[Account, str, Hub]]:
    """The hub called, those of members, and those of linked Regions."""
    account = account_of(call)
    for owner, region in reach.places(account.world, account, call.region):
        hub = state.hub_of(owner, region)
        if hub is not None:
            yield owner, region, hub


def findings_seen(call: Call) -> Iterator[Mapping[str, Any]]:
    """As ASFF."""
    for _, _, hub in hubs_seen(call):
        for finding in hub.findings.values():
            yield finding.asff


def find(call: Call, key: Key) -> tuple[Account, str, Finding] | None:
    """Where a finding is; None where the call sees none of that key."""
    for account, region, hub in hubs_seen(call):
        if key in hub.findings:
            return account, region, hub.findings[key]
    return None
