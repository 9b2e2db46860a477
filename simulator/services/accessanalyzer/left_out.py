"""What is not simulated, and says so: policies generated from CloudTrail, and recommendations."""

from __future__ import annotations

from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.services import Backend, Result, operation


@operation
def _not_simulated(call: Call, backend: Backend) -> Result:
    """Refused, under each of the names below."""
    raise AwsError.not_simulated(call.service, call.operation)


start_policy_generation = cancel_policy_generation = get_generated_policy = _not_simulated
generate_finding_recommendation = get_finding_recommendation = _not_simulated
create_service_linked_analyzer = delete_service_linked_analyzer = _not_simulated


@operation
def list_policy_generations(call: Call, backend: Backend) -> Result:
    """None were ever started."""
    return {"policyGenerations": []}
