"""The tables of "Configuring how CloudWatch alarms treat missing data", cell by cell."""

from __future__ import annotations

import pytest

from simulator.alarms.evaluation import verdict

TREATMENTS = ("missing", "ignore", "breaching", "notBreaching")
SHORT = {"A": "ALARM", "O": "OK", "I": "INSUFFICIENT_DATA", "=": None}


@pytest.mark.parametrize(
    ("needed", "data", "states"),
    [
        (3, "0 - X - X", "OOOO"),
        (3, "0 - - - -", "OOOO"),
        (3, "- - - - -", "I=AO"),
        (3, "0 X X - X", "AAAA"),
        (3, "- - X - -", "A=AO"),
        (2, "0 - X - X", "AAAA"),
        (2, "0 0 X 0 X", "AAAA"),
        (2, "0 - X - -", "OOAO"),
        (2, "- - - - 0", "OOAO"),
        (2, "- - - X -", "A=AO"),
        (3, "- - - - X", "==AO"),
        (3, "- - - X -", "==AO"),
    ],
)
def test_three_periods(needed: int, data: str, states: str) -> None:
    """0 is within the threshold, X beyond, - missing; the newest is last. = keeps the state."""
    breaching = [{"0": False, "X": True, "-": None}[one] for one in data.split()]
    found = [verdict(breaching, 3, needed, treatment) for treatment in TREATMENTS]
    assert found == [SHORT[state] for state in states]
