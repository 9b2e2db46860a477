"""A moment is judged once, and whatever a judgement follows from makes it another moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from werkzeug.test import Client

from simulator.account.clock import machine_time
from simulator.classroom import Classroom, Seat
from simulator.desk import Desk
from simulator.drill import Drill
from simulator.grading.seats import RunControl, Seats
from simulator.grading.standing import stand
from simulator.network.message import WebRequest
from simulator.report.reach import reach

TICK = timedelta(seconds=0.1)
SOURCE = '''
judged = []

@check(Phase.DETECT, points=2)
def names_the_key(submitted):
    """You named it."""
    judged.append("detect")
    assert submitted.key == "right"

@check(Phase.CONTAIN, points=6)
def nobody_lists_buckets(replay):
    """Nobody lists buckets with the key."""
    judged.append("contain")
    assert not replay(detonate).allowed, "The key still works."
'''


@pytest.fixture
def now() -> Iterator[datetime]:
    """The machine's clock stands, as it does for an account that is graded."""
    with machine_time(datetime.now(UTC)) as at:
        yield at


@pytest.fixture
def desk(tiny: Callable[[str], Drill], now: datetime) -> Desk:
    drill = tiny(SOURCE)
    drill.world.settings["ci"] = {"key": "old"}
    return Desk(Classroom(), Seat("", "tiny", drill))


def judged(desk: Desk) -> int:
    """How often the account has been judged."""
    return desk._seat.drill.play.module.judged.count("contain")


def passed(told: dict[str, Any]) -> set[str]:
    return {check["name"] for check in told["checks"] if check["verdict"] == "PASSED"}


def test_the_same_moment_is_judged_once_by_checks_of_all_phases_and_a_report(desk: Desk) -> None:
    first = desk.check("detect")
    assert desk.check("detect") == first
    whole = desk.check()
    assert desk.report()["check"] == whole
    assert {check["name"] for check in whole["checks"]} == {"names_the_key", "nobody_lists_buckets"}
    assert judged(desk) == 1


def test_a_check_of_one_phase_judges_no_other_and_one_of_all_serves_each_phase(desk: Desk) -> None:
    looked = desk._seat.drill.play.module.judged
    desk.check("detect")
    assert looked == ["detect"]
    desk.check("contain")
    assert looked == ["detect", "contain"]
    whole = desk.check()
    assert desk.check("contain")["checks"] == whole["checks"][1:]
    assert desk.check("detect")["checks"] == whole["checks"][:1]
    assert looked == ["detect", "contain", "detect", "contain"]


def test_a_check_of_one_phase_leaves_the_times_of_the_others(desk: Desk) -> None:
    drill = desk._seat.drill
    desk.submit({"key": "right"})
    changes(desk)
    desk.check("contain")
    assert set(drill.reached) == {"contain"}
    desk.submit({"key": "wrong"})
    desk.check("detect")
    assert set(drill.reached) == {"contain"}
    assert drill.checked is not None
    assert drill.checked.passed == ("nobody_lists_buckets",)
    assert drill.checked.points == 6


def test_what_was_tried_and_undone_makes_no_other_moment(desk: Desk) -> None:
    first = desk.check()
    drill = desk._seat.drill
    with drill.trial():
        changes(desk)
    assert reach(drill).sources
    assert desk.check() == first
    assert judged(desk) == 1


def test_a_judgement_of_what_was_undone_is_never_taken_for_one_of_something_else(
    desk: Desk,
) -> None:
    """However many turns are taken after the trial, as many as in it, say."""
    for times in range(12):
        with desk._seat.drill.trial():
            changes(desk)
            assert "nobody_lists_buckets" in passed(desk.check())
        for _ in range(times):
            reads(desk)
        assert "nobody_lists_buckets" not in passed(desk.check())


def test_what_a_check_finds_and_keeps_makes_no_other_moment(desk: Desk) -> None:
    desk.submit({"key": "right"})
    drill = desk._seat.drill
    drill.responder().iam.delete_user_policy(UserName="worker", PolicyName="own")
    first = desk.check()
    assert passed(first) == {"names_the_key", "nobody_lists_buckets"}
    assert set(drill.reached) == {"detect", "contain"}
    assert drill.checked is not None
    assert drill.checked.points == first["score"] == 8
    assert desk.check() == first
    assert judged(desk) == 1


