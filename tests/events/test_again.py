"""The same calls at the same times come to the same deliveries."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.conftest import Cloud
from tests.events.conftest import HERE, SERVICE, Bus


def story() -> tuple[list[Any], list[Any]]:
    """Records of the account and what two queues got: one of it after retries."""
    cloud = Cloud()
    cloud.open()
    clock = cloud.world.clock
    with clock.pinned(datetime(2026, 11, 2, 12, tzinfo=UTC)):
        events = Bus(cloud)
        kms = events.client("kms")
        policy = cloud.policy(
            cloud.statement("kms:*", Principal={"AWS": "arn:aws:iam::111122223333:root"}),
            cloud.statement(["kms:GenerateDataKey", "kms:Decrypt"], Principal=SERVICE),
        )
        key = kms.create_key(Policy=policy)["KeyMetadata"]["KeyId"]
        events.queue(KmsMasterKeyId=key)
        kms.disable_key(KeyId=key)
        events.rule({"source": ["app"]})
        retry = {"MaximumRetryAttempts": 3}
        dead = {"Arn": events.queue("dead")}
        arn = HERE.format(service="sqs", name="findings")
        events.target(arn, RetryPolicy=retry, DeadLetterConfig=dead)
        for number in range(3):
            events.put({"n": number})
        for _ in range(30):
            clock.pin(clock.now() + timedelta(seconds=5))
            cloud.world.react()
        got = [
            (json.loads(each["Body"]), each["MessageAttributes"])
            for each in events.messages("dead")
        ]
        records = list(cloud.account.records)
    cloud.gateway.remove(cloud.world)
    return records, got


def test_a_story_told_twice_is_the_same() -> None:
    first, again = story(), story()
    assert len(first[1]) == 3
    assert first == again
