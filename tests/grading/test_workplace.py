"""Submissions, honest and hostile, graded in a workplace: what is found out of them, and at what cost."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from simulator.errors import DrillError
from simulator.grading.result import Outcome, Result
from simulator.grading.workplace import Workplace
from tests.grading.notebooks import LAB, ROOT, SOLUTION, cleaned, job, notebook, sources

pytestmark = pytest.mark.notebook
BEGIN = f'from simulator import Lab\nlab = Lab("{LAB}")'


@pytest.fixture(scope="module")
def place() -> Iterator[Workplace]:
    try:
        made = Workplace()
    except DrillError:
        made = Workplace(unsafe=True)
    with made:
        yield made


def verdicts(result: Result) -> list[str]:
    return [each.verdict for each in result.cells]


def test_a_solution_has_all_points_and_no_cell_of_it_fails(place: Workplace) -> None:
    result = place.grade(job(cleaned(SOLUTION)))
    assert (result.outcome, result.said, result.points, result.possible) == ("ran", "", 54, 54)
    assert set(verdicts(result)) == {"passed"}
    assert {each["verdict"] for each in result.checks} == {"PASSED"}
    assert sum(each["points"] for each in result.lines) == 54
    assert result.answers["key"].startswith("AKIA")
    assert result.times["contain"] > 0
    assert result.seconds > 0
    assert result.memory > 0


def test_an_unsolved_lab_fails_at_its_last_cell_alone(place: Workplace) -> None:
    lab = ROOT / "labs/iam/iam-leaked-key.ipynb"
    result = place.grade(job(cleaned(lab)))
    assert result.outcome is Outcome.RAN
    assert verdicts(result).index("failed") == len(result.cells) - 1
    last = result.cells[-1]
    assert last.error.startswith("Unsolved: checks that don't hold yet")
    assert "DETECT" in last.traceback
    assert "\x1b" not in last.traceback


def test_what_a_cell_says_is_kept_short_and_plain(place: Workplace) -> None:
    hostile = "raise ValueError('\\x1b[31mred\\x1b[0m\\u202e\\x00' + 'x' * 10**5)"
    (cell,) = place.grade(job(notebook(hostile))).cells
    assert cell.verdict == "failed"
    assert cell.error.startswith("ValueError: redx")
    assert len(cell.error) == 300
    assert len(cell.traceback) == 4000


def test_what_differs_from_run_to_run_is_left_out_of_errors(place: Workplace) -> None:
    text = notebook("import os", "raise ValueError(object(), os.environ['DRILL_URL'])")
    said = place.grade(job(text)).cells[1].error
    assert said == "ValueError: (<object object at 0x…>, 'http://127.0.0.1')"


@pytest.mark.parametrize(
    ("ending", "of_that_cell", "said"),
    [
        ("import os; os._exit(3)", "failed", "The kernel ended."),
        ("import ctypes; ctypes.string_at(0)", "failed", "The kernel ended."),
        ("exit()", "passed", "The notebook ended its kernel."),
    ],
)
def test_a_notebook_that_ends_its_kernel_keeps_what_it_earned(
    place: Workplace, ending: str, of_that_cell: str, said: str
) -> None:
    cells = sources(SOLUTION)
    detected = next(at for at, each in enumerate(cells) if 'lab.check("detect")' in each)
    before = cells[: detected + 1]
    result = place.grade(job(notebook(*before, ending, "lab.finish()")))
    assert (result.outcome, result.said) == (Outcome.STOPPED, said)
    assert verdicts(result) == ["passed"] * len(before) + [of_that_cell, "skipped"]
    assert {each["what"]: each["points"] for each in result.lines}["detect"] == 17


def test_a_cell_that_takes_too_long_fails_and_the_next_one_is_run(place: Workplace) -> None:
    text = notebook("while True: pass", "1 + 1")
    result = place.grade(job(text, cell_seconds=2))
    assert (result.outcome, verdicts(result)) == (Outcome.RAN, ["failed", "passed"])
    assert "Timeout of 2 seconds" in result.cells[0].error


def test_a_cell_that_cannot_be_interrupted_ends_the_notebook(place: Workplace) -> None:
    stubborn = "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass"
    result = place.grade(job(notebook(stubborn, "1 + 1"), cell_seconds=1))
    assert result.outcome is Outcome.TIMED_OUT
    assert verdicts(result) == ["failed", "skipped"]
    assert "could not be interrupted" in result.said


def test_a_notebook_has_its_time_and_no_more(place: Workplace) -> None:
    text = notebook(BEGIN, "import time", "time.sleep(1000)", "1 + 1")
    result = place.grade(job(text, seconds=6))
    assert result.outcome is Outcome.TIMED_OUT
    assert verdicts(result) == ["passed", "passed", "skipped", "skipped"]
    assert result.possible == 54
    assert len(result.checks) == 15


@pytest.mark.parametrize(
    "endless",
    [
        "while True: print('x' * 1000)",
        "while True: display('x')",
        "import sys\nwhile True: sys.stderr.write('x' * 100_000)",
    ],
)
def test_output_without_end_ends_the_notebook(place: Workplace, endless: str) -> None:
    result = place.grade(job(notebook("1 + 1", endless, "1 + 1"), output=2**20, cell_seconds=60))
    assert result.outcome is Outcome.STOPPED
    assert result.said == "Its cells printed more than 1 MiB."
    assert verdicts(result) == ["passed", "failed", "skipped"]


FORGED = """
kernel = get_ipython().kernel
session, socket = kernel.session, kernel.iopub_socket
def send(*parts): kernel.iopub_thread.send_multipart([b"x", *parts])
send(b"<IDS|MSG>", b"", b"not json", b"{", b"[", b"]")
send(b"no delimiter at all")
deep = b"[" * 100_000 + b"]" * 100_000
def signed(*parts): send(b"<IDS|MSG>", session.sign(list(parts)), *parts)
signed(deep, deep, deep, deep)
signed(b"{}", b"{}", b"{}", b"{}")
signed(b'{"msg_type": 1}', b'{"msg_id": 1}', b"{}", b"[]")
signed(b'{"msg_type": "status", "msg_id": "1", "date": "x"}', b"null", b"{}", b"{}")
"""


def test_messages_that_are_none_cost_nothing(place: Workplace) -> None:
    result = place.grade(job(notebook(FORGED, "1 + 1")))
    assert (result.outcome, verdicts(result)) == (Outcome.RAN, ["passed", "passed"])


def test_an_idle_that_never_comes_costs_its_cell(place: Workplace) -> None:
    quiet = "kernel = get_ipython().kernel\nkernel._publish_status = lambda *a, **k: None"
    result = place.grade(job(notebook(quiet, "1 + 1")))
    assert result.outcome in {Outcome.TIMED_OUT, Outcome.RAN}
    assert verdicts(result)[0] == "failed"


def test_a_message_that_is_too_large_costs_its_cell(place: Workplace) -> None:
    result = place.grade(job(notebook("print('x' * 30_000_000)", "1 + 1"), output=2**20))
    assert result.outcome is not Outcome.ERROR
    assert verdicts(result)[0] == "failed"


def test_what_a_notebook_says_of_itself_is_not_asked(place: Workplace) -> None:
    forged = f"{BEGIN}\nlab.check = lambda *a: print('54 of 54 points')\nlab.check()"
    result = place.grade(job(notebook(forged)))
    assert (result.outcome, result.points) == (Outcome.RAN, 0)


def test_a_notebook_reaches_its_own_lab_alone(place: Workplace) -> None:
    text = notebook('from simulator import Lab\nLab("s3-public-pii")')
    (cell,) = place.grade(job(text)).cells
    assert cell.error.startswith("NotYourTurn: This run is of the lab iam-leaked-key")


def test_a_lab_that_does_not_exist_is_not_run(place: Workplace) -> None:
    result = place.grade(job(notebook("1"), lab="iam-leaked-keys"))
    assert result.outcome is Outcome.NOT_RUN
    assert "Did you mean 'iam-leaked-key'?" in result.said


def test_a_simulator_that_dies_is_replaced_and_its_submission_told_of(place: Workplace) -> None:
    def end() -> None:
        with suppress(ProcessLookupError):
            os.kill(place.accounts.pid, signal.SIGKILL)

    original = place._watch
    place._watch = end
    try:
        lost = place.grade(job(notebook("import time\ntime.sleep(30)")))
    finally:
        place._watch = original
    assert (lost.outcome, lost.points, lost.possible) == (Outcome.STOPPED, 0, 54)
    assert "ended" in lost.said
    assert place.grade(job(notebook("1 + 1"))).outcome is Outcome.RAN


def test_a_grader_that_broke_is_tried_again_in_a_new_workplace(
    place: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    (place.folder / "job").touch()
    begun = []
    begin = place.accounts.begin

    def breaks(*asked: object) -> dict[str, object]:
        begun.append(asked)
        raise OSError("no room")

    monkeypatch.setattr(place.accounts, "begin", breaks)
    result = place.grade(job(notebook("1 + 1")))
    assert (len(begun), result.outcome) == (1, Outcome.RAN)
    assert begin is not None


def test_a_sandbox_that_died_is_replaced(place: Workplace) -> None:
    assert place._sandbox is not None
    assert place._sandbox._process is not None
    place._sandbox._process.kill()
    assert place.grade(job(notebook("1 + 1"))).outcome is Outcome.RAN


def same(result: Result) -> Result:
    return replace(result, seconds=0.0, memory=0)


NOTEBOOKS = [
    path.relative_to(ROOT)
    for folder in ("solutions", "labs")
    for path in sorted((ROOT / folder).glob("*/*.ipynb"))
]


@pytest.mark.evening
@pytest.mark.parametrize("path", NOTEBOOKS, ids=str)
def test_a_submission_that_is_graded_again_has_the_same_result(
    place: Workplace, path: Path
) -> None:
    asked = job(cleaned(ROOT / path), lab=path.stem)
    assert same(place.grade(asked)) == same(place.grade(asked))


@pytest.mark.evening
def test_accounts_that_ended_are_forgotten(place: Workplace) -> None:
    """The simulator's memory is the same after twelve submissions as after four."""
    from simulator.grading import footprint

    sizes = []
    for seed in range(12):
        place.grade(job(notebook(BEGIN, "lab.trail()"), seed=seed))
        sizes.append(footprint.of(place.accounts.pid or 0))
    assert max(sizes[8:]) < sizes[3] + 16 * 2**20
