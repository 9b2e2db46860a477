"""Where a flow log's records go, and what they look like there."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.telemetry.flow_logs.fields import DEFAULT
from simulator.telemetry.log_lines import Destination


@dataclass(frozen=True, slots=True)
class FlowLog(Destination):
    """`source` is the flow log's id. One without a bucket goes to `group`, with the role's rights."""

    fields: tuple[str, ...] = DEFAULT
    hive: bool = False
    """Hive-compatible prefixes."""
    hourly: bool = False
    """A folder for each hour."""
    group: str = ""
    role: str = ""
