"""What EventBridge is told of findings.

Source: "Monitor IAM Access Analyzer with Amazon EventBridge" (IAM User Guide), section "Findings
events" and its examples.
"""

from __future__ import annotations

import random
from datetime import datetime
from typing import Any

from simulator.access_analyzer.state import Exposure, Notice, Unused
from simulator.account.account import Account
from simulator.account.chance import drawn_uuid
from simulator.reactions.event import Event

SOURCE = "aws.access-analyzer"
EXTERNAL = "Access Analyzer Finding"
UNUSED = "Unused Access Finding for IAM entities"


def event(account: Account, region: str, notice: Notice, number: int) -> Event:
    """The event of a notice, the account's `number`th of the service in the Region."""
    chance = random.Random(
        f"access analyzer event/{account.world.seed}/{account.id}/{region}/{number}"
    )
    about = notice.finding.about
    external = isinstance(about, Exposure)
    return Event(
        account=account.id,
        region=region,
        time=notice.due,
        source=SOURCE,
        detail_type=EXTERNAL if external else UNUSED,
        detail=_external(notice, about, region)
        if isinstance(about, Exposure)
        else _unused(notice, about, chance),
        id=drawn_uuid(chance),
        resources=(notice.analyzer,),
    )


def stamp(time: datetime) -> str:
    """ISO 8601 with seconds, in UTC."""
    return f"{time:%Y-%m-%dT%H:%M:%SZ}"


def _external(notice: Notice, about: Exposure, region: str) -> dict[str, Any]:
    finding = notice.finding
    kind, name = about.principal
    return {
        "accountId": about.owner,
        "action": list(about.actions),
        "analyzedAt": stamp(finding.analyzed),
        "condition": dict(about.condition),
        "createdAt": stamp(finding.created),
        "id": finding.id,
        "isDeleted": notice.deleted,
        "isPublic": about.public,
        "principal": {kind: name},
        "region": region,
        "resource": about.resource,
        "resourceType": about.kind,
        "status": finding.status,
        "updatedAt": stamp(finding.updated),
        "version": "1.0",
    }


def _unused(notice: Notice, about: Unused, chance: random.Random) -> dict[str, Any]:
    finding = notice.finding
    detail = {
        "findingId": finding.id,
        "resource": about.resource,
        "resourceType": about.kind,
        "accountId": about.owner,
        "createdAt": stamp(finding.created),
        "updatedAt": stamp(finding.updated),
        "analyzedAt": stamp(finding.analyzed),
        "previousStatus": notice.previous,
        "status": finding.status,
        "version": drawn_uuid(chance),
        "isDeleted": notice.deleted,
        "findingType": about.finding_type,
    }
    if about.finding_type == "UnusedPermission":
        partly = [actions for _, _, actions in about.services if actions]
        detail["numberOfUnusedServices"] = len(about.services) - len(partly)
        detail["numberOfUnusedActions"] = sum(len(actions) for actions in partly)
    return detail
