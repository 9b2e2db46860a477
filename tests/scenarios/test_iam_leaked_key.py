"""The leaked key: its courses, a thief that adapts, and a function that acts when the thief is away."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from simulator import catalogue
from simulator.drill import Drill
from simulator.gateway.app import Gateway
from simulator.grading.judge import judge
from simulator.grading.play import apply
from simulator.grading.verdict import Verdict

PLAY = catalogue.load("iam-leaked-key")
HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def made() -> Iterator[Drill]:
    """Seed 4: a function that makes keys, and a bucket opened to another account."""
    drill = Drill(PLAY, 4, Gateway())
    assert drill.facts["footholds"][0] == "deploy_a_function"
    assert drill.facts["theft"] == "open_the_bucket"
    yield drill
    drill.close()


@pytest.fixture
def drill(made: Drill) -> Iterator[Drill]:
    with made.fresh():
        yield made


def measure(drill: Drill, name: str) -> None:
    """One of the measures of fixes.py."""
    module = vars(__import__("sys").modules[PLAY.fixes["reference"].apply.__module__])
    drill.perform(module[name], responder=drill.responder())


def failing(drill: Drill) -> dict[str, str]:
    return {each.name: each.reason for each in judge(drill) if each.verdict is Verdict.FAILED}


def users(drill: Drill) -> set[str]:
    return {user["UserName"] for user in drill.auditor().iam.list_users()["Users"]}


def test_twelve_seeds_in_a_row_take_every_course() -> None:
    courses = [PLAY.module.course(seed, random.Random(seed)) for seed in range(12)]
    assert {each for footholds, _ in courses for each in footholds} == set(PLAY.module.FOOTHOLDS)
    assert {theft for _, theft in courses} == set(PLAY.module.THEFTS)
    assert {len(footholds) for footholds, _ in courses} == {1, 2}
    assert (
        len({(seed % 5, PLAY.module.course(seed, random.Random(0))[1]) for seed in range(15)}) == 15
    )


def test_customers_occur_in_several_months_and_are_counted_once(drill: Drill) -> None:
    s3, facts = drill.auditor().s3, drill.facts
    rows = [
        row.split(",")
        for key in facts["loot"]
        for row in s3.get_object(Bucket=facts["export_bucket"], Key=key)["Body"]
        .read()
        .decode()
        .splitlines()[1:]
    ]
    assert len({row[0] for row in rows}) == len({row[2] for row in rows}) == facts["people"]
    assert len(rows) > facts["people"]
    assert all(row[2].rpartition("@")[2].startswith("example.") for row in rows)


def test_cut_off_from_the_key_the_thief_makes_itself_another_foothold(drill: Drill) -> None:
    before = users(drill)
    measure(drill, "deactivate_key")
    drill.wait(3 * HOUR)
    assert drill.adversary.adapted is not None
    made = drill.facts["spare_key"]
    assert made["UserName"] in users(drill)
    assert made["UserName"] not in before or made["UserName"] == drill.facts["developer_user"]
    assert drill.facts["spare_user"] in str(drill.facts["guilty"])
    measure(drill, "remove_the_function")
    assert "when it was cut off" in failing(drill)["backdoors_are_shut"]


def test_who_is_cut_off_everywhere_at_once_makes_nothing(drill: Drill) -> None:
    apply(drill, "reference")
    drill.wait(5 * HOUR)
    assert drill.adversary.adapted is None
    assert "spare_key" not in drill.facts
    assert not any(each.worked for each in drill.adversary.tries)
    assert failing(drill) == {}


def test_the_function_makes_its_user_again_until_it_is_gone_itself(drill: Drill) -> None:
    bred = drill.facts["bred_user"]
    measure(drill, "remove_what_it_bred")
    assert bred not in users(drill)
    drill.wait(3 * HOUR)
    assert bred in users(drill)
    measure(drill, "remove_the_function")
    measure(drill, "remove_what_it_bred")
    drill.wait(5 * HOUR)
    assert bred not in users(drill)


def test_a_key_that_is_switched_off_is_an_outage_of_the_site(drill: Drill) -> None:
    measure(drill, "deactivate_key")
    drill.wait(3 * HOUR)
    out = {each.workload for each in drill.company.outages()}
    assert out == {"the site's deployment"}


def test_what_is_destroyed_unseen_is_lost_whatever_is_looked_at_later(drill: Drill) -> None:
    name, responder = drill.facts["function_name"], drill.responder()
    responder.client("lambda").delete_function(FunctionName=name)
    with pytest.raises(Exception, match="ResourceNotFound"):
        responder.client("lambda").get_function(FunctionName=name)
    measure(drill, "deactivate_key")
    measure(drill, "strip_ci_user")
    assert name in failing(drill)["evidence_is_preserved"]


@pytest.mark.parametrize(("seed", "way"), [(2, "signed_urls"), (3, "console")])
def test_sessions_and_what_they_signed_die_by_their_age(seed: int, way: str) -> None:
    drill = Drill(PLAY, seed, Gateway())
    try:

        def allowed() -> dict[str, Any]:
            drill.adversary.tries.clear()
            drill.adversary.come_back()
            return {each.way: each.allowed for each in drill.adversary.tries}

        assert allowed()[way]
        measure(drill, "revoke_the_hopper")
        measure(drill, "revoke_the_console")
        drill.wait(timedelta(minutes=1))
        still = allowed()[way]
        assert still == (("ConsoleLogin",) if way == "console" else ())
    finally:
        drill.close()
