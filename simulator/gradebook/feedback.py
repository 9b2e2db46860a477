"""What one learner reads: points as a sum, each check with its sentence, the cells that failed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from simulator.gradebook.book import Book, Lab, Learner, graded
from simulator.gradebook.page import folded, named, page, text
from simulator.gradebook.plain import plain, plain_lines
from simulator.gradebook.reading import section
from simulator.grading.result import Cell, Outcome, Result
from simulator.scenario import Phase
from simulator.widgets.results import Results

MOST = 40
"""Failed cells that are shown."""
_SAID = {
    Outcome.RAN: "Every cell of your notebook was run.",
    Outcome.STOPPED: "Your notebook stopped before its last cell. What it had done until then counts.",
    Outcome.TIMED_OUT: "Your notebook took too long and was ended. What it had done until then counts.",
    Outcome.NOT_RUN: "Your file could not be run as a notebook, so there are no points yet. Please talk to "
    "your instructor.",
    Outcome.ERROR: "The grader broke here, not you. There are no points yet: your notebook will be graded "
    "again.",
}


def feedback(book: Book, learner: Learner) -> str:
    """The page of a learner, with nothing of anybody else's."""
    parts = [f"<h1>Feedback for {named(learner.name)}</h1>"]
    mine = book.of_learner(learner)
    total = book.total(learner)
    strays = [each.said for each in book.strays if each.learner == learner.id]
    parts += [
        f"<p>Your file could not be recognised as one of the labs: {text(said)}</p>"
        for said in strays
    ]
    if not mine and not strays:
        parts.append("<p>Nothing was handed in.</p>")
    elif len(mine) > 1 and total is not None:
        of = sum(lab.possible for lab, _ in mine)
        sum_ = " + ".join(str(result.points) for _, result in mine)
        parts.append(f"<p>{sum_} = <b>{total} of {of} points</b></p>")
    for lab, result in mine:
        parts.extend(_lab(lab, result))
    return page(f"Feedback for {learner.name}", parts)


def _lab(lab: Lab, result: Result) -> Iterator[str]:
    yield f"<h2>{text(lab.title)} <span class='small'>{text(lab.id)}</span></h2>"
    yield f"<p>{_SAID[result.outcome]} {text(result.said)}</p>"
    if result.checks and graded(result):
        yield Results(_answer(result)).as_table()
    yield from _cells(result)
    yield from _next(lab, result)


def _answer(result: Result) -> dict[str, Any]:
    """The result as lab.check() tells it; its texts in one line and visible."""
    shown = ("claim", "reason", "what", "why")
    return {
        "checks": [_clean(check, shown) for check in result.checks],
        "lines": [_clean(each, shown) for each in result.lines],
        "points": result.possible,
        "score": result.points,
        "hint_cost": 0,
        "times": dict(result.times),
    }


def _clean(told: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: plain(value) if name in names else value for name, value in told.items()}


def _cells(result: Result) -> Iterator[str]:
    failed = [cell for cell in result.cells if cell.verdict == "failed"]
    unreached = sum(cell.verdict == "skipped" for cell in result.cells)
    if failed or unreached:
        yield "<h3>Cells</h3>"
    if failed:
        yield (
            f"<p>{len(failed)} of {len(result.cells)} code cells failed when the notebook was run from "
            "top to bottom. Cells are counted from 1, texts included.</p>"
        )
    yield from map(_cell, failed[:MOST])
    if len(failed) > MOST:
        yield f"<p>… and {len(failed) - MOST} more.</p>"
    if unreached:
        yield f"<p>{unreached} code cells were not reached.</p>"


def _cell(cell: Cell) -> str:
    title = f"<b>Cell {cell.index + 1}</b>: <code>{text(cell.error) or 'failed'}</code>"
    if not cell.traceback:
        return f"<p>{title}</p>"
    return folded(title, f"<pre>{escape(plain_lines(cell.traceback))}</pre>")


def _next(lab: Lab, result: Result) -> Iterator[str]:
    """The playbook on each phase in which a check doesn't hold, the first phase first."""
    if not graded(result) or not result.checks:
        return
    open_ = {check["phase"] for check in result.checks if check["verdict"] != "PASSED"}
    found = [section(lab, str(phase)) for phase in Phase if phase in open_]
    if not any(body for _, body in found):
        return
    yield "<h3>What to read next</h3>"
    yield (
        "<p>The playbook of this case, on the phases that are not done "
        f"(<code>simulator/scenarios/{text(lab.id)}/playbook.md</code>):</p>"
    )
    yield from (folded(text(title), body) for title, body in found if body)
