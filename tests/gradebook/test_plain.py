"""Texts from strangers stay texts."""

from __future__ import annotations

import pytest

from simulator.gradebook.plain import MOST, cell, file_names, plain, plain_lines, short

FORMULAS = (
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1+1",
    "\r\n=1+1",
    "  =1+1",
    "\uff1d1+1",
)


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_is_no_formula_in_a_cell(text: str) -> None:
    assert cell(text).startswith("'")


def test_nor_where_semicolons_separate_cells() -> None:
    assert cell("Ada;=1+1; -2") == "Ada;'=1+1; '-2"


@pytest.mark.parametrize(
    ("value", "told"),
    [(7, "7"), (-7, "-7"), (None, ""), ("-", "-"), ("Zoë O'Neil", "Zoë O'Neil"), ("a-b", "a-b")],
)
def test_what_is_harmless_stays_as_it_is(value: object, told: str) -> None:
    assert cell(value) == told


def test_a_text_is_composed_and_has_nothing_unseen() -> None:
    assert plain("Zoe\u0308\x00\x1b[31m\u202egpj.exe\ud800") == "Zoë��[31m�gpj.exe�"
    assert plain(" two\n lines\t") == "two lines"
    assert plain_lines("two\r\nlines\x07\tand a tab") == "two\nlines�\tand a tab"


def test_arabic_hebrew_and_emoji_stay() -> None:
    names = "عمر خالد שרה 👩\u200d🚀"
    assert plain(names) == names


def test_a_long_text_is_shortened() -> None:
    assert short("a" * 61) == "a" * 59 + "…"
    assert short("a" * 60) == "a" * 60


def test_a_file_is_called_as_the_learner_is_where_that_is_harmless() -> None:
    assert file_names(["ada", "zoë", "عمر"]) == {"ada": "ada", "zoë": "zoë", "عمر": "عمر"}


HARMFUL = (
    *("../../etc/passwd", "a/b", "a\\b", "con", "NUL.txt", "com1", ".", "..", ".hidden", "", "-rf"),
    *("a\x00b", "a\nb", "\u202egnp", "x" * 300, "é" * 100, "a:b", "<script>", "\ud800"),
)


@pytest.mark.parametrize("learner", HARMFUL)
def test_no_learner_is_called_what_a_file_must_not_be(learner: str) -> None:
    name = file_names([learner])[learner]
    assert not set(name) & set('/\\:*?"<>|\x00\n\u202e')
    assert name[0] not in ".-"
    assert name.split("-")[0].split(".")[0].casefold() not in {"con", "nul", "com1"}
    assert len(name.encode()) <= MOST + len("learner_-01234567")


def test_no_two_files_are_the_same_on_any_disk() -> None:
    learners = ["Ada", "ada", "a/b", "a_b", "a b", "a\\b", "../a_b"]
    names = file_names(learners)
    assert len({name.casefold() for name in names.values()}) == len(learners)


def test_a_file_keeps_its_name_when_others_come() -> None:
    few = file_names(["a/b", "ada", "a_b"])
    many = file_names(["a/b", "ada", "a_b", "a b", "bob"])
    assert few.items() <= many.items()


def test_nobody_can_be_called_as_another_s_file_is() -> None:
    theirs = file_names(["a/b"])["a/b"]
    names = file_names(["a/b", theirs])
    assert names["a/b"] == theirs
    assert names[theirs] != theirs
