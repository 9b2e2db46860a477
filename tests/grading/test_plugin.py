"""pytest with our plugin, on a folder that strangers filled."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.grading.notebooks import LAB, ROOT, notebook
from tests.grading.test_grade_command import unsafe

pytestmark = pytest.mark.notebook
BEGIN = f'from simulator import Lab\nlab = Lab("{LAB}")'
PLANT = "import pathlib\npathlib.Path({!r}).touch()\n"


@pytest.fixture
def ran(tmp_path: Path) -> tuple[str, ElementTree.Element, Path]:
    """A hostile folder, what pytest said of it, and the file that its code would have made."""
    planted, folder = tmp_path / "planted", tmp_path / "submissions" / "ada"
    folder.mkdir(parents=True)
    hostile = PLANT.format(str(planted))
    for name in ("conftest.py", "__init__.py", "test_it.py", "setup.py"):
        (folder / name).write_text(hostile)
    told = json.loads(notebook(BEGIN, 'lab.submit(people="1")', "1 / 0", "import os; os.getcwd()"))
    told["metadata"] = {"kernelspec": {"name": "evil", "display_name": "evil"}}
    told["cells"][2]["metadata"] = {"tags": ["raises-exception", "nbval-skip"]}
    (folder / f"{LAB}.ipynb").write_text(json.dumps(told))
    report = tmp_path / "report.xml"
    flags = ["--drill-unsafe"] if unsafe() else []
    done = subprocess.run(
        [
            *(
                sys.executable,
                "-m",
                "pytest",
                "--nbval-lax",
                "-p",
                "simulator.grading.plugin",
                "-v",
            ),
            *("-p", "no:cacheprovider", f"--junitxml={report}", *flags, str(folder.parent)),
        ],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert report.exists(), done.stdout + done.stderr
    return done.stdout, ElementTree.parse(report).getroot(), planted


def test_cells_and_checks_are_items_and_no_code_of_a_strangers_runs_here(
    ran: tuple[str, ElementTree.Element, Path],
) -> None:
    said, report, planted = ran
    cases = {each.get("name"): each for each in report.iter("testcase")}
    assert not planted.exists()
    assert [name for name in cases if name and name.startswith("Cell")] == [
        *("Cell 0", "Cell 1", "Cell 2", "Cell 3")
    ]
    failed = {name for name, each in cases.items() if each.find("failure") is not None}
    skipped = {name for name, each in cases.items() if each.find("skipped") is not None}
    assert "Cell 2" in failed, "a tag in the metadata is not heeded"
    assert {"Cell 0", "Cell 1", "Cell 3"}.isdisjoint(failed | skipped)
    assert "stolen_key_is_dead" in failed
    assert "names_the_key" in skipped
    reason = cases["stolen_key_is_dead"].find("failure")
    assert reason is not None
    assert "The thief still gets through" in (reason.text or "") + (reason.get("message") or "")
    assert "names_the_key SKIPPED" in said
