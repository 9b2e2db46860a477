"""Scores: what checks earn, less what hints for them cost."""

from __future__ import annotations

import pytest

from simulator.catalogue import load
from simulator.classroom import Classroom
from simulator.desk import Desk
from simulator.grading.play import apply
from simulator.grading.verdict import Judgement, Verdict, score
from simulator.scenario import Phase


def judgement(verdict: Verdict, points: int) -> Judgement:
    return Judgement("a_check", Phase.DETECT, "It holds.", verdict, points)


@pytest.mark.parametrize(
    ("verdict", "earned"),
    [(Verdict.PASSED, 3), (Verdict.FAILED, 0), (Verdict.NOT_ATTEMPTED, 0), (Verdict.ERROR, 0)],
)
def test_only_a_passed_check_earns(verdict: Verdict, earned: int) -> None:
    assert score([judgement(verdict, 3)]) == earned


def test_hints_cost_points_and_never_more_than_were_earned() -> None:
    passed = [judgement(Verdict.PASSED, 3)]
    assert score(passed, 2) == 1
    assert score(passed, 5) == 0


def test_the_command_line_prints_the_keys_of_the_contract() -> None:
    assert set(judgement(Verdict.PASSED, 3).as_json()) == {
        "name",
        "phase",
        "verdict",
        "points",
        "reason",
    }


def test_a_hint_is_paid_in_the_phase_that_it_helped_with() -> None:
    """The first hint is free; what the second one cost shows in its phase and in the whole."""
    classroom = Classroom(5)
    seat = classroom.start("iam-leaked-key")
    desk = Desk(classroom, seat)
    apply(seat.drill, "reference")
    total = load("iam-leaked-key").points
    costs = [desk.hint("stolen_key_is_dead")["cost"] for _ in range(2)]
    assert costs == [0, 1]
    assert desk.check()["score"] == total - 1
    contain, detect = desk.check("contain"), desk.check("detect")
    assert (contain["hint_cost"], contain["score"]) == (1, contain["points"] - 1)
    assert (detect["hint_cost"], detect["score"]) == (0, detect["points"])
    seat.drill.close()
