"""The graders that are compared, each as somebody would start it for a class."""

from __future__ import annotations

import copy
import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from benchmarks.footprint import Footprint, measured
from tools.evening import pages
from tools.evening.evening import Kind, Submission, write

PATIENCE = 7200
"""Seconds until a grader is given up."""
SEED = "424242"
"""Of every account, where a grader can't give each learner their own."""
JOBS = 2


@dataclass(frozen=True, slots=True)
class Graded:
    """`full` are the submissions that were given full marks, `none` those that were given no result."""

    footprint: Footprint
    full: frozenset[str]
    none: frozenset[str]


Grader = Callable[[Path, Sequence[Submission], int], Graded]


def drill(folder: Path, submissions: Sequence[Submission], cell_seconds: int) -> Graded:
    """`drill grade -j 2`, in its sandbox."""
    write(folder, iter(submissions))
    command = [
        *(sys.executable, "-m", "simulator", "grade", "submissions", "--out", "out"),
        *("-j", str(JOBS), "--seed-file", "roster.csv", "--cell-timeout", str(cell_seconds)),
    ]
    footprint = measured([command], folder=folder, environ=_environ(folder), patience=PATIENCE)
    results = {}
    for path in folder.glob("out/results/*/*.json"):
        told = json.loads(path.read_text(encoding="utf-8"))
        results[f"{told['learner']}/{told['lab']}.ipynb"] = told
    full = {name for name, told in results.items() if 0 < told["possible"] == told["points"]}
    wrong = {name for name, told in results.items() if told["outcome"] == "error"}
    return _graded(footprint, submissions, full, set(results) - wrong)


def nbval(folder: Path, submissions: Sequence[Submission], cell_seconds: int) -> Graded:
    """nbval with xdist: full marks where every cell runs, as its last one fails when it isn't solved."""
    write(folder, iter(submissions))
    command = [
        *(sys.executable, "-m", "pytest", "-q", "-n", str(JOBS), "--dist", "loadfile"),
        *("--nbval-lax", "--nbval-cell-timeout", str(cell_seconds), "-p", "no:cacheprovider"),
        *("--import-mode=importlib", "--junitxml=junit.xml", "--tb=no", "submissions"),
    ]
    (folder / "pytest.ini").write_text("[pytest]\n")
    footprint = measured([command], folder=folder, environ=_environ(folder), patience=PATIENCE)
    passed: dict[str, bool] = {}
    if (folder / "junit.xml").exists():
        for case in ElementTree.parse(folder / "junit.xml").iter("testcase"):
            learner, _, lab = case.get("classname", "").rpartition(".")[0].rpartition(".")
            name = f"{learner.rpartition('.')[2]}/{lab}.ipynb"
            passed[name] = passed.get(name, True) and case.find("failure") is None
            passed[name] = passed[name] and case.find("error") is None
    return _graded(footprint, submissions, {name for name, ok in passed.items() if ok}, set(passed))


def nbgrader(
    folder: Path,
    submissions: Sequence[Submission],
    cell_seconds: int,
    *,
    program: str,
    processes: int = JOBS,
) -> Graded:
    """nbgrader autograde, a course for each process; full marks where the last cell passes."""
    courses = [folder / f"course-{number}" for number in range(processes)]
    labs = sorted({each.lab for each in submissions})
    for number, course in enumerate(courses):
        mine = submissions[number::processes]
        _course(course, labs, mine, cell_seconds)
    environ = _environ(folder, Path(program).parent)
    prepared = " && ".join(
        f"{program} generate_assignment {lab} --course-dir={course}"
        for course in courses
        for lab in labs
    )
    made = measured([["sh", "-c", prepared]], folder=folder, environ=environ, patience=PATIENCE)
    if made.status:
        raise RuntimeError(f"nbgrader generated no assignments:\n{made.output}")
    graded = [
        ["sh", "-c", "; ".join(f"{program} autograde {lab} --course-dir={course}" for lab in labs)]
        for course in courses
    ]
    footprint = measured(graded, folder=folder, environ=environ, patience=PATIENCE)
    known, full = set(), set()
    for path in folder.glob("course-*/autograded/*/*/*.ipynb"):
        name = f"{path.parents[1].name}/{path.name}"
        known.add(name)
        last = list(pages.code(json.loads(path.read_text(encoding="utf-8"))))[-1]
        ran = last["execution_count"] is not None
        failed = any(each["output_type"] == "error" for each in last["outputs"])
        if ran and not failed:
            full.add(name)
    return _graded(footprint, submissions, full, known)


def _graded(
    footprint: Footprint, submissions: Sequence[Submission], full: set[str], known: set[str]
) -> Graded:
    names = {each.path for each in submissions}
    return Graded(footprint, frozenset(full & names), frozenset(names - known))


def survived(graded: Graded, submissions: Sequence[Submission]) -> int:
    """The hostile ones that got a result, and no full marks."""
    hostile = {each.path for each in submissions if each.kind is Kind.HOSTILE}
    return len(hostile - graded.full - graded.none)


def _environ(folder: Path, *before: Path) -> dict[str, str]:
    """A home of their own, and no setting of this machine's."""
    path = [str(each) for each in (*before, Path(sys.executable).parent)]
    root = str(pages.ROOT)
    return {
        "PATH": os.pathsep.join([*path, "/usr/local/bin", "/usr/bin", "/bin"]),
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "PYTHONPATH": root,
        "PYTHONWARNINGS": "ignore",
        "DRILL_SEED": SEED,
    }


_MARK = {"schema_version": 3, "cell_type": "code", "task": False}


def _course(folder: Path, labs: Sequence[str], mine: Sequence[Submission], seconds: int) -> None:
    """An nbgrader course: the assignments' sources, and what was handed in."""
    folder.mkdir(parents=True)
    (folder / "nbgrader_config.py").write_text(
        f"c = get_config()\nc.CourseDirectory.root = {str(folder)!r}\n"
        f"c.Execute.timeout = {seconds}\nc.Execute.interrupt_on_timeout = True\n"
    )
    for lab in labs:
        _keep(folder / "source" / lab / f"{lab}.ipynb", _marked(pages.unsolved(lab)))
    for each in mine:
        path = folder / "submitted" / each.member.learner / each.lab / f"{each.lab}.ipynb"
        _keep(path, _marked(each.notebook))


def _keep(path: Path, notebook: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(notebook), encoding="utf-8")


def _marked(notebook: dict[str, Any]) -> dict[str, Any]:
    """The notebook with its last cell, which nbgrader grades, marked; one that lacks it, with one."""
    made = copy.deepcopy(notebook)
    cells = [cell for cell in pages.code(made) if pages.source(cell).strip() == "lab.finish()"]
    if not cells:
        cells = list(pages.code(pages.page(["lab.finish()"])))
        cells[0]["id"] = "the-last-cell"
        made["cells"] += cells
    mark = {"grade": True, "solution": False, "locked": True, "points": 1, "grade_id": "finish"}
    cells[-1]["metadata"] = {"nbgrader": _MARK | mark}
    cells[-1]["outputs"], cells[-1]["execution_count"] = [], None
    return made
