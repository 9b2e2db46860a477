"""S3 server access logs: every request to a bucket that has logging turned on leaves a line."""

from simulator.telemetry.server_access.noting import note

__all__ = ["note"]
