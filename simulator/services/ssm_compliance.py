"""Compliance of managed nodes, about which nothing reports here."""

from __future__ import annotations

from simulator.gateway.call import Call
from simulator.services import Backend, Result, operation


@operation
def list_resource_compliance_summaries(call: Call, backend: Backend) -> Result:
    """None ("ListResourceComplianceSummaries"): no patch baseline, no association was ever run."""
    return {"ResourceComplianceSummaryItems": []}
