"""What counts beside the checks: accusations ever made, outages, when each phase was done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from simulator.classroom import Classroom, Seat
from simulator.desk import Desk
from simulator.drill import Drill
from simulator.grading.play import apply

HOUR = timedelta(hours=1)
MORE = '''
from dataclasses import replace
from simulator.scenario import Routine, fix

scenario = replace(scenario, accuses={"names": "guilty"})

def detonate(thief, admin, account_id):
    thief.s3.list_buckets()
    for name in ("adam", "bert", "eve"):
        admin.iam.create_user(UserName=name, Path="/automation/")
    admin.iam.tag_user(UserName="eve", Tags=[{"Key": "came-as", "Value": "arn:aws:iam::1:role/x"}])
    return {"guilty": [f"arn:aws:iam::{account_id}:user/automation/eve", "arn:aws:iam::1:role/x"]}

routines = (
    Routine(upload, every=timedelta(hours=1), since=timedelta(hours=2), name="the uploads"),
)

@check(Phase.DETECT, points=2)
def names_the_key(submitted):
    """You named it."""
    assert submitted.key == "right"

@check(Phase.CONTAIN, points=6)
def worker_is_stopped(replay):
    """Nobody lists buckets with the key."""
    assert not replay(look).allowed, "The key still works."

def look(thief):
    thief.s3.list_buckets()
'''
FIX = '''
from simulator.scenario import fix

@fix()
def slow(responder, submit, wait):
    """Breaks the uploads for some hours, and accuses two who did nothing."""
    submit(key="right", names=["adam", "bert", "eve"])
    responder.iam.delete_user_policy(UserName="worker", PolicyName="own")
    wait(timedelta(hours=3))

from datetime import timedelta
'''


@pytest.fixture
def desk(tiny: Callable[[str], Drill]) -> Desk:
    drill = tiny(MORE)
    return Desk(Classroom(), Seat("", "tiny", drill))


def lines(desk: Desk) -> dict[str, Any]:
    return {line["what"]: line for line in desk.check()["lines"]}


def cost(desk: Desk, what: str) -> int:
    return int(lines(desk)[what]["points"])


def accuse(desk: Desk, *names: str) -> int:
    """Points that it has cost so far."""
    desk.submit({"names": list(names)})
    return cost(desk, "wrong accusations")


def test_an_innocent_costs_a_point_whatever_is_submitted_later(desk: Desk) -> None:
    assert accuse(desk, "adam") == -1
    assert accuse(desk, "eve") == -1
    assert accuse(desk, "adam", "bert") == -2
    assert accuse(desk) == -2
    assert "adam, bert did nothing wrong" in lines(desk)["wrong accusations"]["why"]


def test_the_guilty_may_be_named_by_arn_or_by_name(desk: Desk) -> None:
    account = desk.about()["account_id"]
    assert accuse(desk, f"arn:aws:iam::{account}:user/automation/eve") == 0
    assert accuse(desk, "eve", "x", "arn:aws:iam::1:role/x") == 0
    assert accuse(desk, "adam", f"arn:aws:iam::{account}:user/automation/adam") == -1


def test_nobody_of_whom_no_record_tells_can_be_accused(desk: Desk) -> None:
    from simulator.errors import BadSubmission

    with pytest.raises(BadSubmission, match="No record of this account tells of 'adamm'"):
        accuse(desk, "adam", "adamm")
    assert cost(desk, "wrong accusations") == 0
    assert desk.about()["submitted"] == {}


def test_other_findings_accuse_nobody(desk: Desk) -> None:
    desk.submit({"key": "adam"})
    assert cost(desk, "wrong accusations") == 0


def test_a_refused_submission_accuses_nobody(desk: Desk) -> None:
    from simulator.errors import BadSubmission

    with pytest.raises(BadSubmission):
        desk.submit({"names": ["adam"], "nonsense": "x"})
    assert cost(desk, "wrong accusations") == 0


def test_no_restore_takes_an_accusation_back(desk: Desk) -> None:
    desk.checkpoint("before")
    accuse(desk, "adam")
    desk.restore("before")
    assert desk.about()["submitted"] == {}
    assert cost(desk, "wrong accusations") == -1


def test_who_turned_guilty_on_a_way_that_was_left_was_not_accused_wrongly(desk: Desk) -> None:
    """The adversary makes a user, the learner names it and goes back to before it was made."""
    drill = desk._seat.drill
    desk.checkpoint("before")
    drill.perform(lambda guilty: {"guilty": [*guilty, "arn:aws:iam::1:user/bert"]})
    assert accuse(desk, "bert") == 0
    desk.restore("before")
    assert cost(desk, "wrong accusations") == 0
    assert accuse(desk, "bert") == -1


def test_an_outage_costs_and_is_undone_by_a_restore(desk: Desk) -> None:
    drill = desk._seat.drill
    desk.checkpoint("before")
    drill.responder().iam.delete_user_policy(UserName="worker", PolicyName="own")
    desk.wait(3 * 3600)
    said = lines(desk)["outages"]
    assert said["points"] in {-2, -3}
    assert "the uploads" in said["why"]
    assert cost(desk, "outages") == -len(drill.company.runs) or said["points"] == -3
    back = desk.restore("before")
    assert [each["points"] for each in back["left"]["lines"] if each["what"] == "outages"] == [
        said["points"]
    ]
    assert cost(desk, "outages") == 0
    assert drill.company.runs == []


def test_a_headless_drill_is_scored_by_the_same_sum(
    tiny: Callable[[str], Drill], desk: Desk
) -> None:
    from simulator import catalogue
    from simulator.grading.play import play

    folder = desk._seat.drill.play.folder
    (folder / "fixes.py").write_text(FIX)
    played = play(catalogue.read(folder), "slow", 7)
    told = played.as_json()
    taken = {line.what: line.points for line in played.score.lines if line.of is None}
    assert taken["wrong accusations"] == -2
    assert taken["outages"] < 0
    assert told["score"] == 8 - 2 + taken["outages"]
    assert told["points"] == 8
    assert set(told) == {"id", "seed", "fix", "score", "points", "seconds", "checks"}


def test_a_phase_is_done_when_its_last_change_was_made_and_not_when_it_was_checked(
    desk: Desk,
) -> None:
    drill = desk._seat.drill
    desk.wait(3600)
    drill.responder().iam.delete_user_policy(UserName="worker", PolicyName="own")
    desk.wait(2 * 3600)
    times = desk.check()["times"]
    assert set(times) == {"detect", "contain"}
    assert times["detect"] is None
    assert 3590 <= times["contain"] <= 3660
    desk.submit({"key": "right"})
    later = desk.check()["times"]
    assert later["contain"] == times["contain"]
    assert 3 * 3600 <= later["detect"] <= 3 * 3600 + 60
    young, old = drill.play.scenario.attacked
    assert young.total_seconds() <= later["attack"] <= old.total_seconds()
    assert desk.check("contain")["times"] == {"contain": times["contain"]}


def test_a_phase_that_no_longer_holds_is_open_until_it_is_done_again(desk: Desk) -> None:
    drill = desk._seat.drill
    desk.submit({"key": "right"})
    first = desk.check()["times"]["detect"]
    desk.submit({"key": "wrong"})
    desk.wait(3600)
    assert desk.check()["times"]["detect"] is None
    desk.submit({"key": "right"})
    again = desk.check()["times"]["detect"]
    assert again >= first + 3600
    assert drill.submission["key"] == "right"


def test_going_back_opens_what_was_done_since(desk: Desk) -> None:
    desk.checkpoint("before")
    desk.submit({"key": "right"})
    done = desk.check()["times"]["detect"]
    desk.restore("before")
    assert desk.check()["times"]["detect"] is None
    desk.restore("before-restore")
    assert desk.check()["times"]["detect"] == done


def test_a_trial_of_fixes_leaves_nothing_counted(desk: Desk) -> None:
    """As `drill verify` tries one fix after the other in one drill."""
    drill = desk._seat.drill
    with drill.fresh():
        accuse(desk, "adam")
        desk.checkpoint("inside")
        desk.submit({"key": "right"})
        desk.check()
    assert drill.accused == {}
    assert drill.reached == {}
    assert drill.checkpoints == {}
    apply(drill, "none")
