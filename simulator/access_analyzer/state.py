"""What IAM Access Analyzer keeps of an account and Region. All of it is replaced, never changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from simulator.account.account import Account

SERVICE = "accessanalyzer"
EXTERNAL = frozenset({"ACCOUNT", "ORGANIZATION"})
UNUSED = frozenset({"ACCOUNT_UNUSED_ACCESS", "ORGANIZATION_UNUSED_ACCESS"})
Criteria = Mapping[str, Mapping[str, Any]]
"""A filter: property → {"eq" | "neq" | "contains": values, "exists": bool}."""


@dataclass(frozen=True, slots=True)
class ArchiveRule:
    """Findings that match are archived as they are made."""

    name: str
    filter: Criteria
    created: datetime
    updated: datetime


@dataclass(frozen=True, slots=True)
class Exposure:
    """Somebody outside of the zone of trust could act on a resource: what a finding is about."""

    resource: str
    kind: str
    """"AWS::S3::Bucket"."""
    owner: str
    principal: tuple[str, str]
    """("AWS", "999988887777"), ("Federated", …), ("CanonicalUser", …)."""
    condition: tuple[tuple[str, str], ...]
    actions: tuple[str, ...]
    public: bool
    sources: tuple[str, ...] = ()
    """"POLICY", "BUCKET_ACL"; of buckets alone."""
    restriction: str = "NOT_APPLICABLE"
    """Whether a resource control policy bears on it, which isn't evaluated."""


@dataclass(frozen=True, slots=True)
class Unused:
    """Something granted that nobody has used within the analyzer's tracking period."""

    resource: str
    kind: str
    owner: str
    finding_type: str
    """"UnusedIAMRole", "UnusedIAMUserAccessKey", "UnusedIAMUserPassword", "UnusedPermission"."""
    key_id: str = ""
    last: datetime | None = None
    services: tuple[tuple[str, datetime | None, tuple[tuple[str, datetime | None], ...]], ...] = ()
    """Namespace, last access, and unused actions where the service was used at all."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding. Times are aware UTC."""

    id: str
    about: Exposure | Unused
    status: str
    """ACTIVE, ARCHIVED, RESOLVED."""
    created: datetime
    updated: datetime
    analyzed: datetime


@dataclass(frozen=True, slots=True)
class Analyzed:
    """A resource that was looked at."""

    arn: str
    kind: str
    owner: str
    created: datetime
    updated: datetime
    analyzed: datetime


@dataclass(frozen=True, slots=True)
class Analyzer:
    """An analyzer with its findings by id, and the resources it has looked at by ARN."""

    name: str
    arn: str
    type: str
    created: datetime
    tags: Mapping[str, str] = field(default_factory=dict)
    rules: Mapping[str, ArchiveRule] = field(default_factory=dict)
    configuration: Mapping[str, Any] = field(default_factory=dict)
    findings: Mapping[str, Finding] = field(default_factory=dict)
    resources: Mapping[str, Analyzed] = field(default_factory=dict)
    cursors: Mapping[str, int] = field(default_factory=dict)
    """Per account: how many of its records were taken in."""
    scanned: datetime | None = None
    """When everything was last looked at."""
    buckets_scanned: datetime | None = None
    asked: tuple[str, ...] = ()
    """Resources that StartResourceScan asked for."""
    last: Analyzed | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """An event to be sent: a finding as it was when something about it changed."""

    analyzer: str
    finding: Finding
    due: datetime
    previous: str = ""
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class State:
    """Of one account and Region."""

    analyzers: Mapping[str, Analyzer] = field(default_factory=dict)
    """By name."""
    notices: tuple[Notice, ...] = ()
    sent: int = 0
    """How many events were sent: their ids follow from it."""
    previews: Mapping[str, Any] = field(default_factory=dict)


def of(account: Account, region: str) -> State:
    """The state of an account and Region; an empty one where nothing was ever made."""
    found = account.services.get((SERVICE, region))
    return found if isinstance(found, State) else State()


def keep(account: Account, region: str, state: State) -> None:
    """Put a new state in the place of the one before."""
    account.services[SERVICE, region] = state


def put(account: Account, region: str, analyzer: Analyzer, *notices: Notice) -> None:
    """Keep an analyzer as it is now, and what is to be told of it."""
    state = of(account, region)
    analyzers = {**state.analyzers, analyzer.name: analyzer}
    told = (*state.notices, *notices)
    keep(account, region, replace(state, analyzers=analyzers, notices=told))


def regions(account: Account) -> Iterator[tuple[str, State]]:
    """The Regions in which an account has something to do with the service."""
    for (service, region), state in sorted(
        account.services.items(), key=lambda each: (each[0][0], each[0][1])
    ):
        if service == SERVICE and isinstance(state, State):
            yield region, state