def test_a_later_moment_is_judged_anew(desk: Desk, now: datetime) -> None:
    desk.check()
    with machine_time(now + TICK):
        desk.check()
    assert judged(desk) == 2


def reads(desk: Desk) -> None:
    desk._seat.drill.responder().s3.list_buckets()


def is_refused(desk: Desk) -> None:
    with pytest.raises(Exception, match="AccessDenied"):
        desk._seat.drill.principals["worker"].iam.list_users()


def changes(desk: Desk) -> None:
    desk._seat.drill.responder().iam.delete_user_policy(UserName="worker", PolicyName="own")


def submits(desk: Desk) -> None:
    desk.submit({"key": "right"})


def submits_as_before(desk: Desk) -> None:
    desk.submit({})


def configures(desk: Desk) -> None:
    desk.configure("ci", {"key": "new"})


def visits(desk: Desk) -> None:
    with pytest.raises(Exception, match=r"nobody\.example"):
        desk._seat.drill.visit(
            WebRequest("http://nobody.example/", "203.0.113.9", "GET", {}, "", "")
        )


def waits(desk: Desk) -> None:
    desk.wait(1)


def keeps_a_moment(desk: Desk) -> None:
    desk.checkpoint("here")


def learns_a_fact(desk: Desk) -> None:
    desk._seat.drill.perform(lambda: {"more": 1})


def something_due_without_a_call(desk: Desk) -> None:
    drill = desk._seat.drill
    drill.timeline.at(drill.now(), lambda: None)
    drill.wait(timedelta())


@pytest.mark.parametrize(
    "happens",
    [
        reads, is_refused, changes, submits, submits_as_before, configures, visits, waits,
        keeps_a_moment, learns_a_fact, something_due_without_a_call,
    ],
)  # fmt: skip
def test_whatever_happens_makes_it_another_moment(
    desk: Desk, happens: Callable[[Desk], None]
) -> None:
    desk.check()
    happens(desk)
    before = judged(desk)
    desk.check()
    assert judged(desk) == before + 1


def test_a_moment_that_was_gone_back_to_is_judged_anew(desk: Desk) -> None:
    desk.checkpoint("before")
    changes(desk)
    assert "nobody_lists_buckets" in passed(desk.check())
    desk.restore("before")
    assert "nobody_lists_buckets" not in passed(desk.check())


def test_what_came_due_when_a_check_kept_its_news_is_judged(desk: Desk) -> None:
    """Keeping lets happen what is due: an act that gives the thief its rights back, here."""
    drill = desk._seat.drill
    changes(desk)
    policy = drill.play.module.POLICY

    def undo() -> None:
        drill.principals["admin"].iam.put_user_policy(
            UserName="worker", PolicyName="own", PolicyDocument=policy
        )

    drill.timeline.at(drill.now() - timedelta(minutes=5), undo)
    assert "nobody_lists_buckets" in passed(desk.check())
    assert "nobody_lists_buckets" not in passed(desk.check())
    assert judged(desk) == 2


def test_a_submission_that_ends_with_its_looks_is_judged_once_for_them_and_the_verdict() -> None:
    seats = Seats(2**30, Classroom(), ())
    seats.begin("run", "iam-leaked-key", 5)
    seat = seats.of("run")
    control = Client(seats.steady.paced(RunControl(seats, "http://x"), lambda: None))

    def ask(verb: str) -> Any:
        answer = control.post(f"/lab/{verb}", headers={"Authorization": f"Bearer {seat.token}"})
        assert answer.status_code == 200
        return answer.json

    ask("adversary")
    first, stood = ask("check"), seat.drill.stood
    assert ask("report")["check"] == first
    assert ask("check") == first
    told = seats.verdict()
    assert seat.drill.stood is stood
    assert told["checks"] == first["checks"]
    with seats.steady.moment():
        assert told["checks"] == [each.explained() for each in stand(seat.drill).judgements]
    seats.classroom.leave(seat)
