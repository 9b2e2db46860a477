"""Route 53 Resolver query logs: every query from a VPC that has them turned on leaves a line."""

from simulator.telemetry.resolver_queries.noting import Query, note

__all__ = ["Query", "note"]
