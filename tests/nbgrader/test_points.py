"""Points in nbgrader's gradebook, as nbgrader itself shows them. `make nbgrader` runs these."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import nbformat
import pytest
from click.testing import CliRunner

from simulator.cli import main
from simulator.errors import DrillError
from simulator.grading.result import Cell, Outcome, Result
from simulator.nbgrader.points import Entered, enter

Results = Callable[..., Result]
LAB = "iam-leaked-key"
ROOT = Path(__file__).parents[2]
CONFIG = """
c = get_config()
c.CourseDirectory.course_id = "drills"
c.ClearSolutions.code_stub = {"python": "# Your turn"}
c.LateSubmissionPlugin.penalty_method = "zero"
"""

pytestmark = [
    pytest.mark.nbgrader,
    pytest.mark.slow,
    pytest.mark.skipif(not find_spec("nbgrader"), reason="nbgrader is not installed"),
    pytest.mark.filterwarnings("ignore"),  # nbgrader's own, of several packages
]


def nbgrader(course: Path, *arguments: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"}
    run = subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments],
        cwd=course,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert not run.returncode, run.stdout + run.stderr
    return run.stdout + run.stderr


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with a lab, as `drill nbgrader source` and `nbgrader generate_assignment` make it."""
    course = tmp_path_factory.mktemp("released")
    (course / "nbgrader_config.py").write_text(CONFIG)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        made = CliRunner().invoke(main, ["nbgrader", "source", str(course), LAB])
    assert made.exit_code == 0, made.output
    nbgrader(course, "generate_assignment", LAB)
    return course


@pytest.fixture
def course(released: Path, tmp_path: Path) -> Path:
    """The same course, to which ann and ben handed the lab in as they had got it."""
    course = shutil.copytree(released, tmp_path / "course")
    for learner in ("ann", "ben"):
        there = course / "submitted" / learner / LAB
        shutil.copytree(course / "release" / LAB, there)
        (there / "timestamp.txt").write_text("2026-11-20 10:00:00 UTC")
    return course


def exported(course: Path) -> dict[str, tuple[float, float]]:
    """Score and highest possible score of each learner, by `nbgrader export`."""
    nbgrader(course, "export", "--to", "grades.csv")
    with (course / "grades.csv").open() as file:
        return {
            row["student_id"]: (float(row["score"]), float(row["max_score"]))
            for row in csv.DictReader(file)
        }


@contextmanager
def gradebook(course: Path) -> Iterator[Any]:
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{course / 'gradebook.db'}", "drills") as opened:
        yield opened


def test_a_released_lab_holds_no_answer_and_its_gradebook_the_labs_points(released: Path) -> None:
    page = nbformat.read(released / "release" / LAB / f"{LAB}.ipynb", 4)
    lab = nbformat.read(ROOT / "labs" / "iam" / f"{LAB}.ipynb", 4)
    wanted = {cell.source for cell in lab.cells}
    added = [cell for cell in page.cells if cell.source not in wanted]
    assert added
    assert all(cell.metadata["nbgrader"]["task"] for cell in added)
    with gradebook(released) as opened:
        assert opened.find_assignment(LAB).max_score == 54


@pytest.mark.notebook
def test_validate_says_that_an_unsolved_lab_fails(released: Path) -> None:
    said = nbgrader(released, "validate", f"release/{LAB}/{LAB}.ipynb")
    assert "VALIDATION FAILED ON 1 CELL(S)" in said
    assert "checks that don't hold yet" in said


@pytest.mark.notebook
def test_validate_says_that_a_source_solves(released: Path) -> None:
    said = nbgrader(released, "validate", f"source/{LAB}/{LAB}.ipynb")
    assert "Success! Your notebook passes all the tests." in said


def test_export_shows_the_points_of_the_results_less_deductions(
    course: Path, result: Results
) -> None:
    entered = list(enter(course, [result("ann", earned=3, taken=2), result("ben")]))
    assert entered == [Entered("ann", LAB, 13), Entered("ben", LAB, 5)]
    assert exported(course) == {"ann": (13, 54), "ben": (5, 54)}


def test_what_nbgrader_needs_to_release_feedback_stands_beside_the_page(
    course: Path, result: Results
) -> None:
    there = course / "submitted" / "ann" / LAB
    (there / "submission_secret.txt").write_text("secret")
    (there / "more.txt").write_text("of ann's own")
    list(enter(course, [result("ann")]))
    beside = {each.name for each in (course / "autograded" / "ann" / LAB).iterdir()}
    assert beside == {f"{LAB}.ipynb", "submission_secret.txt", "timestamp.txt"}


def test_deductions_never_make_a_score_negative(course: Path, result: Results) -> None:
    list(enter(course, [result("ann", earned=1, taken=9)]))
    assert exported(course) == {"ann": (0, 54)}


def test_feedback_shows_each_phases_verdicts_and_the_cells_that_failed(
    course: Path, result: Results
) -> None:
    page = nbformat.read(course / "submitted" / "ann" / LAB / f"{LAB}.ipynb", 4)
    index = next(number for number, cell in enumerate(page.cells) if cell.cell_type == "code")
    failed = Cell(index, "failed", "NameError: no <b>such</b> name", "")
    list(enter(course, [result("ann", earned=3, cells=(failed,))]))
    nbgrader(course, "generate_feedback", LAB)
    shown = (course / "feedback" / "ann" / LAB / f"{LAB}.html").read_text()
    assert "Score: 3.0 / 17.0" in shown
    assert "Not stolen_key_is_dead." in shown
    assert "no &lt;b&gt;such&lt;/b&gt; name" in shown


