"""The page of a graded submission that nbgrader's formgrader and feedback show.

Formgrader shows it in the instructor's browser, so nothing of a learner's gets there but text: the
outputs are those that the grader saw fail, and Markdown that the lab doesn't have is shown as it was
typed.
"""

from __future__ import annotations

import copy
import html
from collections.abc import Iterable, Iterator
from typing import Any

from simulator.grading.result import Cell, Result
from simulator.nbgrader.source import v4
from simulator.nbgrader.submitted import Submitted


def graded_page(source: Any, submitted: Iterable[Submitted], result: Result) -> Any:
    """The learner's cells with the source's metadata; what is read-only there reads as there.

    Read-only cells and tasks that the learner deleted are put back at the end.
    """
    known = {
        cell.metadata["nbgrader"]["grade_id"]: cell
        for cell in source.cells
        if "nbgrader" in cell.metadata
    }
    prose = {cell.source for cell in source.cells if cell.cell_type == "markdown"}
    failed = {cell.index: cell for cell in result.cells if cell.error or cell.traceback}
    cells: list[Any] = []
    for each in submitted:
        ours = known.get(each.grade_id)
        if ours is not None and ours.cell_type == each.kind:
            cell = copy.deepcopy(known.pop(each.grade_id))
            if not cell.metadata["nbgrader"]["locked"]:
                cell.source = each.source
        elif each.kind == "code":
            cell = v4().new_code_cell(each.source)
        else:
            cell = v4().new_markdown_cell(
                each.source if each.source in prose else _plain(each.source)
            )
        if cell.cell_type == "code":
            cell.outputs = list(_outputs(failed.get(each.index)))
        cells.append(cell)
    cells += [copy.deepcopy(cell) for cell in known.values() if cell.metadata["nbgrader"]["locked"]]
    for number, cell in enumerate(cells):
        cell.id = f"cell-{number}"
    return v4().new_notebook(cells=cells, metadata=_METADATA)


_METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def _outputs(failed: Cell | None) -> Iterator[Any]:
    if failed is not None:
        name, _, value = failed.error.partition(": ")
        lines = (failed.traceback or failed.error).splitlines()
        yield v4().new_output("error", ename=name or "Error", evalue=value, traceback=lines)


def _plain(text: str) -> str:
    return f"<pre>{html.escape(text)}</pre>"
