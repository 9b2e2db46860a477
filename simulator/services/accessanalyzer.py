"""IAM Access Analyzer, of which an account has no analyzer: none can be made here."""

from __future__ import annotations

from simulator.gateway.call import Call
from simulator.services import Backend, Result, operation


@operation
def list_analyzers(call: Call, backend: Backend) -> Result:
    """None ("ListAnalyzers")."""
    return {"analyzers": []}
