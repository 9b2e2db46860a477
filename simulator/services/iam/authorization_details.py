"""GetAccountAuthorizationDetails: all users, groups, roles and policies, and how they relate.

Source: "GetAccountAuthorizationDetails" of the IAM API reference.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any
from urllib.parse import quote

from simulator.gateway.call import Call
from simulator.services import Backend, Result, operation
from simulator.services.iam.boundaries import boundary_of
from simulator.services.iam.policies import counts
from simulator.services.iam.roles import last_use
from simulator.services.iam.state import AWS_MANAGED, iam_of, page

_LISTS = ("UserDetailList", "GroupDetailList", "RoleDetailList", "Policies")
Entry = tuple[str, Callable[[], Result]]
"""The list that an entity belongs to, and its details for when they are asked for."""


@operation
def get_account_authorization_details(call: Call, backend: Backend) -> Result:
    """A page holds MaxItems entities of all kinds together."""
    chosen, rest = page(call, list(_entries(call)))
    answer: Result = {name: [] for name in _LISTS}
    for name, details in chosen:
        answer[name].append(details())
    return answer | rest


def _entries(call: Call) -> Iterator[Entry]:
    """Of the policies of AWS's own only those in use, as AWS returns them."""
    iam, wanted = iam_of(call), set(call.params.get("Filter") or ())
    if not wanted or "User" in wanted:
        for user in _by_name(iam.users):
            yield "UserDetailList", partial(_user, iam, user)
    if not wanted or "Group" in wanted:
        for group in _by_name(iam.groups):
            yield "GroupDetailList", partial(_group, group)
    if not wanted or "Role" in wanted:
        for role in _by_name(iam.roles):
            yield "RoleDetailList", partial(_role, call, iam, role)
    used = _used(iam)
    for policy in _by_name(iam.managed_policies):
        aws = policy.arn.startswith(AWS_MANAGED)
        asked = not wanted or ("AWSManagedPolicy" if aws else "LocalManagedPolicy") in wanted
        if asked and (not aws or policy.arn in used):
            yield "Policies", partial(_policy, iam, policy)


def _by_name(holders: dict[str, Any]) -> list[Any]:
    return sorted(holders.values(), key=lambda holder: holder.name.lower())


def _used(iam: Any) -> set[str]:
    holders = (*iam.users.values(), *iam.groups.values(), *iam.roles.values())
    attached = {arn for holder in holders for arn in holder.managed_policies}
    bounds = (getattr(holder, "permissions_boundary_arn", None) for holder in holders)
    return attached | {arn for arn in bounds if arn}


def _user(iam: Any, user: Any) -> Result:
    groups = [group.name for group in iam.groups.values() if user in group.users]
    return {
        **_named(user, "User"),
        **_policies_of(user, "UserPolicyList"),
        "GroupList": groups,
        **boundary_of(user),
        "Tags": user.tags or [],
    }


def _group(group: Any) -> Result:
    return _named(group, "Group") | _policies_of(group, "GroupPolicyList")


def details_of(iam: Any, kind: str, holder: Any) -> Result:
    """Of one "User", "Group", "Role" or "Policy": all but a role's last use."""
    if kind == "Group":
        return _group(holder)
    return {"User": _user, "Role": _lasting, "Policy": _policy}[kind](iam, holder)


def _role(call: Call, iam: Any, role: Any) -> Result:
    return {**_lasting(iam, role), "RoleLastUsed": last_use(call, role)}


def _lasting(iam: Any, role: Any) -> Result:
    profiles = (profile for profile in iam.instance_profiles.values() if role in profile.roles)
    return {
        **_named(role, "Role"),
        "AssumeRolePolicyDocument": quote(role.assume_role_policy_document),
        "InstanceProfileList": [_profile(profile) for profile in profiles],
        **_policies_of(role, "RolePolicyList"),
        **boundary_of(role),
        "Tags": role.tags or [],
    }


def _profile(profile: Any) -> Result:
    roles = [
        _named(role, "Role") | {"AssumeRolePolicyDocument": quote(role.assume_role_policy_document)}
        for role in profile.roles
    ]
    return _named(profile, "InstanceProfile") | {"Roles": roles}


def _policy(iam: Any, policy: Any) -> Result:
    versions = [
        {
            "Document": quote(version.document),
            "VersionId": version.version_id,
            "IsDefaultVersion": version.version_id == policy.default_version_id,
            "CreateDate": version.create_date,
        }
        for version in policy.versions
    ]
    return {
        **_named(policy, "Policy"),
        "DefaultVersionId": policy.default_version_id,
        **counts(iam, policy.arn),
        "IsAttachable": True,
        "UpdateDate": max(version["CreateDate"] for version in versions),
        "PolicyVersionList": versions,
    }


def _named(holder: Any, kind: str) -> Result:
    return {
        "Path": holder.path,
        f"{kind}Name": holder.name,
        f"{kind}Id": holder.id,
        "Arn": holder.arn,
        "CreateDate": holder.create_date,
    }


def _policies_of(holder: Any, inline: str) -> Result:
    return {
        inline: [
            {"PolicyName": name, "PolicyDocument": quote(document)}
            for name, document in holder.policies.items()
        ],
        "AttachedManagedPolicies": [
            {"PolicyName": policy.name, "PolicyArn": policy.arn}
            for policy in holder.managed_policies.values()
        ],
    }
