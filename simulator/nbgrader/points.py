"""Graded results into nbgrader's gradebook and folders: what its export, formgrader and feedback show.

Points are the verdicts' and stand as nbgrader's automatic scores. What a person entered in formgrader,
a manual score or extra credit, stays, and goes before or is added.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Container, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simulator.errors import DrillError, MissingPackage
from simulator.grading.result import Outcome, Result
from simulator.grading.submissions import find
from simulator.labs import read, text
from simulator.nbgrader.comments import comments
from simulator.nbgrader.page import graded_page
from simulator.nbgrader.source import DEDUCTIONS, grade_id, v4
from simulator.nbgrader.submitted import cells, content


@dataclass(frozen=True, slots=True)
class Entered:
    """What became of one result: `said` is empty where its points are in the gradebook."""

    learner: str
    lab: str
    points: int
    said: str = ""


def enter(course: Path, results: Iterable[Result]) -> Iterator[Entered]:
    """Enter results into the gradebook of a course, one after the other.

    The course is as its nbgrader_config.py says. A result that the grader broke on is not entered.

    Raises:
        MissingPackage: nbgrader is not installed.
        DrillError: a lab is not among the gradebook's assignments, or not as `source_of` makes it.
    """
    with _opened(course) as (app, gradebook):
        for result in results:
            if result.outcome is Outcome.ERROR:
                yield Entered(result.learner, result.lab, 0, f"not entered: {result.said}")
                continue
            here = _submission(app.coursedir, result.learner, result.lab)
            if here is None:
                said = "not entered: nothing in the course's folder of submissions is theirs"
                yield Entered(result.learner, result.lab, 0, said)
                continue
            _enter(app, gradebook, result, here)
            yield Entered(result.learner, result.lab, result.points)


def unreadable(course: Path, labs: Container[str]) -> list[Result]:
    """The results, without a point, of submissions in a course that can't be run at all."""
    with _opened(course) as (app, _):
        folder = Path(app.coursedir.format_path(app.coursedir.submitted_directory, "", ""))
    return [
        Result(each.learner, each.lab, 0, "", Outcome.NOT_RUN, each.problem)
        for each in (find(folder) if folder.is_dir() else ())
        if each.problem and each.lab in labs
    ]


def _submission(folders: Any, learner: str, lab: str) -> Path | None:
    """The folder in which a learner's submission of a lab is, if there is one."""
    if Path(learner).name != learner:
        return None
    here = Path(folders.format_path(folders.submitted_directory, learner, lab))
    return here if here.is_dir() else None


@contextmanager
def _opened(course: Path) -> Iterator[tuple[Any, Any]]:
    try:
        from nbgrader.api import Gradebook
        from nbgrader.apps.baseapp import NbGrader
    except ImportError as error:
        raise MissingPackage("nbgrader", "An nbgrader course", extra="nbgrader") from error
    course = course.resolve()
    if not course.is_dir():
        raise DrillError(f"There is no folder {course}: `nbgrader quickstart` makes a course.")
    path = list(sys.path)
    app = NbGrader(log_level=logging.ERROR)
    try:
        app.initialize([], root=str(course))
    finally:
        sys.path[:] = path
    with Gradebook(app.coursedir.db_url, app.coursedir.course_id) as gradebook:
        yield app, gradebook


def _enter(app: Any, gradebook: Any, result: Result, here: Path) -> None:
    from nbgrader.api import MissingEntry

    learner, lab = result.learner, result.lab
    folders = app.coursedir
    try:
        notebook = gradebook.find_notebook(lab, lab)
    except MissingEntry as error:
        raise DrillError(
            f"The gradebook has no assignment {lab}: run `nbgrader generate_assignment {lab}`."
        ) from error
    tasks = {cell.name for cell in notebook.task_cells}
    scores = _scores(result)
    for name in sorted(set(scores) - tasks):
        raise DrillError(
            f"The assignment {lab} has no task {name}: make it anew with `drill nbgrader source`."
        )
    gradebook.update_or_create_student(learner)
    handed_in = folders.get_existing_timestamp(str(here))
    with gradebook.db.no_autoflush:
        gradebook.update_or_create_submission(lab, learner, timestamp=handed_in)
    said = comments(result)
    for name in sorted({*tasks, *(cell.name for cell in notebook.grade_cells)}):
        grade, points = gradebook.find_grade(name, lab, lab, learner), float(scores.get(name, 0))
        changed, grade.auto_score = grade.auto_score != points, points
        grade.needs_manual_grade = grade.manual_score is not None and (
            changed or grade.needs_manual_grade
        )
        if name in tasks:
            gradebook.find_comment(name, lab, lab, learner).auto_comment = said.get(name)
    gradebook.db.commit()
    _penalize(app, result)
    source = Path(folders.format_path(folders.source_directory, ".", lab)) / f"{lab}.ipynb"
    page = graded_page(read(source), cells(here / f"{lab}.ipynb"), result)
    there = Path(folders.format_path(folders.autograded_directory, learner, lab))
    _write(there, lab, text(page), here)


def _scores(result: Result) -> dict[str, int]:
    """What each task's points are; together they are the result's."""
    earned = {
        grade_id(str(line["what"])): int(line["points"])
        for line in result.lines
        if line["of"] is not None
    }
    return {**earned, DEDUCTIONS: result.points - sum(earned.values())}


def _penalize(app: Any, result: Result) -> None:
    """What the course's own plugin takes for lateness, as `nbgrader autograde` would ask it."""
    from nbgrader.preprocessors import AssignLatePenalties

    about = {"notebook": result.lab, "assignment": result.lab, "student": result.learner}
    about["db_url"] = app.coursedir.db_url
    AssignLatePenalties(parent=app).preprocess(v4().new_notebook(), {"nbgrader": about})


_CARRIED = ("timestamp.txt", "submission_secret.txt")
"""What nbgrader puts beside a submission, and needs to release feedback on it."""


def _write(folder: Path, lab: str, page: str, submitted: Path) -> None:
    """As `nbgrader autograde` leaves it: the page, read-only, and what nbgrader put beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    new = folder / f".{lab}.ipynb.new"
    new.write_text(page, encoding="utf-8")
    new.chmod(0o444)
    os.replace(new, folder / f"{lab}.ipynb")
    for name in _CARRIED:
        if (said := content(submitted / name, 1024)) is not None:
            (folder / name).unlink(missing_ok=True)
            (folder / name).write_bytes(said)
