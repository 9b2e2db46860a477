"""What a target gets, by the examples of the User Guide."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from simulator.events.target_input import About, payload, wrong

EVENT: dict[str, Any] = {
    "id": "7bf73129",
    "detail-type": "EC2 Instance State-change Notification",
    "source": "aws.ec2",
    "time": "2015-11-11T21:29:54Z",
    "resources": ["arn:one", "arn:two"],
    "detail": {"instance-id": "i-0123456789", "state": "RUNNING", "tags": [{"k": 1}, {"k": 2}]},
}
ABOUT = About(
    "arn:aws:events:us-east-2:123456789012:rule/example",
    "example",
    datetime(2026, 11, 2, 12, tzinfo=UTC),
)
PATHS = {
    "timestamp": "$.time",
    "instance": "$.detail.instance-id",
    "state": "$.detail.state",
    "nothing": "$.detail.nothing",
    "detail": "$.detail",
    "second": "$.resources[1]",
    "every": "$.detail.tags[*].k",
}


def transformed(template: str) -> str:
    transformer = {"InputPathsMap": PATHS, "InputTemplate": template}
    return payload({"InputTransformer": transformer}, EVENT, ABOUT)


@pytest.mark.parametrize(
    ("template", "result"),
    [
        ('"instance <instance> is in <state>"', '"instance i-0123456789 is in RUNNING"'),
        ('"instance \\"<instance>\\" is in <state>"', '"instance \\"i-0123456789\\" is in RUNNING"'),
        ('{"instance": <instance>, "state": [9, <state>, true]}',
         '{"instance":"i-0123456789","state":[9,"RUNNING",true]}'),
        ('{"s": "instance \\"<instance>\\" is"}', '{"s":"instance \\"i-0123456789\\" is"}'),
        ('"<aws.events.rule-name> triggered"', '"example triggered"'),
        ('{"arn": <aws.events.rule-arn>, "at": <aws.events.event.ingestion-time>}',
         '{"arn":"arn:aws:events:us-east-2:123456789012:rule/example","at":"2026-11-02T12:00:00Z"}'),
        ('"a<nothing>b"', '"ab"'),
        ('{"a": <nothing>}', '{"a":""}'),
        ('{"second": <second>, "every": <every>}', '{"second":"arn:two","every":[1,2]}'),
        ('<instance> without quotes', '"i-0123456789" without quotes'),
    ],
)  # fmt: skip
def test_a_template(template: str, result: str) -> None:
    assert transformed(template) == result


def test_the_whole_event_and_all_but_its_detail() -> None:
    told = json.loads(transformed('{"all": <aws.events.event.json>, "head": <aws.events.event>}'))
    assert told["all"] == EVENT
    assert told["head"] == {name: value for name, value in EVENT.items() if name != "detail"}


def test_without_a_choice_the_event_is_sent_as_compact_json() -> None:
    assert payload({}, EVENT, ABOUT) == json.dumps(EVENT, separators=(",", ":"))


def test_a_part_or_a_constant() -> None:
    assert json.loads(payload({"InputPath": "$.detail.tags[0]"}, EVENT, ABOUT)) == {"k": 1}
    assert payload({"Input": '{"a": 1}'}, EVENT, ABOUT) == '{"a": 1}'


@pytest.mark.parametrize(
    ("target", "why"),
    [
        ({"Input": "{}", "InputPath": "$"}, "Only one of Input, InputPath, or InputTransformer"),
        ({"Input": "{"}, "JSON syntax error in input for target 1"),
        ({"InputPath": "detail"}, "InputPath is not valid"),
        (
            {"InputTransformer": {"InputPathsMap": {"aws.x": "$"}, "InputTemplate": '""'}},
            "must not start",
        ),
        ({"InputTransformer": {"InputTemplate": '"<who>"'}}, "<who>"),
    ],
)
def test_what_put_targets_refuses(target: dict[str, Any], why: str) -> None:
    assert why in str(wrong({"Id": "1", **target}))
    assert wrong({"Id": "1", "InputPath": "$.detail"}) is None
