"""A flow log as its records need to know it; the records outlive the flow log."""

from __future__ import annotations

import functools
import random
from dataclasses import dataclass
from typing import Any, Final

from simulator.telemetry.flow_logs.fields import DEFAULT, fields_of
from simulator.telemetry.flow_logs.files import FILES
from simulator.telemetry.flow_logs.streams import EVENTS
from simulator.telemetry.flow_logs.target import FlowLog

_BUCKET: Final = "arn:aws:s3:::"
OPTIONS: Final = "simulator_destination_options"
"""Where the destination options are kept on the backend's object, which has no place for them."""


@dataclass(frozen=True, slots=True)
class Watch:
    """A flow log at work: what it is about, and where it sends what."""

    resource: str
    traffic: str
    interval: int
    to: FlowLog

    def wants(self, action: str) -> bool:
        return self.traffic in {"ALL", action}


def watch_of(log: Any, region: str, account_id: str) -> Watch | None:
    """The backend's flow log; None for a destination that isn't simulated."""
    fields = fields_of(str(log.log_format)) or DEFAULT
    options = vars(log).get(OPTIONS) or {}
    place = str(log.log_destination or "")
    if log.log_destination_type == "s3":
        bucket, _, prefix = place.removeprefix(_BUCKET).partition("/")
        to = FlowLog(
            FILES,
            str(log.id),
            region,
            bucket,
            prefix.rstrip("/"),
            fields=fields,
            hive=bool(options.get("HiveCompatiblePartitions")),
            hourly=bool(options.get("PerHourPartition")),
        )
    elif log.log_destination_type == "cloud-watch-logs":
        group = str(log.log_group_name or place.partition(":log-group:")[2].removesuffix(":*"))
        role = str(log.deliver_logs_permission_arn or "")
        to = FlowLog(EVENTS, str(log.id), region, "", fields=fields, group=group, role=role)
    else:
        return None
    return Watch(str(log.resource_id), str(log.traffic_type), int(log.max_aggregation_interval), to)


@functools.lru_cache(maxsize=1024)
def offset_of(name: str) -> int:
    """Where in a minute the aggregation intervals of a flow log begin, in seconds."""
    return random.Random(f"interval/{name}").randrange(60)
