"""A member's administrator account, and an organization's delegated administrator.

Sources: "AcceptAdministratorInvitation", "EnableOrganizationAdminAccount",
"UpdateOrganizationConfiguration" (Amazon GuardDuty API Reference), "Managing accounts with AWS
Organizations" (Amazon GuardDuty User Guide).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from simulator.account.organization import organization_state
from simulator.gateway.call import Call
from simulator.guardduty import state
from simulator.guardduty.state import Member
from simulator.guardduty.told import stamp
from simulator.services import Backend, Result, operation
from simulator.services.guardduty.common import (
    bad,
    detector_of,
    keep,
    keep_detector,
    page,
    state_of,
)
from simulator.services.guardduty.detectors import made_for
from simulator.services.guardduty.members import account_of, join, manages

_PRINCIPAL = "guardduty.amazonaws.com"


@operation
def list_invitations(call: Call, backend: Backend) -> Result:
    """Invitations that were neither accepted nor declined."""
    shown, token = page(call, list(state_of(call).invitations.items()))
    told = [
        {
            "AccountId": sender,
            "InvitationId": name,
            "RelationshipStatus": "Invited",
            "InvitedAt": stamp(at),
        }
        for sender, (name, at) in shown
    ]
    return {"Invitations": told, **token}


@operation
def get_invitations_count(call: Call, backend: Backend) -> Result:
    """How many there are."""
    return {"InvitationsCount": len(state_of(call).invitations)}


def _accept(call: Call, sender: str) -> Result:
    assert call.account is not None
    detector_of(call)
    kept = state_of(call)
    name, _ = kept.invitations.get(sender, ("", None))
    if not name or name != call.params["InvitationId"]:
        raise bad("the given invitation ID is not valid for the current account.")
    administrator = account_of(call, sender)
    own = state.of(administrator, call.region).detector if administrator is not None else None
    if administrator is None or own is None or call.account.id not in own.members:
        raise bad("the given administrator account has withdrawn its invitation.")
    left = {key: each for key, each in kept.invitations.items() if key != sender}
    keep(call, replace(kept, invitations=left, administrator=(sender, name, call.time)))
    member = replace(own.members[call.account.id], status="Enabled", updated=call.time)
    members = {**own.members, call.account.id: member}
    state.keep_detector(administrator, call.region, replace(own, members=members))
    return {}


@operation
def accept_administrator_invitation(call: Call, backend: Backend) -> Result:
    """Be administered by who invited."""
    return _accept(call, str(call.params["AdministratorId"]))


@operation
def accept_invitation(call: Call, backend: Backend) -> Result:
    """The older name of AcceptAdministratorInvitation."""
    return _accept(call, str(call.params["MasterId"]))


def _drop(call: Call, status: str) -> Result:
    assert call.account is not None
    kept, unprocessed = state_of(call), []
    for sender in call.params["AccountIds"]:
        if sender not in kept.invitations:
            why = "The request is rejected because no invitation from the account was found."
            unprocessed.append({"AccountId": sender, "Result": why})
        elif (account := account_of(call, sender)) is not None:
            _mark(call, account, status)
    left = {key: each for key, each in kept.invitations.items()
            if key not in call.params["AccountIds"]}  # fmt: skip
    keep(call, replace(kept, invitations=left))
    return {"UnprocessedAccounts": unprocessed}


def _mark(call: Call, administrator: Any, status: str) -> None:
    assert call.account is not None
    own = state.of(administrator, call.region).detector
    if own is not None and call.account.id in own.members:
        member = replace(own.members[call.account.id], status=status, updated=call.time)
        members = {**own.members, call.account.id: member}
        state.keep_detector(administrator, call.region, replace(own, members=members))


@operation
def decline_invitations(call: Call, backend: Backend) -> Result:
    """No, thank you."""
    return _drop(call, "Resigned")


@operation
def delete_invitations(call: Call, backend: Backend) -> Result:
    """Out of the list."""
    return _drop(call, "Resigned")


def _administrator(call: Call) -> dict[str, str] | None:
    detector_of(call)
    known = state_of(call).administrator
    if known is None:
        return None
    name, invitation, at = known
    return {
        "AccountId": name,
        "InvitationId": invitation,
        "RelationshipStatus": "Enabled",
        "InvitedAt": stamp(at),
    }


@operation
def get_administrator_account(call: Call, backend: Backend) -> Result:
    """Who administers this account; nothing if nobody does."""
    known = _administrator(call)
    return {"Administrator": known} if known else {}


@operation
def get_master_account(call: Call, backend: Backend) -> Result:
    """The older name of GetAdministratorAccount."""
    known = _administrator(call)
    return {"Master": known} if known else {}


def _resign(call: Call) -> Result:
    detector_of(call)
    kept = state_of(call)
    if kept.administrator is None:
        raise bad("the current account is not associated with an administrator account.")
    if not kept.administrator[1]:
        raise bad("the current account is a member of an organization and cannot leave by itself.")
    administrator = account_of(call, kept.administrator[0])
    if administrator is not None:
        _mark(call, administrator, "Resigned")
    keep(call, replace(kept, administrator=None))
    return {}


@operation
def disassociate_from_administrator_account(call: Call, backend: Backend) -> Result:
    """A member that accepted an invitation may leave."""
    return _resign(call)


@operation
def disassociate_from_master_account(call: Call, backend: Backend) -> Result:
    """The older name of DisassociateFromAdministratorAccount."""
    return _resign(call)


def _as_management(call: Call) -> None:
    assert call.account is not None
    if call.account.world.memberships.get(call.account.id) != call.account.id:
        raise bad("the current account is not the management account of an organization.")


@operation
def enable_organization_admin_account(call: Call, backend: Backend) -> Result:
    """The management account names the delegated administrator, whose detector is turned on."""
    assert call.account is not None
    _as_management(call)
    name, kept = str(call.params["AdminAccountId"]), state_of(call)
    account = account_of(call, name)
    if account is None or call.account.world.memberships.get(name) != call.account.id:
        raise bad("the given account is not a member of the organization.")
    if kept.delegated and kept.delegated != name:
        raise bad("an organization admin account is already enabled for the current organization.")
    keep(call, replace(kept, delegated=name))
    made_for(call, account)
    organization = organization_state(call.account.id)
    known = [one.account.id for one in organization.admins if _PRINCIPAL in one.services]
    if name != call.account.id and name not in known:
        organization.register_delegated_administrator(AccountId=name, ServicePrincipal=_PRINCIPAL)
    return {}


@operation
def disable_organization_admin_account(call: Call, backend: Backend) -> Result:
    """Nobody is the delegated administrator any more; detectors stay on."""
    assert call.account is not None
    _as_management(call)
    name, kept = str(call.params["AdminAccountId"]), state_of(call)
    if kept.delegated != name:
        raise bad("the given account is not the organization admin account.")
    keep(call, replace(kept, delegated=""))
    account = account_of(call, name)
    detector = state.of(account, call.region).detector if account is not None else None
    if account is not None and detector is not None:
        for member in detector.members.values():
            other = account_of(call, member.account_id)
            if other is not None:
                own = state.of(other, call.region)
                state.keep(other, call.region, replace(own, administrator=None))
        state.keep_detector(account, call.region, replace(detector, members={}))
    if name != call.account.id:
        organization_state(call.account.id).deregister_delegated_administrator(
            AccountId=name, ServicePrincipal=_PRINCIPAL
        )
    return {}


@operation
def list_organization_admin_accounts(call: Call, backend: Backend) -> Result:
    """At most one."""
    _as_management(call)
    name = state_of(call).delegated
    return {"AdminAccounts": [{"AdminAccountId": name, "AdminStatus": "ENABLED"}] if name else []}


@operation
def describe_organization_configuration(call: Call, backend: Backend) -> Result:
    """Whether accounts of the organization become members by themselves."""
    detector = detector_of(call)
    _as_delegated(call)
    return {
        "AutoEnable": detector.auto_enable != "NONE",
        "AutoEnableOrganizationMembers": detector.auto_enable,
        "MemberAccountLimitReached": False,
        "Features": [{"Name": name, "AutoEnable": "NONE"} for name in detector.features],
    }


@operation
def update_organization_configuration(call: Call, backend: Backend) -> Result:
    """ALL makes every account of the organization a member at once; NEW and NONE add nobody."""
    assert call.account is not None
    detector = detector_of(call)
    _as_delegated(call)
    wanted = call.params.get("AutoEnableOrganizationMembers")
    if wanted is None:
        wanted = "NEW" if call.params.get("AutoEnable") else "NONE"
    members = dict(detector.members)
    if wanted == "ALL":
        memberships = call.account.world.memberships
        own = memberships[call.account.id]
        for name, management in memberships.items():
            account = account_of(call, name)
            if management == own and account is not None and account is not call.account:
                made_for(call, account)
                join(call, account, "")
                members.setdefault(name, Member(name, "", "Enabled", call.time))
    keep_detector(call, replace(detector_of(call), members=members, auto_enable=wanted))
    return {}


def _as_delegated(call: Call) -> None:
    if not manages(call):
        raise bad("the current account is not the GuardDuty delegated administrator account.")
