"""The delegated administrator for Security Hub, and new accounts of the organization.

Sources: "EnableOrganizationAdminAccount", "DisableOrganizationAdminAccount",
"ListOrganizationAdminAccounts", "DescribeOrganizationConfiguration",
"UpdateOrganizationConfiguration" (AWS Security Hub API Reference).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from simulator.account.organization import of_account
from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.security_hub import organization, state, switching
from simulator.services import Backend, Result, operation
from simulator.services.securityhub.state import account_of, hub_of, invalid, keep, page


@operation
def enable_organization_admin_account(call: Call, backend: Backend) -> Result:
    """By the management account. Security Hub is turned on in the administrator.

    Raises:
        AwsError: InvalidAccessException, InvalidInputException.
    """
    organized, account = _managed(call), account_of(call)
    wanted = call.params["AdminAccountId"]
    if all(one.id != wanted for one in organized.accounts):
        raise invalid(f"Account {wanted} is not part of the organization.")
    present = state.delegation_of(account).admins
    if present.get(call.region, wanted) != wanted:
        raise invalid("The organization has another Security Hub administrator already.")
    _register(organized, wanted, call)
    organization.delegate(account, call.region, wanted)
    other = account.world.accounts.get(wanted)
    if other is not None and state.hub_of(other, call.region) is None:
        switching.turn_on(other, call.region, call.time)
    return {"AdminAccountId": wanted, "Feature": "SecurityHub"}


@operation
def disable_organization_admin_account(call: Call, backend: Backend) -> Result:
    """Its members are no members any more."""
    organized, account = _managed(call), account_of(call)
    wanted = call.params["AdminAccountId"]
    if state.delegation_of(account).admins.get(call.region) != wanted:
        raise invalid(f"Account {wanted} is not the Security Hub administrator.")
    organization.delegate(account, call.region, None)
    if wanted not in state.delegation_of(account).admins.values():
        _deregister(organized, wanted)
    other = account.world.accounts.get(wanted)
    hub = state.hub_of(other, call.region) if other is not None else None
    if other is None or hub is None:
        return {}
    for number in hub.members:
        member = account.world.accounts.get(number)
        theirs = state.hub_of(member, call.region) if member is not None else None
        if member is not None and theirs is not None:
            state.keep(member, call.region, replace(theirs, administrator=""))
    state.keep(other, call.region, replace(hub, members={}, organization={}))
    return {}


@operation
def list_organization_admin_accounts(call: Call, backend: Backend) -> Result:
    """By the management account."""
    _managed(call)
    found = state.delegation_of(account_of(call)).admins.get(call.region)
    told = [{"AccountId": found, "Status": "ENABLED"}] if found else []
    shown, rest = page(call, told)
    return {"AdminAccounts": shown, "Feature": "SecurityHub", **rest}


@operation
def describe_organization_configuration(call: Call, backend: Backend) -> Result:
    """By the delegated administrator. Its configuration is local: there are no policies here."""
    _delegated(call)
    kept = hub_of(call).organization
    return {
        "AutoEnable": kept.get("AutoEnable", False),
        "MemberAccountLimitReached": False,
        "AutoEnableStandards": kept.get("AutoEnableStandards", "DEFAULT"),
        "OrganizationConfiguration": {"ConfigurationType": "LOCAL", "Status": "ENABLED"},
    }


@operation
def update_organization_configuration(call: Call, backend: Backend) -> Result:
    """Whether accounts that join from now on become members by themselves."""
    _delegated(call)
    params, hub = call.params, hub_of(call)
    kind = (params.get("OrganizationConfiguration") or {}).get("ConfigurationType", "LOCAL")
    if kind != "LOCAL":
        raise AwsError.not_simulated("securityhub", "central configuration")
    kept: dict[str, Any] = {
        "AutoEnable": params["AutoEnable"],
        "AutoEnableStandards": params.get("AutoEnableStandards", "DEFAULT"),
        "known": frozenset(organization.accounts_of(account_of(call))),
    }
    keep(call, replace(hub, organization=kept))
    return {}


def _managed(call: Call) -> Any:
    """moto's organization, which the call's account manages."""
    account = account_of(call)
    organized = of_account(account.world, account.id)
    if organized is None or organized.account_id != account.id:
        raise AwsError(
            "InvalidAccessException",
            f"Account {account.id} is not the management account of an organization",
            401,
        )
    return organized


def _delegated(call: Call) -> None:
    hub_of(call)
    account = account_of(call)
    if organization.administrator_of(account, call.region) != account.id:
        raise AwsError(
            "InvalidAccessException",
            f"Account {account.id} is not an administrator for this organization",
            401,
        )


def _register(organized: Any, admin_id: str, call: Call) -> None:
    """In AWS Organizations, too: trusted access, and the delegated administrator."""
    from moto.organizations.models import FakeDelegatedAdministrator

    since = {
        "ServicePrincipal": organization.PRINCIPAL,
        "DelegationEnabledDate": call.time.timestamp(),
    }
    if all(one["ServicePrincipal"] != organization.PRINCIPAL for one in organized.services):
        trusted = {
            "ServicePrincipal": organization.PRINCIPAL,
            "DateEnabled": call.time.timestamp(),
        }
        organized.services.append(trusted)
    if admin_id == organized.account_id:
        return
    member = next(one for one in organized.accounts if one.id == admin_id)
    admin = next((one for one in organized.admins if one.account.id == admin_id), None)
    if admin is None:
        admin = FakeDelegatedAdministrator(member)
        organized.admins.append(admin)
    admin.services[organization.PRINCIPAL] = since


def _deregister(organized: Any, admin_id: str) -> None:
    for admin in list(organized.admins):
        if admin.account.id == admin_id:
            admin.services.pop(organization.PRINCIPAL, None)
            if not admin.services:
                organized.admins.remove(admin)
