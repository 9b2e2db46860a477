"""Signals: code that two submissions share, beyond what the lab hands out."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence

from simulator.gradebook.plain import by_name
from simulator.gradebook.signal import Kind, Signal, some
from simulator.grading.traces import Traces

LEAST = 300
"""Characters of code: less can be the same by chance."""
NEAR = 0.8
"""The share of the longer one's code that both have."""


def signals(traces: Sequence[Traces]) -> Iterator[Signal]:
    """For each lab, who has the same code as whom, and who nearly."""
    for lab in sorted({each.lab for each in traces}):
        of_lab = [each for each in traces if each.lab == lab and _size(each) >= LEAST]
        of_lab.sort(key=lambda each: by_name(each.learner))
        yield from _identical(lab, of_lab)
        yield from _near(lab, of_lab)


def _identical(lab: str, traces: Iterable[Traces]) -> Iterator[Signal]:
    groups: dict[tuple[str, ...], list[str]] = {}
    for each in traces:
        groups.setdefault(_codes(each), []).append(each.learner)
    for learners in groups.values():
        for learner in learners if len(learners) > 1 else ():
            others = tuple(other for other in learners if other != learner)
            said = f"The code is the same as that of {some(others)}, but for comments and layout."
            yield Signal(Kind.IDENTICAL, learner, lab, said, others)


def _near(lab: str, traces: Sequence[Traces]) -> Iterator[Signal]:
    cells = {each.learner: {cell.code: cell.size for cell in each.own} for each in traces}
    whole = {each.learner: _codes(each) for each in traces}
    found: dict[str, dict[str, float]] = {}
    for one, other in itertools.combinations(cells, 2):
        if whole[one] == whole[other]:
            continue
        share = _share(cells[one], cells[other])
        if share >= NEAR:
            found.setdefault(one, {})[other] = share
            found.setdefault(other, {})[one] = share
    for learner, shares in sorted(found.items(), key=lambda each: by_name(each[0])):
        others = tuple(sorted(shares, key=lambda other: (-shares[other], by_name(other))))
        most = int(100 * max(shares.values()))
        said = f"Up to {most} percent of the code is in the same cells as that of {some(others)}."
        yield Signal(Kind.NEAR, learner, lab, said, others)


def _share(one: dict[str, int], other: dict[str, int]) -> float:
    both = one.keys() & other.keys()
    alike = sum(one[code] for code in both)
    if len(both) < 2 or alike < LEAST:
        return 0.0
    return alike / max(sum(one.values()), sum(other.values()))


def _codes(traces: Traces) -> tuple[str, ...]:
    return tuple(cell.code for cell in traces.own)


def _size(traces: Traces) -> int:
    return sum(cell.size for cell in traces.own)
