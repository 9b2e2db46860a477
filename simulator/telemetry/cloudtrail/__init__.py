"""The CloudTrail record of a call.

`record` turns a finished `Call` into one record as CloudTrail delivers it;
`is_data_event` and `read_only` classify an operation without a call at hand.
"""

from simulator.telemetry.cloudtrail.events import is_data_event, read_only
from simulator.telemetry.cloudtrail.record import record

__all__ = ["is_data_event", "read_only", "record"]
