"""A notebook of which nothing ends for a while is slow, until something does."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.grading import pace


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """What time it is: its only item."""
    now = [100.0]
    monkeypatch.setattr(pace.time, "monotonic", lambda: now[0])
    return now


def test_a_notebook_is_slow_until_a_cell_ends(tmp_path: Path, clock: list[float]) -> None:
    told: list[bool] = []
    ledger = tmp_path / "ledger"
    watched = pace.Pace(ledger, told.append)
    for seconds in (pace.SLOW, 0.1, 5.0):
        clock[0] += seconds
        watched.look()
    assert told == [True]
    ledger.write_text("{}\n")
    watched.look()
    assert told == [True, False]


def test_a_notebook_whose_cells_end_is_never_slow(tmp_path: Path, clock: list[float]) -> None:
    told: list[bool] = []
    ledger = tmp_path / "ledger"
    watched = pace.Pace(ledger, told.append)
    for number in range(5):
        clock[0] += pace.SLOW / 2
        ledger.write_text("{}\n" * number)
        watched.look()
    assert not told
