"""The score as a sum that a learner can follow: what each line adds or takes, and why."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from simulator.grading.verdict import Judgement
from simulator.hints import cost

MOST_FOR_OUTAGES = 5
MOST_FOR_ACCUSATIONS = 3
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Outage:
    """A time in which a workload of the company was out, on the account's clock."""

    workload: str
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Line:
    """One summand. `of` is how many points it could add; what only takes points has none."""

    what: str
    points: int
    of: int | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Score:
    """The lines, and their sum, which is never below zero."""

    lines: tuple[Line, ...]

    @property
    def points(self) -> int:
        return max(0, sum(line.points for line in self.lines))

    @property
    def possible(self) -> int:
        return sum(line.of or 0 for line in self.lines)

    def explained(self) -> dict[str, Any]:
        """All of it: what a learner reads."""
        return {
            "score": self.points,
            "points": self.possible,
            "lines": [asdict(line) for line in self.lines],
        }


def of_phase(judgements: Iterable[Judgement], hints: Mapping[str, int]) -> Score:
    """What one phase's checks earned, less what hints for them cost."""
    given = list(judgements)
    return Score((*_phases(given), _hints(given, hints)))


def score(
    judgements: Iterable[Judgement],
    hints: Mapping[str, int] | None = None,
    outages: Collection[Outage] = (),
    accused: Collection[str] = (),
) -> Score:
    """What the checks earned, less hints, outages and wrong accusations.

    `hints` counts those taken, by check; `accused` are innocent people who were ever named.
    """
    given = list(judgements)
    return Score(
        (*_phases(given), _hints(given, hints or {}), _outages(outages), _accusations(accused))
    )


def out_for(outages: Iterable[Outage]) -> timedelta:
    """How long something was out, whichever workload it was: times that overlap count once."""
    total, end = timedelta(), datetime.min.replace(tzinfo=UTC)
    for outage in sorted(outages, key=lambda one: one.since):
        total += max(timedelta(), outage.until - max(outage.since, end))
        end = max(end, outage.until)
    return total


def span(time: timedelta) -> str:
    """A duration in words: "2 d 3 h", "1 h 05 min", "12 min"."""
    minutes = int(time.total_seconds() // 60)
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        return f"{days} d {hours} h"
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min"


def _phases(judgements: Iterable[Judgement]) -> Iterable[Line]:
    earned: dict[str, int] = {}
    possible: dict[str, int] = {}
    for each in judgements:
        earned[each.phase] = earned.get(each.phase, 0) + each.earned
        possible[each.phase] = possible.get(each.phase, 0) + each.points
    return [Line(str(phase), earned[phase], possible[phase]) for phase in possible]


def _hints(judgements: Iterable[Judgement], hints: Mapping[str, int]) -> Line:
    names = [each.name for each in judgements]
    free = sum(1 for name in names if hints.get(name))
    price = cost(hints, names)
    if not free:
        return Line("hints", 0, why="none taken; the first one for a check is free")
    taken = sum(hints.get(name, 0) for name in names)
    return Line("hints", -price, why=f"{taken} taken, of which {free} free")


def _outages(outages: Collection[Outage]) -> Line:
    total = out_for(outages)
    if not total:
        return Line("outages", 0, why="what the company depends on went on working")
    begun = -(-total // _HOUR)
    names = ", ".join(dict.fromkeys(one.workload for one in outages))
    price = min(begun, MOST_FOR_OUTAGES)
    said = f"{span(total)} without {names}: a point for each hour begun"
    said += f", at most {MOST_FOR_OUTAGES}" if begun > MOST_FOR_OUTAGES else ""
    return Line("outages", -price, why=said)


def _accusations(accused: Collection[str]) -> Line:
    names = sorted(set(accused))
    if not names:
        return Line("wrong accusations", 0, why="nobody innocent was accused")
    price = min(len(names), MOST_FOR_ACCUSATIONS)
    shown = ", ".join(names[:MOST_FOR_ACCUSATIONS])
    more = len(names) - MOST_FOR_ACCUSATIONS
    said = f"{shown}{f' and {more} more' if more > 0 else ''} did nothing wrong"
    said += f": a point each, at most {MOST_FOR_ACCUSATIONS}" if more > 0 else ": a point each"
    return Line("wrong accusations", -price, why=f"{said}, also once the answer is another")
