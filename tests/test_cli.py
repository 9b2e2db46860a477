"""The `drill` command, as tools call it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner, Result

from simulator.cli import main

ROOT = Path(__file__).parents[1]
CHECK_KEYS = {"name", "phase", "verdict", "points", "reason"}


def drill(*words: str, given: str = "") -> Result:
    return CliRunner().invoke(main, words, input=given)


def test_list_names_every_scenario_with_its_facts() -> None:
    rows = json.loads(drill("list", "--json").stdout)
    keys = {"id", "title", "pillar", "difficulty", "points", "attack", "controls"}
    assert "iam-leaked-key" in [row["id"] for row in rows]
    assert all(set(row) >= keys for row in rows)


def test_an_untouched_account_scores_nothing_and_the_reference_everything() -> None:
    untouched = json.loads(drill("play", "iam-leaked-key", "--fix", "none", "--json").stdout)
    reference = json.loads(drill("play", "iam-leaked-key", "--json").stdout)
    assert untouched["score"] == 0
    assert reference["score"] == reference["points"] > 0
    assert set(reference) == {"id", "seed", "fix", "score", "points", "seconds", "checks"}
    assert all(set(check) == CHECK_KEYS for check in reference["checks"])


def test_a_lab_needs_the_folder_of_the_notebooks(tmp_path: Path) -> None:
    result = drill("lab", "--folder", str(tmp_path / "gone"))
    assert result.exit_code == 1
    assert "--folder" in result.stderr
    assert str(tmp_path / "gone") in result.stderr


def test_jupyterlab_gets_its_arguments_and_its_kernels_one_simulator(tmp_path: Path) -> None:
    """A stand-in for JupyterLab reports what it was started with and what the simulator answers."""
    (tmp_path / "jupyterlab").mkdir()
    (tmp_path / "jupyterlab" / "__init__.py").touch()
    (tmp_path / "jupyterlab" / "__main__.py").write_text(
        "import json, os, sys\n"
        "from simulator import Lab\n"
        "accounts = [Lab('iam-leaked-key').account_id for _ in range(2)]\n"
        "said = ['DRILL_SEED', 'DRILL_ROSTER', 'DRILL_INSTRUCTOR_TOKEN']\n"
        "told = [os.getenv(name) for name in said], list(os.environ.values())\n"
        "print(json.dumps([sys.argv[1:], accounts, *told]), flush=True)\n"
        "sys.exit(3)\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "simulator", "lab", "--folder", tmp_path, "--no-browser"],
        check=False,
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)]),
            "DRILL_SEED": "11",
            "DRILL_INSTRUCTOR_TOKEN": "teaches",
        },
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 3, done.stderr
    arguments, accounts, kept_back, environment = json.loads(done.stdout)
    assert kept_back == [None, None, None], "answers follow from the seed, and kernels see no board"
    assert "teaches" not in environment
    assert "/board" in done.stderr
    assert arguments == [f"--ServerApp.root_dir={tmp_path}", "--no-browser"]
    assert len(set(accounts)) == 1


def test_an_unknown_scenario_names_the_nearest() -> None:
    result = drill("play", "iam-leaked-kee")
    assert result.exit_code == 1
    assert "Did you mean 'iam-leaked-key'?" in result.stderr


def test_an_unknown_fix_names_those_there_are() -> None:
    result = drill("play", "iam-leaked-key", "--fix", "referense")
    assert result.exit_code == 1
    assert "Did you mean 'reference'?" in result.stderr


def test_the_other_backend_is_refused_in_words() -> None:
    result = drill("play", "iam-leaked-key", "--backend", "localstack")
    assert result.exit_code == 1
    assert "not built yet" in result.stderr


def test_decide_goes_on_after_a_malformed_line() -> None:
    case = {
        "id": "a",
        "request": {
            "principal": "arn:aws:iam::111122223333:user/ann",
            "action": "s3:GetObject",
            "resource": "arn:aws:s3:::b/k",
            "resourceAccount": "111122223333",
            "context": {},
        },
        "identityPolicies": [
            {
                "Version": "2012-10-17",
                "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}],
            }
        ],
    }
    lines = drill("decide", given=f"not json\n{json.dumps(case)}\n").stdout.splitlines()
    assert "error" in json.loads(lines[0])
    assert json.loads(lines[1])["result"] == "Allowed"


def test_a_busy_port_says_which_and_what_to_do() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "simulator", "serve", "--port", port]
        result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert result.returncode == 1
    assert port in result.stderr
    assert "--port" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_roster_that_is_none_is_told_so_before_anything_is_served(tmp_path: Path) -> None:
    roster = tmp_path / "roster.csv"
    for command in ("serve", "lab"):
        result = drill(command, "--roster", str(roster))
        assert result.exit_code == 1
        assert "can't be read as a roster" in result.stderr
    roster.write_text("learner,token\nann,token-of-ann\n")
    assert "line 2 has no seed" in drill("serve", "--roster", str(roster)).stderr


def test_learners_notebooks_and_the_instructor_must_not_hold_one_token() -> None:
    same = {"DRILL_TOKEN": "same", "DRILL_INSTRUCTOR_TOKEN": "same"}
    result = CliRunner().invoke(main, ["serve", "--port", "0"], env=same)
    assert result.exit_code == 1
    assert "DRILL_INSTRUCTOR_TOKEN must be another token" in result.stderr


def test_watch_peek_and_solve_are_there() -> None:
    said = drill("--help").output
    for command in ("watch", "peek", "solve"):
        assert f"\n  {command} " in said
        assert drill(command, "--help").exit_code == 0
