"""IAM roles: as AWS shows them, whom they may trust, and when they can be deleted."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from simulator.gateway.call import Call
from simulator.services import Backend, Result, operation
from simulator.services.iam.boundaries import boundary_of, check_boundary
from simulator.services.iam.protected import check_modifiable
from simulator.services.iam.state import account_of, conflict, iam_of, role_of
from simulator.services.iam.trust import check_principals, rename_principal

_TRACKED = timedelta(days=400)


@operation
def create_role(call: Call, backend: Backend) -> Result:
    """A boundary and everybody whom the role trusts must exist."""
    check_boundary(call)
    check_principals(account_of(call).world, call.params["AssumeRolePolicyDocument"])
    answer = backend()
    answer["Role"] |= boundary_of(role_of(call))
    answer["Role"].pop("RoleLastUsed", None)
    return answer


@operation
def get_role(call: Call, backend: Backend) -> Result:
    """With its last use, which ListRoles leaves out."""
    role = role_of(call)
    answer = backend()
    answer["Role"] |= boundary_of(role)
    answer["Role"]["RoleLastUsed"] = last_use(call, role)
    return answer


@operation
def update_assume_role_policy(call: Call, backend: Backend) -> Result:
    """In force for the next AssumeRole; sessions that are under way go on."""
    check_modifiable(role_of(call))
    check_principals(account_of(call).world, call.params["PolicyDocument"])
    return backend()


@operation
def update_role(call: Call, backend: Backend) -> Result:
    """What is not given stays as it is; of a service-linked role only the description changes."""
    role, params = role_of(call), call.params
    if "MaxSessionDuration" in params:
        check_modifiable(role)
        role.max_session_duration = params["MaxSessionDuration"]
    if "Description" in params:
        role.description = params["Description"]
    return {}


@operation
def delete_role(call: Call, backend: Backend) -> Result:
    """Whoever trusted the role goes on trusting that role alone, not the next of its name.

    Raises:
        AwsError: DeleteConflict while anything is attached to the role, UnmodifiableEntity.
    """
    role = role_of(call)
    check_modifiable(role)
    if any(role in profile.roles for profile in iam_of(call).instance_profiles.values()):
        raise conflict("Cannot delete entity, must remove roles from instance profile first.")
    answer = backend()
    rename_principal(account_of(call).world, role.arn, role.id)
    return answer


def last_use(call: Call, role: Any) -> Result:
    """RoleLastUsed: empty for a role that was not used in the last 400 days."""
    used = account_of(call).last_used.get(role.id)
    if used is None or call.time - used.latest.time > _TRACKED:
        return {}
    return {"LastUsedDate": used.latest.time, "Region": used.latest.region}
