"""The adversary comes back, tries what it has and adapts once; the company goes on beside it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from simulator import catalogue
from simulator.account.clock import machine_time
from simulator.drill import Drill
from simulator.errors import DrillError
from simulator.gateway.app import Gateway
from simulator.grading.judge import judge
from simulator.grading.play import apply
from simulator.grading.verify import verify

SCENARIO = '''
"""A key and a user behind it."""
from datetime import timedelta
from simulator.scenario import Actor, Phase, Routine, Scenario, check, way

scenario = Scenario(
    title="Small", pillar="Detection", severity="low", difficulty=1, minutes=1,
    attack=(), controls=(), built=timedelta(days=2),
    injected=(timedelta(days=1), timedelta(days=1)),
    attacked=(timedelta(hours=2), timedelta(hours=3)),
    principals={
        "job": Actor("job_key", "office", "job"),
        "thief": Actor("thief_key", "hosting", "tool", hostile=True),
        "ghost": Actor("ghost_key", "hosting", "tool", hostile=True),
        "second": Actor("second_key", "hosting", "tool", hostile=True),
    },
)


def user(who, name):
    who.iam.create_user(UserName=name)
    who.iam.attach_user_policy(UserName=name, PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
    return who.iam.create_access_key(UserName=name)["AccessKey"]


def baseline(admin, account_id):
    bucket = f"small-{account_id}"
    admin.s3.create_bucket(Bucket=bucket)
    return {"bucket": bucket, "job_key": user(admin, "job")}


def inject(admin):
    return {"thief_key": user(admin, "leaky")}


def workload(job, bucket):
    job.s3.put_object(Bucket=bucket, Key="page", Body=b"1")


def chatter(job, bucket):
    job.s3.get_object(Bucket=bucket, Key="missing")


routines = (
    Routine(workload, every=timedelta(hours=10), since=timedelta(days=1), name="the page",
            pulse=timedelta(minutes=30)),
    Routine(chatter, every=timedelta(hours=1), since=timedelta(hours=3)),
)


def detonate(thief):
    return {"ghost_key": user(thief, "ghost")}


@way("the key that leaked", obtained="thief_key")
def leaked(thief):
    yield thief.iam.list_users
    yield thief.s3.list_buckets


@way("a key of a user that it made", obtained="ghost_key")
def made(ghost):
    yield ghost.iam.list_users


@way("what it never gets", obtained="never")
def never(thief):
    yield thief.iam.list_users


@way("a key that it made later", obtained="second_key")
def later(second):
    yield second.iam.list_users


def adapt(open_ways, ghost):
    if "made" in open_ways:
        return {"second_key": user(ghost, "second")}


@check(Phase.CONTAIN, points=1)
def nothing_works(open_ways):
    """Nothing that the thief holds works."""
    left = open_ways()
    assert not left, f"Still open: {left}"


@check(Phase.CONTAIN, points=1)
def key_is_off(open_ways):
    """The key that leaked is off."""
    assert not open_ways("leaked"), "The key works."
'''
FIXES = '''
from simulator.scenario import fix


def off(responder, user, key):
    responder.iam.update_access_key(UserName=user, AccessKeyId=key["AccessKeyId"], Status="Inactive")


@fix()
def reference(responder, thief_key, ghost_key):
    """Both."""
    off(responder, "leaky", thief_key)
    off(responder, "ghost", ghost_key)


@fix(nothing_works="Still open")
def half(responder, thief_key):
    """One."""
    off(responder, "leaky", thief_key)


@fix(when="never", nothing_works="Still open")
def about_another_course(responder):
    """None."""
'''


@pytest.fixture
def drill(tmp_path: Path) -> Iterator[Drill]:
    folder = tmp_path / "small-case"
    folder.mkdir()
    (folder / "scenario.py").write_text(SCENARIO)
    (folder / "fixes.py").write_text(textwrap.dedent(FIXES))
    drill = Drill(catalogue.read(folder), 1, Gateway())
    yield drill
    drill.close()


def worked(drill: Drill) -> list[tuple[str, bool]]:
    return [(each.way, each.worked) for each in drill.adversary.tries]


def test_the_adversary_tries_all_that_it_has_about_every_two_hours(drill: Drill) -> None:
    drill.wait(timedelta(hours=4))
    assert worked(drill) == [("leaked", True), ("made", True)] * 2
    first = drill.adversary.tries[0]
    assert first.allowed == ("ListUsers", "ListBuckets")
    assert drill.adversary.adapted is None


def test_what_it_tries_is_recorded_and_leaves_its_address(drill: Drill) -> None:
    before = len(drill.account.records)
    drill.wait(timedelta(hours=2))
    theirs = [
        record["eventName"]
        for record in drill.account.records[before:]
        if record["sourceIPAddress"] in drill.hostile_addresses()
    ]
    assert theirs == ["ListUsers", "ListBuckets", "ListUsers"]


def test_cut_off_on_one_path_it_uses_another_one_once(drill: Drill) -> None:
    apply(drill, "half")
    drill.wait(timedelta(hours=2))
    assert worked(drill) == [("leaked", False), ("made", True)]
    assert drill.adversary.adapted is not None
    assert drill.adversary.tries[0].refused == (
        "ListUsers (InvalidClientTokenId)",
        "ListBuckets (InvalidAccessKeyId)",
    )
    drill.wait(timedelta(hours=2))
    assert worked(drill)[2:] == [("leaked", False), ("made", True), ("later", True)]
    drill.wait(timedelta(hours=2))
    names = [record["eventName"] for record in drill.account.records[drill.first_record :]]
    assert names.count("CreateUser") == 1


def test_cut_off_everywhere_it_does_not_adapt(drill: Drill) -> None:
    apply(drill, "reference")
    drill.wait(timedelta(hours=6))
    assert not any(each.worked for each in drill.adversary.tries)
    assert drill.adversary.adapted is None
    assert [each.verdict for each in judge(drill)] == ["PASSED", "PASSED"]


def test_a_workload_that_fails_is_an_outage_until_it_works_again(drill: Drill) -> None:
    key = drill.facts["job_key"]["AccessKeyId"]
    iam = drill.responder().iam
    drill.wait(timedelta(hours=1))
    assert [run.error for run in drill.company.runs] == ["", ""]
    iam.update_access_key(UserName="job", AccessKeyId=key, Status="Inactive")
    drill.wait(timedelta(hours=2))
    (outage,) = drill.company.outages()
    assert outage.until is None
    assert "InvalidAccessKeyId" in outage.error
    iam.update_access_key(UserName="job", AccessKeyId=key, Status="Active")
    drill.wait(timedelta(hours=1))
    (outage,) = drill.company.outages()
    assert outage.until is not None
    assert timedelta(hours=1.5) < drill.company.out(drill.world.clock.now()) < timedelta(hours=2.5)
    assert {run.workload for run in drill.company.runs} == {"the page"}


def test_what_comes_due_while_real_time_passes_is_played_when_somebody_calls(drill: Drill) -> None:
    before = len(drill.account.records)
    with machine_time(datetime.now(UTC) + timedelta(hours=4)):
        drill.keep_up()
        assert worked(drill) == [("leaked", True), ("made", True)] * 2
        assert len(drill.company.runs) in range(7, 10)
        times = [record["eventTime"] for record in drill.account.records[before:]]
        assert times == sorted(times)
        assert len(set(times)) > len(times) / 2
        drill.keep_up()
        assert len(drill.adversary.tries) == 4


def test_a_trial_leaves_no_tries_and_no_runs(drill: Drill) -> None:
    with drill.fresh():
        drill.wait(timedelta(hours=4))
        once = [each.time for each in drill.adversary.tries]
    assert drill.adversary.tries == []
    assert drill.company.runs == []
    with drill.fresh():
        drill.wait(timedelta(hours=4))
        assert [each.time - once[0] for each in drill.adversary.tries] == pytest.approx(
            [each - once[0] for each in once], abs=timedelta(seconds=5)
        )


def test_a_fix_about_another_course_is_left_out_and_refused_by_name(drill: Drill) -> None:
    assert verify(drill.play, 3) == []
    with pytest.raises(DrillError, match="took another course"):
        apply(drill, "about-another-course")
