"""The score as a sum that a learner can follow: what each line adds or takes, and why."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from simulator.durations import spoken
from simulator.grading.verdict import Judgement
from simulator.hints import cost

MOST_FOR_OUTAGES = 5
MOST_FOR_ACCUSATIONS = 3
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Outages:
    """How long something of the company's was out, times that overlap counted once, and what."""

    lasted: timedelta
    workloads: tuple[str, ...]


NONE = Outages(timedelta(), ())


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
    outages: Outages = NONE,
    accused: Collection[str] = (),
) -> Score:
    """What the checks earned, less hints, outages and wrong accusations.

    `hints` counts those taken, by check; `accused` are innocent people who were ever named.
    """
    given = list(judgements)
    return Score(
        (*_phases(given), _hints(given, hints or {}), _outages(outages), _accusations(accused))
    )


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


def _outages(outages: Outages) -> Line:
    if not outages.lasted:
        return Line("outages", 0, why="what the company depends on went on working")
    begun = -(-outages.lasted // _HOUR)
    most = f", at most {MOST_FOR_OUTAGES}" if begun > MOST_FOR_OUTAGES else ""
    said = f"{spoken(outages.lasted)} without {', '.join(outages.workloads)}"
    return Line(
        "outages", -min(begun, MOST_FOR_OUTAGES), why=f"{said}: a point for each hour begun{most}"
    )


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
