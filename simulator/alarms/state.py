"""What CloudWatch keeps of an account and region beside its alarms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Self

from simulator.alarms.metrics import Metric, Sample, Series, recorded

if TYPE_CHECKING:
    from simulator.account.account import Account
    from simulator.reactions.event import Event

_SERVICE: Final = "cloudwatch"


@dataclass(frozen=True, slots=True)
class HistoryItem:
    """One line of an alarm's history. `data` is JSON."""

    alarm: str
    kind: str
    """"MetricAlarm" or "CompositeAlarm"."""
    at: datetime
    type: str
    """"ConfigurationUpdate", "StateUpdate" or "Action"."""
    summary: str
    data: str

    @property
    def shown(self) -> dict[str, Any]:
        return {
            "AlarmName": self.alarm,
            "AlarmType": self.kind,
            "Timestamp": self.at,
            "HistoryItemType": self.type,
            "HistorySummary": self.summary,
            "HistoryData": self.data,
        }


@dataclass(frozen=True, slots=True)
class CloudWatch:
    """Replaced, never changed."""

    series: Mapping[Metric, Series] = field(default_factory=dict)
    history: tuple[HistoryItem, ...] = ()
    """The oldest first."""
    looked: datetime | None = None
    """Up to here alarms have been evaluated."""
    untold: tuple[Event, ...] = ()
    """What EventBridge is still to be told."""
    told: int = 0
    """How many events there have been: no two have the same id."""

    def with_data(self, points: Iterable[tuple[Metric, Sample]]) -> Self:
        return replace(self, series=recorded(self.series, points))


def of(account: Account, region: str) -> CloudWatch:
    """The state of CloudWatch there."""
    kept: CloudWatch = account.services.get((_SERVICE, region)) or CloudWatch()
    return kept


def keep(account: Account, region: str, state: CloudWatch) -> None:
    """Put a new state in the place of the old."""
    account.services[_SERVICE, region] = state
