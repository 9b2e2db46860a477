"""Member accounts, as their administrator account sees them.

An account of the organization becomes a member at once when the delegated administrator adds it, and
its detector is turned on; any other is invited and has to accept. Sources: "CreateMembers",
"InviteMembers", "GetMembers" (API Reference), "Multiple accounts in Amazon GuardDuty".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from simulator.account.account import Account
from simulator.gateway.call import Call
from simulator.guardduty import state
from simulator.guardduty.state import Detector, Member
from simulator.guardduty.told import stamp
from simulator.services import Backend, Result, operation
from simulator.services.guardduty.common import detector_of, keep_detector, new_id, page
from simulator.services.guardduty.detectors import features_in, made_for

_NOT_MEMBER = "The request is rejected because the given account ID is not an associated member of"
_NO_MEMBER = f"{_NOT_MEMBER} account the current account."


def account_of(call: Call, name: str) -> Account | None:
    """An account of the world."""
    assert call.account is not None
    return call.account.world.accounts.get(name)


def manages(call: Call) -> bool:
    """Whether the caller's account is the organization's delegated administrator for GuardDuty."""
    assert call.account is not None
    management = call.account.world.memberships.get(call.account.id)
    owner = account_of(call, management) if management else None
    return owner is not None and state.of(owner, call.region).delegated == call.account.id


def join(call: Call, account: Account, invitation: str) -> None:
    """The account has the caller's for its administrator."""
    assert call.account is not None
    kept = state.of(account, call.region)
    administrator = (call.account.id, invitation, call.time)
    state.keep(account, call.region, replace(kept, administrator=administrator))


def leave(call: Call, account: Account) -> None:
    """The account has no administrator any more."""
    kept = state.of(account, call.region)
    state.keep(account, call.region, replace(kept, administrator=None))


@operation
def create_members(call: Call, backend: Backend) -> Result:
    """Accounts to be administered; those of the organization are members from then on."""
    assert call.account is not None
    detector, unprocessed = detector_of(call), []
    members = dict(detector.members)
    for each in call.params["AccountDetails"]:
        name, account = str(each["AccountId"]), account_of(call, each["AccountId"])
        if name == call.account.id:
            unprocessed.append(_unprocessed(name, "Operation failed because your GuardDuty account"
                                            " ID cannot be a member of itself."))  # fmt: skip
            continue
        status = "Created"
        if account is not None and manages(call) and _same_organization(call, account):
            status = "Enabled"
            made_for(call, account)
            join(call, account, "")
        members[name] = Member(name, str(each["Email"]), status, call.time)
    keep_detector(call, replace(detector_of(call), members=members))
    return {"UnprocessedAccounts": unprocessed}


def _same_organization(call: Call, account: Account) -> bool:
    assert call.account is not None
    memberships = call.account.world.memberships
    own = memberships.get(call.account.id)
    return own is not None and memberships.get(account.id) == own


def _unprocessed(name: str, why: str) -> dict[str, str]:
    return {"AccountId": name, "Result": why}


@operation
def invite_members(call: Call, backend: Backend) -> Result:
    """Each gets an invitation, which it sees in the same region."""
    assert call.account is not None
    sender = call.account

    def invited(detector: Detector, member: Member, account: Account | None) -> Member | None:
        if account is None:
            return replace(member, status="EmailVerificationFailed", updated=call.time)
        if member.status == "Enabled":
            return member
        kept = state.of(account, call.region)
        invitation = new_id(call, f"invitation/{member.account_id}", len(sender.records))
        invitations = {**kept.invitations, sender.id: (invitation, call.time)}
        state.keep(account, call.region, replace(kept, invitations=invitations))
        return replace(member, status="Invited", invited=call.time, updated=call.time)

    return _each(call, invited)


@operation
def disassociate_members(call: Call, backend: Backend) -> Result:
    """They stay in the list, and are members no more."""

    def removed(detector: Detector, member: Member, account: Account | None) -> Member | None:
        if account is not None:
            leave(call, account)
        return replace(member, status="Removed", updated=call.time)

    return _each(call, removed)


