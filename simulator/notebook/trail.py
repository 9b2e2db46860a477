"""CloudTrail's management events as a pandas frame, read as any client reads them."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import boto3
import pandas as pd

COLUMNS = (
    "time",
    "event_source",
    "event_name",
    "identity_type",
    "identity_arn",
    "user_name",
    "access_key_id",
    "source_ip",
    "user_agent",
    "error_code",
    "read_only",
    "event_id",
    "request_parameters",
    "response_elements",
    "record",
)


def trail(now: datetime, span: timedelta) -> pd.DataFrame:
    """All that LookupEvents returns for the last `span`, oldest first. Times are aware UTC."""
    pages = boto3.client("cloudtrail").get_paginator("lookup_events")
    events = [
        json.loads(event["CloudTrailEvent"])
        for page in pages.paginate(StartTime=now - span, EndTime=now + timedelta(minutes=1))
        for event in page["Events"]
    ]
    frame = pd.DataFrame([row(event) for event in reversed(events)], columns=list(COLUMNS))
    frame["time"] = pd.to_datetime(frame["time"], utc=True)
    return frame


def row(record: dict[str, Any]) -> dict[str, Any]:
    """The columns of one CloudTrail record."""
    identity = record["userIdentity"]
    return {
        "time": record["eventTime"],
        "event_source": record["eventSource"],
        "event_name": record["eventName"],
        "identity_type": identity["type"],
        "identity_arn": identity.get("arn"),
        "user_name": identity.get("userName"),
        "access_key_id": identity.get("accessKeyId"),
        "source_ip": record["sourceIPAddress"],
        "user_agent": record["userAgent"],
        "error_code": record.get("errorCode"),
        "read_only": record["readOnly"],
        "event_id": record["eventID"],
        "request_parameters": record["requestParameters"],
        "response_elements": record["responseElements"],
        "record": record,
    }
