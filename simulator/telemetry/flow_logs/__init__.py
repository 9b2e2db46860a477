"""VPC flow logs: what each interface saw of the traffic, delivered while a flow log exists.

Delivery is lazy, as of all logs here. An interface without traffic has a NODATA record only in an
aggregation interval in which another one of the same flow log has some: a network in which nothing
happens at all leaves no files, which on AWS would hold nothing but NODATA.
"""

from simulator.telemetry.flow_logs.noting import note

__all__ = ["note"]