@operation
def delete_members(call: Call, backend: Backend) -> Result:
    """Out of the list."""

    def deleted(detector: Detector, member: Member, account: Account | None) -> Member | None:
        if account is not None:
            leave(call, account)
        return None

    return _each(call, deleted)


@operation
def start_monitoring_members(call: Call, backend: Backend) -> Result:
    """Their findings are seen again."""
    return _each(call, lambda detector, member, account: replace(member, status="Enabled"))


@operation
def stop_monitoring_members(call: Call, backend: Backend) -> Result:
    """Their findings are not seen for a while."""
    return _each(call, lambda detector, member, account: replace(member, status="Disabled"))


Change = Callable[[Detector, Member, Account | None], Member | None]


def _each(call: Call, change: Change) -> Result:
    """Change the members that the call names; those that are none are not processed."""
    detector, unprocessed = detector_of(call), []
    members = dict(detector.members)
    for name in call.params["AccountIds"]:
        member = members.pop(name, None)
        if member is None:
            unprocessed.append(_unprocessed(name, _NO_MEMBER))
            continue
        changed = change(detector, member, account_of(call, name))
        if changed is not None:
            members[name] = changed
    keep_detector(call, replace(detector_of(call), members=members))
    return {"UnprocessedAccounts": unprocessed}


@operation
def list_members(call: Call, backend: Backend) -> Result:
    """Members; with OnlyAssociated false, those that were invited or removed as well."""
    only = str(call.params.get("OnlyAssociated", "true")).lower() != "false"
    kept = [
        one
        for one in detector_of(call).members.values()
        if not only or one.status in {"Enabled", "Disabled"}
    ]
    shown, token = page(call, kept)
    return {"Members": [_told(call, one) for one in shown], **token}


@operation
def get_members(call: Call, backend: Backend) -> Result:
    """Some members."""
    kept, found, unprocessed = detector_of(call).members, [], []
    for name in call.params["AccountIds"]:
        if name in kept:
            found.append(_told(call, kept[name]))
        else:
            unprocessed.append(_unprocessed(name, _NO_MEMBER))
    return {"Members": found, "UnprocessedAccounts": unprocessed}


def _told(call: Call, member: Member) -> dict[str, Any]:
    assert call.account is not None
    told = {
        "AccountId": member.account_id,
        "MasterId": call.account.id,
        "AdministratorId": call.account.id,
        "Email": member.email,
        "RelationshipStatus": member.status,
        "UpdatedAt": stamp(member.updated),
    }
    if member.invited is not None:
        told["InvitedAt"] = stamp(member.invited)
    account = account_of(call, member.account_id)
    detector = state.of(account, call.region).detector if account is not None else None
    if detector is not None and member.status in {"Enabled", "Disabled"}:
        told["DetectorId"] = detector.id
    return told


@operation
def get_member_detectors(call: Call, backend: Backend) -> Result:
    """What members have on."""
    kept, found, unprocessed = detector_of(call).members, [], []
    for name in call.params["AccountIds"]:
        account = account_of(call, name) if name in kept else None
        detector = state.of(account, call.region).detector if account is not None else None
        if detector is None:
            unprocessed.append(_unprocessed(name, _NO_MEMBER))
            continue
        features = [
            {"Name": feature, "Status": "ENABLED" if on else "DISABLED", "UpdatedAt": at}
            for feature, (on, at) in detector.features.items()
        ]
        found.append({"AccountId": name, "Features": features})
    return {"MemberDataSourceConfigurations": found, "UnprocessedAccounts": unprocessed}


@operation
def update_member_detectors(call: Call, backend: Backend) -> Result:
    """Turn features of members on and off."""
    asked = features_in(call.params, call.time)

    def updated(detector: Detector, member: Member, account: Account | None) -> Member | None:
        own = state.of(account, call.region).detector if account is not None else None
        if account is not None and own is not None:
            changed = replace(own, features={**own.features, **asked}, updated=call.time)
            state.keep_detector(account, call.region, changed)
        return member

    return _each(call, updated)
