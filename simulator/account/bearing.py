"""Every policy that bears on one need of a call, gathered from the account's state."""

from __future__ import annotations

from dataclasses import replace

from simulator.account.resource_policies import bucket_of, bucket_owner, resource_policy
from simulator.gateway.call import Call
from simulator.iam.actions import Needed
from simulator.iam.evaluate import PolicySet


def owner_of(need: Needed, call: Call) -> str:
    """The account that a resource belongs to; a bucket's ARN doesn't name it."""
    assert call.account is not None
    named = need.resource_account
    if need.resource.startswith("arn:aws:s3:::"):
        named = bucket_owner(bucket_of(need.resource))
    return named or call.account.id


def bearing(call: Call, need: Needed, own: PolicySet, owner: str) -> PolicySet:
    """`own`, the caller's policies, and all that the resource of account `owner` adds.

    An account outside of the caller's world is not looked into: nothing there grants anything.
    """
    assert call.account is not None
    if call.endpoint is not None:
        own = replace(own, endpoint=(call.endpoint.policy,))
    if owner not in call.account.world.accounts:
        return own
    return replace(own, resource=resource_policy(need.resource, need.action, owner, call.region))
