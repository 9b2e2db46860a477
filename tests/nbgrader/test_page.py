"""The page of a graded submission: the learner's text, and nothing else of theirs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import nbformat
import pytest
from nbformat import v4

from simulator.catalogue import load
from simulator.grading.result import Cell, Result
from simulator.nbgrader.page import graded_page
from simulator.nbgrader.source import source_of
from simulator.nbgrader.submitted import Submitted

Results = Callable[..., Result]


@pytest.fixture
def source() -> Any:
    answer = {"tags": ["solution"]}
    cells = [
        v4.new_markdown_cell("**Start** <b>here</b>", id="intro"),
        v4.new_code_cell("# Which?\n# ---\nsecret", id="leak", metadata=answer),
        v4.new_code_cell('lab.check("detect")', id="check"),
        v4.new_code_cell("lab.finish()", id="finish"),
    ]
    return source_of(v4.new_notebook(cells=cells), load("iam-leaked-key"))


def code(index: int, text: str, grade_id: str = "") -> Submitted:
    return Submitted(index, "code", text, grade_id)


def of(page: Any, grade_id: str) -> Any:
    (cell,) = (
        each for each in page.cells if each.metadata.get("nbgrader", {}).get("grade_id") == grade_id
    )
    return cell


def test_an_answer_is_the_learners_and_a_read_only_cell_the_sources(
    source: Any, result: Results
) -> None:
    given = [code(0, "mine", "leak"), code(1, "print('54 of 54')", "check")]
    page = graded_page(source, given, result())
    assert page.cells[0].source == "mine"
    assert page.cells[0].metadata["nbgrader"]["solution"]
    assert page.cells[1].source == 'lab.check("detect")'
    nbformat.validate(page)


def test_what_a_learner_deleted_is_put_back_unless_it_is_an_answer(
    source: Any, result: Results
) -> None:
    page = graded_page(source, [code(0, "x = 1")], result())
    claimed = [cell.metadata["nbgrader"]["grade_id"] for cell in page.cells[1:]]
    assert claimed[0] == "check"
    assert {"points-detect", "points-deductions", "finish"} <= set(claimed)
    assert "leak" not in claimed
    assert not [cell for cell in page.cells if "secret" in cell.source]


def test_a_claim_counts_once_and_only_for_a_cell_of_its_kind(source: Any, result: Results) -> None:
    given = [
        Submitted(0, "markdown", "note", "leak"),
        code(1, "one", "leak"),
        code(2, "two", "leak"),
        code(3, "three", "points-detect"),
        code(4, "four", "made-up"),
    ]
    page = graded_page(source, given, result())
    claimed = [cell.metadata.get("nbgrader", {}).get("grade_id") for cell in page.cells[:5]]
    assert claimed == [None, "leak", None, None, None]
    assert of(page, "points-detect").cell_type == "markdown"


def test_the_cells_that_failed_show_how(source: Any, result: Results) -> None:
    failed = Cell(2, "failed", "KeyError: 'x: y'", "Traceback\nKeyError: 'x: y'")
    given = [code(0, "a"), code(2, "b"), code(3, "c")]
    page = graded_page(source, given, result(cells=(Cell(0, "passed"), failed)))
    assert [len(cell.outputs) for cell in page.cells[:3]] == [0, 1, 0]
    (output,) = page.cells[1].outputs
    assert (output.ename, output.evalue) == ("KeyError", "'x: y'")
    assert output.traceback == ["Traceback", "KeyError: 'x: y'"]
    nbformat.validate(page)


def test_markdown_that_the_lab_doesnt_have_is_shown_as_it_was_typed(
    source: Any, result: Results
) -> None:
    given = [
        Submitted(0, "markdown", "**Start** <b>here</b>", ""),
        Submitted(1, "markdown", "<script>alert(1)</script>", ""),
    ]
    page = graded_page(source, given, result())
    assert page.cells[0].source == "**Start** <b>here</b>"
    assert page.cells[1].source == "<pre>&lt;script&gt;alert(1)&lt;/script&gt;</pre>"


def test_a_notebook_that_cant_be_read_is_a_page_of_tasks(source: Any, result: Results) -> None:
    page = graded_page(source, [], result())
    assert of(page, "points-detect").metadata["nbgrader"]["points"] == 17
    nbformat.validate(page)
