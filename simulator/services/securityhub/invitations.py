"""Invitations, and the administrator of a member account.

Sources: "ListInvitations", "AcceptAdministratorInvitation", "GetAdministratorAccount" and the pages
beside them (AWS Security Hub API Reference).
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from simulator.account.account import Account
from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.security_hub import organization, state
from simulator.security_hub.state import Hub, Member
from simulator.services import Backend, Result, operation
from simulator.services.securityhub.state import account_of, hub_of, invalid, keep, page


@operation
def list_invitations(call: Call, backend: Backend) -> Result:
    """Of every administrator that has invited the account in the Region."""
    told = [
        {
            "AccountId": admin.id,
            "InvitationId": _invitation(call, admin),
            "InvitedAt": member.invited,
            "MemberStatus": member.status,
        }
        for admin, _, member in _inviting(call)
    ]
    shown, rest = page(call, told)
    return {"Invitations": shown, **rest}


@operation
def get_invitations_count(call: Call, backend: Backend) -> Result:
    """Of invitations that are neither accepted nor declined."""
    return {"InvitationsCount": len(list(_inviting(call)))}


@operation
def accept_administrator_invitation(call: Call, backend: Backend) -> Result:
    """Raises AwsError: ResourceNotFoundException, InvalidInputException."""
    hub = hub_of(call)
    _accept(call, hub, call.params["AdministratorId"])
    return {}


@operation
def accept_invitation(call: Call, backend: Backend) -> Result:
    """The older name of AcceptAdministratorInvitation."""
    _accept(call, hub_of(call), call.params["MasterId"])
    return {}


@operation
def decline_invitations(call: Call, backend: Backend) -> Result:
    """The administrator sees that the account has resigned."""
    return _turn_down(call)


@operation
def delete_invitations(call: Call, backend: Backend) -> Result:
    """As DeclineInvitations."""
    return _turn_down(call)


@operation
def get_administrator_account(call: Call, backend: Backend) -> Result:
    """Nothing for an account that is no member."""
    told = _administrator(call)
    return {"Administrator": told} if told else {}


@operation
def get_master_account(call: Call, backend: Backend) -> Result:
    """The older name of GetAdministratorAccount."""
    told = _administrator(call)
    return {"Master": told} if told else {}


@operation
def disassociate_from_administrator_account(call: Call, backend: Backend) -> Result:
    """Not for accounts of an organization, whose administrator alone can.

    Raises:
        AwsError: InvalidInputException.
    """
    _leave(call)
    return {}


@operation
def disassociate_from_master_account(call: Call, backend: Backend) -> Result:
    """The older name of DisassociateFromAdministratorAccount."""
    _leave(call)
    return {}


def _accept(call: Call, hub: Hub, admin_id: str) -> None:
    if hub.administrator or any(one.status == "Enabled" for one in hub.members.values()):
        raise invalid("The account has an administrator already, or is one.")
    for admin, theirs, member in _inviting(call):
        if admin.id == admin_id and _invitation(call, admin) == call.params["InvitationId"]:
            joined = replace(member, status="Enabled", updated=call.time)
            _keep(admin, call.region, theirs, joined)
            keep(call, replace(hub_of(call), administrator=admin_id))
            return
    raise AwsError("ResourceNotFoundException", "The invitation was not found.", 404)


def _turn_down(call: Call) -> Result:
    wanted = call.params["AccountIds"]
    found = {admin.id: (admin, hub, member) for admin, hub, member in _inviting(call)}
    for number in wanted:
        if number in found:
            admin, hub, member = found[number]
            _keep(admin, call.region, hub, replace(member, status="Resigned", updated=call.time))
    lost = [_lost(one, "There is no such invitation.") for one in wanted if one not in found]
    return {"UnprocessedAccounts": lost}


def _leave(call: Call) -> None:
    hub, account = hub_of(call), account_of(call)
    admin = account.world.accounts.get(hub.administrator)
    if admin is None:
        raise invalid("The account is not associated with an administrator.")
    if organization.administrator_of(account, call.region) == admin.id:
        raise invalid("A member of an organization can't leave its administrator.")
    theirs = state.hub_of(admin, call.region)
    if theirs is not None and account.id in theirs.members:
        gone = replace(theirs.members[account.id], status="Resigned", updated=call.time)
        _keep(admin, call.region, theirs, gone)
    keep(call, replace(hub_of(call), administrator=""))


def _inviting(call: Call) -> Iterator[tuple[Account, Hub, Member]]:
    account = account_of(call)
    for other in account.world.accounts.values():
        hub = state.hub_of(other, call.region)
        member = hub.members.get(account.id) if hub is not None else None
        if hub is not None and member is not None and member.status == "Invited":
            yield other, hub, member


def _invitation(call: Call, admin: Account) -> str:
    seed = f"{admin.world.seed}/{admin.id}/{account_of(call).id}/{call.region}"
    return f"{random.Random(f'security-hub/invitation/{seed}').getrandbits(128):032x}"


def _administrator(call: Call) -> dict[str, Any] | None:
    hub, account = hub_of(call), account_of(call)
    admin = account.world.accounts.get(hub.administrator)
    theirs = state.hub_of(admin, call.region) if admin is not None else None
    if admin is None or theirs is None:
        return None
    member = theirs.members[account.id]
    return {
        "AccountId": admin.id,
        "InvitationId": _invitation(call, admin),
        "InvitedAt": member.invited or member.updated,
        "MemberStatus": member.status,
    }


def _keep(account: Account, region: str, hub: Hub, member: Member) -> None:
    members = {**hub.members, member.account_id: member}
    state.keep(account, region, replace(hub, members=members))


def _lost(number: str, why: str) -> dict[str, str]:
    return {"AccountId": number, "ProcessingResult": why}
