"""The course of det-blind-trail: both ways of blinding, what still tells, what the thief does then."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from simulator import catalogue
from simulator.drill import Drill
from simulator.gateway.app import Gateway
from simulator.grading.judge import judge
from simulator.grading.play import apply
from simulator.grading.verdict import Verdict
from simulator.notebook.logs import logs

CLEAR = timedelta(minutes=2)


def drilled(seed: int) -> Drill:
    return Drill(catalogue.load("det-blind-trail"), seed, Gateway())


@pytest.fixture(scope="module", params=[0, 8])
def drill(request: pytest.FixtureRequest) -> Iterator[Drill]:
    """One for each way of blinding."""
    made = drilled(request.param)
    yield made
    made.close()


def failed(drill: Drill) -> set[str]:
    return {each.name for each in judge(drill) if each.verdict is Verdict.FAILED}


def history(drill: Drill, region: str = "us-east-1") -> list[dict[str, Any]]:
    """Event history of a Region, oldest first."""
    pages = drill.responder().client("cloudtrail", region).get_paginator("lookup_events")
    found = [json.loads(e["CloudTrailEvent"]) for page in pages.paginate() for e in page["Events"]]
    return found[::-1]


def test_the_two_seeds_of_this_module_have_the_two_ways_of_blinding(drill: Drill) -> None:
    seed = drill.seed
    assert bool(drill.facts.get("stopped_first")) is (seed == 8)
    assert bool(drill.facts.get("stopped_second")) is (seed == 0)


@pytest.mark.worlds
def test_every_branch_of_the_course_occurs() -> None:
    """Which trail is stopped, which way back is kept, in which Region the thief hides."""
    blindings, ways, hideouts = set(), set(), set()
    for seed in range(20, 26):
        drill = drilled(seed)
        blindings.add("stopped_first" in drill.facts)
        ways.add("planted_key" in drill.facts)
        hideouts.add(drill.facts["hideout"])
        drill.close()
    assert blindings == {True, False}
    assert ways == {True, False}
    assert len(hideouts) > 2


def test_the_first_change_that_is_in_no_log_file_is_where_the_dark_begins(drill: Drill) -> None:
    with drill.fresh():
        delivered = set(logs("cloudtrail", drill.responder().client)["event_id"])
        changes = [each for each in history(drill) if not each["readOnly"]]
    seen = [each["eventID"] in delivered for each in changes]
    missing = changes[seen.index(True) :]
    first = next(each for each in missing if each["eventID"] not in delivered)
    begun = datetime.fromisoformat(first["eventTime"])
    assert abs(begun - drill.facts["went_dark"]) < CLEAR


def test_until_the_dark_no_change_is_missing_from_the_log_files(drill: Drill) -> None:
    with drill.fresh():
        delivered = logs("cloudtrail", drill.responder().client)
        changes = [each for each in history(drill) if not each["readOnly"]]
    known, begin = set(delivered["event_id"]), delivered["event_time"].min()
    before = [
        each
        for each in changes
        if begin < datetime.fromisoformat(each["eventTime"]) < drill.facts["went_dark"] - CLEAR
    ]
    assert before
    assert {each["eventID"] for each in before} <= known


def test_no_log_file_tells_of_what_was_done_in_the_dark(drill: Drill) -> None:
    with drill.fresh():
        delivered = logs("cloudtrail", drill.responder().client)
    mine = delivered[delivered["source_ip_address"].isin(drill.hostile_addresses())]
    assert not {"RunInstances", "CreateAccessKey", "PutBucketPolicy", "GetObject"} & set(
        mine["event_name"]
    )


def test_the_hideouts_own_history_alone_tells_of_its_servers(drill: Drill) -> None:
    with drill.fresh():
        there = [each["eventName"] for each in history(drill, drill.facts["hideout"])]
        here = [each["eventName"] for each in history(drill)]
    assert there.count("RunInstances") == len(drill.facts["hidden"])
    assert here.count("RunInstances") == 1


def test_the_vaults_access_log_names_what_was_read_and_nothing_else(drill: Drill) -> None:
    with drill.fresh():
        access = logs("s3-access", drill.responder().client)
    read = access[(access["operation"] == "REST.GET.OBJECT") & (access["http_status"] == 200)]
    stolen = read[~read["requester"].fillna("").str.contains(":user/people/")]
    assert sorted(set(stolen["key"])) == drill.facts["loot"]


def test_the_flow_logs_end_within_an_hour_before_they_are_deleted(drill: Drill) -> None:
    ends, deleted = drill.facts["flows_until"], drill.facts["flows_deleted"]
    assert timedelta(0) <= deleted - ends < timedelta(hours=1)


def test_a_trail_that_logs_again_is_stopped_again_by_who_is_still_in(drill: Drill) -> None:
    name = drill.facts["management_trail"]
    with drill.fresh():
        drill.responder().cloudtrail.start_logging(Name=name)
        drill.wait(timedelta(hours=3))
        assert drill.responder().cloudtrail.get_trail_status(Name=name)["IsLogging"] is False


def test_after_the_reference_fix_nothing_of_the_thiefs_works_and_the_company_does(
    drill: Drill,
) -> None:
    with drill.fresh():
        apply(drill, "reference")
        drill.wait(timedelta(hours=5))
        assert drill.adversary.tries
        assert not [each for each in drill.adversary.tries if each.worked]
        assert drill.company.outages() == []
        assert failed(drill) == set()


def test_what_is_read_while_the_learner_looks_on_changes_no_answer(drill: Drill) -> None:
    with drill.fresh():
        drill.wait(timedelta(hours=5))
        apply(drill, "reference")
        assert failed(drill) == set()


def test_a_lifecycle_rule_for_something_else_is_nobodys_business(drill: Drill) -> None:
    bucket = drill.facts["log_bucket"]
    rule = {
        "ID": "scratch",
        "Status": "Enabled",
        "Filter": {"Prefix": "scratch/"},
        "Expiration": {"Days": 1},
    }
    with drill.fresh():
        apply(drill, "reference")
        drill.responder().s3.put_bucket_lifecycle_configuration(
            Bucket=bucket, LifecycleConfiguration={"Rules": [rule]}
        )
        assert failed(drill) == set()


def test_the_digests_of_the_reference_fix_tell_of_real_files(drill: Drill) -> None:
    """Two hours after the fix there is a digest that tells of a log file by its hash."""
    with drill.fresh():
        apply(drill, "reference")
        drill.wait(timedelta(hours=3))
        s3, bucket = drill.responder().s3, drill.facts["log_bucket"]
        folder = f"AWSLogs/{drill.account.id}/CloudTrail-Digest/us-east-1/"
        keys = [
            each["Key"]
            for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=folder)
            for each in page["Contents"]
            if f"_{drill.facts['management_trail']}_" in each["Key"]
        ]
        body = s3.get_object(Bucket=bucket, Key=max(keys))["Body"].read()
        assert json.loads(gzip.decompress(body))["logFiles"]
