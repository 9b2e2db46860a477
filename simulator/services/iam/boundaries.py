"""Permissions boundaries of users and roles: in force from the very next call.

Source: "Permissions boundaries for IAM entities".
"""

from __future__ import annotations

import re
from typing import Any

from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.services import Backend, Result, operation
from simulator.services.iam.protected import check_modifiable
from simulator.services.iam.state import iam_of, missing, role_of, user_of

_POLICY = re.compile(r"arn:aws:iam::(aws|\d{12}):policy/.+")


@operation
def put_user_permissions_boundary(call: Call, backend: Backend) -> Result:
    """Set the boundary, in place of the one before."""
    user = user_of(call)
    check_boundary(call)
    user.permissions_boundary_arn = call.params["PermissionsBoundary"]
    return {}


@operation
def delete_user_permissions_boundary(call: Call, backend: Backend) -> Result:
    """The user may now do all that its policies allow."""
    user = user_of(call)
    user.permissions_boundary_arn = None
    return {}


@operation
def put_role_permissions_boundary(call: Call, backend: Backend) -> Result:
    """Sessions that are under way are bounded as well."""
    role = role_of(call)
    check_modifiable(role)
    check_boundary(call)
    role.permissions_boundary_arn = call.params["PermissionsBoundary"]
    return {}


@operation
def delete_role_permissions_boundary(call: Call, backend: Backend) -> Result:
    """The role may now do all that its policies allow."""
    role = role_of(call)
    check_modifiable(role)
    role.permissions_boundary_arn = None
    return {}


def check_boundary(call: Call) -> None:
    """Refuse a boundary that is no managed policy of the account or of AWS.

    Raises:
        AwsError: InvalidInput, NoSuchEntity.
    """
    arn = call.params.get("PermissionsBoundary")
    if arn is None:
        return
    if not _POLICY.fullmatch(arn):
        raise AwsError("InvalidInput", f"Scope ARN: {arn} is not valid.")
    if arn not in iam_of(call).managed_policies:
        raise missing(f"Scope ARN: {arn} does not exist or is not attachable.")


def boundary_of(holder: Any) -> Result:
    """{"PermissionsBoundary": …} of a user or role as IAM shows it; empty where there is none."""
    arn = getattr(holder, "permissions_boundary_arn", None)
    if not arn:
        return {}
    shown = {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": arn}
    return {"PermissionsBoundary": shown}


def bounded_by(iam: Any, arn: str) -> int:
    """How many users and roles have this policy as their boundary."""
    holders = (*iam.users.values(), *iam.roles.values())
    return sum(getattr(holder, "permissions_boundary_arn", None) == arn for holder in holders)
