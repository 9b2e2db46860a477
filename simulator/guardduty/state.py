"""What GuardDuty keeps in an account and region: everything frozen, replaced and never changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from simulator.guardduty.attempts import Attempts
from simulator.guardduty.profile import Profile

if TYPE_CHECKING:
    from simulator.account.account import Account

SERVICE: Final = "guardduty"
FEATURES: Final = (
    "S3_DATA_EVENTS",
    "EKS_AUDIT_LOGS",
    "EBS_MALWARE_PROTECTION",
    "RDS_LOGIN_EVENTS",
    "LAMBDA_NETWORK_LOGS",
    "RUNTIME_MONITORING",
)
"""What can be switched on beside CloudTrail's management events, VPC flows and DNS queries."""


@dataclass(frozen=True, slots=True)
class Found:
    """A finding. `told` is its JSON, keys as in EventBridge events, without what can change."""

    told: Mapping[str, Any]
    key: str
    """What occurrences of one finding have in common."""
    created: datetime
    updated: datetime
    first_seen: datetime
    last_seen: datetime
    count: int = 1
    archived: bool = False
    suppressed: bool = False
    feedback: str = ""
    sent: datetime | None = None
    """When EventBridge and the bucket were last told; None: never."""

    @property
    def id(self) -> str:
        return str(self.told["id"])


@dataclass(frozen=True, slots=True)
class Suppression:
    """A filter: saved criteria, which archive what fits as it comes up if the action is ARCHIVE."""

    name: str
    description: str
    action: str
    rank: int
    criterion: Mapping[str, Any]
    created: datetime
    updated: datetime
    version: int = 1


@dataclass(frozen=True, slots=True)
class AddressList:
    """An IP set (trusted) or a threat list. `blocks` is what was read when it was activated."""

    id: str
    name: str
    format: str
    location: str
    status: str
    owner: str = ""
    blocks: tuple[tuple[int, int], ...] = ()

    def holds(self, address: int) -> bool:
        """Whether it is active and names an address, given as a number."""
        return self.status == "ACTIVE" and any(low <= address <= high for low, high in self.blocks)


@dataclass(frozen=True, slots=True)
class Destination:
    """A bucket that findings are exported to. `failing_since` is None while it works."""

    id: str
    bucket_arn: str
    key_arn: str
    owner: str = ""
    failing_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """A member account, as its administrator sees it."""

    account_id: str
    email: str
    status: str
    updated: datetime
    invited: datetime | None = None


@dataclass(frozen=True, slots=True)
class Detector:
    """GuardDuty in a region: its settings, its findings, and how far it has looked."""

    id: str
    created: datetime
    updated: datetime
    enabled: bool = True
    frequency: str = "SIX_HOURS"
    features: Mapping[str, tuple[bool, datetime]] = field(default_factory=dict)
    filters: Mapping[str, Suppression] = field(default_factory=dict)
    trusted: Mapping[str, AddressList] = field(default_factory=dict)
    threats: Mapping[str, AddressList] = field(default_factory=dict)
    destinations: Mapping[str, Destination] = field(default_factory=dict)
    tags: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """By ARN: the detector's own, and those of its filters, lists and destinations."""
    findings: Mapping[str, Found] = field(default_factory=dict)
    open: Mapping[str, str] = field(default_factory=dict)
    """The id of the finding to which the next occurrence is added, by what they have in common."""
    members: Mapping[str, Member] = field(default_factory=dict)
    auto_enable: str = "NONE"
    made: int = 0
    """Things made so far: ids follow from it."""
    place: int = 0
    """The first of the account's records that was not looked at."""
    since: datetime | None = None
    """What happened before is nothing to find: it was off then."""
    profile: Profile = field(default_factory=Profile)
    attempts: Attempts = field(default_factory=Attempts)
    addresses: frozenset[int] = frozenset()
    """Public addresses that instances of the account have had."""

    def monitors(self, feature: str) -> bool:
        """Whether a feature is on."""
        return self.features.get(feature, (False, self.created))[0]


@dataclass(frozen=True, slots=True)
class GuardDuty:
    """An account's GuardDuty in one region, whether or not it is on."""

    detector: Detector | None = None
    detectors_made: int = 0
    invitations: Mapping[str, tuple[str, datetime]] = field(default_factory=dict)
    """Id and time of each invitation, by the account that sent it."""
    administrator: tuple[str, str, datetime] | None = None
    """The administrator account, the invitation's id ("" in an organization), and its time."""
    delegated: str = ""
    """In an organization's management account: the delegated administrator."""


def of(account: Account, region: str) -> GuardDuty:
    """The state; an empty one where nothing was ever done."""
    kept: GuardDuty | None = account.services.get((SERVICE, region))
    return kept or GuardDuty()


def keep(account: Account, region: str, state: GuardDuty) -> None:
    """Replace the state."""
    account.services[SERVICE, region] = state


def keep_detector(account: Account, region: str, detector: Detector | None) -> None:
    """Replace the detector."""
    keep(account, region, replace(of(account, region), detector=detector))


def regions(account: Account) -> list[str]:
    """Where the account has a detector, on or off."""
    return [
        region
        for (service, region), state in account.services.items()
        if service == SERVICE and state.detector is not None
    ]
