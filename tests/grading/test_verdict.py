"""What is printed of a judged check."""

from __future__ import annotations

from simulator.grading.verdict import Judgement, Verdict
from simulator.scenario import Phase


def test_the_command_line_prints_the_keys_of_the_contract() -> None:
    judged = Judgement("a_check", Phase.DETECT, "It holds.", Verdict.PASSED, 3)
    assert set(judged.as_json()) == {"name", "phase", "verdict", "points", "reason"}
