"""The chains of digest files of a trail: which digest comes next and what it will cover.

A trail that validates its log files has a chain in its home region from the start, and one in each
other region from its first log file there on: AWS fills every region with empty digests.

Source: "CloudTrail digest file structure" (CloudTrail User Guide).
"""

from __future__ import annotations

import functools
import random
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Final, Self

PERIOD: Final = timedelta(hours=1)
_LATENESS: Final = (60.0, 240.0)
"""Seconds from the end of a digest to its arrival."""


@dataclass(frozen=True, slots=True)
class LogFile:
    """A delivered log file as a digest tells of it. `sha256` is of the uncompressed text."""

    bucket: str
    key: str
    sha256: str
    oldest: str
    newest: str
    delivered: datetime


@dataclass(frozen=True, slots=True)
class Link:
    """What a digest says of the one before it."""

    bucket: str
    key: str
    sha256: str
    signature: str


@dataclass(frozen=True, slots=True)
class Chain:
    """The digests of one region. `end` is the end of the hour that the next one covers."""

    end: datetime
    previous: Link | None = None
    """None: the next is a starting digest."""
    files: tuple[LogFile, ...] = ()
    last: datetime | None = None
    """Log files delivered up to then are digested, and the chain ends."""

    def covered(self) -> tuple[LogFile, ...]:
        """The log files of the next digest."""
        return tuple(file for file in self.files if file.delivered <= self.end)


@dataclass(frozen=True, slots=True)
class Digests:
    """The chains of a trail, by region. Values are replaced, never changed."""

    validating: bool = False
    chains: Mapping[str, Chain] = field(default_factory=dict)
    delivered: datetime | None = None
    error: str | None = None
    """S3's error code of the last attempt, if it failed."""
    tried: datetime | None = None
    """When a digest was last tried in vain."""

    def begun(self, now: datetime, region: str, seed: str) -> Self:
        """Validation begins. A chain that has not ended yet ends first, then a new one starts."""
        if self.validating:
            return self
        chains = {region: Chain(_next_end(now, region, seed)), **self.chains}
        return replace(self, validating=True, chains=chains)

    def ended(self, last: datetime) -> Self:
        """Log files delivered after `last` are digested no more."""
        if not self.validating:
            return self
        return replace(self._last(last, *self.chains), validating=False)

    def only_in(self, region: str, last: datetime) -> Self:
        """The chains of all other regions end."""
        return self._last(last, *(name for name in self.chains if name != region))

    def takes(self, region: str, at: datetime) -> bool:
        """Whether a log file delivered to the region's folder then is digested."""
        chain = self.chains.get(region)
        if chain is None or chain.last is None:
            return self.validating
        return self.validating or at <= chain.last

    def with_file(self, region: str, file: LogFile, seed: str) -> Self:
        chain = self.chains.get(region) or Chain(_next_end(file.delivered, region, seed))
        return self.with_chain(region, replace(chain, files=(*chain.files, file)))

    def with_chain(self, region: str, chain: Chain | None) -> Self:
        """With a region's chain; None for no more of it."""
        chains = {**self.chains}
        if chain is None:
            del chains[region]
        else:
            chains[region] = chain
        return replace(self, chains=chains)

    def past(self, region: str, link: Link | None) -> Self:
        """The region's next digest is made, or given up: what comes after `link`?"""
        chain = self.chains[region]
        rest = tuple(file for file in chain.files if file.delivered > chain.end)
        following: Chain | None = Chain(chain.end + PERIOD, link, rest, chain.last)
        if chain.last is not None and chain.last <= chain.end:
            following = Chain(chain.end + PERIOD, files=rest) if self.validating else None
        return self.with_chain(region, following)

    def _last(self, last: datetime, *regions: str) -> Self:
        chains = {
            name: replace(chain, last=last) if name in regions and chain.last is None else chain
            for name, chain in self.chains.items()
        }
        return replace(self, chains=chains)


@functools.lru_cache(maxsize=4096)
def arrival(region: str, end: datetime, seed: str) -> datetime:
    """When the region's digest of the hour up to `end` is delivered."""
    chance = random.Random(f"digest/{seed}/{region}/{end.isoformat()}")
    return end + timedelta(seconds=round(chance.uniform(*_LATENESS)))


def _next_end(after: datetime, region: str, seed: str) -> datetime:
    """A trail's digests of a region all end at the same minute and second of an hour."""
    second = random.Random(f"digest hour/{seed}/{region}").randrange(3600)
    since = (after - datetime.min.replace(tzinfo=UTC)) - timedelta(seconds=second)
    return after - since % PERIOD + PERIOD
