"""gradebook.csv and checks.csv."""

from __future__ import annotations

import csv
import io

import pytest

from simulator.gradebook.book import book
from simulator.gradebook.tables import checks, gradebook, percent
from simulator.grading.result import Outcome
from simulator.roster import Member, Roster
from tests.gradebook.evening import Handed, check, result, unrun

OTHER = "s3-public-pii"


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_a_row_has_each_lab_and_the_total_of_all() -> None:
    given = [
        result("ada", "iam-leaked-key", check("a"), check("b", "FAILED")),
        result("ada", OTHER, check("a", points=2)),
    ]
    (row,) = rows(gradebook(book(given)))
    assert row["iam-leaked-key points"] == "4"
    assert row["iam-leaked-key possible"] == "8"
    assert row["iam-leaked-key outcome"] == "ran"
    assert (row["total"], row["possible"], row["percent"]) == ("6", "10", "60.0")


def test_who_handed_in_nothing_is_there_with_nothing() -> None:
    roster = Roster([Member("bob", "t1", 1, "Bob", "bob@example.edu"), Member("ada", "t2", 2)])
    ada, bob = rows(gradebook(book([result("ada")], roster)))
    assert (ada["learner"], ada["total"]) == ("ada", "4")
    assert (bob["name"], bob["email"]) == ("Bob", "bob@example.edu")
    assert (bob["iam-leaked-key points"], bob["total"], bob["percent"]) == ("", "", "")
    assert bob["iam-leaked-key outcome"] == "nothing handed in"


def test_a_lab_that_was_not_handed_in_counts_as_possible() -> None:
    given = [result("ada"), result("bob"), result("bob", OTHER)]
    ada, bob = rows(gradebook(book(given)))
    assert (ada["total"], ada["possible"], ada["percent"]) == ("4", "8", "50.0")
    assert (ada[f"{OTHER} points"], bob["percent"]) == ("", "100.0")


def test_who_stopped_half_way_keeps_the_points() -> None:
    given = [result("ada", outcome=Outcome.STOPPED), result("bob", outcome=Outcome.TIMED_OUT)]
    assert [row["total"] for row in rows(gradebook(book(given)))] == ["4", "4"]


def test_a_file_that_is_no_notebook_has_no_points_and_a_broken_grader_gives_none() -> None:
    given = [unrun(Outcome.NOT_RUN, "ada"), unrun(Outcome.ERROR, "bob"), result("bob", OTHER)]
    ada, bob = rows(gradebook(book(given)))
    assert (ada["iam-leaked-key points"], ada["iam-leaked-key possible"]) == ("0", "54")
    assert (bob["iam-leaked-key points"], bob["total"], bob["percent"]) == ("", "", "")


def test_a_submission_with_a_problem_is_not_run() -> None:
    handed_in = [Handed("ada", problem="It is no JSON."), Handed("bob", problem="Too large.")]
    ada, bob = rows(gradebook(book([result("bob")], None, handed_in)))
    assert (ada["iam-leaked-key points"], ada["iam-leaked-key outcome"]) == ("0", "not run")
    assert bob["iam-leaked-key points"] == "4"


def test_what_is_of_no_known_lab_has_a_row_and_no_column() -> None:
    handed_in = [Handed("eve", "", problem="No lab."), Handed("ada")]
    made = book([result("ada")], None, handed_in)
    assert [lab.id for lab in made.labs] == ["iam-leaked-key"]
    assert [row["learner"] for row in rows(gradebook(made))] == ["ada", "eve"]


def test_a_learner_is_the_one_on_the_roster_however_the_name_is_composed() -> None:
    roster = Roster([Member("zoë", "t", 1, "Zoë")])
    (row,) = rows(gradebook(book([result("zoe\u0308")], roster)))
    assert (row["name"], row["total"]) == ("Zoë", "4")


def test_excel_reads_it_as_utf_8_and_runs_no_formula() -> None:
    roster = Roster([Member("=1+1", "t", 1, "@SUM(A1)", "+a@example.edu")])
    text = gradebook(book([result("=1+1")], roster))
    assert text.startswith("\ufefflearner,")
    (row,) = rows(text)
    assert (row["learner"], row["name"], row["email"]) == ("'=1+1", "'@SUM(A1)", "'+a@example.edu")


def test_a_row_of_checks_has_what_was_earned_and_why_not() -> None:
    given = [result("ada", "x", check("a"), check("b", "FAILED", reason="=It\nstill works."))]
    passed, failed = rows(checks(book(given)))
    assert (passed["check"], passed["verdict"], passed["points"]) == ("a", "PASSED", "4")
    assert (failed["points"], failed["possible"]) == ("0", "4")
    assert failed["reason"] == "'=It still works."


@pytest.mark.parametrize(
    ("points", "possible", "told"), [(53, 54, "98.1"), (54, 54, "100.0"), (0, 0, ""), (None, 9, "")]
)
def test_percent_is_rounded_down(points: int | None, possible: int, told: str) -> None:
    assert percent(points, possible) == told
