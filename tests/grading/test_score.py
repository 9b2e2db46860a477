"""The score is a sum: what checks earn, less hints, outages and wrong accusations."""

from __future__ import annotations

from datetime import timedelta

import pytest

from simulator.catalogue import load
from simulator.classroom import Classroom
from simulator.desk import Desk
from simulator.grading.play import apply
from simulator.grading.score import NONE, Outages, of_phase, score
from simulator.grading.verdict import Judgement, Verdict
from simulator.scenario import Phase


def judgement(
    verdict: Verdict, points: int, name: str = "a_check", phase: Phase = Phase.DETECT
) -> Judgement:
    return Judgement(name, phase, "It holds.", verdict, points)


PASSED = [
    judgement(Verdict.PASSED, 3),
    judgement(Verdict.PASSED, 10, "b_check", Phase.CONTAIN),
    judgement(Verdict.FAILED, 4, "c_check", Phase.CONTAIN),
]


def out(**lasted: float) -> Outages:
    return Outages(timedelta(**lasted), ("the shop",))


@pytest.mark.parametrize(
    ("verdict", "earned"),
    [(Verdict.PASSED, 3), (Verdict.FAILED, 0), (Verdict.NOT_ATTEMPTED, 0), (Verdict.ERROR, 0)],
)
def test_only_a_passed_check_earns(verdict: Verdict, earned: int) -> None:
    assert score([judgement(verdict, 3)]).points == earned


def test_the_lines_are_the_phases_and_then_what_is_taken_and_they_add_up() -> None:
    made = score(PASSED, {"a_check": 3}, out(hours=2, minutes=1), ["bob"])
    assert [(line.what, line.points, line.of) for line in made.lines] == [
        ("detect", 3, 3),
        ("contain", 10, 14),
        ("hints", -2, None),
        ("outages", -3, None),
        ("wrong accusations", -1, None),
    ]
    assert (made.points, made.possible) == (7, 17)


def test_hints_cost_points_and_never_more_than_were_earned() -> None:
    passed = [judgement(Verdict.PASSED, 3)]
    assert [score(passed, {"a_check": taken}).points for taken in (0, 1, 2, 4, 9)] == [
        3,
        3,
        2,
        0,
        0,
    ]
    assert score(passed, {"another": 9}).points == 3


@pytest.mark.parametrize(
    ("lasted", "cost"),
    [
        (timedelta(), 0),
        (timedelta(seconds=1), 1),
        (timedelta(hours=1), 1),
        (timedelta(hours=1, seconds=1), 2),
        (timedelta(hours=5), 5),
        (timedelta(days=3), 5),
    ],
)
def test_an_outage_costs_a_point_for_each_hour_begun_and_five_at_most(
    lasted: timedelta, cost: int
) -> None:
    line = score(PASSED, {}, Outages(lasted, ("the shop",))).lines[-2]
    assert (line.what, line.points) == ("outages", -cost)


def test_innocents_cost_a_point_each_and_three_at_most_and_are_named() -> None:
    for accused, cost in (
        ([], 0),
        (["bob"], 1),
        (["bob", "bob"], 1),
        (["a", "b", "c"], 3),
        ([*"abcdef"], 3),
    ):
        line = score(PASSED, {}, NONE, accused).lines[-1]
        assert (line.what, line.points) == ("wrong accusations", -cost)
        assert all(name in line.why for name in accused[:3])
    assert "and 3 more" in line.why


def test_every_line_that_takes_something_says_what_for() -> None:
    made = score(PASSED, {"a_check": 3, "b_check": 1}, out(hours=26), ["bob"])
    *_, hints, outages, accusations = made.lines
    assert hints.why == "4 taken, of which 2 free"
    assert outages.why == "1 d 2 h without the shop: a point for each hour begun, at most 5"
    assert accusations.why.startswith("bob did nothing wrong")


def test_a_phase_has_its_own_points_and_hints_and_nothing_else() -> None:
    made = of_phase(PASSED[:1], {"a_check": 2, "b_check": 9})
    assert [(line.what, line.points) for line in made.lines] == [("detect", 3), ("hints", -1)]
    assert (made.points, made.possible) == (2, 3)


def test_a_hint_is_paid_in_the_phase_that_it_helped_with() -> None:
    """The first hint is free; what the second one cost shows in its phase and in the whole."""
    classroom = Classroom(5)
    seat = classroom.start("net-open-admin")
    desk = Desk(classroom, seat)
    apply(seat.drill, "reference")
    total = load("net-open-admin").points
    costs = [desk.hint("ssh_is_closed")["cost"] for _ in range(2)]
    assert costs == [0, 1]
    assert desk.check()["score"] == total - 1
    contain, detect = desk.check("contain"), desk.check("detect")
    assert (contain["hint_cost"], contain["score"]) == (1, contain["points"] - 1)
    assert (detect["hint_cost"], detect["score"]) == (0, detect["points"])
    seat.drill.close()
