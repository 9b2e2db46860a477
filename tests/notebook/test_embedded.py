"""A simulator as a child: how it starts, what it is told, and when it ends."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

START = "from simulator.notebook import embedded; child = embedded.start('iam-leaked-key')"
SIMULATOR = f"{START}; child.process.pid"
Kernels = Callable[..., Any]


def ends(pid: int, seconds: float = 30) -> bool:
    """Whether a process is gone, or comes to its end before this test loses patience."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except FileNotFoundError:
            return True
        if state == "Z":
            return True
        time.sleep(0.05)
    return False


needs_proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads /proc")


@needs_proc
def test_a_child_outlives_an_interrupt_and_not_its_parent(kernels: Kernels, tmp_path: Path) -> None:
    """Interrupting a kernel sends SIGINT to its whole group; killing it leaves it no last word."""
    kernel = kernels({"start_new_session": True})
    pid = kernel.run(SIMULATOR)
    busy = tmp_path / "busy"
    cell = f"import pathlib, time; pathlib.Path({str(busy)!r}).touch(); time.sleep(600)"
    kernel.process.stdin.write(f"{json.dumps(cell)}\n")
    kernel.process.stdin.flush()
    while not busy.exists():
        time.sleep(0.02)
    os.killpg(kernel.process.pid, signal.SIGINT)
    interrupted = kernel.process.stdout.readline()
    assert "KeyboardInterrupt" in interrupted
    assert kernel.run("child.alive, child.client.get('/health')['status']") == [True, "ok"]
    os.kill(kernel.process.pid, signal.SIGKILL)
    assert ends(pid)


@needs_proc
def test_a_child_ends_with_a_kernel_that_ends_well(kernels: Kernels) -> None:
    kernel = kernels()
    pid = kernel.run(SIMULATOR)
    kernel.process.stdin.close()
    assert kernel.process.wait(30) == 0
    assert ends(pid)


@needs_proc
def test_a_log_without_complaints_is_not_left_behind(kernels: Kernels) -> None:
    kernel = kernels()
    log, pid = kernel.run(f"{START}; str(child.log), child.process.pid")
    assert Path(log).exists()
    kernel.process.stdin.close()
    assert ends(pid)
    kernel.process.wait(30)
    assert not Path(log).exists()


def test_a_child_that_fails_to_start_says_why_and_where_its_log_is(
    kernels: Kernels, tmp_path: Path
) -> None:
    (tmp_path / "waitress.py").write_text("raise ImportError('waitress is broken here')\n")
    said = kernels(PYTHONPATH=str(tmp_path), TMPDIR=str(tmp_path)).refused(START)
    (log,) = tmp_path.glob("drill-iam-leaked-key-*.log")
    assert said == (
        "CannotServe: The embedded simulator did not start: "
        f"ImportError: waitress is broken here. Its log: {log}"
    )
    assert "Traceback" in log.read_text()


def test_a_seed_that_is_no_number_is_named(kernels: Kernels) -> None:
    said = kernels(DRILL_SEED="five").refused(START)
    assert said.startswith("CannotServe: The embedded simulator did not start: ")
    assert "'five' is not a valid integer" in said


def test_an_unknown_scenario_starts_nothing_and_names_the_nearest(
    kernels: Kernels, tmp_path: Path
) -> None:
    kernel = kernels(TMPDIR=str(tmp_path))
    said = kernel.refused("from simulator import Lab; Lab('iam-leaked-kee')")
    assert said.startswith("UnknownScenario: There is no scenario 'iam-leaked-kee'.")
    assert "Did you mean 'iam-leaked-key'?" in said
    assert not list(tmp_path.iterdir())


@pytest.fixture(scope="module")
def odd_machine(kernels: Kernels, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A kernel with a Lab where AWS's config file is unreadable, and a learner and a seed are set."""
    home = tmp_path_factory.mktemp("home")
    (home / ".aws").mkdir()
    (home / ".aws/config").write_text("this is [no config\n[file")
    kernel = kernels(
        HOME=str(home),
        AWS_PROFILE="prod",
        DRILL_TOKEN="of-another-simulator",
        DRILL_LEARNER="ann",
        DRILL_SEED="5",
    )
    kernel.run("""
    import os
    import simulator.lab
    from simulator import Lab
    lab = Lab("iam-leaked-key")
    child = simulator.lab._embedded["iam-leaked-key"]""")
    return kernel


def test_a_child_reads_no_aws_configuration_of_the_machine(odd_machine: Any) -> None:
    assert odd_machine.run("child.alive")


@needs_proc
def test_a_childs_environment_names_no_profile_no_real_proxy_and_no_token(
    odd_machine: Any,
) -> None:
    pid = odd_machine.run("child.process.pid")
    variables = dict(
        line.split("=", 1) for line in Path(f"/proc/{pid}/environ").read_text().split("\0") if line
    )
    assert {name for name in variables if name.startswith("AWS_")} == {
        "AWS_CONFIG_FILE",
        "AWS_EC2_METADATA_DISABLED",
        "AWS_SHARED_CREDENTIALS_FILE",
    }
    assert {name for name in variables if name.startswith("DRILL_")} == {"DRILL_SEED"}
    assert variables["https_proxy"] == variables["http_proxy"] == "http://simulator.invalid"


def test_the_same_seed_makes_the_same_account_whoever_the_learner_is(
    odd_machine: Any, kernels: Kernels
) -> None:
    made = kernels(DRILL_SEED="5").run(
        "from simulator import Lab; lab = Lab('iam-leaked-key'); lab.account_id"
    )
    assert made == odd_machine.run("lab.account_id")


def test_what_starts_labs_stays_in_the_child(odd_machine: Any) -> None:
    """The kernel keeps its own seat's token alone: that opens the drill, and starts nothing."""
    assert odd_machine.run("sorted(f for f in child.__dataclass_fields__)") == [
        "control",
        "log",
        "process",
        "seat",
    ]
    body = "{'scenario': 'iam-leaked-key', 'learner': 'another'}"
    said = odd_machine.refused(f"child.client.post('/labs', {body})")
    assert said.startswith("NotYourTurn: This token doesn't start labs here")


def test_a_child_that_died_is_told_and_a_lab_made_again_starts_another(odd_machine: Any) -> None:
    odd_machine.run("child.process.kill(); child.process.wait()")
    said = odd_machine.refused("lab.check()")
    assert said.startswith("CannotServe: The simulator at http://127.0.0.1:")
    assert "Run the cell with Lab(…) again" in said
    assert odd_machine.run("str(child.log)") in said
    before = odd_machine.run("lab.account_id")
    assert odd_machine.run("Lab('iam-leaked-key').account_id") == before, "the seed was given"
    assert odd_machine.run("lab.endpoint != os.environ['AWS_ENDPOINT_URL']")
