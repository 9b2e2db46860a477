"""Every learner has a seat of their own for each scenario, and nobody another's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from simulator.classroom import Classroom, Seat
from simulator.desk import Desk
from simulator.errors import CannotServe, NotYourTurn, UnknownScenario
from simulator.journals import Journals
from simulator.roster import Member, Roster, seed_of

ID = "iam-leaked-key"


@pytest.fixture(scope="module")
def classroom() -> Classroom:
    return Classroom()


@pytest.fixture(scope="module")
def seats(classroom: Classroom) -> Iterator[tuple[Seat, Seat]]:
    """Ann's and Bob's."""
    both = classroom.start(ID, "ann", seed=221), classroom.start(ID, "bob", seed=222)
    yield both
    for seat in both:
        seat.drill.close()


def test_a_learner_who_comes_again_finds_the_same_seat(
    classroom: Classroom, seats: tuple[Seat, Seat]
) -> None:
    assert classroom.start(ID, "ann") is seats[0]
    assert classroom.start(ID, "bob", seed=999) is seats[1]


def test_a_token_opens_the_seat_it_was_given_for(
    classroom: Classroom, seats: tuple[Seat, Seat]
) -> None:
    ann, bob = seats
    assert ann.token != bob.token
    assert classroom.seat(ann.token) is ann
    assert classroom.seat(bob.token) is bob
    for wrong in ("", ann.token[:-1], ann.token.lower() + "x", ann.scenario_id):
        with pytest.raises(NotYourTurn, match="opens no lab here"):
            classroom.seat(wrong)


def test_two_learners_share_neither_account_nor_credentials_nor_names(
    seats: tuple[Seat, Seat],
) -> None:
    ann, bob = (seat.drill for seat in seats)
    assert ann.account.id != bob.account.id
    assert ann.learner.access_key_id != bob.learner.access_key_id
    assert ann.facts["export_bucket"] != bob.facts["export_bucket"]
    assert ann.responder().sts.get_caller_identity()["Account"] == ann.account.id


def test_a_learner_reaches_nothing_in_anothers_account(seats: tuple[Seat, Seat]) -> None:
    ann, bob = (seat.drill for seat in seats)
    iam, s3 = ann.responder().iam, ann.responder().s3
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.list_objects_v2(Bucket=bob.facts["export_bucket"])
    with pytest.raises(ClientError, match="AccessDenied"):
        ann.responder().sts.assume_role(RoleArn=bob.learner.role_arn, RoleSessionName="guest")
    arns = [user["Arn"] for user in iam.list_users()["Users"]]
    assert all(f"::{ann.account.id}:" in arn for arn in arns)


def test_a_second_learner_with_the_same_seed_is_told_why_and_harms_nobody(
    classroom: Classroom, seats: tuple[Seat, Seat]
) -> None:
    """One account can't be two learners'. Nothing is left of the attempt."""
    ann, records = seats[0].drill, len(seats[0].drill.account.records)
    for _ in range(2):
        with pytest.raises(CannotServe) as caught:
            classroom.start(ID, "carol", seed=221)
        assert ann.account.id in str(caught.value)
        assert "without --seed" in str(caught.value)
    assert len(ann.account.records) == records
    assert ann.responder().sts.get_caller_identity()["Account"] == ann.account.id
    carol = classroom.start(ID, "carol", seed=223)
    assert carol.drill.account.id != ann.account.id
    carol.drill.close()


def test_an_unknown_scenario_takes_no_seat(classroom: Classroom) -> None:
    with pytest.raises(UnknownScenario, match="Did you mean 'iam-leaked-key'"):
        classroom.start("iam-leaked-kee", "ann")


def test_without_a_seed_each_lab_draws_its_own() -> None:
    seeds = {Classroom()._seed(None) for _ in range(5)}
    assert len(seeds) == 5
    assert Classroom(seed=5)._seed(None) == 5
    assert Classroom(seed=5)._seed(0) == 0


def test_a_learners_seed_is_that_of_their_token_as_at_home() -> None:
    """Unless one is given for this lab, or for all."""
    assert Classroom()._seed(None, "token-of-ann") == seed_of("token-of-ann")
    assert Classroom()._seed(7, "token-of-ann") == 7
    assert Classroom(seed=5)._seed(None, "token-of-ann") == 5


def crash(classroom: Classroom) -> None:
    assert classroom.journals is not None
    classroom.journals.close()
    for seat in classroom.seats():
        seat.drill.close()


def test_after_a_crash_every_member_finds_their_seat_again(tmp_path: Path) -> None:
    """With its seed, the time at which it was begun, and what the last check found."""
    roster = Roster([Member("ann", "token-of-ann", 241), Member("bob", "token-of-bob", 242)])
    before = Classroom(journals=Journals(tmp_path), roster=roster)
    ann, bob = (before.start(ID, each.learner, seed=each.seed) for each in roster)
    desk = Desk(before, ann)
    answer = {"answers": {"key": ann.drill.facts["leaked_key_id"]}}
    ann.keep("submit", answer, lambda: desk.submit(**answer))
    desk.check()
    known = [
        (seat.token, seat.learner, seat.drill.seed, seat.began, seat.drill.world.asked)
        for seat in (ann, bob)
    ]
    found = ann.drill.checked
    assert found is not None
    assert found.passed == ("names_the_key",)
    crash(before)

    after = Classroom(journals=Journals(tmp_path), roster=roster)
    seats = [after.seat(token) for token, *_ in known]
    assert [
        (seat.token, seat.learner, seat.drill.seed, seat.began, seat.drill.world.asked)
        for seat in seats
    ] == known
    assert seats[0].drill.checked == found
    assert seats[1].drill.checked is None
    assert after.start(ID, "ann", seed=241) is seats[0]
    crash(after)


def test_who_began_by_their_token_is_known_once_there_is_a_roster(tmp_path: Path) -> None:
    """Their seat is the same one, also after it was begun anew."""
    seed = seed_of("token-of-ann")
    before = Classroom(journals=Journals(tmp_path))
    token = before.start(ID, "token-of-ann").token
    crash(before)

    roster = Roster([Member("ann", "token-of-ann", seed)])
    for _ in range(2):
        after = Classroom(journals=Journals(tmp_path), roster=roster)
        assert [(seat.learner, seat.token) for seat in after.seats()] == [("ann", token)]
        after.reset(after.seat(token))
        crash(after)
