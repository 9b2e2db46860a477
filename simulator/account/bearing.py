"""Every policy that bears on one need of a call, gathered from the account's state."""

from __future__ import annotations

from dataclasses import replace

from simulator.account import kms_grants, organization, s3_access
from simulator.account.resource_policies import resource_policy
from simulator.gateway.call import Call
from simulator.iam.actions import Needed
from simulator.iam.evaluate import PolicySet


def owner_of(need: Needed, call: Call) -> str:
    """The account that a resource belongs to; a bucket's ARN doesn't name it."""
    assert call.account is not None
    if need.resource.startswith(s3_access.ARN):
        return s3_access.owner_of(need, call)
    if need.action.startswith("cloudtrail:") and _is_shadow(need, call):
        return call.account.id
    return need.resource_account or call.account.id


def _is_shadow(need: Needed, call: Call) -> bool:
    """An organization trail is there in every member, under the ARN of the management account.

    Source: "Creating a trail for an organization" (CloudTrail User Guide).
    """
    assert call.account is not None
    management = call.account.world.memberships.get(call.account.id)
    return management is not None and need.resource_account == management


def about_owner(call: Call, owner: str) -> organization.Context:
    """Condition keys that tell whose a resource is."""
    assert call.account is not None
    world = call.account.world
    whose: organization.Context = {"aws:ResourceAccount": owner}
    return whose | organization.resource_context(world, owner) if world.memberships else whose


def bearing(call: Call, need: Needed, own: PolicySet, owner: str) -> PolicySet:
    """`own`, the caller's policies, and all that the resource of account `owner` adds.

    An account outside of the caller's world is not looked into: nothing there grants anything.
    """
    assert call.account is not None
    world = call.account.world
    if call.endpoint is not None:
        own = replace(own, endpoint=(call.endpoint.policy,))
    if world.memberships:
        own = organization.limit(own, world, call.caller.account_id, owner, need.action)
    if need.resource.startswith(s3_access.ARN):
        return s3_access.bearing(call, need, own, owner)
    if owner not in world.accounts:
        return own
    policies = replace(
        own, resource=resource_policy(need.resource, need.action, owner, call.region)
    )
    if need.action.startswith("kms:"):
        return kms_grants.with_grants(policies, need, call)
    return policies
