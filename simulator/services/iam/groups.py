"""IAM groups: what must be gone before one can be deleted ("DeleteGroup")."""

from __future__ import annotations

from simulator.gateway.call import Call
from simulator.services import Backend, Result, operation
from simulator.services.iam.state import conflict, group_of


@operation
def delete_group(call: Call, backend: Backend) -> Result:
    """moto deletes a group with all that is in it."""
    group = group_of(call)
    if group.users:
        raise conflict("Cannot delete entity, must remove users from group first.")
    if group.managed_policies:
        raise conflict("Cannot delete entity, must detach all policies first.")
    if group.policies:
        raise conflict("Cannot delete entity, must delete policies first.")
    return backend()
