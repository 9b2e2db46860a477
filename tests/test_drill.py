"""A drill is played from its seed, goes on as time passes, and can be tried without a trace."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from simulator import catalogue
from simulator.drill import Drill
from simulator.errors import ScenarioError
from simulator.gateway.app import Gateway

PLAY = catalogue.load("iam-leaked-key")
HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def whole() -> Iterator[Drill]:
    made = Drill(PLAY, 241, Gateway())
    yield made
    made.close()


@pytest.fixture
def drill(whole: Drill) -> Iterator[Drill]:
    """Whatever a test does with it is undone."""
    with whole.fresh():
        yield whole


def users(drill: Drill) -> set[str]:
    return {user["UserName"] for user in drill.auditor().iam.list_users()["Users"]}


def times(drill: Drill, since: int = 0) -> list[datetime]:
    return [datetime.fromisoformat(record["eventTime"]) for record in drill.account.records[since:]]


def test_the_past_is_in_its_order_and_ends_before_the_learner_comes(drill: Drill) -> None:
    seen = times(drill)
    assert seen == sorted(seen)
    assert seen[-1] <= drill.started <= drill.world.clock.now()
    assert drill.started - seen[0] >= PLAY.scenario.built - HOUR
    assert drill.first_record == len(drill.account.records)


def test_the_account_is_older_than_all_that_is_in_it(drill: Drill) -> None:
    """Else the learner's own user and the administrators' role would look like backdoors."""
    iam = drill.auditor().iam
    made = {role["RoleName"]: role["CreateDate"] for role in iam.list_roles()["Roles"]}
    made |= {user["UserName"]: user["CreateDate"] for user in iam.list_users()["Users"]}
    founders = {made.pop("PlatformAdministrator"), made.pop("incident-responder")}
    assert max(founders) < min(made.values())
    key = iam.list_access_keys(UserName="incident-responder")["AccessKeyMetadata"][0]
    assert key["CreateDate"] < min(made.values())


def test_the_attack_is_as_old_as_the_scenario_says(drill: Drill) -> None:
    hostile = drill.hostile_addresses()
    attack = [
        datetime.fromisoformat(record["eventTime"])
        for record in drill.account.records
        if record["sourceIPAddress"] in hostile
    ]
    youngest, oldest = PLAY.scenario.attacked
    assert youngest <= drill.started - attack[0] <= oldest


def test_progress_is_told_up_to_the_whole() -> None:
    told: list[float] = []
    Drill(PLAY, 242, Gateway(), told.append).close()
    assert told == sorted(told)
    assert told[-1] == 1


def test_one_seed_makes_the_same_ids_also_after_other_drills() -> None:
    """Each world has a chance of its own, however the gateway's turns fall."""

    def story(drill: Drill) -> Any:
        drill.wait(3 * HOUR)
        made = drill.responder().iam.create_user(UserName="later")["User"]["UserId"]
        return (
            drill.account.id,
            drill.learner.access_key_id,
            drill.facts["federation"]["SecretAccessKey"],
            [record["eventID"] for record in drill.account.records],
            made,
        )

    alone = Drill(PLAY, 243, Gateway())
    first = story(alone)
    alone.close()
    gateway = Gateway()
    drills = [Drill(PLAY, seed, gateway) for seed in (244, 243)]
    drills[0].wait(HOUR)
    second = story(drills[1])
    for each in drills:
        each.close()
    assert first == second


def test_a_trial_is_undone_with_its_facts_records_and_journal(drill: Drill) -> None:
    def state() -> Any:
        return list(drill.account.records), dict(drill.facts), list(drill.journal)

    there = users(drill)
    before = state()
    with drill.trial():
        drill.perform(lambda admin: admin.iam.create_user(UserName="tried") and {"tried": True})
        assert "tried" in users(drill)
        assert drill.facts["tried"]
    assert state() == before
    assert users(drill) == there


def test_a_trial_within_a_trial_undoes_its_own_part(drill: Drill) -> None:
    iam = drill.responder().iam
    with drill.trial():
        iam.create_user(UserName="outer")
        with drill.trial():
            iam.create_user(UserName="inner")
            assert users(drill) >= {"outer", "inner"}
        assert "outer" in users(drill)
        assert "inner" not in users(drill)
    assert not users(drill) & {"outer", "inner"}


def test_a_trial_that_fails_is_undone_too(drill: Drill) -> None:
    def fail() -> None:
        with drill.trial():
            drill.responder().iam.create_user(UserName="tried")
            drill.responder().iam.get_user(UserName="nobody")

    with pytest.raises(ClientError, match="NoSuchEntity"):
        fail()
    assert "tried" not in users(drill)


