"""Managed policies: how many hold them, and when they can be deleted.

Source: "GetPolicy", "DeletePolicy" and "CreatePolicyVersion" of the IAM API reference.
"""

from __future__ import annotations

from typing import Any

from simulator.gateway.call import Call
from simulator.services import Backend, Result, operation
from simulator.services.iam.boundaries import bounded_by
from simulator.services.iam.protected import check_own
from simulator.services.iam.state import conflict, iam_of, policy_of


@operation
def get_policy(call: Call, backend: Backend) -> Result:
    """With its counts of attachments and of boundaries."""
    arn = call.params["PolicyArn"]
    policy_of(call, arn)
    answer = backend()
    answer["Policy"] |= counts(iam_of(call), arn)
    return answer


@operation
def delete_policy(call: Call, backend: Backend) -> Result:
    """moto deletes a policy that is in use.

    Raises:
        AwsError: DeleteConflict while the policy is attached, a boundary, or of more versions.
    """
    arn = call.params["PolicyArn"]
    check_own(call)
    policy = policy_of(call, arn)
    if any(counts(iam_of(call), arn).values()):
        raise conflict("Cannot delete a policy attached to entities.")
    if len(policy.versions) > 1:
        raise conflict(
            "This policy has more than one version. Before you delete a policy, you must delete the"
            " policy's versions. The default version is deleted with the policy."
        )
    return backend()


def counts(iam: Any, arn: str) -> Result:
    """AttachmentCount and PermissionsBoundaryUsageCount of a policy.

    Counted anew: moto counts a policy twice that is attached twice to the same holder.
    """
    holders = (*iam.users.values(), *iam.groups.values(), *iam.roles.values())
    return {
        "AttachmentCount": sum(arn in holder.managed_policies for holder in holders),
        "PermissionsBoundaryUsageCount": bounded_by(iam, arn),
    }
