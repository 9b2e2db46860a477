"""Service-linked roles, as AWS Config's: each has its name and its policy.

Sources: "CreateServiceLinkedRole" (IAM API Reference), "Using Service-Linked Roles for AWS
Config" (AWS Config Developer Guide).
"""

from __future__ import annotations

import json
from typing import Final

from simulator.account.principal_policies import iam_state
from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.gateway.service_linked import LINKED, LinkedRole
from simulator.services import Backend, Result, operation

_CONFIG: Final = LinkedRole(
    "config.amazonaws.com", "AWSServiceRoleForConfig", "AWSConfigServiceRolePolicy"
)
_MANAGED = "arn:aws:iam::aws:policy/aws-service-role"


@operation
def create_service_linked_role(call: Call, backend: Backend) -> Result:
    """Make the role of a service that the simulator knows; others have the backend's.

    Raises:
        AwsError: InvalidInput where there is such a role.
    """
    assert call.account is not None
    service = str(call.params["AWSServiceName"])
    linked = next((one for one in (_CONFIG, *LINKED.values()) if one.service == service), None)
    if linked is None or call.params.get("CustomSuffix"):
        return backend()
    iam = iam_state(call.account.id)
    if any(role.name == linked.name for role in iam.roles.values()):
        raise AwsError(
            "InvalidInput",
            f"Service role name {linked.name} has been taken in this account, please try a"
            " different suffix.",
        )
    allowed = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    trust = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    about = str(call.params.get("Description") or "")
    made = iam.create_role(linked.name, trust, linked.path, None, about, [], "3600", service)
    made.create_date = call.time.replace(tzinfo=None)  # as moto keeps them
    policy = f"{_MANAGED}/{linked.policy}"
    if policy in iam.managed_policies:
        iam.attach_role_policy(policy, linked.name)
    return {
        "Role": {
            "Path": made.path,
            "RoleName": made.name,
            "RoleId": made.id,
            "Arn": made.arn,
            "CreateDate": call.time,
            "AssumeRolePolicyDocument": trust,
        }
    }


@operation
def delete_service_linked_role(call: Call, backend: Backend) -> Result:
    """The role and the policy that is its service's go together."""
    assert call.account is not None
    iam, name = iam_state(call.account.id), call.params["RoleName"]
    role = next((one for one in iam.roles.values() if one.name == name), None)
    if role is not None and role.path.startswith("/aws-service-role/"):
        for policy in list(role.managed_policies):
            iam.detach_role_policy(policy, name)
    return backend()
