"""`drill solve` runs a solution on a seed, and its points are the simulator's, not the notebook's."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat import v4

import simulator
from simulator.answers import solution
from simulator.errors import DrillError

ID = "iam-leaked-key"
ROOT = Path(__file__).parents[2]
LAB = f"from simulator import Lab\nlab = Lab({ID!r})"


def notebook(path: Path, *cells: str) -> Path:
    page = v4.new_notebook(cells=[v4.new_code_cell(cell) for cell in cells])
    nbformat.write(page, path)
    return path


@pytest.mark.notebook
def test_the_solution_earns_every_point_on_any_seed(tmp_path: Path) -> None:
    """The instructor's own environment leads it to no other simulator, and to nobody's seat."""
    out = tmp_path / "new" / "solved.ipynb"
    command = [sys.executable, "-m", "simulator", "solve", ID, "--seed", "641", "--out", out]
    elsewhere = {"DRILL_URL": "http://127.0.0.1:1", "DRILL_LEARNER": "ann", "DRILL_SEED": "5"}
    done = subprocess.run(
        command, env=os.environ | elsewhere, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "54 of 54 points" in done.stdout
    assert str(out) in done.stdout
    page = nbformat.read(out, as_version=4)
    ran = [cell for cell in page.cells if cell.cell_type == "code"]
    assert all(cell.execution_count for cell in ran)
    assert any(cell.outputs for cell in ran)


@pytest.mark.notebook
def test_what_a_notebook_prints_earns_nothing_and_its_failures_are_told(tmp_path: Path) -> None:
    path = notebook(
        tmp_path / f"{ID}.ipynb", LAB, "print('54 of 54 points')", "raise KeyError('x')", "1 + 1"
    )
    solved = solution.solve(path, 642)
    assert (solved.score.points, solved.score.possible) == (0, 54)
    assert solved.failed == ("cell 2: KeyError: 'x'",)
    assert not solved.complete
    assert solved.page.cells[3].outputs[0].data["text/plain"] == "2", "it went on"


@pytest.mark.notebook
def test_a_kernel_that_ends_is_told(tmp_path: Path) -> None:
    path = notebook(tmp_path / f"{ID}.ipynb", "import os\nos._exit(1)", "1 + 1")
    solved = solution.solve(path, 643)
    assert not solved.complete
    assert "didn't come to its end" in solved.failed[0]


def test_without_the_repository_it_is_said_where_solutions_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(DrillError, match="not with the installed package"):
        solution.found(ID, tmp_path)
    (tmp_path / "solutions" / "iam").mkdir(parents=True)
    with pytest.raises(DrillError, match="no solution for 'iam-leaked-key'"):
        solution.found(ID, tmp_path)
    assert solution.found(ID) == ROOT / "solutions" / "iam" / f"{ID}.ipynb"


def test_an_installed_package_has_no_solutions(tmp_path: Path) -> None:
    """Only what a wheel would hold is there."""
    package = Path(simulator.__file__).parent
    shutil.copytree(package, tmp_path / "simulator", ignore=shutil.ignore_patterns("__pycache__"))
    done: Any = subprocess.run(
        [sys.executable, "-m", "simulator", "solve", ID],
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "Run `drill solve` from a checkout" in done.stderr
    assert json.dumps(sorted(path.name for path in tmp_path.iterdir())) == '["simulator"]'
