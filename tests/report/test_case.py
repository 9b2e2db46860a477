"""What a report tells of a drill, and when it tells what the learner is asked to find."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from simulator.classroom import Classroom
from simulator.report.case import told
from tests.report.conftest import Case


def secrets(case: Case) -> list[str]:
    """What nobody may read in a report before it was found."""
    facts = case.drill.facts
    names = [
        "leaked_key_id", "ci_user", "rogue_user", "export_role", "export_bucket", "intruder_address",
        "jobs_id", "direct_group", "drop_address",
    ]  # fmt: skip
    told = [facts[name] for name in names if name in facts]
    tokens = [facts[name]["AccessKeyId"] for name in ("hopped", "federation") if name in facts]
    return [*told, *tokens, *case.drill.hostile_addresses()]


@pytest.mark.parametrize("name", ["leaked_key", "open_ports"])
def test_before_detection_nothing_is_named(name: str, request: pytest.FixtureRequest) -> None:
    case: Case = request.getfixturevalue(name)
    case.desk.wait(3 * 3600)
    report = case.desk.report()
    text = json.dumps(
        {key: report[key] for key in ("times", "attack", "reach", "response", "cause")}
    )
    assert not [each for each in secrets(case) if each in text]
    assert report["attack"] is None
    assert report["times"]["attack"] is None
    assert report["reach"][0]["edges"], "how far it reaches is told"
    assert "port" not in json.dumps(report["reach"])


def test_the_same_thing_has_the_same_number_before_and_now(leaked_key: Case) -> None:
    facts, drill = leaked_key.drill.facts, leaked_key.drill
    drill.responder().iam.delete_access_key(
        UserName=facts["ci_user"], AccessKeyId=facts["ci_key"]["AccessKeyId"]
    )
    before, now = leaked_key.desk.report()["reach"]
    assert [each["name"] for each in before["sources"][:2]] == ["credential 1", "credential 2"]
    first = [edge for edge in before["edges"] if edge[0] == before["sources"][0]["id"]]
    assert first
    assert not [edge for edge in now["edges"] if edge[0] == before["sources"][0]["id"]]
    rest = [edge for edge in before["edges"] if edge[0] == before["sources"][1]["id"]]
    assert rest == [edge for edge in now["edges"] if edge[0] == before["sources"][1]["id"]]


def test_once_detected_the_attack_is_told_from_its_records(leaked_key: Case) -> None:
    leaked_key.respond("reference")
    facts, attack = leaked_key.drill.facts, leaked_key.desk.report()["attack"]
    (taken,) = attack["taken"]
    assert (taken["bucket"], taken["objects"]) == (facts["export_bucket"], len(facts["loot"]))
    assert taken["bytes"] > 0
    by_name = {actor["who"]: actor for actor in attack["actors"]}
    own = by_name[facts["ci_user_arn"]]
    assert own["from"] == [leaked_key.drill.principals["thief"].address]
    assert any(change.startswith("GetFederationToken ") for change in own["changed"])
    assert {facts["hopper_arn"], facts["federated_arn"]} <= set(by_name)


def test_the_adversarys_function_is_the_adversary_and_nobody_honest_is() -> None:
    """A refused key leaves no record, and its request id to the next call: that one isn't it."""
    classroom = Classroom(seed=934)
    case = Case(classroom, classroom.start("iam-leaked-key"))
    case.respond("reference")
    case.desk.wait(5 * 3600)
    drill, actors = case.drill, case.desk.report()["attack"]["actors"]
    function = drill.principals[f"function {drill.facts['function_name']}"].address
    found = {place for actor in actors for place in actor["from"]}
    assert found <= {*drill.hostile_addresses(), function}
    assert function in found
    assert f"account {drill.facts['foreign_account_id']}" in {actor["who"] for actor in actors}
    drill.close()


def test_deeds_are_grouped_and_refused_ones_told_apart(leaked_key: Case) -> None:
    leaked_key.respond("reference")
    leaked_key.desk.wait(5 * 3600)
    report = leaked_key.desk.report()
    deeds = report["attack"]["deeds"]
    night = [deed for deed in deeds if deed["first"] < report["times"]["arrived"]]
    reads = sum(deed["count"] for deed in night if deed["operation"] == "GetObject")
    assert reads == len(leaked_key.drill.facts["loot"])
    assert len(night) < sum(deed["count"] for deed in night)
    later = [deed for deed in deeds if deed["first"] > report["times"]["arrived"]]
    assert later
    assert all(deed["error"] for deed in later)
    assert not any(deed["error"] for deed in night)


