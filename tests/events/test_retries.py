"""What can't be delivered is tried again or goes to the dead-letter queue."""

from __future__ import annotations

from typing import Any

import pytest

from tests.events.conftest import HERE, SERVICE, Bus


def attributes(message: dict[str, Any]) -> dict[str, str]:
    return {name: told["StringValue"] for name, told in message["MessageAttributes"].items()}


def test_a_missing_target_is_given_up_at_once(events: Bus) -> None:
    rule = events.rule()
    gone = HERE.format(service="sqs", name="gone")
    events.target(gone, DeadLetterConfig={"Arn": events.queue("dead")}, Input='{"a": 1}')
    sent = events.finding()
    (dead,) = events.messages("dead")
    told = attributes(dead)
    assert told.pop("ERROR_MESSAGE")
    assert told == {
        "RULE_ARN": rule,
        "TARGET_ARN": gone,
        "ERROR_CODE": "NO_RESOURCE",
        "RETRY_ATTEMPTS": "0",
    }
    assert sent.id in dead["Body"]


def test_a_dead_letter_queue_must_let_eventbridge(events: Bus) -> None:
    events.rule()
    arn = HERE.format(service="sqs", name="dead")
    denied = events.cloud.statement("sqs:SendMessage", arn, effect="Deny", Principal=SERVICE)
    events.queue("dead", policy=denied)
    events.target(HERE.format(service="sqs", name="gone"), DeadLetterConfig={"Arn": arn})
    events.finding()
    assert events.messages("dead") == []


@pytest.fixture
def key(events: Bus) -> str:
    """A queue "findings" under a key that is disabled; the key's id."""
    kms = events.client("kms")
    policy = events.cloud.policy(
        events.cloud.statement("kms:*", Principal={"AWS": "arn:aws:iam::111122223333:root"}),
        events.cloud.statement(["kms:GenerateDataKey", "kms:Decrypt"], Principal=SERVICE),
    )
    made = kms.create_key(Policy=policy)["KeyMetadata"]["KeyId"]
    events.queue(KmsMasterKeyId=made)
    kms.disable_key(KeyId=made)
    return str(made)


def test_a_passing_failure_is_tried_again(events: Bus, key: str) -> None:
    events.rule()
    events.target(HERE.format(service="sqs", name="findings"))
    sent = events.finding()
    events.wait(seconds=30)
    events.client("kms").enable_key(KeyId=key)
    assert events.bodies() == []
    events.wait(minutes=10)
    assert [body["id"] for body in events.bodies()] == [sent.id]
    events.wait(minutes=10)
    assert events.bodies() == []


@pytest.mark.parametrize(
    ("policy", "condition", "attempts"),
    [
        ({"MaximumRetryAttempts": 0}, "MaximumRetryAttempts", "0"),
        ({"MaximumRetryAttempts": 2}, "MaximumRetryAttempts", "2"),
        ({"MaximumEventAgeInSeconds": 60}, "MaximumEventAgeInSeconds", None),
    ],
)
def test_a_lasting_failure_ends_in_the_dead_letter_queue(
    events: Bus, key: str, policy: dict[str, int], condition: str, attempts: str | None
) -> None:
    events.rule()
    events.target(
        HERE.format(service="sqs", name="findings"),
        RetryPolicy=policy,
        DeadLetterConfig={"Arn": events.queue("dead")},
    )
    events.finding()
    for _ in range(10):
        events.wait(seconds=10)
    (dead,) = events.messages("dead")
    told = attributes(dead)
    assert told["EXHAUSTED_RETRY_CONDITION"] == condition
    assert told["ERROR_CODE"] == "ERROR_FROM_TARGET"
    assert attempts in {None, told["RETRY_ATTEMPTS"]}
    for _ in range(10):
        events.wait(hours=1)
    assert events.messages("dead") == []
