"""The organization's delegated administrator, and accounts that are enrolled by themselves.

Sources: "Managing Security Hub CSPM for multiple accounts with AWS Organizations", "Automatically
enabling Security Hub CSPM in new organization accounts" (AWS Security Hub User Guide).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from simulator.account.organization import of_account
from simulator.security_hub.state import (
    ORGANIZATION,
    Delegation,
    Member,
    delegation_of,
    hub_of,
    keep,
)

if TYPE_CHECKING:
    from simulator.account.account import Account

PRINCIPAL: Final = "securityhub.amazonaws.com"


def administrator_of(account: Account, region: str) -> str | None:
    """The delegated administrator of the organization that an account is in."""
    management = account.world.memberships.get(account.id)
    home = account.world.accounts.get(management) if management else None
    return delegation_of(home).admins.get(region) if home is not None else None


def delegate(management: Account, region: str, admin_id: str | None) -> None:
    """Name the delegated administrator of a Region; None names none."""
    admins = dict(delegation_of(management).admins)
    admins.pop(region, None)
    if admin_id is not None:
        admins[region] = admin_id
    management.services[ORGANIZATION, ""] = Delegation(admins)


def accounts_of(account: Account) -> dict[str, Any]:
    """moto's accounts of the organization, by id; none outside of one."""
    state = of_account(account.world, account.id)
    return {one.id: one for one in state.accounts} if state is not None else {}


def enroll(account: Account, region: str, now: datetime) -> None:
    """New accounts become members of an administrator that has AutoEnable on."""
    hub = hub_of(account, region)
    if hub is None or not hub.organization.get("AutoEnable"):
        return
    known = hub.organization["known"]
    present = accounts_of(account)
    new = [one for name, one in present.items() if name not in known and name != account.id]
    if not new:
        return
    settings = {**hub.organization, "known": frozenset(present)}
    keep(account, region, replace(hub, organization=settings))
    standards = settings.get("AutoEnableStandards", "DEFAULT") == "DEFAULT"
    for each in new:
        associate(account, region, each.id, each.email, now, standards=standards)


def associate(
    admin: Account,
    region: str,
    member_id: str,
    email: str,
    now: datetime,
    *,
    standards: bool = True,
) -> None:
    """Make an account a member, and turn Security Hub on in it."""
    from simulator.security_hub.switching import turn_on

    hub = hub_of(admin, region)
    assert hub is not None
    member = Member(member_id, email, "Enabled", now, now)
    keep(admin, region, replace(hub, members={**hub.members, member_id: member}))
    other = admin.world.accounts.get(member_id)
    if other is None:
        return
    if hub_of(other, region) is None:
        turn_on(other, region, now, generator=hub.generator, standards=standards)
    theirs = hub_of(other, region)
    assert theirs is not None
    keep(other, region, replace(theirs, administrator=admin.id))
