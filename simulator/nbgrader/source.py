"""A lab as an nbgrader assignment's source notebook, with its answers.

Its points hang on Markdown cells, nbgrader's *manually graded tasks*, one for each phase and one for
what is taken off. Autograded test cells would not do: nbgrader gives such a cell its points by what the
submission prints in it (nbgrader, "Creating and grading assignments"), all of them where that is no
number. A task's points nothing sets but whoever grades, and that is `drill nbgrader points`.

The last cell, which fails while the lab isn't solved, is a test worth nothing: by it `nbgrader
validate` knows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from simulator.catalogue import Play
from simulator.labs import CUT, lab_of

SCHEMA = 3
"""The version of nbgrader's cell metadata."""
BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
DEDUCTIONS = "points-deductions"
"""The grade_id of the task that holds what hints, outages and wrong accusations cost."""
_JUDGES = re.compile(r"lab\.(?:check|finish)\((?:\"(?P<phase>\w+)\")?\)")


def v4() -> Any:
    """nbformat's makers of cells and notebooks, which have no types."""
    from nbformat import v4 as makers

    return makers


def grade_id(phase: str) -> str:
    """The grade_id of the task that holds a phase's points."""
    return f"points-{phase}"


def possible(play: Play) -> dict[str, int]:
    """What the checks of each phase are worth together."""
    points: dict[str, int] = {}
    for check in play.checks:
        points[str(check.phase)] = points.get(str(check.phase), 0) + check.points
    return points


def source_of(solution: Any, play: Play, token: str = "") -> Any:
    """The source notebook that a solution makes.

    Answers are solution cells; cells that judge are read-only. With a `token`, whoever opens the
    notebook and has no token of their own gets that token's account.
    """
    answers = {cell.id: cell.source for cell in solution.cells}
    page = lab_of(solution)
    tagged = {cell.id for cell in solution.cells if "solution" in cell.metadata.get("tags", ())}
    left = possible(play)
    cells = []
    for cell in page.cells:
        judges = _JUDGES.fullmatch(cell.source.strip()) if cell.cell_type == "code" else None
        if cell.id in tagged:
            cell.source = _marked(cell.source, answers[cell.id])
            _mark(cell, cell.id, solution=True)
        elif judges and "finish" in cell.source:
            _mark(cell, cell.id, locked=True, test=True)
        elif judges:
            _mark(cell, cell.id, locked=True)
        cells.append(cell)
        if judges and (phase := judges["phase"]) in left:
            cells.append(_phase(phase, left.pop(phase)))
        elif judges and "finish" in cell.source:
            cells += _rest(left)
            left = {}
    ids = {cell.id for cell in cells}
    if DEDUCTIONS not in ids:
        cells += _rest(left)
    page.cells = cells
    if token:
        page.metadata["drill"] = {"learner": token}
    return page


def _rest(left: Mapping[str, int]) -> Iterator[Any]:
    """The tasks of phases that have no check of their own, and of deductions."""
    for phase, points in left.items():
        yield _phase(phase, points)
    said = (
        "**Deductions.** Hints after the first one for a check, hours in which something that the "
        "company depends on was out, and wrong accusations cost points."
    )
    yield _task(DEDUCTIONS, 0, said)


def _phase(phase: str, points: int) -> Any:
    said = (
        f"**Points: {phase}, up to {points}.** They follow from what your account does when the "
        "notebook has been run again from the start, and not from what it prints."
    )
    return _task(grade_id(phase), points, said)


def _task(name: str, points: int, said: str) -> Any:
    cell = v4().new_markdown_cell(said, id=name)
    _mark(cell, name, locked=True, task=True, points=points)
    return cell


def _mark(
    cell: Any,
    name: str,
    *,
    locked: bool = False,
    solution: bool = False,
    test: bool = False,
    task: bool = False,
    points: int = 0,
) -> None:
    about = {"grade": test, "locked": locked, "solution": solution, "task": task}
    worth = {"points": points} if test or task else {}
    cell.metadata["nbgrader"] = {**about, **worth, "grade_id": name, "schema_version": SCHEMA}


def _marked(blank: str, answered: str) -> str:
    """What the learner gets of an answer's cell, then the answer between nbgrader's marks."""
    kept = blank.splitlines()[:-1]
    lines = answered.splitlines()
    answer = lines[lines.index(CUT) + 1 :] if CUT in lines else lines[len(kept) :]
    return "\n".join([*kept, BEGIN, *answer, END])
