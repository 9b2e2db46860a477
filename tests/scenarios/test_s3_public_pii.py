"""The course of s3-public-pii: which branches there are, what the logs tell, who adapts."""

from __future__ import annotations

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
from simulator.notebook.logs import kinds

WAYS_BACK = ("links", "foreign_sid", "granted")


def drilled(seed: int) -> Drill:
    return Drill(catalogue.load("s3-public-pii"), seed, Gateway())


def way_back(drill: Drill) -> str:
    (found,) = [name for name in WAYS_BACK if drill.facts.get(name)]
    return found


@pytest.fixture(scope="module", params=[0, 1, 2])
def drill(request: pytest.FixtureRequest) -> Iterator[Drill]:
    """One for each way back."""
    made = drilled(request.param)
    yield made
    made.close()


@pytest.mark.worlds
def test_every_branch_of_the_course_occurs() -> None:
    """Which data was taken, how the thief comes back, who shared files, how many are affected."""
    thefts, ways, people, openers = set(), set(), set(), set()
    for seed in range(12):
        drill = drilled(seed)
        thefts.add(drill.facts["theft"])
        ways.add(way_back(drill))
        people.add(drill.facts["people"])
        openers.add(len(drill.facts["guilty_openers"]))
        drill.close()
    assert thefts == {"some", "versions", "all"}
    assert ways == set(WAYS_BACK)
    assert len(people) > 6
    assert openers == {1, 2}


def test_the_three_seeds_of_this_module_have_the_three_ways_back(drill: Drill) -> None:
    ways = {0: "foreign_sid", 1: "granted", 2: "links"}
    assert sorted(ways.values()) == sorted(WAYS_BACK)
    assert way_back(drill) == ways[drill.seed]


def logged(drill: Drill, kind: str, prefix: str) -> Any:
    """A log as `lab.logs` reads it, from its files."""
    import gzip

    s3, bucket = drill.responder().s3, drill.facts["log_bucket"]
    found = []
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for each in page.get("Contents", ()):
            if "Digest" in each["Key"]:
                continue
            body = s3.get_object(Bucket=bucket, Key=each["Key"])["Body"].read()
            found.append(gzip.decompress(body) if each["Key"].endswith(".gz") else body)
    return kinds.find(kind).frame(found)


def test_the_access_log_and_the_data_events_name_the_same_takers(drill: Drill) -> None:
    with drill.fresh():
        access = logged(drill, "s3-access", "access/")
        events = logged(drill, "cloudtrail", "AWSLogs/")
    read = access[(access["operation"] == "REST.GET.OBJECT") & (access["http_status"] == 200)]
    exports = read[read["key"].str.startswith("exports/")]
    taking = exports[~exports["requester"].fillna("").str.contains(":user/people/")]
    assert sorted(set(taking["remote_ip"])) == drill.facts["guilty_sources"]
    events = events[(events["event_name"] == "GetObject") & events["error_code"].isna()]
    hostile = events[events["source_ip_address"].isin(drill.facts["guilty_sources"])]
    assert len(hostile) == len(taking)
    versions = set(taking[["key", "version_id"]].itertuples(index=False, name=None))
    people = set().union(*(drill.facts["people_in"][each] for each in versions))
    assert len(people) == drill.facts["people"]


def test_the_access_log_alone_tells_where_the_key_was_found(drill: Drill) -> None:
    thief = drill.principals["thief"].address
    with drill.fresh():
        access = logged(drill, "s3-access", "access/")
        events = logged(drill, "cloudtrail", "AWSLogs/")
    mine = access[(access["remote_ip"] == thief) & (access["operation"] == "REST.GET.OBJECT")]
    elsewhere = set(mine[~mine["key"].str.startswith("exports/")]["key"])
    assert elsewhere == {drill.facts["leak"]}
    known = [(each or {}).get("key") for each in events["request_parameters"]]
    assert drill.facts["leak"] not in known


def test_cut_off_from_the_bucket_the_thief_lets_its_account_in(drill: Drill) -> None:
    """Block Public Access alone: what is left is the key, and with it another statement is made."""
    with drill.fresh():
        apply(drill, "only-block-public-access")
        drill.wait(timedelta(hours=6))
        assert drill.adversary.adapted is not None
        policy = drill.responder().s3.get_bucket_policy(Bucket=drill.facts["bucket"])["Policy"]
        assert drill.facts["late_sid"] in policy
        last = [each for each in drill.adversary.tries if each.way == "let_in_late"]
        assert last
        assert last[-1].worked
        failed = {each.name for each in judge(drill) if each.verdict is Verdict.FAILED}
        assert {"way_back_is_closed", "nothing_is_left_behind"} <= failed


def test_shut_out_at_once_the_thief_finds_no_other_way(drill: Drill) -> None:
    with drill.fresh():
        apply(drill, "reference")
        drill.wait(timedelta(hours=6))
        assert drill.adversary.adapted is None
        assert not [each for each in drill.adversary.tries if each.worked]
        assert drill.company.outages() == []


def test_a_link_that_the_company_sends_opens_while_time_is_let_pass(drill: Drill) -> None:
    """Links are signed, and end, by the account's clock: also when hours pass in a moment."""
    with drill.fresh():
        drill.wait(timedelta(hours=3))
        drill.wait(timedelta(hours=3))
        runs = [each for each in drill.company.runs if each.workload == "deliveries to the partner"]
        assert len(runs) > 3
        assert not [each.error for each in runs if each.error]


def test_what_is_read_while_the_learner_looks_on_counts(drill: Drill) -> None:
    """The answer moves on until the last way is closed."""
    with drill.fresh():
        drill.wait(timedelta(hours=5))
        apply(drill, "reference")
        assert not [each for each in judge(drill) if each.verdict is not Verdict.PASSED]
        late = drill.submission["last_read"]
    with drill.fresh():
        apply(drill, "reference")
        assert drill.submission["last_read"] < late


def test_a_browser_sees_the_bucket_open_and_then_closed(drill: Drill) -> None:
    from simulator.network.message import WebRequest

    bucket = drill.facts["bucket"]
    url = f"https://{bucket}.s3.amazonaws.com/?list-type=2&prefix=exports/"
    request = WebRequest(url, drill.desk_address)
    with drill.fresh():
        assert drill.facts["taken"][0] in drill.visit(request).body
        apply(drill, "reference")
        assert drill.visit(request).status == 403
