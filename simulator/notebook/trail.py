"""CloudTrail's management events as a pandas frame, read as any client reads them."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from simulator.errors import MissingPackage

if TYPE_CHECKING:
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


def trail(cloudtrail: Any, now: datetime, span: timedelta) -> pd.DataFrame:
    """All that LookupEvents returns for the last `span`, oldest first. Times are aware UTC.

    `cloudtrail` is a boto3 client.

    Raises:
        MissingPackage: pandas is not installed.
    """
    try:
        import pandas as pd
    except ImportError as error:
        raise MissingPackage("pandas", "lab.trail()") from error
    pages = cloudtrail.get_paginator("lookup_events")
    found = pages.paginate(StartTime=now - span, EndTime=now + timedelta(minutes=1))
    events = [json.loads(event["CloudTrailEvent"]) for page in found for event in page["Events"]]
    frame = pd.DataFrame([row(event) for event in reversed(events)], columns=list(COLUMNS))
    frame["time"] = pd.to_datetime(frame["time"], utc=True)
    return frame


def row(record: dict[str, Any]) -> dict[str, Any]:
    """The columns of one CloudTrail record."""
    identity = record.get("userIdentity", {})
    return {
        "time": record["eventTime"],
        "event_source": record["eventSource"],
        "event_name": record["eventName"],
        "identity_type": identity.get("type"),
        "identity_arn": identity.get("arn"),
        "user_name": identity.get("userName"),
        "access_key_id": identity.get("accessKeyId"),
        "source_ip": record.get("sourceIPAddress"),
        "user_agent": record.get("userAgent"),
        "error_code": record.get("errorCode"),
        "read_only": record.get("readOnly"),
        "event_id": record["eventID"],
        "request_parameters": record.get("requestParameters"),
        "response_elements": record.get("responseElements"),
        "record": record,
    }
