"""`drill verify`: what it says of fixes that land elsewhere, and in which order."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from simulator import catalogue
from simulator.grading.verify import MANY, Verified, unused, verified

CHECKS = '''
@check(Phase.CONTAIN, points=1)
def key_is_dead(replay):
    """The key is dead."""
    assert replay(detonate).denied, "The key still works"

def workload(): ...
'''
FIXES = """
from simulator.scenario import fix

@fix()
def reference(responder):
    responder.iam.delete_user_policy(UserName="worker", PolicyName="own")

@fix(key_is_dead="The key still works")
def nothing(responder): ...

@fix(when="never", key_is_dead="The key still works")
def of_another_course(responder): ...
"""


@pytest.fixture
def scenario(tmp_path: Path, tiny_head: str) -> Any:
    """Writes the tiny scenario, with one check, and fixes; gives what was read."""

    def write(fixes: str, name: str = "tiny-verified") -> catalogue.Play:
        folder = tmp_path / name
        folder.mkdir()
        (folder / "scenario.py").write_text(tiny_head + CHECKS)
        (folder / "fixes.py").write_text(fixes)
        return catalogue.read(folder)

    return write


def test_fixes_that_land_where_they_say_are_no_surprise(scenario: Any) -> None:
    tried = verified(scenario(FIXES), 1)
    assert tried == Verified("tiny-verified", 1, ("reference", "nothing"), ())


def test_each_fix_that_lands_elsewhere_is_told(scenario: Any) -> None:
    wrong = FIXES.replace("@fix()", '@fix(key_is_dead="The key")').replace(
        '@fix(key_is_dead="The key still works")', '@fix(key_is_dead="Something else")'
    )
    assert verified(scenario(wrong, "tiny-wrong"), 1).surprises == (
        "reference: key_is_dead should fail and is PASSED",
        "nothing: key_is_dead fails with 'The key still works', not with 'Something else'",
    )


def test_a_fix_that_none_of_many_seeds_has_a_use_for_is_told(scenario: Any) -> None:
    play = scenario(FIXES, "tiny-unused")
    tried = [Verified(play.id, seed, ("reference", "nothing"), ()) for seed in range(MANY)]
    assert unused(play, tried) == [f"of-another-course: none of {MANY} seeds has 'never'"]
    assert unused(play, tried[1:]) == []
    all_used = Verified(play.id, 0, ("reference", "nothing", "of-another-course"), ())
    assert unused(play, [*tried[1:], all_used]) == []


@pytest.mark.parametrize("jobs", [1, 2])
def test_however_many_processes_the_order_is_one(scenario: Any, jobs: int, tmp_path: Path) -> None:
    """Two scenarios with a surprise each, as `drill verify` tells of them; it ends with a 1."""
    for name in ("tiny-one", "tiny-two"):
        scenario(FIXES.replace('="The key still works"', '="Else"', 1), name)
    program = tmp_path / "drill.py"
    program.write_text(
        "from pathlib import Path\n"
        "from simulator import catalogue, cli\n"
        f"catalogue.FOLDER = Path({str(tmp_path)!r})\n"
        'if __name__ == "__main__":\n'
        f"    cli.main(['verify', '--seeds', '2', '--jobs', '{jobs}'])\n"
    )
    run = subprocess.run(
        [sys.executable, str(program)],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert run.returncode == 1, run.stderr
    wrong = "nothing: key_is_dead fails with 'The key still works', not with 'Else'"
    assert run.stdout.splitlines() == [
        line
        for name in ("tiny-one", "tiny-two")
        for line in (
            *(f"✘ {name} seed {seed} {wrong}" for seed in (0, 1)),
            f"✘ {name}: 4 fixes, 2 seeds",
        )
    ]
