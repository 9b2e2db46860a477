"""What CreateFlowLogs is asked for, checked.

Sources: "CreateFlowLogs", "DestinationOptionsRequest" (Amazon EC2 API Reference), "Flow log
records" (Amazon VPC User Guide).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from simulator.gateway.errors import AwsError
from simulator.telemetry.flow_logs.fields import DEFAULT, VERSIONS, fields_of

_BUCKET = re.compile(r"arn:aws:s3:::([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/(.*))?")
_GROUP = re.compile(r"arn:aws:logs:[a-z0-9-]+:\d{12}:log-group:([^:*]+)(?::\*)?")


@dataclass(frozen=True, slots=True)
class Settings:
    """Of all flow logs that one call makes. A `bucket` or a `group`."""

    kind: str
    traffic: str
    interval: int
    format: str
    destination: str | None
    bucket: str = ""
    prefix: str = ""
    group: str | None = None
    role: str | None = None
    options: dict[str, Any] = field(default_factory=dict)


def settings_of(params: Mapping[str, Any]) -> Settings:
    """The parameters of a call.

    Raises:
        AwsError: InvalidParameter, InvalidParameterValue, or what isn't simulated.
    """
    kind = str(params.get("LogDestinationType") or "cloud-watch-logs")
    interval = int(params.get("MaxAggregationInterval") or 600)
    if interval not in {60, 600}:
        raise AwsError("InvalidParameter", "Invalid Flow Log Max Aggregation Interval")
    common = (kind, str(params.get("TrafficType") or "ALL"), interval, _format(params))
    if kind == "s3":
        return _to_bucket(params, common)
    if kind == "cloud-watch-logs":
        return _to_group(params, common)
    raise AwsError(
        "UnsupportedOperation", f"Flow logs to {kind} are not simulated in this account."
    )


def _format(params: Mapping[str, Any]) -> str:
    given = params.get("LogFormat")
    if given is None:
        return " ".join(f"${{{name}}}" for name in DEFAULT)
    fields = fields_of(str(given))
    if fields is None:
        raise AwsError(
            "InvalidParameterValue",
            f"1 validation error detected: Value '{given}' at 'logFormat' has an invalid format",
        )
    unknown = [name for name in fields if name not in VERSIONS]
    if unknown:
        raise AwsError("InvalidParameter", f"LogFormat has unknown fields: {', '.join(unknown)}.")
    return str(given)


def _to_bucket(params: Mapping[str, Any], common: tuple[str, str, int, str]) -> Settings:
    place = params.get("LogDestination")
    if params.get("LogGroupName"):
        raise AwsError(
            "InvalidParameter",
            "LogDestination type must be cloud-watch-logs if LogGroupName is provided.",
        )
    if params.get("DeliverLogsPermissionArn"):
        raise AwsError(
            "InvalidParameter", "DeliverLogsPermissionArn is not applicable for s3 delivery"
        )
    if not place:
        raise AwsError(
            "InvalidParameter", "LogDestination can't be empty if LogDestinationType is s3."
        )
    found = _BUCKET.fullmatch(str(place))
    prefix = ((found and found[2]) or "").strip("/")
    if found is None or "AWSLogs" in prefix.split("/"):
        raise AwsError("InvalidParameter", f"LogDestination: {place} is not valid.")
    options = {
        "FileFormat": "plain-text",
        "HiveCompatiblePartitions": False,
        "PerHourPartition": False,
        **(params.get("DestinationOptions") or {}),
    }
    if options["FileFormat"] != "plain-text":
        raise AwsError(
            "UnsupportedOperation",
            "Flow log files in the Parquet format are not simulated in this account: use plain-text.",
        )
    return Settings(*common, str(place), found[1], prefix, options=options)


def _to_group(params: Mapping[str, Any], common: tuple[str, str, int, str]) -> Settings:
    name, place = params.get("LogGroupName"), params.get("LogDestination")
    if not name and not place:
        raise AwsError(
            "InvalidParameter", "LogDestination can't be empty if LogGroupName is not provided."
        )
    if name and place:
        raise AwsError(
            "InvalidParameter", "Please only provide LogGroupName or only provide LogDestination."
        )
    role = params.get("DeliverLogsPermissionArn")
    if not role:
        raise AwsError(
            "InvalidParameter",
            "DeliverLogsPermissionArn can't be empty if LogDestinationType is cloud-watch-logs.",
        )
    if place:
        found = _GROUP.fullmatch(str(place))
        if found is None:
            raise AwsError("InvalidParameter", f"LogDestination: {place} is not valid.")
        name = found[1]
    if params.get("DestinationOptions"):
        raise AwsError(
            "InvalidParameter",
            "DestinationOptions are not applicable for cloud-watch-logs delivery",
        )
    return Settings(*common, str(place) if place else None, group=str(name), role=str(role))
