"""What Canvas and Moodle import."""

from __future__ import annotations

import csv
import io

from simulator.gradebook.book import book
from simulator.gradebook.platforms import canvas, moodle, worksheet
from simulator.grading.result import Outcome
from simulator.roster import Member, Roster
from tests.gradebook.evening import Handed, check, result, unrun

OTHER = "s3-public-pii"


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


def member(learner: str, email: str = "", **more: str) -> Member:
    told = {name.replace("_", " "): value for name, value in more.items()}
    return Member(learner, f"t-{learner}", 1, learner.title(), email, told)


def test_canvas_has_its_columns_and_the_possible_points_first() -> None:
    roster = Roster(
        [member("ada", id="17", sis_user_id="s1", sis_login_id="ada1", section="B"), member("bob")]
    )
    given = [result("ada"), result("ada", OTHER, check(points=2)), result("bob")]
    text, said = canvas(book(given, roster))
    assert rows(text) == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "iam-leaked-key", OTHER],
        ["Points Possible", "", "", "", "", "4", "2"],
        ["Ada", "17", "s1", "ada1", "B", "4", "2"],
        ["Bob", "", "", "", "", "4", ""],
    ]
    assert said == [
        "canvas.csv has no Canvas id of 1 of 2 learners, and Canvas goes by their names alone: the "
        "columns id, sis user id, sis login id and section of a gradebook export may stand on the roster."
    ]


def test_canvas_reads_it_without_a_byte_order_mark() -> None:
    text, _ = canvas(book([result("ada")]))
    assert text.startswith("Student,ID,")


def test_canvas_s_own_id_may_come_from_the_names_of_its_files() -> None:
    text, said = canvas(book([result("ada")], None, [Handed("ada", ids={"canvas": "4711"})]))
    assert rows(text)[2][:2] == ["ada", "4711"]
    assert said == []


def test_no_grade_is_taken_away_from_who_has_none_here() -> None:
    """An empty cell would clear what an instructor has put there."""
    roster = Roster([member("ada", "a@example.edu"), member("bob", "b@example.edu")])
    given = [result("ada"), unrun(Outcome.ERROR, "eve")]
    assert [row[0] for row in rows(canvas(book(given, roster))[0])[2:]] == ["Ada"]
    assert [row[0] for row in rows(moodle(book(given, roster))[0])[1:]] == ["Ada"]


def test_nobody_s_name_makes_a_row_of_possible_points() -> None:
    text, _ = canvas(book([result("Points Possible"), result("x Points Possible y")]))
    assert sum("Points Possible" in row[0] for row in rows(text)) == 1


def test_moodle_knows_users_by_one_column_that_all_rows_have() -> None:
    """A row without the user goes to the user of the row before, when Moodle reads it."""
    roster = Roster(
        [
            member("ada", "a@example.edu", id_number="1"),
            member("bob", "b@example.edu"),
            member("cyd", "c@example.edu", id_number="3"),
            member("dan", id_number="4"),
        ]
    )
    given = [result(name) for name in ("ada", "bob", "cyd", "dan")]
    text, said = moodle(book([*given, result("ada", OTHER)], roster))
    assert text.startswith("\ufeff")
    assert rows(text) == [
        ["Full name", "ID number", "iam-leaked-key", OTHER],
        ["Ada", "1", "4", "4"],
        ["Cyd", "3", "4", "-"],
        ["Dan", "4", "4", "-"],
    ]
    assert said == ["moodle.csv leaves out 1 of 4 learners of whom the roster has no id number."]


def test_moodle_may_choose_where_all_have_more_than_one() -> None:
    roster = Roster([member("ada", "a@example.edu", id_number="1", username="ada1")])
    (head, _) = rows(moodle(book([result("ada")], roster))[0])
    assert head == ["Full name", "ID number", "Email address", "Username", "iam-leaked-key"]


def test_without_any_it_is_said() -> None:
    text, said = moodle(book([result("ada")]))
    assert len(rows(text)) == 1
    assert said == [
        "moodle.csv is empty: Moodle knows users by the columns email, id number or username of the "
        "roster."
    ]


def test_the_worksheet_knows_participants_by_number() -> None:
    handed_in = [Handed("ada", ids={"moodle": "1234567"}), Handed("bob")]
    made = book([result("ada"), result("bob")], None, handed_in)
    assert rows(worksheet(made, made.labs[0])) == [
        ["Identifier", "Full name", "Grade", "Maximum grade", "Last modified (grade)"],
        ["Participant 1234567", "ada", "4", "4", "-"],
    ]
    assert worksheet(book([result("ada")]), made.labs[0]) == ""
