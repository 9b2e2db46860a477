"""A lab as an nbgrader assignment's source: what a learner gets, and where its points hang."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from nbformat import v4

from simulator import catalogue
from simulator.labs import blanked, read, solutions
from simulator.nbgrader.source import BEGIN, DEDUCTIONS, END, possible, source_of

ROOT = Path(__file__).parents[2]
LABS = solutions(ROOT)
LEAKED = catalogue.load("iam-leaked-key")


def source(lab: str) -> Any:
    return source_of(read(LABS[lab]), catalogue.load(lab))


def about(page: Any) -> dict[str, dict[str, Any]]:
    """nbgrader's metadata of the cells that have some, by grade_id."""
    told = [cell.metadata["nbgrader"] for cell in page.cells if "nbgrader" in cell.metadata]
    names = [each["grade_id"] for each in told]
    assert len(names) == len(set(names))
    return dict(zip(names, told, strict=True))


def small(*sources: str) -> Any:
    cells = [v4.new_code_cell(text, id=f"c{number}") for number, text in enumerate(sources)]
    return source_of(v4.new_notebook(cells=cells), LEAKED)


@pytest.mark.parametrize("lab", sorted(LABS))
def test_the_tasks_of_a_lab_are_worth_its_points_phase_by_phase(lab: str) -> None:
    play = catalogue.load(lab)
    worth = {name: each["points"] for name, each in about(source(lab)).items() if each["task"]}
    assert worth == {
        **{f"points-{phase}": points for phase, points in possible(play).items()},
        DEDUCTIONS: 0,
    }
    assert sum(worth.values()) == play.points


@pytest.mark.parametrize("lab", sorted(LABS))
def test_nothing_that_is_worth_a_point_is_a_test_cell(lab: str) -> None:
    """nbgrader reads a test's points from what the submission prints."""
    tests = {name: each["points"] for name, each in about(source(lab)).items() if each["grade"]}
    assert tests == {"finish": 0}


@pytest.mark.parametrize("lab", sorted(LABS))
def test_cells_that_judge_are_read_only_and_answers_are_solutions(lab: str) -> None:
    page = source(lab)
    for cell in page.cells:
        told = cell.metadata.get("nbgrader", {"locked": False, "solution": False})
        if cell.cell_type == "code":
            judges = cell.source.startswith(("lab.check(", "lab.finish("))
            assert told["locked"] is judges, cell.source
            assert told["solution"] is (BEGIN in cell.source), cell.source
    assert any(told["solution"] for told in about(page).values())


def _released(source: str) -> str:
    """What nbgrader leaves of a solution cell, with its stub set to that of the labs."""
    head, _, rest = source.partition(BEGIN)
    return f"{head}# Your turn{rest.partition(END)[2]}"


@pytest.mark.parametrize("lab", sorted(LABS))
def test_what_a_learner_gets_of_an_answer_is_what_the_lab_has(lab: str) -> None:
    blanks = {cell.id: blanked(cell.source) for cell in read(LABS[lab]).cells}
    answers = [cell for cell in source(lab).cells if BEGIN in cell.source]
    assert answers
    for cell in answers:
        assert _released(cell.source) == blanks[cell.id]


def test_a_source_still_solves() -> None:
    solution = read(LABS["iam-leaked-key"])
    (answer,) = (cell for cell in solution.cells if cell.id == "leak")
    (cell,) = (cell for cell in source("iam-leaked-key").cells if cell.id == "leak")
    lines = [line for line in cell.source.splitlines() if line not in (BEGIN, END)]
    assert lines == [line for line in answer.source.splitlines() if line != "# ---"]


def test_phases_without_a_check_of_their_own_come_after_the_last_cell() -> None:
    page = small('lab.check("contain")', "lab.finish()", "1")
    names = [cell.id for cell in page.cells]
    assert names[:3] == ["c0", "points-contain", "c1"]
    assert names[3:-2] == ["points-detect", "points-eradicate", "points-recover", "points-learn"]
    assert names[-2:] == [DEDUCTIONS, "c2"]


def test_a_lab_that_judges_nowhere_has_its_tasks_all_the_same() -> None:
    worth = [each["points"] for each in about(small("1")).values()]
    assert sum(worth) == LEAKED.points


def test_a_phase_that_is_checked_twice_has_its_points_once() -> None:
    page = small('lab.check("detect")', 'lab.check("detect")')
    assert [cell.id for cell in page.cells][:3] == ["c0", "points-detect", "c1"]


def test_a_token_for_the_class_is_in_the_notebooks_metadata() -> None:
    solution = read(LABS["iam-leaked-key"])
    assert "drill" not in source_of(solution, LEAKED).metadata
    assert source_of(solution, LEAKED, "t").metadata["drill"] == {"learner": "t"}
