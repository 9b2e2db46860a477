"""What det-as-code plays in its rehearsal, and that more than one answer is right."""

from __future__ import annotations

import json
from collections import Counter
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

STEPS = ("open", "blind", "keys", "root", "network")


@pytest.fixture(scope="module", params=[0, 1, 2])
def whole(request: pytest.FixtureRequest) -> Iterator[Drill]:
    made = Drill(catalogue.load("det-as-code"), request.param, Gateway())
    yield made
    made.close()


@pytest.fixture
def drill(whole: Drill) -> Iterator[Drill]:
    with whole.fresh():
        yield whole


def rehearsed(drill: Drill) -> Any:
    """All that is seen in the rehearsal."""
    played = replay(drill, drill.play.module.afterwards)
    assert not played.error
    return played.returned["seen"]


def inbox(drill: Drill) -> list[dict[str, Any]]:
    """The alerts in the team's queue, as its engineer reads them."""
    drill.world.react()
    sqs, found = drill.responder().sqs, {}
    while messages := sqs.receive_message(
        QueueUrl=drill.facts["queue_url"], MaxNumberOfMessages=10, VisibilityTimeout=60
    ).get("Messages", []):
        found |= {each["MessageId"]: each["Body"] for each in messages}
    return [json.loads(body) for body in found.values() if body.startswith("{")]


def unearned(drill: Drill) -> list[str]:
    return [f"{each.name}: {each.reason}" for each in judge(drill) if not each.earned]


def test_every_deed_of_the_rehearsal_is_what_it_is_meant_to_be(drill: Drill) -> None:
    """Attacks and harmless deeds succeed, refusals are refused; failed sign-ins fail."""
    seen = rehearsed(drill)
    failing = {"a sign-in that fails", "a person's failed sign-in"}
    for each in seen:
        wanted = each.kind == "refused" or each.what in failing
        assert bool(each.refused) == wanted, (each.kind, each.what, each.refused)
    assert Counter(each.kind for each in seen) == {
        "night": 5,
        "open": 15,
        "blind": 4,
        "keys": 3,
        "root": 2,
        "network": 7,
        "refused": 8,
        "harmless": 20,
        "heartbeat": 1,
    }


def test_the_rehearsals_attackers_and_things_are_unknown_to_the_learner(drill: Drill) -> None:
    """Nothing in the account's records names the buckets, users and addresses of the rehearsal."""
    history = json.dumps(drill.account.records)
    strangers = [each.record for each in rehearsed(drill) if each.kind in {"blind", "keys"}]
    assert strangers
    for record in strangers:
        assert record["userIdentity"]["arn"] not in history
        assert record["sourceIPAddress"] not in history


def test_the_event_history_tells_of_each_step(drill: Drill) -> None:
    trail = drill.responder().cloudtrail
    pages = trail.get_paginator("lookup_events").paginate()
    told = {event["EventId"] for page in pages for event in page["Events"]}
    for kind in STEPS:
        assert {each["eventID"] for each in drill.facts["night"][kind]} & told


def test_the_intruder_is_heard_when_it_comes_back(drill: Drill) -> None:
    """A failed sign-in as the root user reaches the team, and nothing else of three hours does."""
    apply(drill, "reference")
    drill.wait(timedelta(hours=5))
    found = {
        (each["detail"]["eventName"], each["detail"].get("errorMessage")) for each in inbox(drill)
    }
    assert found == {("ConsoleLogin", "Failed authentication")}


def test_a_call_outside_of_any_rehearsal_reaches_the_team(drill: Drill) -> None:
    apply(drill, "reference")
    far = drill.responder().client("ec2", drill.facts["branch_region"])
    far.authorize_security_group_ingress(
        GroupId=drill.facts["branch_group"],
        IpPermissions=[
            {
                "IpProtocol": "tcp",
                "FromPort": 22,
                "ToPort": 22,
                "Ipv6Ranges": [{"CidrIpv6": "::/0"}],
            }
        ],
    )
    (told,) = inbox(drill)
    assert told["region"] == drill.facts["branch_region"]
    assert told["detail"]["eventName"] == "AuthorizeSecurityGroupIngress"


def test_another_trail_does_as_well(drill: Drill) -> None:
    """Whatever the trail is called, and whoever made it."""
    apply(drill, "reference")
    trails = drill.responder().cloudtrail
    trails.delete_trail(Name=drill.facts["trail_name"])
    trails.create_trail(
        Name="my-own", S3BucketName=drill.facts["log_bucket"], IsMultiRegionTrail=True
    )
    trails.start_logging(Name="my-own")
    assert unearned(drill) == []


def test_one_rule_for_everything_does_as_well(drill: Drill) -> None:
    """Patterns may be joined by $or, as long as one fits into a rule."""
    apply(drill, "reference")
    events, rules = drill.responder().events, drill.play.fixes["reference"].apply.__globals__
    small = [rules[name] for name in ("GUARD_OFF", "TRAIL", "KEYS", "ROOT")]
    for name in ("guard-off", "trail", "credentials", "root"):
        events.remove_targets(Rule=name, Ids=["team"])
        events.delete_rule(Name=name)
    events.put_rule(Name="several", EventPattern=json.dumps({"$or": small}))
    events.put_targets(Rule="several", Targets=[{"Id": "team", "Arn": drill.facts["queue_arn"]}])
    assert unearned(drill) == []


def test_a_trail_that_stops_after_the_rules_are_put_is_told_of_and_then_misses(
    drill: Drill,
) -> None:
    """The event of StopLogging is the last one that gets through, and the check notices."""
    apply(drill, "reference")
    drill.responder().cloudtrail.stop_logging(Name=drill.facts["trail_name"])
    assert [each["detail"]["eventName"] for each in inbox(drill)] == ["StopLogging"]
    verdicts = {each.name: each.verdict for each in judge(drill)}
    assert verdicts["trail_tells_everything"] is Verdict.FAILED
