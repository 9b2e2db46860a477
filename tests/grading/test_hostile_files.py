"""What can be handed in as a file, graded in one run with two honest neighbours."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tools.evening.attacks.canary import canary
from tools.evening.attacks.files import FILES, NAME, NAMES, FileAttack, name

pytestmark = [
    pytest.mark.hostile,
    pytest.mark.skipif(not shutil.which("bwrap"), reason="needs bubblewrap"),
]
HONEST = ("aaa-honest", "honest-first", "zzz-honest")


class Run:
    """What `drill grade` said and wrote."""

    def __init__(self, root: Path, said: subprocess.CompletedProcess[str]) -> None:
        self.root, self.said = root, said
        told = [json.loads(path.read_text()) for path in root.glob("out/results/*/*.json")]
        self.results: dict[str, dict[str, Any]] = {each["learner"]: each for each in told}

    def points(self, learner: str) -> int:
        return int(self.results[learner]["points"]) if learner in self.results else 0


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    root = tmp_path_factory.mktemp("evening")
    for attack in FILES:
        folder = root / "submissions" / attack.name
        folder.mkdir(parents=True)
        attack.write(folder)
    for each in (*HONEST, *map(name, NAMES)):
        folder = root / "submissions" / each
        folder.mkdir()
        (folder / NAME).write_text(json.dumps(canary()))
    command = [
        *(sys.executable, "-m", "simulator", "grade", "submissions", "--out", "out", "-j", "1"),
        *("--cell-timeout", "30", "--timeout", "60"),
    ]
    said = subprocess.run(
        command,
        cwd=root,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
        capture_output=True,
        text=True,
        check=False,
        timeout=1200,
        stdin=subprocess.DEVNULL,
    )
    return Run(root, said)


def test_the_run_ends_with_a_gradebook(run: Run) -> None:
    assert run.said.returncode == 0, run.said.stderr
    assert (run.root / "out" / "gradebook.csv").exists(), run.said.stdout


@pytest.mark.parametrize("learner", HONEST)
def test_an_honest_neighbour_has_the_points_that_it_has_alone(run: Run, learner: str) -> None:
    result = run.results[learner]
    assert result["points"] > 0
    assert {cell["verdict"] for cell in result["cells"]} == {"passed"}
    assert result["checks"] == run.results[HONEST[0]]["checks"]


@pytest.mark.parametrize("attack", FILES, ids=lambda attack: attack.name)
def test_a_hostile_file_gains_no_point(run: Run, attack: FileAttack) -> None:
    earned = run.points(HONEST[0]) if attack.points else 0
    if attack.name == "zip-slip":
        assert run.points(attack.name) in {0, run.points(HONEST[0])}
        return
    assert run.points(attack.name) == earned


@pytest.mark.parametrize("attack", FILES, ids=lambda attack: attack.name)
def test_a_hostile_file_is_in_the_gradebook(run: Run, attack: FileAttack) -> None:
    assert attack.name in (run.root / "out" / "gradebook.csv").read_text()


def test_nothing_beside_a_notebook_is_run(run: Run) -> None:
    assert not list(run.root.rglob("RAN"))
    assert not list(Path.cwd().glob("RAN"))


def test_nothing_is_written_outside_of_the_gradebooks_folder(run: Run) -> None:
    assert {each.name for each in run.root.iterdir()} == {"submissions", "out"}
    assert not Path("/tmp/drill-test-slip").exists()


def test_every_name_has_a_result_of_its_own(run: Run) -> None:
    assert len(list(run.root.glob("out/results/*/*.json"))) >= len(NAMES) + len(HONEST)


def test_no_cell_of_a_table_is_a_formula(run: Run) -> None:
    import csv

    for table in (run.root / "out").glob("*.csv"):
        with table.open(newline="", encoding="utf-8-sig") as file:
            for row in csv.reader(file):
                assert not [each for each in row if each.startswith(("=", "+", "@", "\t", "\r"))]


def test_no_page_holds_a_script_of_a_learners(run: Run) -> None:
    for page in (run.root / "out").rglob("*.html"):
        assert "<script>alert" not in page.read_text(encoding="utf-8")
