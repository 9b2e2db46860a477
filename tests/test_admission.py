"""Each token starts what is its holder's, and nothing else."""

from __future__ import annotations

import pytest

from simulator.admission import Admission, Place
from simulator.errors import DrillError, NotYourTurn
from simulator.roster import Member, Roster

ANN, BOB = Member("ann", "token-of-ann", 11), Member("bob", "token-of-bob", 12)
OPEN = Admission("starts", "teaches")
CLASS = Admission("starts", "teaches", Roster([ANN, BOB]))
DESK = Admission("starts", "teaches", Roster([ANN, BOB]), guests=True)


def test_without_a_roster_the_start_token_starts_anybodys() -> None:
    assert OPEN.admit("starts", "ann") == Place("ann")
    assert OPEN.admit("starts", "") == Place("")


@pytest.mark.parametrize("learner", ["", "ann", "token-of-ann"])
def test_a_member_gets_their_own_seat_and_seed_by_their_token(learner: str) -> None:
    assert CLASS.admit("token-of-ann", learner) == Place("ann", 11)


@pytest.mark.parametrize("learner", ["bob", "token-of-bob", "nobody"])
def test_a_members_token_starts_nobody_elses(learner: str) -> None:
    with pytest.raises(NotYourTurn, match="This token is ann's") as caught:
        CLASS.admit("token-of-ann", learner)
    assert "bob" not in str(caught.value)


@pytest.mark.parametrize("token", ["", "token-of-an", "ann", "Starts", "tokén"])
def test_a_token_that_nobody_has_is_refused_in_words(token: str) -> None:
    with pytest.raises(NotYourTurn, match="No learner of this class has the token"):
        CLASS.admit(token, "ann")
    with pytest.raises(NotYourTurn, match="DRILL_TOKEN must be the one"):
        OPEN.admit(token, "ann")


def test_in_a_class_the_start_token_needs_a_members_token_beside_it() -> None:
    assert CLASS.admit("starts", "token-of-bob") == Place("bob", 12)
    for learner in ("", "bob", "token-of-bo"):
        with pytest.raises(NotYourTurn, match="metadata"):
            CLASS.admit("starts", learner)


def test_on_ones_own_desk_a_notebook_that_is_nobodys_may_be_opened_too() -> None:
    assert DESK.admit("starts", "") == Place("")
    assert DESK.admit("starts", "token-of-bob") == Place("bob", 12)
    with pytest.raises(NotYourTurn):
        DESK.admit("starts", "bob")


@pytest.mark.parametrize(
    ("learner", "place"),
    [
        ("", Place("")),
        ("ann", Place("ann", 11)),
        ("token-of-ann", Place("ann", 11)),
        ("guest", Place("guest")),
    ],
)
def test_the_instructor_starts_any(learner: str, place: Place) -> None:
    assert CLASS.admit("teaches", learner) == place
    assert OPEN.admit("teaches", learner) == Place(learner)


def test_the_token_of_learners_notebooks_cannot_be_the_instructors() -> None:
    for start, instructor in (("same", "same"), ("", "teaches"), ("starts", "")):
        with pytest.raises(DrillError, match="DRILL_INSTRUCTOR_TOKEN"):
            Admission(start, instructor)
    assert not CLASS.is_instructor("starts")
    assert not CLASS.is_instructor("")
    assert CLASS.is_instructor("teaches")
