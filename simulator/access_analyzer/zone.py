"""The zone of trust of an analyzer: whose principals may be in a resource's policy.

Source: "IAM Access Analyzer findings" and "Manage delegated administrators for IAM Access
Analyzer" (IAM User Guide).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from simulator.access_analyzer.state import Analyzer
from simulator.account import organization
from simulator.account.account import Account
from simulator.account.world import World

PRINCIPAL = "access-analyzer.amazonaws.com"
_ACCOUNT = re.compile(r"\d{12}")


@dataclass(frozen=True, slots=True)
class Zone:
    """Accounts whose principals are trusted, and whose resources are looked at."""

    accounts: frozenset[str]
    organization: str = ""
    """Id of the organization, where that is the zone."""

    def trusts(self, account: str) -> bool:
        return account in self.accounts

    def trusts_arn(self, arn: str) -> bool:
        """Whether an ARN is of an account that is trusted."""
        parts = arn.split(":", 5)
        return len(parts) > 4 and parts[4] in self.accounts

    def trusts_organization(self, value: str) -> bool:
        """Whether an organization's id, or a path in it, is within the zone."""
        return bool(self.organization) and value.split("/", 1)[0] == self.organization


def zone_of(world: World, account: Account, analyzer: Analyzer) -> Zone:
    """The account, or all accounts of its organization."""
    if not analyzer.type.startswith("ORGANIZATION"):
        return Zone(frozenset({account.id}))
    state = organization.of_account(world, account.id)
    if state is None:
        return Zone(frozenset({account.id}))
    members = frozenset(str(one.id) for one in state.accounts)
    return Zone(members, str(state.org.id))


def may_analyze_organization(world: World, account_id: str) -> bool:
    """Whether an account is the management account or the service's delegated administrator."""
    management = world.memberships.get(account_id)
    if management is None:
        return False
    if management == account_id:
        return True
    state = organization.organization_state(management)
    return any(
        admin.account.id == account_id and PRINCIPAL in admin.services
        for admin in getattr(state, "admins", ())
    )


def account_in(value: str) -> str:
    """The account that a name of an account or an ARN tells; "" for none."""
    if _ACCOUNT.fullmatch(value):
        return value
    parts = value.split(":", 5)
    known = len(parts) > 4 and _ACCOUNT.fullmatch(parts[4])
    return parts[4] if known else ""
