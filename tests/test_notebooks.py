"""Labs and solutions as nbval runs them."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

pytestmark = [pytest.mark.notebook, pytest.mark.slow]
ROOT = Path(__file__).parents[1]
LABS = sorted(path.relative_to(ROOT / "labs") for path in (ROOT / "labs").glob("*/*.ipynb"))


@pytest.mark.parametrize("lab", LABS, ids=lambda lab: lab.stem)
def test_a_solution_runs_clean_and_an_unsolved_lab_fails_at_its_last_cell_alone(lab: Path) -> None:
    """Both of one lab in one nbval: it takes longer to start than a cell to run."""
    pages = [str(folder / lab) for folder in (Path("solutions"), Path("labs"))]
    command = [sys.executable, "-m", "pytest", "--nbval-lax", "-p", "no:cacheprovider", *pages]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    cells = [
        sum(cell.cell_type == "code" for cell in nbformat.read(ROOT / page, as_version=4).cells)
        for page in pages
    ]
    failed = re.findall(r"^FAILED (\S+)::Cell (\d+)", done.stdout, re.MULTILINE)
    assert failed == [(pages[1], str(cells[1] - 1))], done.stdout
    assert f"1 failed, {sum(cells) - 1} passed" in done.stdout
