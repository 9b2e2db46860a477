"""A seat at a real drill, whose learner can be followed from arrival to the report."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from simulator.casting import cast
from simulator.classroom import Classroom, Seat
from simulator.desk import Desk


class Case:
    """A learner's place in one scenario: `desk` to ask at, `respond` for a fix of the library."""

    def __init__(self, classroom: Classroom, seat: Seat) -> None:
        self.classroom, self.seat, self.drill = classroom, seat, seat.drill
        self.desk = Desk(classroom, seat)

    def respond(self, fix: str) -> None:
        """One fix as the learner would do it: submissions at the desk, calls as the learner."""
        drill = self.drill

        def submit(**answers: Any) -> None:
            self.desk.submit(answers)

        known = {
            **drill.cast(),
            "responder": drill.responder(),
            "submit": submit,
            "wait": drill.wait,
            "records": drill.account.records,
            "first_record": drill.first_record,
            "thieves": drill.hostile_addresses(),
        }
        known["perform"] = lambda act, **more: cast(act, {**known, **more})
        cast(drill.play.fixes[fix].apply, known)


@pytest.fixture(scope="package")
def classroom() -> Classroom:
    return Classroom(seed=15)


def _case(classroom: Classroom, name: str) -> Iterator[Case]:
    seat = classroom.start(name)
    yield Case(classroom, seat)
    seat.drill.close()


@pytest.fixture(scope="package")
def _open_ports(classroom: Classroom) -> Iterator[Case]:
    yield from _case(classroom, "net-open-admin")


@pytest.fixture(scope="package")
def _leaked_key(classroom: Classroom) -> Iterator[Case]:
    yield from _case(classroom, "iam-leaked-key")


@pytest.fixture
def open_ports(_open_ports: Case) -> Iterator[Case]:
    """net-open-admin. What a test does is undone."""
    with _open_ports.drill.fresh():
        yield _open_ports


@pytest.fixture
def leaked_key(_leaked_key: Case) -> Iterator[Case]:
    """iam-leaked-key. What a test does is undone."""
    with _leaked_key.drill.fresh():
        yield _leaked_key