def test_connections_that_no_trail_records_are_told_as_well(open_ports: Case) -> None:
    open_ports.respond("reference")
    deeds = open_ports.desk.report()["attack"]["deeds"]
    assert {"connect to port 22", "connect to port 5432", "run command"} <= {
        deed["operation"] for deed in deeds
    }


def test_the_response_is_the_learners_changes_settings_and_submissions(leaked_key: Case) -> None:
    desk, drill = leaked_key.desk, leaked_key.drill
    learner = drill.responder()
    learner.iam.list_users()
    for name in ("one", "two"):
        learner.iam.create_user(UserName=name)
    learner.s3.create_bucket(Bucket=f"{drill.facts['site_bucket']}-copy")
    desk.configure("ci", {"role_to_assume": "arn"})
    desk.submit({"key": "AKIA"})
    told = [(deed["operation"], deed["count"], deed["what"]) for deed in desk.report()["response"]]
    assert told == [
        ("CreateUser", 2, "one, two"),
        ("CreateBucket", 1, f"{drill.facts['site_bucket']}-copy"),
        ("configured", 1, "ci"),
        ("submitted", 1, "key"),
    ]


def test_a_refused_change_of_the_learners_is_told_as_refused(leaked_key: Case) -> None:
    with pytest.raises(Exception, match="NoSuchEntity"):
        leaked_key.drill.responder().iam.delete_user(UserName="nobody")
    (deed,) = leaked_key.desk.report()["response"]
    assert (deed["operation"], deed["error"]) == ("DeleteUser", "NoSuchEntityException")


def test_outages_and_tries_are_told_in_order_of_time(open_ports: Case) -> None:
    open_ports.respond("close-the-database-for-all")
    open_ports.drill.wait(timedelta(hours=5))
    report = open_ports.desk.report()
    (outage,) = report["outages"]
    assert outage["workload"] == "customers are served"
    assert outage["until"] is None
    assert 0 < outage["minutes"] <= 300
    ways = {row["name"]: [ok for _, ok, _ in row["tries"]] for row in report["worked"]["ways"]}
    assert len(ways) == 2
    assert not any(tries[-1] for tries in ways.values())
    rows = {row["name"]: row["tries"] for row in report["worked"]["workloads"]}
    assert not rows["customers are served"][-1][1]
    assert rows["the monitoring service comes in"][-1][1]


def test_a_report_is_plain_data_and_says_the_same_when_asked_again(open_ports: Case) -> None:
    open_ports.respond("reference")
    first: dict[str, Any] = open_ports.desk.report()
    assert json.loads(json.dumps(first)) == first
    again = open_ports.desk.report()
    for what in ("attack", "response", "reach", "worked", "outages"):
        assert first[what] == again[what]


def test_phases_are_told_at_the_time_that_the_score_says(leaked_key: Case) -> None:
    checked = {"checks": [], "times": {"attack": 60.0, "detect": 90.0, "contain": None}}
    phases = told(leaked_key.drill, checked)["phases"]
    done = leaked_key.drill.started + timedelta(seconds=90)
    assert phases == {"detect": done.isoformat(timespec="seconds")}


def test_a_call_that_left_no_record_lends_its_number_to_nobodys_deeds(open_bucket: Case) -> None:
    """A dead key's refused call has the id that the next call has as well: the site's."""
    open_bucket.respond("reference")
    drill = open_bucket.drill
    with pytest.raises(ClientError, match="InvalidAccessKeyId"):
        drill.principals["keyed"].s3.list_objects_v2(Bucket=drill.facts["bucket"])
    drill.perform(drill.play.module.workload)
    who = [each["who"] for each in open_bucket.desk.report()["attack"]["actors"]]
    assert not [each for each in who if drill.facts["origin_user"] in each]


def test_a_foreign_account_is_not_anonymous(open_bucket: Case) -> None:
    open_bucket.respond("reference")
    drill = open_bucket.drill
    with pytest.raises(ClientError):
        drill.principals["mule"].s3.list_objects_v2(Bucket=drill.facts["bucket"])
    who = [each["who"] for each in open_bucket.desk.report()["attack"]["actors"]]
    assert {"anonymous", f"account {drill.facts['mule_account']}"} <= set(who)


def test_the_key_that_a_job_gets_is_not_the_adversarys(open_bucket: Case) -> None:
    open_bucket.respond("reference")
    known = json.dumps(open_bucket.desk.report()["reach"])
    assert open_bucket.drill.world.settings["delivery"]["access_key_id"] not in known
