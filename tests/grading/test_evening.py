"""A run that begins, goes on and is repeated."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from simulator.errors import DrillError
from simulator.grading.evening import arrival, grade
from simulator.grading.job import Job
from simulator.grading.result import Outcome, Result
from simulator.grading.store import Store
from tests.grading.notebooks import AT, job, notebook

JOBS = [job(notebook(f"{number}"), learner=f"learner-{number}") for number in range(4)]


class Grader:
    """Grades by counting; it stops after `most`."""

    def __init__(self, most: int = 100, outcome: Outcome = Outcome.RAN) -> None:
        self.asked: list[str] = []
        self._most, self._outcome = most, outcome

    def run(self, jobs: Sequence[Job]) -> Iterable[Result]:
        for each in jobs:
            if len(self.asked) == self._most:
                raise KeyboardInterrupt
            self.asked.append(each.learner)
            yield Result(each.learner, each.lab, each.seed, each.key, self._outcome)


def test_a_run_that_was_interrupted_goes_on_where_it_was(tmp_path: Path) -> None:
    store = Store(tmp_path)
    first, second = Grader(most=2), Grader()
    with pytest.raises(KeyboardInterrupt):
        list(grade(JOBS, store, first.run, AT))
    done = list(grade(JOBS, store, second.run, AT))
    assert first.asked == ["learner-0", "learner-1"]
    assert second.asked == ["learner-2", "learner-3"]
    assert sorted(each.result.learner for each in done) == [each.learner for each in JOBS]
    assert [each.anew for each in done] == [False, False, True, True]


def test_nothing_is_run_where_nothing_changed(tmp_path: Path) -> None:
    store, again = Store(tmp_path), Grader()
    list(grade(JOBS, store, Grader().run, AT))
    changed = [*JOBS[:3], job(notebook("changed"), learner="learner-3")]
    assert not [each for each in grade(JOBS, store, again.run, AT) if each.anew]
    list(grade(changed, store, again.run, AT))
    assert again.asked == ["learner-3"]


def test_where_the_grader_broke_it_is_run_again(tmp_path: Path) -> None:
    store, again = Store(tmp_path), Grader()
    list(grade(JOBS, store, Grader(outcome=Outcome.ERROR).run, AT))
    list(grade(JOBS, store, again.run, AT))
    assert len(again.asked) == len(JOBS)


def test_learners_arrive_when_the_first_run_into_a_folder_began(tmp_path: Path) -> None:
    first = arrival(tmp_path)
    at = datetime.fromisoformat(first)
    assert timedelta() <= datetime.now(UTC) - at < timedelta(hours=1, minutes=1)
    assert (at.minute, at.second) == (0, 0)
    assert arrival(tmp_path) == first


def test_the_time_of_arrival_can_be_chosen_and_is_kept(tmp_path: Path) -> None:
    assert arrival(tmp_path, "2026-11-02T13:00+01:00") == AT
    assert arrival(tmp_path) == AT
    assert arrival(tmp_path, "2026-11-02T12:00") == AT
    with pytest.raises(DrillError, match="--at takes a time"):
        arrival(tmp_path, "noon")


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"at": "noon"}'])
def test_a_damaged_record_of_the_run_begins_anew(tmp_path: Path, damage: str) -> None:
    (tmp_path / "run.json").write_text(damage)
    assert arrival(tmp_path) == arrival(tmp_path)
