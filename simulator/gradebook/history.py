"""Signals: how a notebook says that it was run, and what its outputs claim."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from simulator.gradebook.signal import Kind, Signal
from simulator.grading.result import Result
from simulator.grading.traces import Traces

SOME = 3
"""Cells that hold code of the learner's: from so few nothing follows."""
BACK = 1 / 3
"""The share of cells that were run before the one above."""
LONG = 600
"""Characters of a cell that can hold a response."""
MARGIN = 0.1
"""The share of the points that outages and hints may make a difference of."""


def signals(traces: Traces, result: Result) -> Iterator[Signal]:
    """What one submission's history says."""
    for kind, said in (*_history(traces), *_claims(traces, result), *_one_cell(traces, result)):
        yield Signal(kind, traces.learner, traces.lab, said)


def _history(traces: Traces) -> Iterator[tuple[Kind, str]]:
    cells = [cell for cell in traces.cells if cell.code]
    counts = [cell.count for cell in cells if cell.count]
    outputs = sum(cell.outputs for cell in cells)
    if len(traces.own) < SOME:
        return
    if not counts and not outputs:
        yield Kind.NO_HISTORY, f"None of {len(cells)} code cells has a count or an output."
    elif not counts:
        yield (
            Kind.UNCOUNTED,
            f"{outputs} of {len(cells)} code cells have outputs, none has a count.",
        )
    elif len(counts) == len(cells):
        back = sum(one > other for one, other in pairwise(counts))
        if back >= max(2, BACK * len(counts)):
            yield (
                Kind.ORDER,
                f"All {len(cells)} code cells were run, {back} of them before the cell above.",
            )


def _claims(traces: Traces, result: Result) -> Iterator[tuple[Kind, str]]:
    claimed = [points for points, of in traces.claims if of == result.possible]
    if not claimed or result.possible <= 0:
        return
    more = claimed[-1] - result.points
    if more > max(2, MARGIN * result.possible):
        yield (
            Kind.CLAIM,
            f"Its outputs end with {claimed[-1]} of {result.possible} points; the account, after the "
            f"same code was run in grading, has {result.points}.",
        )


def _one_cell(traces: Traces, result: Result) -> Iterator[tuple[Kind, str]]:
    own = traces.own
    if len(own) == 1 and own[0].size >= LONG and 2 * result.points >= result.possible > 0:
        yield (
            Kind.ONE_CELL,
            f"All code of the learner's is in cell {own[0].index + 1}, {own[0].size} characters of it.",
        )
