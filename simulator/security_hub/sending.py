"""Word of findings goes to EventBridge, in every account and Region that sees them.

Source: "EventBridge event formats for Security Hub CSPM" (AWS Security Hub User Guide).
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from simulator.account.chance import drawn_uuid
from simulator.reactions.event import Event
from simulator.security_hub import reach
from simulator.security_hub.state import hub_of, keep

if TYPE_CHECKING:
    from simulator.account.account import Account


def send_imported(
    account: Account, region: str, findings: Iterable[Mapping[str, Any]], now: datetime
) -> None:
    """One "Security Hub Findings - Imported" event a finding, to everybody who sees it."""
    listed = list(findings)
    for watcher, where in reach.watchers(account.world, account, region):
        send(watcher, where, "Security Hub Findings - Imported", listed, now)


def send(
    account: Account,
    region: str,
    detail_type: str,
    findings: Iterable[Mapping[str, Any]],
    now: datetime,
    extra: Mapping[str, Any] | None = None,
    resource: str | None = None,
) -> None:
    """Put events into the hub's outbox, which the observer empties."""
    hub = hub_of(account, region)
    if hub is None:
        return
    made, events = hub.made, list[Event]()
    for finding in findings:
        made += 1
        place = f"{account.world.seed}/{account.id}/{region}/{made}"
        about = resource or f"{finding['ProductArn']}/{finding['Id']}"
        events.append(
            Event(
                account.id,
                region,
                now,
                "aws.securityhub",
                detail_type,
                {**(extra or {}), "findings": [dict(finding)]},
                drawn_uuid(random.Random(f"security-hub/event/{place}")),
                (about,),
            )
        )
    keep(account, region, replace(hub, made=made, outbox=(*hub.outbox, *events)))
