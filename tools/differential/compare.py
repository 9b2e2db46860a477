"""Ask both engines the same cases and sort what they answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tools.differential.cases import cases
from tools.differential.engines import Theirs, ours
from tools.differential.explained import explain

Json = dict[str, Any]
_BATCH = 1_000


@dataclass
class Tally:
    """What came of a run."""

    asked: int = 0
    refused: int = 0
    """Cases the other engine takes for malformed."""
    results: Counter[str] = field(default_factory=Counter)
    """How often each answer was given by both."""
    explained: int = 0
    causes: Counter[str] = field(default_factory=Counter)
    """What brings the explained disagreements about; one may have several causes."""
    unexplained: list[Json] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        self.asked += other.asked
        self.refused += other.refused
        self.results.update(other.results)
        self.explained += other.explained
        self.causes.update(other.causes)
        self.unexplained += other.unexplained


def compare(first: int, count: int, package: Path) -> Tally:
    """Compare the answers to the cases of seeds from `first` on."""
    tally = Tally()
    with Theirs(package) as theirs:
        for start in range(first, first + count, _BATCH):
            batch = list(cases(start, min(_BATCH, first + count - start)))
            _sort(batch, theirs, tally)
    return tally


def _sort(batch: Sequence[Json], theirs: Theirs, tally: Tally) -> None:
    differing: list[Json] = []
    for case, our, their in zip(batch, ours(batch), theirs.answer(batch), strict=True):
        tally.asked += 1
        if "error" in their:
            tally.refused += 1
        elif our.get("result") == their["result"]:
            tally.results[our["result"]] += 1
        else:
            differing.append({"case": case, "ours": our, "theirs": their["result"]})
    reasons = [_causes(one["case"], theirs) for one in differing]
    for one, names in zip(differing, reasons, strict=True):
        if names is None:
            tally.unexplained.append(one)
        else:
            tally.explained += 1
            tally.causes.update(names)


def _causes(case: Json, theirs: Theirs) -> tuple[str, ...] | None:
    """What parts the engines in a case; None where they differ without any of it, too.

    A case may hold several known causes and only one be at work: each is left in alone.
    """
    names, plain = explain(case)
    if not names or not _agree(plain, theirs):
        return None
    alone = tuple(name for name in names if not _agree(explain(case, keep=name)[1], theirs))
    return alone or names


def _agree(case: Json, theirs: Theirs) -> bool:
    return bool(ours([case])[0].get("result") == theirs.answer([case])[0].get("result"))
