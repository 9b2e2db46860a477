"""On unseen worlds of a scenario, lazy rules score low and rules about what is wrong score high."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from simulator import catalogue
from simulator.detections import exercise, files
from simulator.detections.exercise import Exercise
from simulator.detections.python_rule import rule_from
from simulator.detections.scored import Score, Truth
from simulator.detections.sigma import rules_of

SEEDS = range(100, 103)
EXAMPLES = Path(__file__).parents[2] / "labs" / "detections"


@pytest.fixture(scope="module")
def unseen() -> Exercise:
    return exercise.of(catalogue.load("iam-leaked-key"), SEEDS)


def sigma(detection: str, unseen: Exercise) -> Score:
    head = "title: x\nlogsource: {product: aws, service: cloudtrail}\n"
    (rule,) = rules_of(f"{head}detection: {{{detection}, condition: s}}\n")
    return unseen.score(unseen.tried(rule.run))


def named(unseen: Exercise, truth: Truth) -> Counter[str]:
    return Counter(each.event["eventName"] for each in unseen.known if each.truth is truth)


def test_every_kind_of_event_is_there_and_every_evidence_has_a_near_miss(unseen: Exercise) -> None:
    counts = Counter(each.truth for each in unseen.known)
    assert min(counts[each] for each in Truth) > 0
    assert counts[Truth.BENIGN] > 3 * counts[Truth.EVIDENCE] / 2
    assert not set(named(unseen, Truth.EVIDENCE)) - set(named(unseen, Truth.TWIN))
    ids = [each.event["eventID"] for each in unseen.known]
    assert len(ids) == len(set(ids))


def test_evidence_is_what_the_adversary_did_and_belongs_to_an_act(unseen: Exercise) -> None:
    proof = [each for each in unseen.known if each.truth is Truth.EVIDENCE]
    assert all(each.variant and not each.event.get("errorCode") for each in proof)
    assert {"federate", "hop", "role_session"} <= {each.variant for each in proof}
    federated = {each.variant for each in proof if each.event["eventName"] == "GetFederationToken"}
    assert federated == {"federate"}


def test_to_match_everything_scores_low(unseen: Exercise) -> None:
    told = unseen.score(unseen.tried(rule_from(lambda event: True).run))
    assert told.recall == 1
    assert told.points < 20


def test_to_match_everything_as_one_alert_scores_nothing(unseen: Exercise) -> None:
    (rule,) = rules_of(
        "title: any\nname: any\nlogsource: {product: aws, service: cloudtrail}\n"
        "detection: {s: {eventName|exists: true}, condition: s}\n---\ntitle: all\n"
        "correlation: {type: event_count, rules: [any], group-by: [recipientAccountId], "
        "timespan: 60d, condition: {gte: 1}}\n"
    )
    assert unseen.score(unseen.tried(rule.run)).points == 0


def test_to_match_an_events_name_scores_low_whatever_the_name(unseen: Exercise) -> None:
    """Names which the company never calls by itself as well: their near misses see to that."""
    scores = {
        name: sigma(f"s: {{eventName: {name}}}", unseen)
        for name in sorted(named(unseen, Truth.EVIDENCE))
    }
    assert len(scores) > 10
    assert max(each.points for each in scores.values()) <= 40
    assert all(each.covers for each in scores.values())


def test_a_list_of_all_names_that_are_evidence_scores_low(unseen: Exercise) -> None:
    names = ", ".join(sorted(named(unseen, Truth.EVIDENCE)))
    assert sigma(f"s: {{eventName: [{names}]}}", unseen).points < 35


def test_what_is_wrong_with_a_call_scores_high(unseen: Exercise) -> None:
    def stranger(event: dict[str, Any]) -> bool:
        if event["eventName"] not in {"UpdateAssumeRolePolicy", "PutBucketPolicy"}:
            return False
        named = re.findall(r"(?<!\d)\d{12}(?!\d)", json.dumps(event.get("requestParameters")))
        return any(each != event["userIdentity"].get("accountId") for each in named)

    told = unseen.score(unseen.tried(rule_from(stranger).run))
    assert told.covers
    assert told.points >= 90
    everything = r"""s: {eventName: GetFederationToken, requestParameters.policy|contains: '"Action": "\*"'}"""
    assert sigma(everything, unseen).points == 100


def test_constants_of_one_world_do_not_generalise(unseen: Exercise) -> None:
    """Whatever is copied from an event of one world is found in no other world, or in no other account."""
    proof = next(
        each.event
        for each in unseen.known
        if each.world == 0 and each.event["eventName"] == "GetFederationToken" and each.variant
    )
    for detection in (
        f"s: {{sourceIPAddress: {proof['sourceIPAddress']}}}",
        f"s: {{userIdentity.accountId: '{proof['recipientAccountId']}', eventName: GetFederationToken}}",
        f"s: {{userIdentity.userName: {proof['userIdentity']['userName']}, eventName: GetFederationToken}}",
    ):
        assert sigma(detection, unseen).points < 25, detection


def test_constants_that_all_worlds_of_the_lab_share_do_not_generalise(unseen: Exercise) -> None:
    """An address block, a prefix of names, the name of the administrators' role."""
    block = sigma("s: {sourceIPAddress|startswith: '198.18.'}", unseen)
    assert block.recall > 0.5
    assert block.left["other addresses"] == 0
    assert block.points == 0
    not_us = "s: {eventSource: iam.amazonaws.com, eventName|startswith: [Create, Put]}, f: {userIdentity.arn|contains: PlatformAdministrator}"
    told = rules_of(
        "title: x\nlogsource: {product: aws, service: cloudtrail}\n"
        f"detection: {{{not_us}, condition: s and not f}}\n"
    )[0]
    plain = unseen.score(unseen.tried(told.run))
    assert plain.left["other names"] < 0.6


def test_a_rule_that_needs_one_field_is_less_robust(unseen: Exercise) -> None:
    told = sigma("s: {eventName: GetFederationToken, userAgent|contains: aws-cli}", unseen)
    assert told.left["no userAgent"] == 0
    assert told.robust == 0.75


def test_a_rule_that_fails_on_a_missing_field_is_told_so(unseen: Exercise) -> None:
    tried = unseen.tried(rule_from(lambda event: "kali" in event["userAgent"]).run)
    assert tried.broken >= len(unseen.known)
    assert "KeyError: 'userAgent'" in tried.broke
    assert "no userAgent" in tried.broke


def test_the_same_seeds_give_the_same_events(unseen: Exercise) -> None:
    again = exercise.of(catalogue.load("iam-leaked-key"), SEEDS)
    assert again.known == unseen.known


def test_each_example_finds_its_way_of_attack_without_a_false_alert_on_the_workload(
    unseen: Exercise,
) -> None:
    scores = {
        Path(rule.source).stem: unseen.score(unseen.tried(rule.run))
        for rule in files.found([EXAMPLES])
    }
    assert scores["federation_of_everything"].points == 100
    assert scores["key_from_several_places"].points >= 70
    assert scores["strangers_let_in"].points >= 90
    assert all(each.plain.others == 0 for each in scores.values())
