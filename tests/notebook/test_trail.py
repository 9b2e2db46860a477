"""CloudTrail's events as a pandas frame."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd
import pytest

from simulator.notebook import trail as reading
from simulator.notebook.trail import COLUMNS, row


def test_a_record_becomes_a_row_with_its_columns() -> None:
    record = {
        "eventTime": "2026-11-02T12:00:00Z",
        "eventSource": "iam.amazonaws.com",
        "eventName": "CreateUser",
        "eventID": "e-1",
        "userIdentity": {
            "type": "IAMUser",
            "arn": "arn:aws:iam::111122223333:user/ann",
            "userName": "ann",
            "accessKeyId": "AKIAIOSFODNN7EXAMPLE",
        },
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli",
        "errorCode": "AccessDenied",
        "readOnly": False,
        "requestParameters": {"userName": "bob"},
        "responseElements": None,
    }
    assert row(record) == {
        "time": "2026-11-02T12:00:00Z",
        "event_source": "iam.amazonaws.com",
        "event_name": "CreateUser",
        "identity_type": "IAMUser",
        "identity_arn": "arn:aws:iam::111122223333:user/ann",
        "user_name": "ann",
        "access_key_id": "AKIAIOSFODNN7EXAMPLE",
        "source_ip": "198.51.100.7",
        "user_agent": "aws-cli",
        "error_code": "AccessDenied",
        "read_only": False,
        "event_id": "e-1",
        "request_parameters": {"userName": "bob"},
        "response_elements": None,
        "record": record,
    }
    assert tuple(row(record)) == COLUMNS


def test_what_a_record_does_not_hold_is_empty() -> None:
    sparse = {"eventTime": "2026-11-02T12:00:00Z", "eventSource": "s", "eventName": "n"}
    made = row({**sparse, "eventID": "e-2"})
    empty = set(COLUMNS) - {"time", "event_source", "event_name", "event_id", "record"}
    assert {name for name in COLUMNS if made[name] is None} == empty


@pytest.fixture
def frame(cloud: Any) -> Any:
    """Makes frames of an account in which `busy` called 60 times, a minute apart."""
    noon = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
    keys = cloud.user("busy", cloud.statement("*"))
    clock = cloud.world.clock
    iam, cloudtrail = cloud.client("iam", keys), cloud.client("cloudtrail", keys)
    with clock.pinned(noon):
        for minute in range(60):
            clock.pin(noon + timedelta(minutes=minute))
            iam.list_users()
        yield lambda **span: reading.trail(cloudtrail, clock.now(), timedelta(**span))


def test_all_pages_are_read_and_the_oldest_event_comes_first(frame: Any) -> None:
    """LookupEvents gives 50 events a page, the latest first."""
    made = frame(days=1)
    calls = made[made["event_name"] == "ListUsers"]
    assert len(calls) == 60
    assert made["time"].is_monotonic_increasing
    assert calls["event_id"].is_unique
    assert set(calls["user_name"]) == {"busy"}


def test_times_are_aware_utc_to_compute_with(frame: Any) -> None:
    made = frame(days=1)
    assert made["time"].dtype == pd.DatetimeTZDtype(made["time"].dtype.unit, "UTC")
    assert made["time"].iloc[0].to_pydatetime() == datetime(2026, 11, 2, 12, 0, tzinfo=UTC)


def test_the_span_is_how_far_back_the_frame_goes(frame: Any) -> None:
    made = frame(minutes=9.5)
    assert len(made[made["event_name"] == "ListUsers"]) == 10


def test_no_event_makes_an_empty_frame_with_all_columns(cloud: Any) -> None:
    """And its times are times all the same."""
    keys = cloud.user("quiet", cloud.statement("*"))
    long_ago = datetime(2026, 1, 1, tzinfo=UTC)
    cloudtrail = cloud.client("cloudtrail", keys)
    made = reading.trail(cloudtrail, long_ago, timedelta(hours=1))
    assert list(made.columns) == list(COLUMNS)
    assert made.empty
    assert str(made["time"].dtype).endswith("UTC]")
