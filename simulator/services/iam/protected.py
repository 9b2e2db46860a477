"""What no call to IAM may change: service-linked roles, and the policies that AWS maintains.

Source: "Create a service-linked role" and the errors of each operation in the IAM API reference.
"""

from __future__ import annotations

from typing import Any

from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.iam.principals import SERVICE_LINKED_ROLE
from simulator.services import Backend, Result, operation
from simulator.services.iam.state import AWS_MANAGED, role_of


def check_modifiable(role: Any) -> None:
    """Refuse to change a service-linked role.

    Raises:
        AwsError: UnmodifiableEntity.
    """
    if SERVICE_LINKED_ROLE in role.arn:
        raise AwsError(
            "UnmodifiableEntity",
            f"Cannot perform the operation on the protected role '{role.name}' - this role is only"
            " modifiable by AWS",
        )


def check_own(call: Call) -> None:
    """Refuse to change a policy that AWS maintains: it belongs to no customer's account.

    Raises:
        AwsError: AccessDenied.
    """
    arn = call.params["PolicyArn"]
    if arn.startswith(AWS_MANAGED):
        raise AwsError(
            "AccessDenied",
            f"User: {call.caller.arn} is not authorized to perform: iam:{call.operation} on"
            f" resource: policy {arn}",
            403,
        )


def _on_role(call: Call, backend: Backend) -> Result:
    check_modifiable(role_of(call))
    return backend()


def _on_policy(call: Call, backend: Backend) -> Result:
    check_own(call)
    return backend()


add_role_to_instance_profile = operation(_on_role)
attach_role_policy = operation(_on_role)
delete_role_policy = operation(_on_role)
detach_role_policy = operation(_on_role)
put_role_policy = operation(_on_role)
remove_role_from_instance_profile = operation(_on_role)

create_policy_version = operation(_on_policy)
delete_policy_version = operation(_on_policy)
set_default_policy_version = operation(_on_policy)
tag_policy = operation(_on_policy)
untag_policy = operation(_on_policy)
