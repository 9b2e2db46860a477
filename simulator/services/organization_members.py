"""How accounts come into an organization and leave it.

Sources: "Managing accounts in an organization with AWS Organizations", "Quotas and service limits
for AWS Organizations", and the API reference of CreateAccount, LeaveOrganization and CloseAccount.
"""

from __future__ import annotations

import copy
from datetime import timedelta
from typing import Any

from simulator.account.account import Account
from simulator.account.organization import organization_state
from simulator.account.principal_policies import iam_state
from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.services.organization_policies import violation
from simulator.services.trails import follow_members

_ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
_WAIT = timedelta(days=4)
"""How long an account that the organization created stays in it at least."""


def found(account: Account) -> None:
    """Finish what moto begins: its own role for members doesn't belong in the management account."""
    state = organization_state(account.id)
    root = next(unit for unit in state.ou if unit.type == "ROOT")
    if state.org.feature_set == "ALL":
        root.policy_types.append({"Type": "SERVICE_CONTROL_POLICY", "Status": "ENABLED"})
    account.world.memberships[account.id] = account.id


def open_member(management: Account, account_id: str, role_name: str) -> None:
    """A real account behind moto's entry, with the role that lets the management account in."""
    world = management.world
    world.open_account(account_id, management.region)
    world.memberships[account_id] = management.id
    iam = iam_state(account_id)
    iam.get_role(role_name).max_session_duration = 3600
    iam.attach_role_policy(_ADMINISTRATOR, role_name)
    follow_members(world, management.id)


def admit(state: Any, account: Account, call: Call) -> None:
    """An account that accepted an invitation, in the organization's root."""
    like = copy.copy(next(one for one in state.accounts if one.id == state.account_id))
    like.id, like.name, like.email = account.id, account.id, f"{account.id}@example.com"
    like.joined_method, like.status, like.state = "INVITED", "ACTIVE", "ACTIVE"
    like.parent_id, like.tags, like.attached_policies = state.org.root_id, {}, []
    like.create_time = call.time.replace(tzinfo=None)
    state.accounts.append(like)
    for policy_id in ("p-FullAWSAccess", "p-RCPFullAWSAccess"):
        state.attach_policy(PolicyId=policy_id, TargetId=account.id)
    account.world.memberships[account.id] = state.account_id
    follow_members(account.world, state.account_id)


def depart(state: Any, account: Account, call: Call) -> None:
    """The account leaves, or is removed: the organization's policies bind it no longer.

    Raises:
        AwsError: MasterCannotLeaveOrganizationException; ConstraintViolationException for a
            delegated administrator, and for an account created less than four days ago.
    """
    if account.id == state.account_id:
        raise AwsError(
            "MasterCannotLeaveOrganizationException",
            "You can't remove a management account from an organization.",
        )
    member = state.get_account_by_id(account.id)
    if any(admin.account is member for admin in state.admins):
        raise violation(
            "This account is registered as a delegated administrator and can't be removed from "
            "the organization."
        )
    age = call.time.replace(tzinfo=None) - member.create_time.replace(tzinfo=None)
    if member.joined_method == "CREATED" and age < _WAIT:
        raise violation("This operation requires a wait period. Try again later.")
    for policy in member.attached_policies:
        policy.attachments.remove(member)
    state.accounts.remove(member)
    del account.world.memberships[account.id]
    follow_members(account.world, state.account_id)


def disband(account: Account) -> None:
    """The management account of what was an organization is in none."""
    del account.world.memberships[account.id]
    follow_members(account.world, account.id)


def close(state: Any, account_id: str, call: Call) -> None:
    """Raises AwsError: it is no member, it is closed already, or it is the management account."""
    assert call.account is not None
    if account_id == state.account_id:
        raise violation("You cannot close the management account of an organization.")
    member = next((one for one in state.accounts if one.id == account_id), None)
    if member is None:
        raise AwsError("AccountNotFoundException", "You specified an account that doesn't exist.")
    if member.status == "SUSPENDED":
        raise AwsError("AccountAlreadyClosedException", "The provided account is already closed.")
    member.close()
    call.account.world.accounts[account_id].closed = True
