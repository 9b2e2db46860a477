"""Which service a user or role called last, read from the account's own records.

Source: "ServiceLastAccessed" and "TrackedActionLastAccessed" of the IAM API reference. Denied
attempts count as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from simulator.services.iam.namespaces import namespace_of

_TRACKED = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Access:
    """One attempt. `time` is aware UTC."""

    entity: str
    """ARN of the user or role."""
    time: datetime
    region: str


Accesses = Mapping[tuple[str, str, str], Access]
"""The last attempt by entity, namespace and action; action "" stands for any."""


def accesses(records: Iterable[dict[str, Any]], entities: set[str], now: datetime) -> Accesses:
    """The last attempts of the entities, users and roles by ARN, within 400 days."""
    last: dict[tuple[str, str, str], Access] = {}
    for record in records:
        entity = _entity(record.get("userIdentity", {}))
        if entity not in entities:
            continue
        time = datetime.fromisoformat(record["eventTime"])
        if now - time > _TRACKED:
            continue
        access = Access(entity, time, record["awsRegion"])
        namespace = namespace_of(record["eventSource"])
        for action in ("", record["eventName"]):
            last[entity, namespace, action] = access
    return last


def _entity(identity: dict[str, Any]) -> str:
    """The role for a role's session; nobody for whom access advisor doesn't report on."""
    if identity.get("type") == "IAMUser":
        return str(identity.get("arn", ""))
    issuer = identity.get("sessionContext", {}).get("sessionIssuer", {})
    return str(issuer.get("arn", "")) if identity.get("type") == "AssumedRole" else ""
