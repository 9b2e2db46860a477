"""What is not simulated, and says so: policies generated from CloudTrail, and recommendations."""

from __future__ import annotations

from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.services import Backend, Result, operation


def _refused(call: Call) -> AwsError:
    return AwsError.not_simulated(call.service, call.operation)


@operation
def start_policy_generation(call: Call, backend: Backend) -> Result:
    """Not simulated."""
    raise _refused(call)


@operation
def cancel_policy_generation(call: Call, backend: Backend) -> Result:
    """Not simulated."""
    raise _refused(call)


@operation
def get_generated_policy(call: Call, backend: Backend) -> Result:
    """Not simulated."""
    raise _refused(call)


@operation
def list_policy_generations(call: Call, backend: Backend) -> Result:
    """None were ever started."""
    return {"policyGenerations": []}


@operation
def generate_finding_recommendation(call: Call, backend: Backend) -> Result:
    """Not simulated."""
    raise _refused(call)


@operation
def get_finding_recommendation(call: Call, backend: Backend) -> Result:
    """Not simulated."""
    raise _refused(call)


@operation
def create_service_linked_analyzer(call: Call, backend: Backend) -> Result:
    """Not simulated."""
    raise _refused(call)


@operation
def delete_service_linked_analyzer(call: Call, backend: Backend) -> Result:
    """Not simulated."""
    raise _refused(call)
