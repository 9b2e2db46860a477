"""The delegated administrator for CloudTrail: a member that makes and changes organization trails.

Sources: "Organization delegated administrator" (CloudTrail User Guide),
"RegisterOrganizationDelegatedAdmin" (CloudTrail API Reference).
"""

from __future__ import annotations

import functools
from typing import Any

from simulator.account.organization import of_account
from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.services import Backend, Operation, Result
from simulator.services.organization_trails import check_trusted, no_organization
from simulator.telemetry.upload import PRINCIPAL


def for_delegates(function: Operation) -> Operation:
    """A delegated administrator's call about an organization trail acts where the trail is.

    The management account owns the organization's trails, whoever makes them.
    """

    @functools.wraps(function)
    def acting(call: Call, backend: Backend) -> Result:
        home = call.account
        assert home is not None
        state = of_account(home.world, home.id)
        if state is not None and _is_delegate(state, home.id) and _concerns(call, state):
            call.account = home.world.accounts[state.account_id]
        try:
            return function(call, backend)
        finally:
            call.account = home

    return acting


def _concerns(call: Call, state: Any) -> bool:
    name = call.params.get("Name") or call.params.get("TrailName") or ""
    new = call.operation == "CreateTrail" and call.params.get("IsOrganizationTrail")
    return bool(new) or f":{state.account_id}:trail/" in name


def register(call: Call) -> None:
    """Make a member the delegated administrator for CloudTrail.

    Raises:
        AwsError: NotOrganizationManagementAccountException, AccountNotFoundException,
            CannotDelegateManagementAccountException, AccountRegisteredException, and those of
            `check_allowed`.
    """
    state, member_id = _managed(call), call.params["MemberAccountId"]
    check_trusted(state)
    if member_id == state.account_id:
        raise AwsError(
            "CannotDelegateManagementAccountException",
            "The management account can't be a delegated administrator.",
        )
    member = next((one for one in state.accounts if one.id == member_id), None)
    if member is None:
        raise AwsError(
            "AccountNotFoundException", f"Account {member_id} is not part of the organization."
        )
    if _is_delegate(state, member_id):
        raise AwsError(
            "AccountRegisteredException",
            f"Account {member_id} is registered as a delegated administrator already.",
        )
    from moto.organizations.models import FakeDelegatedAdministrator

    admin = next((one for one in state.admins if one.account is member), None)
    if admin is None:
        admin = FakeDelegatedAdministrator(member)
        state.admins.append(admin)
    since = {"ServicePrincipal": PRINCIPAL, "DelegationEnabledDate": call.time.timestamp()}
    admin.services[PRINCIPAL] = since


def deregister(call: Call) -> None:
    """Raises AwsError: AccountNotRegisteredException."""
    state, member_id = _managed(call), call.params["DelegatedAdminAccountId"]
    if not _is_delegate(state, member_id):
        raise AwsError(
            "AccountNotRegisteredException",
            f"Account {member_id} is not registered as a delegated administrator.",
        )
    for admin in list(state.admins):
        if admin.account.id == member_id:
            del admin.services[PRINCIPAL]
            if not admin.services:
                state.admins.remove(admin)


def _is_delegate(state: Any, account_id: str) -> bool:
    return any(one.account.id == account_id and PRINCIPAL in one.services for one in state.admins)


def _managed(call: Call) -> Any:
    """The organization that the caller's account manages."""
    account = call.account
    assert account is not None
    state = of_account(account.world, account.id)
    if state is None:
        raise no_organization()
    if state.account_id != account.id:
        raise AwsError(
            "NotOrganizationManagementAccountException",
            "The request must be made by the management account of the organization.",
        )
    return state
