"""An alarm: how it is set, and the state that it is in.

Alarms are kept on the backend's own objects, whose state follows: others read it there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Self

from simulator.account.state import state_of
from simulator.alarms.metrics import MINUTE

if TYPE_CHECKING:
    from simulator.account.account import Account

OK: Final = "OK"
ALARM: Final = "ALARM"
INSUFFICIENT_DATA: Final = "INSUFFICIENT_DATA"
STATES: Final = (OK, ALARM, INSUFFICIENT_DATA)
_KEPT: Final = "as_it_behaves"
_EXTRA: Final = 2
"""So many periods more than needed are looked at, in case that some have no data."""


@dataclass(frozen=True, slots=True)
class State:
    """What DescribeAlarms calls StateValue, StateReason, StateReasonData and so on."""

    value: str
    reason: str
    data: str | None
    """JSON: what was evaluated."""
    at: datetime
    since: datetime
    """When the value last changed."""


@dataclass(frozen=True)
class Alarm:
    """`settings` are those of PutMetricAlarm or PutCompositeAlarm, in boto3's shape."""

    name: str
    arn: str
    settings: Mapping[str, Any]
    configured: datetime
    state: State
    actions_enabled: bool = True

    def __deepcopy__(self, _: dict[int, Any]) -> Self:
        return self

    @property
    def composite(self) -> bool:
        return "AlarmRule" in self.settings

    @property
    def kind(self) -> str:
        return "CompositeAlarm" if self.composite else "MetricAlarm"

    @property
    def periods(self) -> int:
        return int(self.settings["EvaluationPeriods"])

    @property
    def needed(self) -> int:
        """How many of the periods must breach."""
        return int(self.settings.get("DatapointsToAlarm") or self.periods)

    @property
    def looks_at(self) -> int:
        """The evaluation range, in periods."""
        return self.periods + _EXTRA

    @property
    def period(self) -> int:
        """In seconds."""
        queries = self.settings.get("Metrics")
        if not queries:
            return int(self.settings["Period"])
        stats = (query["MetricStat"]["Period"] for query in queries if "MetricStat" in query)
        given = (query["Period"] for query in queries if "Period" in query)
        return int(next(stats, 0) or next(given, MINUTE))

    @property
    def missing(self) -> str:
        return str(self.settings.get("TreatMissingData") or "missing")

    def actions(self, value: str) -> list[str]:
        """What is to be done when the state changes to `value`."""
        names = {OK: "OKActions", ALARM: "AlarmActions"}
        return list(self.settings.get(names.get(value, "InsufficientDataActions")) or ())


def alarms_of(account: Account, region: str) -> dict[str, Alarm]:
    """The alarms of an account and region, by name, in the order in which they were made."""
    backend = state_of("cloudwatch", account.id, region)
    if backend is None:
        return {}
    return {
        name: made.__dict__[_KEPT]
        for name, made in backend.alarms.items()
        if _KEPT in made.__dict__
    }


def keep(account: Account, region: str, alarm: Alarm) -> None:
    """Put a new value in the place of an alarm that the backend has."""
    made = state_of("cloudwatch", account.id, region).alarms[alarm.name]
    made.__dict__[_KEPT] = alarm
    made.state_value, made.state_reason = alarm.state.value, alarm.state.reason
    made.state_reason_data = alarm.state.data or "{}"
    made.state_updated_timestamp = alarm.state.at.replace(tzinfo=None)
    made.actions_enabled = alarm.actions_enabled
