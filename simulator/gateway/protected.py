"""Roles that IAM itself can't change: those that IAM Identity Center keeps in an account.

Source: "IAM roles created by IAM Identity Center".
"""

from __future__ import annotations

from simulator.account.principal_policies import iam_state
from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError

_PATH = "/aws-reserved/"
_CHANGING = frozenset(
    {
        "AttachRolePolicy",
        "DeleteRole",
        "DeleteRolePermissionsBoundary",
        "DeleteRolePolicy",
        "DetachRolePolicy",
        "PutRolePermissionsBoundary",
        "PutRolePolicy",
        "TagRole",
        "UntagRole",
        "UpdateAssumeRolePolicy",
        "UpdateRole",
        "UpdateRoleDescription",
    }
)


def check(call: Call) -> None:
    """Refuse a call that would change a protected role.

    Raises:
        AwsError: UnmodifiableEntity.
    """
    if call.service != "iam" or call.operation not in _CHANGING:
        return
    assert call.account is not None
    name = call.params.get("RoleName")
    roles = iam_state(call.account.id).roles.values()
    if any(role.name == name and role.path.startswith(_PATH) for role in roles):
        raise AwsError(
            "UnmodifiableEntity",
            f"Cannot perform the operation on the protected role '{name}' - this role is only "
            "modifiable by AWS",
        )