def test_a_fresh_start_undoes_what_was_submitted_configured_and_waited_for(drill: Drill) -> None:
    def state() -> Any:
        settings = {name: dict(values) for name, values in drill.world.settings.items()}
        due = [when for when, _, _ in sorted(drill.timeline.save(), key=lambda each: each[:2])]
        return dict(drill.submission), dict(drill.hints), settings, due, len(drill.account.records)

    before, now = state(), drill.world.clock.now()
    with drill.fresh():
        drill.submission["key"] = "x"
        drill.hints["names_the_key"] = 2
        drill.world.settings["ci"]["issuer"] = "elsewhere"
        drill.wait(timedelta(days=2))
        assert len(drill.account.records) > before[-1]
    assert state() == before
    assert drill.world.clock.now() - now < HOUR
    drill.wait(timedelta(days=2))  # and it can be waited for again
    assert len(drill.account.records) > before[-1]


def test_while_one_waits_everybody_goes_on(drill: Drill) -> None:
    records, now = len(drill.account.records), drill.world.clock.now()
    drill.wait(timedelta(days=2))
    later = drill.world.clock.now()
    assert timedelta(days=2) <= later - now < timedelta(days=2) + HOUR
    seen = times(drill, records)
    assert seen == sorted(seen)
    assert now.replace(microsecond=0) <= seen[0]
    assert seen[-1] <= later
    sources = {record["sourceIPAddress"] for record in drill.account.records[records:]}
    assert sources & drill.hostile_addresses()  # the thief comes back
    assert sources - drill.hostile_addresses()  # and the company works


def test_time_passes_for_a_principal_while_the_past_is_played_alone(drill: Drill) -> None:
    now = drill.world.clock.now()
    drill.elapse(HOUR)
    assert drill.world.clock.now() - now < HOUR
    with drill.world.clock.pinned(now):
        drill.elapse(HOUR)
        assert drill.world.clock.now() == now + HOUR


def test_an_act_may_ask_only_for_who_and_what_is_there(drill: Drill) -> None:
    def act(theif: Any) -> None:
        raise AssertionError("never played")

    with pytest.raises(ScenarioError, match="Did you mean 'thief'"):
        drill.perform(act)


def test_the_learner_sees_no_secret_setting(drill: Drill) -> None:
    secret = drill.world.settings["ci"]["secret_access_key"]
    assert secret
    assert secret not in str(drill.visible_settings())
    assert drill.world.settings["ci"]["secret_access_key"] == secret


def test_a_closed_drills_keys_are_unknown_and_its_buckets_gone() -> None:
    gateway = Gateway()
    drill = Drill(PLAY, 245, gateway)
    sts, names = drill.responder().sts, drill.facts["export_bucket"]
    sts.get_caller_identity()
    drill.close()
    with pytest.raises(ClientError, match="InvalidClientTokenId"):
        sts.get_caller_identity()
    again = Drill(PLAY, 245, gateway)  # the seed is free again
    assert again.facts["export_bucket"] == names
    again.close()


def test_a_build_that_fails_leaves_its_seed_free() -> None:
    def interrupt(share: float) -> None:
        raise KeyboardInterrupt

    gateway = Gateway()
    with pytest.raises(KeyboardInterrupt):
        Drill(PLAY, 5, gateway, interrupt)
    assert gateway.accounts == {}
    Drill(PLAY, 5, gateway).close()


def test_acts_sign_in_to_the_console_and_leave_it_when_they_end(drill: Drill) -> None:
    """`console_login`, `switch_role` and `root_password` are words of a scenario's author."""

    def act(admin: Any, root_password: Any) -> None:
        admin.iam.create_user(UserName="visitor")
        admin.iam.create_login_profile(UserName="visitor", Password="Correct-horse-1")
        root_password("Root-horse-1")
        admin.console_login("visitor", "Correct-horse-1")
        assert admin.sts.get_caller_identity()["Arn"].endswith(":user/visitor")
        admin.console_login(None, "Root-horse-1")
        assert admin.sts.get_caller_identity()["Arn"].endswith(":root")

    before = len(drill.account.records)
    drill.perform(act)
    signed_in = [
        record["userIdentity"]["type"]
        for record in drill.account.records[before:]
        if record["eventType"] == "AwsConsoleSignIn"
    ]
    assert signed_in == ["IAMUser", "Root"]
    drill.perform(lambda admin: admin.iam.list_users())
    assert drill.account.records[-1]["userIdentity"]["type"] == "AssumedRole"
    assert "sessionCredentialFromConsole" not in drill.account.records[-1]
