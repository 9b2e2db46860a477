"""The made-up class: the same for the same number, and in the mix that it says."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import nbformat
import pytest

from simulator import catalogue, roster
from tools.evening.attacks.files import FILES
from tools.evening.attacks.table import ATTACKS, BY_NAME
from tools.evening.evening import HOSTILE, LABS, MIX, Kind, Submission, evening, write


@pytest.fixture(scope="module")
def class_() -> list[Submission]:
    return list(evening(100, 3))


def test_a_hundred_are_in_the_mix(class_: list[Submission]) -> None:
    assert Counter(each.kind for each in class_) == MIX
    assert {each.lab for each in class_} == set(LABS) <= set(catalogue.ids())


def test_the_same_number_makes_the_same_class(class_: list[Submission]) -> None:
    assert list(evening(100, 3)) == class_
    assert list(evening(100, 4)) != class_


@pytest.mark.parametrize("count", [1, 7, 20])
def test_a_small_class_is_as_large_as_it_was_asked_for(count: int) -> None:
    assert len(list(evening(count))) == count


def test_every_submission_is_a_notebook(class_: list[Submission]) -> None:
    for each in class_:
        nbformat.validate(nbformat.from_dict(each.notebook))


def test_every_learner_has_a_seed_of_their_own(class_: list[Submission]) -> None:
    assert len({each.member.seed for each in class_}) == len(class_)
    assert len({each.member.learner for each in class_}) == len(class_)


def test_what_is_written_can_be_graded(class_: list[Submission], tmp_path: Path) -> None:
    write(tmp_path, iter(class_[:5]))
    members = roster.read(tmp_path / "roster.csv")
    for each in class_[:5]:
        assert members.of_learner(each.member.learner) == each.member
        assert (tmp_path / "submissions" / each.path).exists()


def test_a_meek_class_has_nothing_that_does_harm() -> None:
    meek = {each.recipe: each for each in evening(100, meek=True) if each.kind is Kind.HOSTILE}
    assert set(meek) == set(HOSTILE)
    for name, each in meek.items():
        if BY_NAME[name].harms:
            assert "while True" in each.notebook["cells"][-1]["source"]


def test_the_table_has_rows_enough_and_no_name_twice() -> None:
    names = [attack.name for attack in (*ATTACKS, *FILES)]
    assert len(names) == len(set(names)) >= 35
    assert all(attack.tries.endswith(".") for attack in (*ATTACKS, *FILES))
