"""Labs and solutions as nbval runs them."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

pytestmark = pytest.mark.notebook
ROOT = Path(__file__).parents[1]


def nbval(folder: str) -> str:
    command = [sys.executable, "-m", "pytest", "--nbval-lax", "-p", "no:cacheprovider", folder]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout


def test_every_solution_runs_clean() -> None:
    said = nbval("solutions")
    assert " passed" in said
    assert " failed" not in said


def test_an_unsolved_lab_fails_at_its_last_cell_alone() -> None:
    said = nbval("labs")
    failed = dict(re.findall(r"^FAILED (\S+)::Cell (\d+)", said, re.MULTILINE))
    last = {
        str(lab.relative_to(ROOT)): str(
            sum(cell.cell_type == "code" for cell in nbformat.read(lab, as_version=4).cells) - 1
        )
        for lab in (ROOT / "labs").glob("*/*.ipynb")
    }
    assert failed == last
