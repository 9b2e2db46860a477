"""What Macie keeps in an account and region: everything frozen, replaced and never changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from simulator.account.account import Account

SERVICE: Final = "macie"
_SEEN: Final = "records seen by macie"
_WAITING: Final = "events awaited of macie"
"""Kept apart: findings follow from the rest, and who reads them looks whether it is new."""


@dataclass(frozen=True, slots=True)
class Found:
    """A finding. `told` is its JSON as EventBridge gets it, without what can change."""

    told: Mapping[str, Any]
    created: datetime
    updated: datetime
    count: int = 1
    archived: bool = False
    suppressed: bool = False
    sent: datetime | None = None
    """When EventBridge was last told; None: never."""

    @property
    def id(self) -> str:
        return str(self.told["id"])


@dataclass(frozen=True, slots=True)
class Job:
    """A classification job. `settings` are CreateClassificationJob's parameters."""

    id: str
    arn: str
    settings: Mapping[str, Any]
    created: datetime
    status: str
    tags: Mapping[str, str] = field(default_factory=dict)
    due: datetime | None = None
    """When the present run is done; None: none is under way."""
    begun: datetime | None = None
    """When the last run began."""
    next: datetime | None = None
    """When the next one begins, of a recurring job."""
    since: datetime | None = None
    """The run takes objects changed from here on; None: all."""
    runs: int = 0
    failed: bool = False
    """Whether the last run could not get into a bucket."""
    unread: int = 0
    """Objects of the last run that Macie may not read."""
    skipped: int = 0
    """Objects of the last run of a kind that it can't look at."""
    paused: datetime | None = None


@dataclass(frozen=True, slots=True)
class Identifier:
    """A custom data identifier. One that was deleted is kept: findings name it."""

    id: str
    arn: str
    name: str
    regex: str
    created: datetime
    description: str = ""
    keywords: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    distance: int = 50
    levels: Mapping[str, int] = field(default_factory=dict)
    """Thresholds by severity."""
    tags: Mapping[str, str] = field(default_factory=dict)
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class AllowList:
    """Text to ignore: a pattern, or an object in S3 with one entry a line."""

    id: str
    arn: str
    name: str
    criteria: Mapping[str, Any]
    created: datetime
    updated: datetime
    description: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Filter:
    """Saved criteria; with the action ARCHIVE a suppression rule."""

    id: str
    arn: str
    name: str
    action: str
    criterion: Mapping[str, Any]
    position: int
    description: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Session:
    """Macie in a region, on or paused."""

    created: datetime
    updated: datetime
    status: str = "ENABLED"
    frequency: str = "FIFTEEN_MINUTES"
    weak: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """What is weak about each bucket: types of policy findings."""
    open: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """The policy finding of a type about a bucket."""
    findings: Mapping[str, Found] = field(default_factory=dict)
    jobs: Mapping[str, Job] = field(default_factory=dict)
    identifiers: Mapping[str, Identifier] = field(default_factory=dict)
    allow_lists: Mapping[str, AllowList] = field(default_factory=dict)
    filters: Mapping[str, Filter] = field(default_factory=dict)
    published: Mapping[str, bool] = field(
        default_factory=lambda: {
            "publishClassificationFindings": False,
            "publishPolicyFindings": True,
        }
    )
    """What is sent to Security Hub."""
    tokens: Mapping[str, str] = field(default_factory=dict)
    """What was made with a client token."""
    made: int = 0
    """Things made so far: ids follow from it."""


def of(account: Account, region: str) -> Session | None:
    """The session; None while Macie is off."""
    kept: Session | None = account.services.get((SERVICE, region))
    return kept


def keep(account: Account, region: str, session: Session) -> None:
    """Replace the session."""
    account.services[SERVICE, region] = session


def drop(account: Account, region: str) -> None:
    """Macie is off: everything it knew is gone."""
    for key in (SERVICE, _SEEN, _WAITING):
        account.services.pop((key, region), None)


def seen(account: Account, region: str) -> int:
    """The first of the account's records that was not looked at."""
    return int(account.services.get((_SEEN, region), 0))


def see(account: Account, region: str) -> None:
    """All records there are have been looked at."""
    account.services[_SEEN, region] = len(account.records)


def awaited(account: Account, region: str, session: Session, until: datetime) -> bool:
    """Whether something may be to tell: the session is new, or what it waited for is due."""
    known, due = account.services.get((_WAITING, region), (None, None))
    return known is not session or (due is not None and due <= until)


def wait(account: Account, region: str, session: Session, due: datetime | None) -> None:
    """Nothing of this session is to be told before then."""
    account.services[_WAITING, region] = session, due


def regions(account: Account) -> list[str]:
    """Where Macie is on or paused."""
    return [region for service, region in account.services if service == SERVICE]


def changed(account: Account, region: str, **changes: Any) -> None:
    """Replace some of the session."""
    session = of(account, region)
    assert session is not None
    keep(account, region, replace(session, **changes))
