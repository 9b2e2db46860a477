"""The company after the attack: what it depends on, whether that works, and since when it doesn't."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a workload. `time` is the account's; `error` is empty if it worked."""

    time: datetime
    workload: str
    error: str = ""


@dataclass(frozen=True, slots=True)
class Outage:
    """A workload that failed at `since` and worked again at `until`, or does not yet (None)."""

    workload: str
    since: datetime
    until: datetime | None
    error: str
    """Of the first run that failed."""


class Company:
    """Keeps the runs of every workload since the learner's arrival. `workloads`: name → cadence."""

    def __init__(self, workloads: Mapping[str, timedelta]) -> None:
        self.workloads = dict(workloads)
        self.runs: list[Run] = []
        """In order of time."""

    def ran(self, time: datetime, workload: str, error: str) -> None:
        self.runs.append(Run(time, workload, error))

    def outages(self) -> list[Outage]:
        """Every outage, workload by workload, in order of time."""
        return [each for name in self.workloads for each in _outages(self._of(name))]

    def out(self, now: datetime) -> timedelta:
        """How long something was out, up to `now`: what was out at the same time counts once."""
        total, covered = timedelta(), datetime.min.replace(tzinfo=now.tzinfo)
        for outage in sorted(self.outages(), key=lambda each: each.since):
            until = outage.until or now
            total += max(timedelta(), until - max(outage.since, covered))
            covered = max(covered, until)
        return total

    def save(self) -> list[Run]:
        return list(self.runs)

    def restore(self, saved: list[Run]) -> None:
        self.runs = list(saved)

    def told(self, now: datetime) -> dict[str, Any]:
        """What `lab.continuity()` shows, as plain data."""
        return {
            "workloads": [self._told(name, every, now) for name, every in self.workloads.items()],
            "minutes": round(self.out(now) / timedelta(minutes=1)),
        }

    def _told(self, name: str, every: timedelta, now: datetime) -> dict[str, Any]:
        runs = self._of(name)
        outages = list(_outages(runs))
        lasted = sum(((each.until or now) - each.since for each in outages), timedelta())
        return {
            "workload": name,
            "every_minutes": round(every / timedelta(minutes=1)),
            "runs": [[each.time.isoformat(timespec="seconds"), each.error] for each in runs],
            "minutes_out": round(lasted / timedelta(minutes=1)),
            "out_since": next(
                (
                    each.since.isoformat(timespec="seconds")
                    for each in outages
                    if each.until is None
                ),
                None,
            ),
        }

    def _of(self, workload: str) -> list[Run]:
        return [run for run in self.runs if run.workload == workload]


def _outages(runs: Iterable[Run]) -> Iterable[Outage]:
    failed: Run | None = None
    for run in runs:
        if run.error and failed is None:
            failed = run
        elif not run.error and failed is not None:
            yield Outage(run.workload, failed.time, run.time, failed.error)
            failed = None
    if failed is not None:
        yield Outage(failed.workload, failed.time, None, failed.error)
