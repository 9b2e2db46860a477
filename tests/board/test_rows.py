"""The board tells who is where and who needs help, from what is known without judging anew."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from simulator.account.clock import machine_time, real_now
from simulator.board import rows
from simulator.board.rows import told
from simulator.classroom import Classroom, Seat
from simulator.desk import Desk
from simulator.grading.checked import follow
from simulator.grading.play import apply
from simulator.roster import Member, Roster

ID = "iam-leaked-key"
MINUTE = timedelta(minutes=1)
CLASS = Roster(
    [
        Member("ann", "a" * 32, 611, "Ann Li"),
        Member("bob", "b" * 32, 612),
        Member("cyd", "c" * 32, 613, "Cyd\x1b[31m\u202e"),
    ]
)


@pytest.fixture(scope="module")
def classroom() -> Iterator[Classroom]:
    room = Classroom(roster=CLASS)
    for member in CLASS.members[:2]:
        room.start(ID, member.learner, seed=member.seed)
    yield room
    for seat in room.seats():
        seat.drill.close()


@pytest.fixture
def seats(classroom: Classroom) -> Iterator[tuple[Seat, Seat]]:
    """Ann's and Bob's, both begun just now; whatever happens is undone."""
    ann, bob = classroom.seats()
    with ann.drill.fresh(), bob.drill.fresh():
        for seat in (ann, bob):
            seat.began, seat.drill.world.asked, seat.drill.checked = real_now(), None, None
        yield ann, bob


def row(classroom: Classroom, name: str, at: datetime | None = None) -> dict[str, Any]:
    with machine_time(at or real_now()):
        return next(each for each in told(classroom)["rows"] if each["name"] == name)


def test_whoever_has_begun_has_a_row_and_the_others_are_named(
    classroom: Classroom, seats: tuple[Seat, Seat]
) -> None:
    board = told(classroom)
    assert [each["name"] for each in board["rows"]] == ["Ann Li", "bob"]
    assert [(each["number"], each["name"][:3]) for each in board["absent"]] == [(3, "Cyd")]
    assert board["learners"] == 3
    assert board["counts"] == {"stuck": 0, "away": 0, "working": 2, "done": 0, "not begun": 1}
    assert not [each for each in board["absent"][0]["name"] if not each.isprintable()]


def test_a_row_tells_what_the_last_check_found_and_no_check_is_made_for_it(
    classroom: Classroom, seats: tuple[Seat, Seat], monkeypatch: pytest.MonkeyPatch
) -> None:
    ann, _ = seats
    before = row(classroom, "Ann Li")
    assert (before["points"], before["passed"], before["checked"]) == (None, 0, None)
    apply(ann.drill, "reference")
    Desk(classroom, ann).hint("names_the_key")
    score = Desk(classroom, ann).check()
    monkeypatch.setattr("simulator.grading.judge.judge", None)
    monkeypatch.setattr("simulator.grading.standing.judge", None)
    after = row(classroom, "Ann Li")
    assert after["points"] == score["score"] == after["possible"]
    assert after["passed"] == after["checks"] == len(ann.drill.play.checks)
    assert after["hints"] == 1
    assert after["phases"] == dict.fromkeys(
        ["detect", "contain", "eradicate", "recover", "learn"], True
    )
    assert after["state"] == "done"
    assert row(classroom, "bob")["points"] is None


def test_checks_of_one_phase_after_the_other_add_up_and_leave_what_was_found_of_the_others(
    classroom: Classroom, seats: tuple[Seat, Seat]
) -> None:
    ann, _ = seats
    desk, points = Desk(classroom, ann), 0
    apply(ann.drill, "reference")
    for phase in ("detect", "contain", "eradicate", "recover", "learn"):
        points += desk.check(phase)["score"]
        told = row(classroom, "Ann Li")
        assert told["points"] == points
        assert told["phases"][phase]
    assert points == ann.drill.play.points
    assert row(classroom, "Ann Li")["state"] == "done"


def test_what_no_longer_holds_is_told_when_its_phase_is_checked_again(
    classroom: Classroom, seats: tuple[Seat, Seat]
) -> None:
    ann, _ = seats
    desk = Desk(classroom, ann)
    apply(ann.drill, "reference")
    whole = desk.check()["score"]
    desk.submit({"key": "AKIAIOSFODNN7EXAMPLE"})
    desk.check("contain")
    assert row(classroom, "Ann Li")["points"] == whole
    missed = desk.check("detect")
    assert row(classroom, "Ann Li")["points"] == whole - missed["points"] + missed["score"] < whole
    assert not row(classroom, "Ann Li")["phases"]["detect"]


def test_wrong_accusations_and_outages_are_told(
    classroom: Classroom, seats: tuple[Seat, Seat]
) -> None:
    ann, _ = seats
    analyst = ann.drill.facts["analyst_user"]
    Desk(classroom, ann).submit({"principals": [analyst]})
    apply(ann.drill, "forget-the-pipeline")
    ann.drill.wait(timedelta(hours=5))
    told_of = row(classroom, "Ann Li")
    assert told_of["accusations"] == 1
    assert told_of["outage_minutes"] > 60
    assert told_of["out_now"] == ["the site's deployment"]
    assert row(classroom, "bob")["outage_minutes"] == 0


def test_at_work_without_progress_is_stuck_and_without_requests_away(
    classroom: Classroom, seats: tuple[Seat, Seat]
) -> None:
    ann, _ = seats
    now = real_now()
    ann.began = now - 20 * MINUTE
    assert row(classroom, "Ann Li", now)["state"] == "away"
    ann.drill.world.asked = now - MINUTE
    assert row(classroom, "Ann Li", now)["state"] == "stuck"
    with machine_time(now):
        assert told(classroom, 30 * MINUTE)["counts"]["stuck"] == 0
    ann.drill.checked = follow(None, now - 3 * MINUTE, 3, ["names_the_key"])
    assert row(classroom, "Ann Li", now)["state"] == "working"
    assert row(classroom, "Ann Li", now)["progress"] == 180
    assert row(classroom, "Ann Li", now + rows.AWAY)["state"] == "away"


def test_a_check_that_finds_nothing_new_is_no_progress() -> None:
    at = real_now()
    first = follow(None, at, 0, [])
    assert first.progressed is None
    held = follow(first, at + MINUTE, 3, ["one"])
    assert held.progressed == at + MINUTE
    lost = follow(held, at + 2 * MINUTE, 0, [])
    again = follow(lost, at + 3 * MINUTE, 3, ["one"])
    assert (again.at, again.progressed) == (at + 3 * MINUTE, at + MINUTE)
    assert follow(again, at + 4 * MINUTE, 6, ["one", "two"]).progressed == at + 4 * MINUTE


def test_those_who_need_help_come_first(classroom: Classroom, seats: tuple[Seat, Seat]) -> None:
    ann, bob = seats
    now = real_now()
    ann.began, bob.began = now - 20 * MINUTE, now - 40 * MINUTE
    ann.drill.world.asked = bob.drill.world.asked = now
    with machine_time(now):
        assert [each["name"] for each in told(classroom)["rows"]] == ["bob", "Ann Li"]
        bob.drill.checked = follow(None, now, 3, ["names_the_key"])
        assert [each["name"] for each in told(classroom)["rows"]] == ["Ann Li", "bob"]
        ann.drill.world.asked = now - 15 * MINUTE
        bob.began, bob.drill.checked = now - 60 * MINUTE, None
        assert [each["state"] for each in told(classroom)["rows"]] == ["stuck", "away"]


def test_a_call_and_a_question_are_both_activity(
    classroom: Classroom, seats: tuple[Seat, Seat]
) -> None:
    """Not what the company and the adversary do meanwhile."""
    ann, bob = seats
    now = real_now()
    later = now + 5 * MINUTE
    with machine_time(later):
        ann.drill.wait(timedelta(hours=3))
    assert ann.drill.world.asked is None
    with machine_time(later):
        bob.keep("wait", {"seconds": 60}, lambda: bob.drill.wait(MINUTE))
    assert row(classroom, "bob", later)["idle"] == 0
    assert row(classroom, "Ann Li", later)["idle"] > 290


def test_a_learner_whom_no_roster_names_is_not_shown_by_their_whole_token() -> None:
    room = Classroom()
    room.start(ID, "secret-token-of-somebody")
    try:
        board = told(room)
        assert [each["name"] for each in board["rows"]] == ["secret…"]
        assert (board["learners"], board["absent"]) == (None, [])
    finally:
        room.seats()[0].drill.close()
