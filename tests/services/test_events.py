"""EventBridge's own operations."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.conftest import Cloud, Refusal
from tests.events.conftest import HERE, SERVICE, Bus

THINGS = {"source": ["app"]}


@pytest.fixture
def events(cloud: Cloud) -> Bus:
    return Bus(cloud)


def test_a_custom_event_has_the_envelope_of_all_events(events: Bus) -> None:
    events.rule(THINGS)
    events.target(events.queue())
    at = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    answer = events.put({"a": [1, None]}, Time=at, Resources=["arn:x"])
    assert answer["FailedEntryCount"] == 0
    assert events.bodies() == [
        {
            "version": "0",
            "id": answer["Entries"][0]["EventId"],
            "detail-type": "thing",
            "source": "app",
            "account": "111122223333",
            "time": "2026-01-02T03:04:05Z",
            "region": "us-east-1",
            "resources": ["arn:x"],
            "detail": {"a": [1, None]},
        }
    ]


def test_a_rule_on_another_bus_sees_only_its_own_events(events: Bus) -> None:
    client = events.client("events")
    bus = client.create_event_bus(Name="orders")["EventBusArn"]
    client.put_rule(Name="all", EventBusName="orders", EventPattern=json.dumps(THINGS))
    target = {"Id": "1", "Arn": events.queue()}
    client.put_targets(Rule="all", EventBusName="orders", Targets=[target])
    events.put({"n": 1})
    events.put({"n": 2}, EventBusName="orders")
    events.put({"n": 3}, EventBusName=bus)
    events.put({"n": 4}, EventBusName="nobody")
    assert [body["detail"]["n"] for body in events.bodies()] == [2, 3]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"Source": "aws.guardduty"}, "NotAuthorizedForSourceException"),
        ({"Source": ""}, "InvalidArgument"),
        ({"DetailType": ""}, "InvalidArgument"),
        ({"Detail": "{"}, "MalformedDetail"),
        ({"Detail": "[]"}, "MalformedDetail"),
    ],
)
def test_a_wrong_entry_fails_alone(events: Bus, change: dict[str, str], code: str) -> None:
    events.rule({"source": [{"exists": True}]})
    events.target(events.queue())
    entry = {"Source": "app", "DetailType": "thing", "Detail": "{}"}
    answer = events.client("events").put_events(Entries=[{**entry, **change}, entry])
    assert answer["FailedEntryCount"] == 1
    assert answer["Entries"][0]["ErrorCode"] == code
    events.world.react()
    assert [body["id"] for body in events.bodies()] == [answer["Entries"][1]["EventId"]]


def test_too_many_or_too_large_entries(events: Bus, refusal: Refusal) -> None:
    client = events.client("events")
    entry = {"Source": "app", "DetailType": "thing", "Detail": "{}"}
    code, _, said = refusal(lambda: client.put_events(Entries=[entry] * 11))
    assert (code, "less than or equal to 10" in said) == ("ValidationException", True)
    large = {**entry, "Detail": json.dumps({"a": "x" * 262144})}
    code, _, said = refusal(lambda: client.put_events(Entries=[large]))
    assert said == "Total size of the entries in the request is over the limit."


def test_who_may_put_events(events: Bus, refusal: Refusal) -> None:
    cloud = events.cloud
    condition = {"StringEquals": {"events:source": "app"}}
    keys = cloud.user("app", cloud.statement("events:PutEvents", Condition=condition))
    client = cloud.client("events", keys)
    entry = {"Source": "app", "DetailType": "thing", "Detail": "{}"}
    assert client.put_events(Entries=[entry])["FailedEntryCount"] == 0
    code, _, said = refusal(lambda: client.put_events(Entries=[{**entry, "Source": "other"}]))
    assert code == "AccessDeniedException"
    assert "events:PutEvents" in said


def test_another_account_puts_events_where_the_bus_lets_it(
    events: Bus, cloud: Cloud, refusal: Refusal
) -> None:
    other = cloud.open("444455556666", world=cloud.world)
    keys = cloud.user("app", cloud.statement("events:PutEvents"), account=other)
    client = cloud.client("events", keys)
    events.rule(THINGS)
    events.target(events.queue())
    bus = HERE.format(service="events", name="event-bus/default")
    entry = {"Source": "app", "DetailType": "t", "Detail": "{}", "EventBusName": bus}
    assert refusal(lambda: client.put_events(Entries=[entry]))[0] == "AccessDeniedException"
    events.client("events").put_permission(
        Action="events:PutEvents", Principal="444455556666", StatementId="other"
    )
    assert client.put_events(Entries=[entry])["FailedEntryCount"] == 0
    events.world.react()
    assert [body["account"] for body in events.bodies()] == ["444455556666"]


@pytest.mark.parametrize(
    "statement",
    [{"Sid": "one"}, {}],
)
def test_a_policy_takes_the_place_of_the_former(events: Bus, statement: dict[str, str]) -> None:
    client, cloud = events.client("events"), events.cloud
    bus = HERE.format(service="events", name="event-bus/default")
    client.put_permission(Action="events:PutEvents", Principal="*", StatementId="all")
    policy = json.loads(client.describe_event_bus()["Policy"])
    assert policy["Statement"][0]["Principal"] == "*"
    let = cloud.statement("events:PutEvents", bus, Principal={"AWS": "444455556666"})
    client.put_permission(Policy=cloud.policy({**let, **statement}))
    (kept,) = json.loads(client.describe_event_bus()["Policy"])["Statement"]
    assert kept["Principal"] == {"AWS": "444455556666"}


def test_test_event_pattern(events: Bus, refusal: Refusal) -> None:
    client = events.client("events")
    event = {
        "id": "1",
        "account": "111122223333",
        "source": "app",
        "time": "2026-01-02T03:04:05Z",
        "region": "us-east-1",
        "resources": [],
        "detail-type": "thing",
    }

    def ask(pattern: Any, told: Any) -> Any:
        return client.test_event_pattern(EventPattern=json.dumps(pattern), Event=json.dumps(told))

    assert ask(THINGS, event)["Result"] is True
    assert ask({"source": ["other"]}, event)["Result"] is False
    code, _, said = refusal(lambda: ask({"source": "app"}, event))
    assert code == "InvalidEventPatternException"
    assert said == 'Event pattern is not valid. Reason: "source" must be an object or an array'
    assert refusal(lambda: ask(THINGS, {"source": "app"}))[0] == "ValidationException"


def test_a_rule_needs_a_valid_pattern(events: Bus, refusal: Refusal) -> None:
    code, _, said = refusal(lambda: events.rule({"source": [{"begins": "a"}]}))
    assert code == "InvalidEventPatternException"
    assert said == "Event pattern is not valid. Reason: Unrecognized match type begins"
    assert events.client("events").list_rules()["Rules"] == []


QUEUE = HERE.format(service="sqs", name="q")
MACHINE = HERE.format(service="states", name="stateMachine:m")


@pytest.mark.parametrize(
    ("target", "code", "why"),
    [
        ({"Arn": "nonsense"}, "ValidationException", "Provided Arn is not in correct format."),
        ({"Arn": MACHINE}, "ValidationException", f"RoleArn is required for target {MACHINE}."),
        ({"Arn": QUEUE, "Input": "{"}, "ValidationException", "JSON syntax error"),
        ({"Arn": QUEUE, "Input": "{}", "InputPath": "$"}, "ValidationException", "Only one of"),
        ({"Arn": f"{QUEUE}.fifo"}, "ValidationException", "SqsParameters must be specified"),
        (
            {"Arn": QUEUE, "RetryPolicy": {"MaximumRetryAttempts": 200}},
            "ValidationException",
            "less than or equal to 185",
        ),
        (
            {"Arn": QUEUE, "DeadLetterConfig": {"Arn": f"{QUEUE}.fifo"}},
            "ValidationException",
            "standard SQS queue",
        ),
        (
            {"Arn": HERE.format(service="kinesis", name="stream/s")},
            "NotImplemented",
            "is not simulated",
        ),
    ],
)
def test_a_target_that_could_get_nothing(
    events: Bus, refusal: Refusal, target: dict[str, Any], code: str, why: str
) -> None:
    events.rule()
    client, targets = events.client("events"), [{"Id": "1", **target}]
    got, _, said = refusal(lambda: client.put_targets(Rule="findings", Targets=targets))
    assert got == code
    assert why in said


def test_five_targets_a_rule(events: Bus, refusal: Refusal) -> None:
    events.rule()
    client = events.client("events")
    targets = [{"Id": str(number), "Arn": QUEUE} for number in range(6)]
    client.put_targets(Rule="findings", Targets=targets[:5])
    code, _, _ = refusal(lambda: client.put_targets(Rule="findings", Targets=targets[5:]))
    assert code == "LimitExceededException"


def test_passing_a_role_to_a_target_must_be_allowed(events: Bus, refusal: Refusal) -> None:
    cloud = events.cloud
    events.rule()
    role = cloud.role("starter", cloud.trust(SERVICE))
    keys = cloud.user("ops", cloud.statement("events:*"))
    client = cloud.client("events", keys)
    target = {"Id": "1", "Arn": MACHINE, "RoleArn": role}
    code, _, said = refusal(lambda: client.put_targets(Rule="findings", Targets=[target]))
    assert (code, "iam:PassRole" in said) == ("AccessDeniedException", True)


def test_an_archive_keeps_what_its_pattern_wants(events: Bus) -> None:
    client = events.client("events")
    client.create_archive(
        ArchiveName="kept",
        EventSourceArn=HERE.format(service="events", name="event-bus/default"),
        EventPattern=json.dumps(THINGS),
    )
    events.put({"n": 1})
    events.put({"n": 2}, Source="other")
    assert client.describe_archive(ArchiveName="kept")["EventCount"] == 1


def test_no_event_twice_after_a_restored_moment(events: Bus) -> None:
    events.rule(THINGS)
    events.target(events.queue())
    client, gateway = events.client("events"), events.cloud.gateway
    entry = {"Source": "app", "DetailType": "thing", "Detail": "{}"}
    client.put_events(Entries=[entry])
    saved = gateway.save(events.world)
    events.world.react()
    assert len(events.bodies()) == 1
    gateway.restore(events.world, saved)
    events.world.react()
    events.world.react()
    assert len(events.bodies()) == 1


def test_a_replay_brings_an_archives_events_back(events: Bus) -> None:
    client = events.client("events")
    bus = HERE.format(service="events", name="event-bus/default")
    archive = client.create_archive(ArchiveName="kept", EventSourceArn=bus)["ArchiveArn"]
    at = [datetime(2026, 1, day, tzinfo=UTC) for day in (1, 2, 3)]
    for number, time in enumerate(at):
        events.put({"n": number}, Time=time)
    events.rule(THINGS)
    events.target(events.queue())
    events.rule({"source": ["app"], "replay-name": [{"exists": False}]}, name="fresh")
    events.target(events.queue("fresh"), rule="fresh")
    client.start_replay(
        ReplayName="again",
        EventSourceArn=archive,
        EventStartTime=at[1],
        EventEndTime=at[2],
        Destination={"Arn": bus},
    )
    events.world.react()
    got = events.bodies()
    assert [(body["detail"]["n"], body["replay-name"]) for body in got] == [
        (1, "again"),
        (2, "again"),
    ]
    assert events.bodies("fresh") == []
    assert client.describe_archive(ArchiveName="kept")["EventCount"] == 3


@pytest.mark.parametrize(
    "wrong",
    [
        {"Name": "bad name!"},
        {"State": "MAYBE"},
        {"ScheduleExpression": "rate(1 hours)"},
        {"ScheduleExpression": "rate(0 minutes)"},
    ],
)
def test_a_rule_that_cannot_be(events: Bus, refusal: Refusal, wrong: dict[str, str]) -> None:
    rule = {"Name": "r", "EventPattern": json.dumps(THINGS), **wrong}
    code, _, _ = refusal(lambda: events.client("events").put_rule(**rule))
    assert code == "ValidationException"


def test_rules_are_listed_in_pages(events: Bus) -> None:
    for name in ("a1", "a2", "a3", "b"):
        events.rule(name=name)
    client = events.client("events")
    first = client.list_rules(NamePrefix="a", Limit=2)
    assert [rule["Name"] for rule in first["Rules"]] == ["a1", "a2"]
    rest = client.list_rules(NamePrefix="a", Limit=2, NextToken=first["NextToken"])
    assert [rule["Name"] for rule in rest["Rules"]] == ["a3"]
    assert "NextToken" not in rest
    assert client.list_rules(NamePrefix="a(")["Rules"] == []


def test_a_bus_with_rules_is_not_deleted(events: Bus, refusal: Refusal) -> None:
    client = events.client("events")
    client.create_event_bus(Name="orders")
    client.put_rule(Name="all", EventBusName="orders", EventPattern=json.dumps(THINGS))
    code, _, _ = refusal(lambda: client.delete_event_bus(Name="orders"))
    assert code == "ValidationException"
    client.delete_rule(Name="all", EventBusName="orders")
    client.delete_event_bus(Name="orders")
