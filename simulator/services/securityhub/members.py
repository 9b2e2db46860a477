"""The members of an administrator account.

Sources: "CreateMembers", "InviteMembers", "ListMembers", "DisassociateMembers" and the pages beside
them (AWS Security Hub API Reference).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.security_hub import organization, state
from simulator.security_hub.state import Hub, Member
from simulator.services import Backend, Result, operation
from simulator.services.securityhub.state import account_of, hub_of, keep, page

_ASSOCIATED = ("Enabled",)


@operation
def create_members(call: Call, backend: Backend) -> Result:
    """Accounts of the organization are members at once, others once they accept an invitation.

    Raises:
        AwsError: InvalidInputException, InvalidAccessException for a member.
    """
    hub_of(call)
    _check_standing(call)
    account, lost = account_of(call), []
    delegated = organization.administrator_of(account, call.region) == account.id
    inside = organization.accounts_of(account) if delegated else {}
    for each in call.params["AccountDetails"]:
        number, hub = each["AccountId"], hub_of(call)
        if number == account.id:
            lost.append(_lost(number, "An account can't be a member of itself."))
        elif number in hub.members and hub.members[number].status == "Enabled":
            lost.append(_lost(number, "The account is a member already."))
        elif number in inside:
            email = each.get("Email") or inside[number].email
            organization.associate(account, call.region, number, email, call.time)
        else:
            member = Member(number, each.get("Email", ""), "Created", None, call.time)
            _put(call, hub, member)
    return {"UnprocessedAccounts": lost}


@operation
def invite_members(call: Call, backend: Backend) -> Result:
    """Of accounts that were created as members before."""
    lost = []
    for number in call.params["AccountIds"]:
        hub = hub_of(call)
        member = hub.members.get(number)
        if member is None:
            lost.append(_lost(number, "The account is not a member."))
        elif member.status != "Enabled":
            at = call.time
            _put(call, hub, replace(member, status="Invited", invited=at, updated=at))
    return {"UnprocessedAccounts": lost}


@operation
def get_members(call: Call, backend: Backend) -> Result:
    """Those named."""
    hub, found, lost = hub_of(call), [], []
    for number in call.params["AccountIds"]:
        member = hub.members.get(number)
        if member is None:
            lost.append(_lost(number, "The account is not a member."))
        else:
            found.append(_told(call, member))
    return {"Members": found, "UnprocessedAccounts": lost}


@operation
def list_members(call: Call, backend: Backend) -> Result:
    """Those that are enabled, unless the call asks for all."""
    wanted = call.params.get("OnlyAssociated", True)
    told = [
        _told(call, one)
        for one in hub_of(call).members.values()
        if not wanted or one.status in _ASSOCIATED
    ]
    shown, rest = page(call, told)
    return {"Members": shown, **rest}


@operation
def disassociate_members(call: Call, backend: Backend) -> Result:
    """Their findings are not seen any more; Security Hub stays on in them."""
    hub_of(call)
    for number in call.params["AccountIds"]:
        hub = hub_of(call)
        if (member := hub.members.get(number)) is not None:
            _put(call, hub, replace(member, status="Removed", updated=call.time))
            _free(call, number)
    return {}


@operation
def delete_members(call: Call, backend: Backend) -> Result:
    """Of accounts that are not associated."""
    lost = []
    for number in call.params["AccountIds"]:
        hub = hub_of(call)
        member = hub.members.get(number)
        if member is None or member.status == "Enabled":
            lost.append(_lost(number, "The account is no member, or must be disassociated first."))
        else:
            left = {name: one for name, one in hub.members.items() if name != number}
            keep(call, replace(hub, members=left))
    return {"UnprocessedAccounts": lost}


def _free(call: Call, number: str) -> None:
    other = account_of(call).world.accounts.get(number)
    theirs = state.hub_of(other, call.region) if other is not None else None
    if other is None or theirs is None or theirs.administrator != account_of(call).id:
        return
    state.keep(other, call.region, replace(theirs, administrator=""))


def _check_standing(call: Call) -> None:
    if hub_of(call).administrator:
        raise AwsError(
            "InvalidAccessException",
            f"Account {account_of(call).id} is a member account and can't have members.",
            401,
        )


def _put(call: Call, hub: Hub, member: Member) -> None:
    keep(call, replace(hub, members={**hub.members, member.account_id: member}))


def _told(call: Call, member: Member) -> dict[str, Any]:
    told = {
        "AccountId": member.account_id,
        "Email": member.email or None,
        "MasterId": account_of(call).id,
        "AdministratorId": account_of(call).id,
        "MemberStatus": member.status,
        "InvitedAt": member.invited,
        "UpdatedAt": member.updated,
    }
    return {name: value for name, value in told.items() if value is not None}


def _lost(number: str, why: str) -> dict[str, str]:
    return {"AccountId": number, "ProcessingResult": why}
