"""What GuardDuty finds of det-triage's past, what hides it, and who is told of what comes next."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from simulator import catalogue
from simulator.drill import Drill
from simulator.gateway.app import Gateway
from simulator.grading.judge import judge
from simulator.grading.play import apply
from simulator.grading.replay import replay
from simulator.grading.verdict import Verdict

HIDES = {1: "severity", 2: "principals", 5: "types"}
"""What the planted filter goes by, on the seeds of this module."""


def drilled(seed: int) -> Drill:
    return Drill(catalogue.load("det-triage"), seed, Gateway())


@pytest.fixture(scope="module", params=sorted(HIDES))
def drill(request: pytest.FixtureRequest) -> Iterator[Drill]:
    """One for each way in which the planted filter hides."""
    made = drilled(request.param)
    yield made
    made.close()


def findings(drill: Drill) -> dict[str, dict[str, Any]]:
    """All findings as the learner reads them, by id."""
    guardduty, told = drill.responder().guardduty, {}
    detector = drill.facts["detector"]
    for page in guardduty.get_paginator("list_findings").paginate(DetectorId=detector):
        if page["FindingIds"]:
            got = guardduty.get_findings(DetectorId=detector, FindingIds=page["FindingIds"])
            told |= {one["Id"]: one for one in got["Findings"]}
    return told


def failed(drill: Drill) -> set[str]:
    return {each.name for each in judge(drill) if each.verdict is Verdict.FAILED}


def test_there_are_about_forty_findings_and_few_are_the_intruders(drill: Drill) -> None:
    with drill.fresh():
        known = findings(drill)
    assert 36 <= len(known) <= 45
    assert 2 <= len(drill.facts["true_findings"]) <= 4
    assert set(drill.facts["true_findings"]) < set(known)


def test_the_intruders_worst_finding_is_archived_and_an_honest_one_like_it_is_not(
    drill: Drill,
) -> None:
    """The same type, of a colleague who shared a snapshot with the company's other account."""
    with drill.fresh():
        known = findings(drill)
    alike = [one for one in known.values() if one["Type"].startswith("Exfiltration:IAMUser")]
    true = {one["Id"] for one in alike} & set(drill.facts["true_findings"])
    assert len(true) == 1
    assert known[true.pop()]["Service"]["Archived"]
    engineer = drill.facts["engineer_user"]
    honest = [
        one
        for one in alike
        if one["Resource"]["AccessKeyDetails"]["UserName"] == engineer
        and not one["Service"]["Archived"]
    ]
    assert len(honest) == 1


def test_nothing_is_found_of_a_network_that_the_intruder_trusts(drill: Drill) -> None:
    courier = drill.principals["courier"].address
    with drill.fresh():
        known = json.dumps(findings(drill), default=str)
    called = [one for one in drill.account.records if one["sourceIPAddress"] == courier]
    assert bool(called) is bool(drill.facts["trusts"])
    assert courier not in known


def test_the_calls_that_made_it_look_away_are_in_the_event_history(drill: Drill) -> None:
    with drill.fresh():
        pages = drill.responder().cloudtrail.get_paginator("lookup_events")
        names = [
            (event["EventName"], json.loads(event["CloudTrailEvent"])["sourceIPAddress"])
            for page in pages.paginate()
            for event in page["Events"]
        ]
    thieves = drill.hostile_addresses()
    theirs = {name for name, address in names if address in thieves}
    assert "CreateFilter" in theirs
    assert ("UpdateIPSet" in theirs) is bool(drill.facts["trusts"])
    assert any(name == "CreateFilter" and address not in thieves for name, address in names)


def test_nobody_was_told_and_security_hub_lacks_what_was_hidden(drill: Drill) -> None:
    with drill.fresh():
        responder = drill.responder()
        queue = {"QueueUrl": drill.facts["soc_queue_url"]}
        assert not responder.sqs.receive_message(**queue).get("Messages")
        pages = responder.securityhub.get_paginator("get_findings").paginate()
        known = {one["Id"].rpartition("/")[2] for page in pages for one in page["Findings"]}
        hidden = {one["Id"] for one in findings(drill).values() if one["Service"]["Archived"]}
    assert len(known) > 30
    assert hidden
    assert not known & hidden


def test_the_seeds_of_this_module_have_every_course(drill: Drill) -> None:
    assert drill.facts["blinder"] == HIDES[drill.seed]
    assert drill.facts["trusts"] is (drill.seed == 1)


def test_the_intruder_makes_its_filter_again_as_long_as_its_key_works(drill: Drill) -> None:
    detector, planted = drill.facts["detector"], drill.facts["planted_filter"]
    with drill.fresh():
        guardduty = drill.responder().guardduty
        guardduty.delete_filter(DetectorId=detector, FilterName=planted)
        drill.wait(timedelta(hours=3))
        assert planted in guardduty.list_filters(DetectorId=detector)["FilterNames"]


def test_after_the_reference_fix_the_next_attack_pages_and_the_pentest_does_not(
    drill: Drill,
) -> None:
    module = drill.play.module
    with drill.fresh():
        apply(drill, "reference")
        attack = replay(drill, module.attack_again).returned
        pentest = replay(drill, module.pentest_again).returned
        late = replay(drill, module.firm_is_gone).returned
    high = [one for one in attack["new"].values() if one["severity"] >= 7]
    assert len(high) == len(attack["pages"]) > 5
    assert not any(one["service"]["archived"] for one in attack["new"].values())
    assert pentest["new"]
    assert all(one["service"]["archived"] for one in pentest["new"].values())
    assert pentest["pages"] == []
    assert late["pages"]


def test_on_the_untouched_account_the_next_attack_is_half_hidden(drill: Drill) -> None:
    with drill.fresh():
        attack = replay(drill, drill.play.module.attack_again).returned
    hidden = [one["type"] for one in attack["new"].values() if one["service"]["archived"]]
    assert "UnauthorizedAccess:EC2/SSHBruteForce" in hidden
    assert attack["pages"] == []


@pytest.mark.worlds
def test_whoever_waits_a_week_with_a_full_queue_is_judged_alike(drill: Drill) -> None:
    """Messages that are older than the queue keeps them are in nobody's way."""
    with drill.fresh():
        apply(drill, "reference")
        drill.wait(timedelta(days=6))
        assert failed(drill) == set()


def test_a_second_look_at_all_findings_changes_no_answer(drill: Drill) -> None:
    """Unarchiving the pentest's findings as well pages for them once, and is nobody's mistake."""
    with drill.fresh():
        apply(drill, "reference")
        detector = drill.facts["detector"]
        everything = sorted(findings(drill))
        drill.responder().guardduty.unarchive_findings(
            DetectorId=detector, FindingIds=everything[:50]
        )
        assert failed(drill) == set()


def test_a_trusted_list_that_is_deleted_is_as_good_as_one_that_is_right(drill: Drill) -> None:
    with drill.fresh():
        apply(drill, "reference")
        drill.responder().guardduty.delete_ip_set(
            DetectorId=drill.facts["detector"], IpSetId=drill.facts["trusted_list"]
        )
        assert failed(drill) == set()


def test_the_shared_snapshots_may_be_deleted(drill: Drill) -> None:
    with drill.fresh():
        apply(drill, "leave-the-snapshot")
        for snapshot in drill.facts["loot"]:
            drill.responder().ec2.delete_snapshot(SnapshotId=snapshot)
        assert failed(drill) == set()
