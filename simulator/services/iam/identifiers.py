"""Unique ids in AWS's form, whose first letters tell the kind ("IAM identifiers")."""

from __future__ import annotations

from typing import Any

from simulator.gateway.call import Call
from simulator.services import Backend, Result, operation
from simulator.services.iam.state import account_of, iam_of


def renewed(call: Call, holder: Any, prefix: str) -> str:
    """Give what was just created an id that begins with `prefix` ("AIDA"); the id."""
    from moto.iam.utils import generate_access_key_id_from_account_id

    account = account_of(call).id
    made: str = generate_access_key_id_from_account_id(account, prefix, total_length=21)
    holder.id = made
    return made


@operation
def create_group(call: Call, backend: Backend) -> Result:
    """AGPA…"""
    answer = backend()
    group = iam_of(call).groups[call.params["GroupName"]]
    answer["Group"]["GroupId"] = renewed(call, group, "AGPA")
    return answer


@operation
def create_instance_profile(call: Call, backend: Backend) -> Result:
    """AIPA…"""
    answer = backend()
    profile = iam_of(call).instance_profiles[call.params["InstanceProfileName"]]
    answer["InstanceProfile"]["InstanceProfileId"] = renewed(call, profile, "AIPA")
    return answer


@operation
def create_policy(call: Call, backend: Backend) -> Result:
    """ANPA…"""
    answer = backend()
    policy = iam_of(call).managed_policies[answer["Policy"]["Arn"]]
    answer["Policy"]["PolicyId"] = renewed(call, policy, "ANPA")
    answer["Policy"]["PermissionsBoundaryUsageCount"] = 0
    return answer
