"""Files of server access logs: their keys, when they arrive, who delivers them.

Sources: "Logging requests with server access logging" (Amazon S3 User Guide), "PartitionedPrefix",
"SimplePrefix" (Amazon S3 API Reference).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from simulator.account.account import Account
from simulator.gateway.service_call import ServiceCall
from simulator.telemetry.log_lines import Destination, File, Log

SIMPLE, EVENT_TIME, DELIVERY_TIME = "SimplePrefix", "EventTime", "DeliveryTime"


def destination(bucket: Any) -> Destination:
    """Where the lines about `bucket`, the backend's, go by its settings."""
    settings = bucket.logging
    return Destination(
        SERVER_ACCESS,
        source=str(bucket.name),
        region=str(bucket.region_name),
        bucket=str(settings["TargetBucket"]),
        prefix=str(settings.get("TargetPrefix") or ""),
        layout=_layout(settings.get("TargetObjectKeyFormat") or {}),
    )


def _layout(key_format: dict[str, Any]) -> str:
    if "PartitionedPrefix" not in key_format:
        return SIMPLE
    return str((key_format["PartitionedPrefix"] or {}).get("PartitionDateSource") or EVENT_TIME)


def _post(account: Account, to: Destination, file: File) -> tuple[ServiceCall, ...]:
    params = {"Bucket": to.bucket, "Key": _key(account, to, file), "ContentType": "text/plain"}
    source = f"arn:aws:s3:::{to.source}"
    return (
        ServiceCall("logging.s3.amazonaws.com", source, "PutObject", params, to.region, file.text),
    )


def _key(account: Account, to: Destination, file: File) -> str:
    unique = f"{file.chance.getrandbits(64):016X}"
    if to.layout == SIMPLE:
        return f"{to.prefix}{file.at:%Y-%m-%d-%H-%M-%S}-{unique}"
    day = file.at
    if to.layout == EVENT_TIME:
        day = (file.end - timedelta(microseconds=1)).replace(hour=0, minute=0, second=0)
    folder = f"{to.prefix}{account.id}/{to.region}/{to.source}/{day:%Y/%m/%d}/"
    return f"{folder}{day:%Y-%m-%d-%H-%M-%S}-{unique}"


SERVER_ACCESS = Log("s3-access", timedelta(minutes=30), (600.0, 3_600.0), _post)
"""Most lines are delivered within a few hours; here within one and a half."""
