"""Filter patterns, by TestMetricFilter."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.conftest import Cloud, Refusal

LINE = '127.0.0.1 - frank [10/Oct/2000:13:25:15 -0700] "GET /logo.gif HTTP/1.0" 404 1534'
EVENT = {
    "eventType": "UpdateTrail",
    "sourceIPAddress": "123.123.4.5",
    "arrayKey": ["value", "another value"],
    "objectList": [{"name": "a", "id": 1}, {"name": "b", "id": 2}],
    "SomeObject": None,
    "ThisFlag": True,
    "port": 22,
    "share": 0.25,
    "text": "22",
    "with-hyphen": "x y",
}


@pytest.fixture
def logs(cloud: Cloud) -> Any:
    return cloud.client("logs", cloud.user("admin", cloud.statement("*")))


def matched(logs: Any, pattern: str, *messages: str) -> list[int]:
    found = logs.test_metric_filter(filterPattern=pattern, logEventMessages=list(messages))
    return [match["eventNumber"] for match in found["matches"]]


@pytest.mark.parametrize(
    ("pattern", "holds"),
    [
        ('{ $.eventType = "UpdateTrail" }', True),
        ("{ $.eventType = UpdateTrail }", True),
        ("{ $.eventType = updatetrail }", False),
        ('{ $.eventType = "Update*" }', True),
        ('{ $.eventType = "*Trail" }', True),
        ('{ $.eventType = "date" }', False),
        ('{ $.eventType != "StopLogging" }', True),
        ('{ $.eventType != "Update*" }', False),
        ('{ $.absent != "x" }', False),
        ("{ $.sourceIPAddress != 123.123.* }", False),
        ('{ $.arrayKey[0] = "value" }', True),
        ('{ $.arrayKey[1] = "value" }', False),
        ('{ $.arrayKey[7] = "value" }', False),
        ('{ $.arrayKey[*] = "another*" }', True),
        ('{ $.arrayKey = "value" }', False),
        ("{ $.objectList[1].id = 2 }", True),
        ("{ $.objectList[*].id > 2 }", False),
        ("{ $.SomeObject IS NULL }", True),
        ("{ $.eventType IS NULL }", False),
        ("{ $.absent IS NULL }", False),
        ("{ $.absent NOT EXISTS }", True),
        ("{ $.SomeObject NOT EXISTS }", False),
        ("{ $.ThisFlag IS TRUE }", True),
        ("{ $.ThisFlag IS FALSE }", False),
        ("{ $.port = 22 }", True),
        ("{ $.port = 22.0 }", True),
        ("{ $.port > 21 && $.port <= 2.2e1 }", True),
        ("{ $.port >= 23 }", False),
        ("{ $.share < 1 }", True),
        ("{ $.text = 22 }", True),
        ("{ $.eventType > 1 }", False),
        ("{ $.eventType = %^Up[a-z]+T% }", True),
        ("{ $.eventType = %^Down% }", False),
        ('{ $.with-hyphen = "x y" }', True),
        ("{ ($.port = 1 || $.port = 22) && $.eventType = UpdateTrail }", True),
        ("{ $.port = 22 || $.port = 1 && $.absent = 1 }", True),
        ("{ ($.port = 22 || $.port = 1) && $.absent = 1 }", False),
        ("UpdateTrail value", True),
        ("UpdateTrail -value", False),
        ("?nothing ?UpdateTrail", True),
        ("?nothing UpdateTrail", True),
        ('"another value"', True),
        ("%Up.*Trail%", True),
        ("", True),
    ],
)
def test_a_pattern_matches_an_event_or_not(logs: Any, pattern: str, holds: bool) -> None:
    assert matched(logs, pattern, json.dumps(EVENT)) == ([1] if holds else [])


@pytest.mark.parametrize(
    ("pattern", "holds"),
    [
        ("[ip, user, username, timestamp, request, status_code, bytes]", True),
        ("[ip, user, username, timestamp, request, status_code]", False),
        ("[ip, user, username, timestamp, request, status_code, bytes, more]", False),
        ("[..., status_code = 4*, bytes]", True),
        ("[ip, ..., bytes > 1534]", False),
        ("[ip, ..., bytes >= 1534]", True),
        ("[..., request = *.gif*, status_code = 404 || status_code = 410, bytes]", True),
        ('[ip != "10.*" && ip != "192.168.*", ...]', True),
        (r"[ip = %127\.0\.0\.[1-9]%, ...]", True),
        ('[ip, user, username = "alice, bob", ...]', False),
    ],
)
def test_a_pattern_by_fields(logs: Any, pattern: str, holds: bool) -> None:
    """What brackets or quotation marks enclose is one field."""
    assert matched(logs, pattern, LINE) == ([1] if holds else [])


def test_what_is_no_json_matches_no_pattern_for_json(logs: Any) -> None:
    assert matched(logs, "{ $.a NOT EXISTS }", "plain", "{broken", '["a"]', '{"b": 1}') == [4]


def test_the_matches_show_what_the_pattern_takes_out(logs: Any) -> None:
    shown = logs.test_metric_filter(
        filterPattern="[ip, ..., status, bytes]", logEventMessages=["nothing", LINE]
    )
    assert shown["matches"] == [
        {
            "eventNumber": 2,
            "eventMessage": LINE,
            "extractedValues": {"$ip": "127.0.0.1", "$status": "404", "$bytes": "1534"},
        }
    ]
    shown = logs.test_metric_filter(
        filterPattern="{ $.port = 22 && $.objectList[0].id = 1 }",
        logEventMessages=[json.dumps(EVENT)],
    )
    assert shown["matches"][0]["extractedValues"] == {"$.port": "22", "$.objectList[0].id": "1"}


@pytest.mark.parametrize(
    "pattern",
    [
        *("{ $.a }", "{ $.a = }", "{ a = 1 }", "{ $.a = 1 && }", "{ ($.a = 1 }", "{ $.a > x }"),
        *("{ $.a IS 1 }", "[]", "[a = ]", "[..., a, ...]", "a.b", '"open', "%(group)%", "{ }"),
        *("{ " + "(" * 40 + "$.a = 1" + ")" * 40 + " }", "%[%", "x" * 1025),
    ],
)
def test_what_cannot_be_read_is_refused(logs: Any, refusal: Refusal, pattern: str) -> None:
    code, status, _ = refusal(
        lambda: logs.test_metric_filter(filterPattern=pattern, logEventMessages=["x"])
    )
    assert (code, status) == ("InvalidParameterException", 400)
