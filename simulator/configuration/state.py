"""What AWS Config keeps of an account in a Region. All of it is replaced, never changed.

Source: "ConfigurationItem", "ConfigRule", "RemediationConfiguration" (AWS Config API Reference).
"""

from __future__ import annotations

import random
import string
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from simulator.account.account import Account

SERVICE: Final = "config"
PRINCIPAL: Final = "config.amazonaws.com"
Key = tuple[str, str]
"""A resource: its type ("AWS::S3::Bucket") and its id."""


@dataclass(frozen=True, slots=True)
class Item:
    """A configuration item. `told` is what the API tells, in boto3's shape."""

    status: str
    captured: datetime
    told: Mapping[str, Any]
    content: str
    """The resource as it was, in a form in which two can be compared."""

    @property
    def deleted(self) -> bool:
        return self.status.startswith("ResourceDeleted")


@dataclass(frozen=True, slots=True)
class Delivery:
    """How the deliveries of a kind fared: snapshots, history or the stream to SNS."""

    status: str = "NOT_APPLICABLE"
    attempted: datetime | None = None
    succeeded: datetime | None = None
    error: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What a rule says of a resource."""

    compliant: bool
    said: str
    arn: str
    invoked: datetime
    ordering: datetime


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule, what it found, and when it has to look next."""

    told: Mapping[str, Any]
    created: datetime
    results: Mapping[Key, Result] = field(default_factory=dict)
    wanted: bool = True
    """It is to be evaluated at once."""
    due: datetime | None = None
    """The next periodic evaluation."""
    evaluated: datetime | None = None
    error: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Remedy:
    """An execution of a rule's remediation on a resource."""

    state: str
    execution: str
    invoked: datetime
    attempts: int
    error: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """The whole of it."""

    recorder: Mapping[str, Any] | None = None
    recording: bool = False
    started: datetime | None = None
    stopped: datetime | None = None
    status: str = "PENDING"
    status_at: datetime | None = None
    error: tuple[str, str] | None = None
    cursor: int = 0
    """How many of the account's records have been taken in."""
    inventory: bool = False
    """Everything is to be looked at, as when the recorder has been started."""
    items: Mapping[Key, tuple[Item, ...]] = field(default_factory=dict)
    channel: Mapping[str, Any] | None = None
    snapshots: Delivery = Delivery()
    history: Delivery = Delivery()
    stream: Delivery = Delivery()
    historied: datetime | None = None
    """Until when items are in history files."""
    snapshot_due: datetime | None = None
    rules: Mapping[str, Rule] = field(default_factory=dict)
    remediations: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """By the name of the rule."""
    remedies: Mapping[tuple[str, Key], Remedy] = field(default_factory=dict)
    tags: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    retention: int = 2557
    """Days that items are kept."""
    drawn: int = 0
    """How many ids have been drawn."""

    def current(self, key: Key) -> Item | None:
        """The last item of a resource that still is there."""
        items = self.items.get(key)
        return items[-1] if items and not items[-1].deleted else None


def kept(account: Account, region: str) -> Kept:
    """What is kept now."""
    found: Kept = account.services.get((SERVICE, region)) or Kept()
    return found


def keep(account: Account, region: str, state: Kept) -> None:
    """Keep this from now on."""
    account.services[SERVICE, region] = state


def regions_of(account: Account) -> list[str]:
    """Regions where AWS Config has been used."""
    return sorted(region for service, region in account.services if service == SERVICE)


def chance(account: Account, region: str, what: str, number: int) -> random.Random:
    """A generator of ids that nothing else in the account has."""
    return random.Random(f"config/{account.world.seed}/{account.id}/{region}/{what}/{number}")


def short_id(source: random.Random) -> str:
    """Six lower-case characters, as in config-rule-a1b2c3."""
    return "".join(source.choices(string.ascii_lowercase + string.digits, k=6))
