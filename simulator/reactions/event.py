"""An event as EventBridge is told of it.

Source: "AWS service events metadata" (Amazon EventBridge Events Reference).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Event:
    """`source` is such as "aws.guardduty", `detail_type` such as "GuardDuty Finding".

    `time` is aware UTC, `resources` are ARNs. `detail` is JSON-ready and never changed. `id` is a
    UUID drawn from the account's chance (`chance.drawn_uuid`).
    """

    account: str
    region: str
    time: datetime
    source: str
    detail_type: str
    detail: Mapping[str, Any]
    id: str
    resources: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The envelope that rules match and targets get."""
        return {
            "version": "0",
            "id": self.id,
            "detail-type": self.detail_type,
            "source": self.source,
            "account": self.account,
            "time": f"{self.time:%Y-%m-%dT%H:%M:%SZ}",
            "region": self.region,
            "resources": list(self.resources),
            "detail": dict(self.detail),
        }
