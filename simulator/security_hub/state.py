"""What Security Hub keeps of an account in one Region. Values are replaced, never changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from simulator.security_hub.finding import Finding, Key

if TYPE_CHECKING:
    from simulator.account.account import Account
    from simulator.reactions.event import Event

SERVICE: Final = "securityhub"
ORGANIZATION: Final = "securityhub organization"
"""Where a management account keeps its delegated administrator."""


@dataclass(frozen=True, slots=True)
class Turned:
    """A control that was turned on or off in a standard."""

    enabled: bool
    time: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Member:
    """A member account, as its administrator has it."""

    account_id: str
    email: str
    status: str
    """"Created", "Invited", "Enabled", "Removed", "Resigned"."""
    invited: datetime | None
    updated: datetime


@dataclass(frozen=True, slots=True)
class Insight:
    """A stored question: findings that match, grouped by an attribute."""

    arn: str
    name: str
    filters: Mapping[str, Any]
    group_by: str


@dataclass(frozen=True, slots=True)
class ActionTarget:
    """A custom action."""

    arn: str
    name: str
    description: str


@dataclass(frozen=True, slots=True)
class Rule:
    """An automation rule; `told` is what the API says of it, dates included."""

    arn: str
    order: int
    enabled: bool
    terminal: bool
    criteria: Mapping[str, Any]
    updates: tuple[Mapping[str, Any], ...]
    told: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Aggregator:
    """Which Regions' findings come together in this one."""

    arn: str
    mode: str
    regions: tuple[str, ...]

    def links(self, region: str) -> bool:
        """Whether another Region's findings are seen here."""
        if self.mode == "SPECIFIED_REGIONS":
            return region in self.regions
        return self.mode != "NO_REGIONS" and region not in self.regions


@dataclass(frozen=True, slots=True)
class Hub:
    """Security Hub, turned on."""

    since: datetime
    tags: Mapping[str, str] = field(default_factory=dict)
    auto_enable: bool = True
    generator: str = "SECURITY_CONTROL"
    standards: Mapping[str, datetime] = field(default_factory=dict)
    """By the standard's id, since when it is on."""
    turned: Mapping[tuple[str, str], Turned] = field(default_factory=dict)
    """By standard's and control's id."""
    products: frozenset[str] = frozenset()
    """ARNs of products whose findings are taken in."""
    findings: Mapping[Key, Finding] = field(default_factory=dict)
    insights: Mapping[str, Insight] = field(default_factory=dict)
    actions: Mapping[str, ActionTarget] = field(default_factory=dict)
    rules: Mapping[str, Rule] = field(default_factory=dict)
    aggregator: Aggregator | None = None
    members: Mapping[str, Member] = field(default_factory=dict)
    administrator: str = ""
    organization: Mapping[str, Any] = field(default_factory=dict)
    """What UpdateOrganizationConfiguration set, and the accounts "known" by then."""
    made: int = 0
    """How many ids were given out."""
    read: int = 0
    """How many of the account's records were looked at."""
    due: Mapping[str, datetime] = field(default_factory=dict)
    """By service, when its controls are checked because it changed."""
    schedule: Mapping[str, datetime] = field(default_factory=dict)
    """By standard's id, when all of its controls are checked next."""
    seen: tuple[Any, ...] = ()
    """The states of other products' services whose findings were taken in."""
    outbox: tuple[Event, ...] = ()
    """Events that are sent when the observer is next asked."""


@dataclass(frozen=True, slots=True)
class Delegation:
    """The organization's delegated administrator for Security Hub, by Region."""

    admins: Mapping[str, str] = field(default_factory=dict)


def hub_of(account: Account, region: str) -> Hub | None:
    """None where Security Hub is off."""
    hub: Hub | None = account.services.get((SERVICE, region))
    return hub


def keep(account: Account, region: str, hub: Hub | None) -> None:
    """Put `hub` in the place of what was there; None turns Security Hub off."""
    if hub is None:
        account.services.pop((SERVICE, region), None)
    else:
        account.services[SERVICE, region] = hub


def hubs_of(account: Account) -> Iterator[tuple[str, Hub]]:
    """Regions where Security Hub is on, in the order of their names."""
    for service, region in sorted(account.services):
        if service == SERVICE:
            yield region, account.services[service, region]


def delegation_of(account: Account) -> Delegation:
    """Of a management account."""
    kept: Delegation = account.services.get((ORGANIZATION, "")) or Delegation()
    return kept