def test_nothing_that_a_notebook_prints_is_worth_a_point(course: Path, result: Results) -> None:
    """Not even to somebody who runs nbgrader's own autograder, before or after."""
    path = course / "submitted" / "ann" / LAB / f"{LAB}.ipynb"
    page = json.loads(path.read_text())
    for cell in page["cells"]:
        if cell["cell_type"] == "code":
            cell["source"] = "54.0"
            cell["outputs"] = []
            cell["metadata"].get("nbgrader", {}).update(points=54, grade=True, solution=False)
    page["cells"].insert(0, page["cells"][-1] | {"id": "first"})
    path.write_text(json.dumps(page))
    list(enter(course, [result("ann", earned=1)]))
    assert exported(course) == {"ann": (5, 54)}
    subprocess.run(
        [sys.executable, "-m", "nbgrader", "autograde", LAB, "--student=ann", "--force"],
        cwd=course,
        env={**os.environ, "PYTHONWARNINGS": "ignore"},
        capture_output=True,
        check=False,
    )
    assert exported(course) == {"ann": (5, 54)}


def test_entering_again_changes_nothing_but_what_is_new(course: Path, result: Results) -> None:
    def kept() -> list[tuple[Any, ...]]:
        with gradebook(course) as opened:
            return sorted(
                (grade.name, grade.auto_score, grade.needs_manual_grade, grade.score)
                for grade in opened.find_submission_notebook(LAB, LAB, "ann").grades
            )

    list(enter(course, [result("ann")]))
    once = kept()
    list(enter(course, [result("ann")]))
    assert kept() == once
    assert not [name for name, _, asks, _ in once if asks]
    list(enter(course, [result("ann", earned=2)]))
    assert kept() != once


def test_a_persons_score_stays_and_is_shown_for_review_when_the_points_change(
    course: Path, result: Results
) -> None:
    list(enter(course, [result("ann")]))
    with gradebook(course) as opened:
        grade = opened.find_grade("points-detect", LAB, LAB, "ann")
        grade.manual_score, grade.extra_credit = 10, 1
        opened.db.commit()
    list(enter(course, [result("ann")]))
    with gradebook(course) as opened:
        assert not opened.find_grade("points-detect", LAB, LAB, "ann").needs_manual_grade
    list(enter(course, [result("ann", earned=2)]))
    with gradebook(course) as opened:
        grade = opened.find_grade("points-detect", LAB, LAB, "ann")
        assert (grade.auto_score, grade.score, grade.needs_manual_grade) == (2, 11, True)
    assert exported(course) == {"ann": (19, 54)}


def test_lateness_costs_what_the_courses_plugin_says(course: Path, result: Results) -> None:
    nbgrader(course, "db", "assignment", "add", LAB, "--duedate=2026-11-19 10:00:00 UTC")
    list(enter(course, [result("ann")]))
    assert exported(course) == {"ann": (0, 54)}


def test_a_file_that_is_no_notebook_has_its_zero_and_a_page(course: Path, result: Results) -> None:
    (course / "submitted" / "ann" / LAB / f"{LAB}.ipynb").write_text("{")
    not_run = Result("ann", LAB, 0, "key", Outcome.NOT_RUN, "It is no valid JSON.")
    assert list(enter(course, [not_run])) == [Entered("ann", LAB, 0)]
    assert exported(course) == {"ann": (0, 54)}
    nbgrader(course, "generate_feedback", LAB)
    assert "It is no valid JSON." in (course / "feedback/ann" / LAB / f"{LAB}.html").read_text()


def test_a_submission_that_is_not_there_is_not_entered(course: Path, result: Results) -> None:
    (entered,) = enter(course, [result("zoe")])
    assert entered.said.startswith("not entered: nothing in the course's folder")


def test_what_the_grader_broke_on_is_not_entered(course: Path, result: Results) -> None:
    broken = result("ben", outcome=Outcome.ERROR, said="The worker died.")
    _, entered = enter(course, [result("ann"), broken])
    assert entered == Entered("ben", LAB, 0, "not entered: The worker died.")
    assert set(exported(course)) == {"ann"}


def test_a_learner_is_a_folders_name(course: Path, result: Results) -> None:
    (entered,) = enter(course, [result("../ann")])
    assert entered.said.startswith("not entered")
    assert not (course / "ann").exists()


def test_an_assignment_that_the_gradebook_lacks_is_said(tmp_path: Path, result: Results) -> None:
    (tmp_path / "submitted" / "ann" / LAB).mkdir(parents=True)
    with pytest.raises(DrillError, match="run `nbgrader generate_assignment iam-leaked-key`"):
        list(enter(tmp_path, [result()]))


def test_an_assignment_of_other_cells_is_said(course: Path, result: Results) -> None:
    lines = ({"what": "detect", "points": 1, "of": 1, "why": ""},)
    lines += ({"what": "sing", "points": 1, "of": 1, "why": ""},)
    with pytest.raises(DrillError, match="has no task points-sing"):
        list(enter(course, [result(lines=lines)]))


def test_the_command_enters_what_drill_grade_stored(
    course: Path, result: Results, tmp_path: Path
) -> None:
    (tmp_path / "out" / "results" / "ann").mkdir(parents=True)
    stored = tmp_path / "out" / "results" / "ann" / f"{LAB}.json"
    stored.write_text(json.dumps(result("ann", earned=2).as_json()))
    (course / "submitted" / "ben" / LAB / f"{LAB}.ipynb").write_text("{")
    ran = CliRunner().invoke(main, ["nbgrader", "points", str(course), str(tmp_path / "out")])
    assert (ran.exit_code, ran.output) == (0, "2 of 2 results are in the gradebook.\n")
    assert exported(course) == {"ann": (10, 54), "ben": (0, 54)}
