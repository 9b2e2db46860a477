"""What a class gets wrong together. The wrong fixes are those of a real scenario, really played."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from simulator import catalogue
from simulator.drill import Drill
from simulator.gateway.app import Gateway
from simulator.gradebook.book import Book, book
from simulator.gradebook.overview import overview
from simulator.gradebook.wrong import errors, explained, hardest, levelled, named, shared
from simulator.grading.play import apply
from simulator.grading.result import Cell, Outcome, Result
from simulator.grading.standing import stand, tally
from simulator.grading.traces import CellTrace, Traces
from simulator.scenario import Fix
from tests.gradebook.evening import LAB, Handed, check, result, traced

FIXES = ("reference", "only-delete-the-key", "revoke-by-the-wrong-time", "name-the-wrong-key")


@pytest.fixture(scope="module")
def played() -> Iterator[dict[str, Result]]:
    """The result of each fix on one seed."""
    play = catalogue.load(LAB)
    drill = Drill(play, 1, Gateway())
    found = {}
    try:
        for fix in ("none", *FIXES):
            with drill.fresh():
                apply(drill, fix)
                standing = stand(drill)
                score = tally(drill, standing)
                checks = tuple(each.explained() for each in standing.judgements)
                found[fix] = Result(
                    fix, LAB, 1, "", Outcome.RAN, "", score.points, score.possible, checks=checks
                )
        yield found
    finally:
        drill.close()


def wrong_fixes() -> list[Fix]:
    return [fix for fix in catalogue.load(LAB).fixes.values() if fix.fails]


def of_lab(*results: Result) -> Book:
    return book(results)


def test_a_wrong_fix_is_recognised_by_its_verdict(played: dict[str, Result]) -> None:
    for fix in FIXES[1:]:
        assert (fix,) in explained(played[fix], wrong_fixes())


def test_fixes_that_have_one_verdict_are_all_told(played: dict[str, Result]) -> None:
    alike = explained(played["revoke-by-the-wrong-time"], wrong_fixes())
    assert ("forget-the-role-session",) in alike


def test_right_answers_and_untouched_accounts_are_nobody_s_wrong_fix(
    played: dict[str, Result],
) -> None:
    assert explained(played["reference"], wrong_fixes()) == []
    assert explained(played["none"], wrong_fixes()) == []


def test_another_sentence_of_the_same_check_is_another_mistake(played: dict[str, Result]) -> None:
    ours = played["revoke-by-the-wrong-time"]
    changed = tuple(
        each | {"reason": "Something else."} if each["verdict"] == "FAILED" else each
        for each in ours.checks
    )
    assert explained(replace(ours, checks=changed), wrong_fixes()) == []


def test_two_mistakes_are_told_as_two(played: dict[str, Result]) -> None:
    other = {each["name"]: each for each in played["name-the-wrong-key"].checks}
    both = tuple(
        other[each["name"]] if other[each["name"]]["verdict"] == "FAILED" else each
        for each in played["revoke-by-the-wrong-time"].checks
    )
    double = replace(played["revoke-by-the-wrong-time"], learner="double", checks=both)
    found = explained(double, wrong_fixes())
    assert {"revoke-by-the-wrong-time", "name-the-wrong-key"} in map(set, found)
    assert {len(each) for each in found} == {2}
    made = of_lab(double, played["name-the-wrong-key"])
    told = {each.fix.name: each for each in named(made, made.labs[0])}
    assert [each.id for each in told["name-the-wrong-key"].alone] == ["name-the-wrong-key"]
    assert [each.id for each in told["name-the-wrong-key"].among] == ["double"]


def test_the_hardest_check_comes_first_and_what_nobody_tried_last() -> None:
    made = of_lab(
        result("ada", LAB, check("a"), check("b", "FAILED"), check("c", "NOT_ATTEMPTED")),
        result("bob", LAB, check("a"), check("b"), check("c", "ERROR")),
        result("eve", LAB, check("a", "NOT_ATTEMPTED"), check("b"), check("c", "NOT_ATTEMPTED")),
    )
    told = [
        (each.name, each.passed, each.attempted, each.submissions)
        for each in hardest(made, made.labs[0])
    ]
    assert told == [("b", 2, 3, 3), ("a", 2, 2, 3), ("c", 0, 0, 3)]


def test_sentences_of_several_accounts_are_one() -> None:
    def failed(learner: str, reason: str, *marks: str) -> Result:
        return result(learner, LAB, check("b", "FAILED", reason=reason), marks=marks)

    made = of_lab(
        failed("ada", "Still there: the user eve7, and 3 more.", "eve7"),
        failed("bob", "Still there: the user mallory, and 12 more.", "mallory"),
        failed("cyd", "Only one says this."),
    )
    (group,) = shared(made, made.labs[0])
    assert group.sentence == "Still there: the user …, and … more."
    assert [each.id for each in group.learners] == ["ada", "bob"]


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("From 203.0.113.7 and 198.51.100.0/24.", "From …."),
        ("From 2001:db8::7 it works.", "From … it works."),
        ("arn:aws:iam::123456789012:user/eve is there", "… is there"),
        ("AKIAIOSFODNN7EXAMPLE still works", "… still works"),
        ("port 22 is open in sg-0a1b2c3d4e5f67890", "port … is open in …"),
        ("ask ann@example.com", "ask …"),
        ("open: tcp 22, tcp 80, tcp 5432. Close them.", "open: tcp …. Close them."),
        ("DeleteAccessKey came first", "DeleteAccessKey came first"),
        ("IMDSv1 answers on i-0123456789abcdef0", "IMDSv1 answers on …"),
    ],
)
def test_what_differs_between_accounts_is_levelled(sentence: str, told: str) -> None:
    assert levelled(sentence) == told


def test_a_mark_inside_of_a_word_is_none() -> None:
    assert levelled("The annual report of ann is gone", ["ann"]) == "The annual report of … is gone"


def test_a_lab_that_the_catalogue_has_not_got_has_no_known_fixes() -> None:
    made = of_lab(result("ada", "unknown-lab", check("b", "FAILED"), check("a")))
    assert named(made, made.labs[0]) == []
    assert [each.name for each in hardest(made, made.labs[0])] == ["b", "a"]


def test_an_untouched_notebook_attempted_nothing() -> None:
    given = (CellTrace(0, "given", 500, True, 1, True),)
    handed_in = [
        Handed("ada", traces=traced("abc")),
        Handed("bob", traces=Traces("", "", given)),
    ]
    results = [result(name, LAB, check("b", "FAILED")) for name in ("ada", "bob")]
    made = book(results, None, handed_in)
    (hard,) = hardest(made, made.labs[0])
    assert (hard.passed, hard.attempted) == (0, 1)
    assert shared(made, made.labs[0]) == []
    assert "as handed out" in overview(made, [])


def test_errors_of_several_are_told_with_their_cells() -> None:
    def failing(learner: str, *cells: Cell) -> Result:
        return result(learner, LAB, cells=cells)

    made = of_lab(
        failing("ada", Cell(4, "failed", "NoSuchKey: a7"), Cell(6, "failed", "KeyError: 'x'")),
        failing("bob", Cell(4, "failed", "NoSuchKey: a7"), Cell(9, "failed", "NoSuchKey: a7")),
        failing("cyd", Cell(4, "skipped", "NoSuchKey: a7")),
    )
    (group,) = errors(made, made.labs[0])
    assert (group.sentence, group.claim) == ("NoSuchKey: a7", "cells 5, 10")
    assert [each.id for each in group.learners] == ["ada", "bob"]
