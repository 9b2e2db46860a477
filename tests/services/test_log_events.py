"""FilterLogEvents of CloudWatch Logs, by boto3."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.conftest import LogTrail, Refusal

ARN = "arn:aws:logs:us-east-1:111122223333:log-group:app"


class Searched:
    def __init__(self, trail: LogTrail) -> None:
        self.trail, self.logs = trail, trail.client("logs")
        self.logs.create_log_group(logGroupName="app")
        noon = int(trail.noon.timestamp())
        for stream, second, message in (
            ("web-1", 0, '{"level": "error", "code": 500}'),
            ("web-2", 1, '{"level": "info", "code": 200}'),
            ("job", 2, "ERROR in job"),
            ("web-1", 3, '{"level": "error", "code": 404}'),
        ):
            streams = self.logs.describe_log_streams(logGroupName="app")["logStreams"]
            if stream not in {one["logStreamName"] for one in streams}:
                self.logs.create_log_stream(logGroupName="app", logStreamName=stream)
            self.logs.put_log_events(
                logGroupName="app",
                logStreamName=stream,
                logEvents=[{"timestamp": (noon + second) * 1000, "message": message}],
            )

    def found(self, **wanted: Any) -> list[int]:
        """The seconds after noon of what is found."""
        events = self.logs.filter_log_events(**{"logGroupName": "app", **wanted})["events"]
        return [event["timestamp"] // 1000 - int(self.trail.noon.timestamp()) for event in events]


@pytest.fixture
def searched(trail: LogTrail) -> Searched:
    return Searched(trail)


@pytest.mark.parametrize(
    ("wanted", "seconds"),
    [
        ({}, [0, 1, 2, 3]),
        ({"filterPattern": '{ $.level = "error" }'}, [0, 3]),
        ({"filterPattern": "{ $.code >= 500 || $.code < 300 }"}, [0, 1]),
        ({"filterPattern": "{ $.level NOT EXISTS }"}, []),
        ({"filterPattern": "ERROR"}, [2]),
        ({"filterPattern": "?ERROR ?info"}, [1, 2]),
        ({"logStreamNames": ["job", "web-2"]}, [1, 2]),
        ({"logStreamNamePrefix": "web"}, [0, 1, 3]),
    ],
    ids=str,
)
def test_what_the_pattern_matches_is_found(
    searched: Searched, wanted: dict[str, Any], seconds: list[int]
) -> None:
    assert searched.found(**wanted) == seconds


def test_of_a_time_with_both_its_ends(searched: Searched) -> None:
    noon = int(searched.trail.noon.timestamp() * 1000)
    assert searched.found(startTime=noon + 1000, endTime=noon + 2000) == [1, 2]


def test_in_pages_and_by_arn(searched: Searched) -> None:
    pages = searched.logs.get_paginator("filter_log_events").paginate(
        logGroupIdentifier=ARN, limit=3
    )
    events = [page["events"] for page in pages]
    assert [len(page) for page in events] == [3, 1]
    numbers = {event["eventId"] for page in events for event in page}
    assert {len(number) for number in numbers} == {56}
    assert len(numbers) == 4


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"filterPattern": "{ level = 1 }"}, "InvalidParameterException"),
        ({"limit": 10001}, "InvalidParameterException"),
        ({"nextToken": "soon"}, "InvalidParameterException"),
        ({"logGroupName": "absent"}, "ResourceNotFoundException"),
        ({"logStreamNames": ["absent"]}, "ResourceNotFoundException"),
        ({"logGroupIdentifier": ARN}, "InvalidParameterException"),
    ],
    ids=str,
)
def test_what_cannot_be_asked(
    searched: Searched, refusal: Refusal, wrong: dict[str, Any], code: str
) -> None:
    assert refusal(lambda: searched.found(**wrong))[0] == code


def test_what_retention_has_taken_is_gone(searched: Searched) -> None:
    searched.logs.put_retention_policy(logGroupName="app", retentionInDays=1)
    searched.trail.wait(days=2)
    assert searched.found() == []
