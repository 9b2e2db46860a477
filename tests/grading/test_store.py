"""Results on disk."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from simulator.errors import CannotServe
from simulator.grading.job import Job
from simulator.grading.result import Cell, Outcome, Result
from simulator.grading.store import Store
from tests.grading.notebooks import job, notebook

JOB = job(notebook("1 + 1"))


def result(of: Job = JOB, outcome: Outcome = Outcome.RAN) -> Result:
    return Result(
        of.learner,
        of.lab,
        of.seed,
        of.key,
        outcome,
        points=3,
        possible=5,
        lines=({"what": "detect", "points": 3, "of": 5, "why": ""},),
        cells=(Cell(0, "failed", "KeyError: 'x'", "\ud800"),),
        marks=("123456789012",),
    )


def test_a_result_that_was_kept_is_found_again(tmp_path: Path) -> None:
    store = Store(tmp_path)
    kept = replace(result(), cells=(Cell(0, "failed", "KeyError: 'ü'"),))
    store.keep(kept)
    store.close()
    assert Store(tmp_path).of(JOB) == kept


def test_text_that_is_no_text_can_be_kept(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.keep(result())
    found = store.of(JOB)
    assert found is not None
    assert found.points == 3


@pytest.mark.parametrize(
    "other",
    [
        replace(JOB, seed=6),
        replace(JOB, notebook=notebook("2")),
        replace(JOB, made_by="a later version"),
        replace(JOB, at="2026-11-03T12:00:00+00:00"),
    ],
)
def test_the_result_of_another_job_is_not_this_ones(tmp_path: Path, other: Job) -> None:
    store = Store(tmp_path)
    store.keep(result())
    assert store.of(other) is None


def test_what_the_grader_broke_at_is_graded_again(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.keep(result(outcome=Outcome.ERROR))
    assert store.of(JOB) is None


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"learner": "ada"}', "[" * 100_000])
def test_a_file_that_cannot_be_read_is_set_aside(tmp_path: Path, damage: str) -> None:
    store = Store(tmp_path)
    for number in (1, 2):
        path = store.keep(result())
        path.write_text(damage)
        assert store.of(JOB) is None
        assert not path.exists()
        assert (path.parent / f"{JOB.lab}.aside-{number}").read_text() == damage


@pytest.mark.parametrize("learner", ["..", "../../x", "a/b", "CON", "a\0b", "", "x" * 300])
def test_no_learners_name_leads_out_of_the_folder(tmp_path: Path, learner: str) -> None:
    store = Store(tmp_path)
    path = store.keep(result(replace(JOB, learner=learner)))
    assert path.resolve().parent.parent == tmp_path / "results"


def test_one_run_at_a_time_writes_to_a_folder(tmp_path: Path) -> None:
    store = Store(tmp_path)
    with pytest.raises(CannotServe, match="Another `drill grade`"):
        Store(tmp_path)
    store.close()
    Store(tmp_path).close()


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "out").touch()
    with pytest.raises(CannotServe, match="Name another folder"):
        Store(tmp_path / "out")


def test_a_result_survives_its_json() -> None:
    assert Result.of_json(json.loads(json.dumps(result().as_json()))) == result()
