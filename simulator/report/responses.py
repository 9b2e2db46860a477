"""What the learner did: changes in the account, settings, submissions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from simulator.report.attacks import Deed

if TYPE_CHECKING:
    from simulator.drill import Drill

_TOGETHER = timedelta(minutes=10)
_NAMES = (
    "userName", "roleName", "groupName", "bucketName", "functionName", "instanceId", "groupId",
    "trailName", "name", "secretId", "keyId", "policyArn", "volumeId", "snapshotId", "networkAclId",
)  # fmt: skip


def responses(drill: Drill) -> list[Deed]:
    """The learner's changing calls since arrival, and what was configured and submitted, in order."""
    deeds: list[Deed] = []
    for record in own_records(drill):
        error, about = record.get("errorCode", ""), subject(record)
        at = datetime.fromisoformat(record["eventTime"].replace("Z", "+00:00"))
        last = deeds[-1] if deeds else None
        if (
            last is not None
            and (last.operation, last.error) == (record["eventName"], error)
            and at - last.last <= _TOGETHER
        ):
            last.last, last.count = at, last.count + 1
            last.add(about)
        else:
            deeds.append(Deed(record["eventName"], at, at, error=error, what=about))
    for at, how, what in drill.deeds:
        deeds.append(Deed(how, at, at, what=what))
    return sorted(deeds, key=lambda deed: deed.first)


def own_records(drill: Drill) -> list[dict[str, Any]]:
    """The learner's calls since arrival that change something, or would have."""
    return [
        record
        for record in drill.account.records[drill.first_record :]
        if is_learner(drill, record) and not record.get("readOnly", True)
    ]


def is_learner(drill: Drill, record: Mapping[str, Any]) -> bool:
    """Made by the learner's user, or by a role that it took."""
    who = record.get("userIdentity", {})
    issuer = who.get("sessionContext", {}).get("sessionIssuer", {}).get("arn")
    return drill.learner.arn in {who.get("arn"), issuer}


def subject(record: Mapping[str, Any]) -> str:
    """The name of what a call is about; empty if its parameters tell none."""
    asked = record.get("requestParameters") or {}
    for name in _NAMES:
        if isinstance(value := asked.get(name), str) and value:
            return value
    for items in asked.values():  # {"instancesSet": {"items": [{"instanceId": …}]}}
        listed = items.get("items") if isinstance(items, Mapping) else None
        if listed and isinstance(listed[0], Mapping):
            return ", ".join(str(next(iter(each.values()), "")) for each in listed[:3])
    return ""
