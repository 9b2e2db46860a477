"""The organization an account is in, and the policies that it puts on the account.

Sources: "Service control policies (SCPs)", "SCP evaluation", "Resource control policies (RCPs)",
"AWS global condition context keys".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from simulator.account.rcp_services import RCP_SERVICES
from simulator.iam.policy import Policy

if TYPE_CHECKING:
    from simulator.account.world import World
    from simulator.iam.evaluate import PolicySet

SCP = "SERVICE_CONTROL_POLICY"
RCP = "RESOURCE_CONTROL_POLICY"
Levels = tuple[tuple[Policy, ...], ...]
"""One tuple a level, from the root down to the account."""
Context = dict[str, str | list[str]]


def organization_state(management: str) -> Any:
    """moto's Organizations backend of a management account."""
    from moto.organizations.models import organizations_backends

    return organizations_backends[management]["aws"]


def of_account(world: World, account_id: str) -> Any | None:
    """moto's state of the organization that an account is in; None for none."""
    management = world.memberships.get(account_id)
    return organization_state(management) if management is not None else None


def path(state: Any, account_id: str) -> list[Any]:
    """The root, the organizational units below it, and the account, as moto holds them."""
    found = [next(one for one in state.accounts if one.id == account_id)]
    units = {unit.id: unit for unit in state.ou}
    while (parent := getattr(found[-1], "parent_id", None)) is not None:
        found.append(units[parent])
    return found[::-1]


def limit(own: PolicySet, world: World, caller: str, owner: str, action: str) -> PolicySet:
    """`own` with the SCPs of the caller's account and the RCPs of the resource's.

    A policy is named by its ARN where AWS tells the caller which policy denied: inside one
    organization ("Troubleshoot access denied error messages").
    """
    inside = world.memberships.get(caller)
    return replace(
        own,
        scps=tuple(_levels(world, caller, SCP, named=True)),
        rcps=rcps(world, owner, action, named=inside == world.memberships.get(owner)),
    )


def rcps(world: World, owner: str, action: str, *, named: bool = False) -> Levels:
    """RCPs that bear on an action on a resource of account `owner`."""
    if action.partition(":")[0] not in RCP_SERVICES:
        return ()
    return tuple(_levels(world, owner, RCP, named=named))


def _levels(
    world: World, account_id: str, kind: str, *, named: bool
) -> Iterator[tuple[Policy, ...]]:
    """Nothing for the management account, and while the policy type is not enabled."""
    state = of_account(world, account_id)
    if state is None or account_id == world.memberships[account_id] or not in_force(state, kind):
        return
    for level in path(state, account_id):
        yield tuple(
            Policy.parse(policy.content, policy.arn if named else policy.name)
            for policy in level.attached_policies
            if policy.type == kind
        )


def in_force(state: Any, kind: str) -> bool:
    """Whether the root has a policy type enabled; none is with consolidated billing alone."""
    root = next(unit for unit in state.ou if unit.type == "ROOT")
    return state.org.feature_set == "ALL" and any(one["Type"] == kind for one in root.policy_types)


def principal_context(world: World, account_id: str) -> Context:
    """aws:PrincipalOrgID and its kin, for a principal of a member or the management account."""
    context = _context(world, account_id, "aws:Principal")
    if context:
        context["aws:PrincipalOrgMasterAccountId"] = world.memberships[account_id]
    return context


def resource_context(world: World, account_id: str) -> Context:
    """aws:ResourceOrgID and aws:ResourceOrgPaths."""
    return _context(world, account_id, "aws:Resource")


def source_context(world: World, account_id: str) -> Context:
    """aws:SourceOrgID and aws:SourceOrgPaths, for a service that calls on a resource's behalf."""
    return _context(world, account_id, "aws:Source")


def _context(world: World, account_id: str, prefix: str) -> Context:
    state = of_account(world, account_id)
    if state is None:
        return {}
    above = [unit.id for unit in path(state, account_id)[:-1]]
    return {
        f"{prefix}OrgID": state.org.id,
        f"{prefix}OrgPaths": ["/".join((state.org.id, *above, ""))],
    }
