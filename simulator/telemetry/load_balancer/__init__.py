"""Access logs of load balancers: every request that one answers leaves a line in its log."""

from simulator.telemetry.load_balancer.noting import note

__all__ = ["note"]
