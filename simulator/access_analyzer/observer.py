"""IAM Access Analyzer at work: what it looks at, when, and what it tells EventBridge.

A new analyzer looks at everything; after that at what a call has touched, some minutes later, at
everything once a day, and at buckets every six hours, for the account-wide settings. Sources: "IAM
Access Analyzer findings", "IAM Access Analyzer resource types for external access" (IAM User
Guide). Unused access is looked at once a day.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from simulator.access_analyzer import events, findings, state, touched, unused
from simulator.access_analyzer.exposure import Guarded, exposures
from simulator.access_analyzer.resources import KINDS, found
from simulator.access_analyzer.state import Analyzer, Exposure, Notice
from simulator.access_analyzer.zone import Zone, zone_of
from simulator.account.account import Account
from simulator.account.world import World
from simulator.reactions.event import Event

FIRST_LOOK = timedelta(seconds=30)
"""After an analyzer is made. AWS says up to 30 minutes."""
LATENCY = timedelta(minutes=3)
"""From a call to the look at what it touched. AWS says within 30 minutes."""
EVERYTHING, BUCKETS = timedelta(hours=24), timedelta(hours=6)
_BUCKET = "AWS::S3::Bucket"


def observe(world: World, until: datetime) -> Iterator[Event]:
    """The events of what is found up to `until`."""
    for account in tuple(world.accounts.values()):
        for region, kept in tuple(state.regions(account)):
            for analyzer in kept.analyzers.values():
                changed, notices = look(world, account, region, analyzer, until)
                if changed is not analyzer:
                    state.put(account, region, changed, *notices)
            yield from _told(account, region, until)


def look(
    world: World, account: Account, region: str, analyzer: Analyzer, until: datetime
) -> findings.Changes:
    """An analyzer after it has looked at what is due, and what it tells of it."""
    if until - analyzer.created < FIRST_LOOK:
        return analyzer, []
    zone = zone_of(world, account, analyzer)
    if analyzer.scanned is None or until - analyzer.scanned >= EVERYTHING:
        return _everything(world, region, analyzer, zone, until)
    if analyzer.type not in state.EXTERNAL:
        return analyzer, []
    notices: list[Notice] = []
    if analyzer.buckets_scanned is None or until - analyzer.buckets_scanned >= BUCKETS:
        analyzer, notices = _of_kind(world, region, analyzer, zone, _BUCKET, until)
        analyzer = replace(analyzer, buckets_scanned=until)
    analyzer, more = _after_calls(world, region, analyzer, zone, until)
    return analyzer, [*notices, *more]


def _everything(
    world: World, region: str, analyzer: Analyzer, zone: Zone, until: datetime
) -> findings.Changes:
    members = [one for one in sorted(zone.accounts) if one in world.accounts]
    cursors = {one: len(world.accounts[one].records) for one in members}
    if analyzer.type in state.EXTERNAL:
        guarded = [each for one in members for each in found(world, one, region)]
        about = [each for one in guarded for each in exposures(one, zone)]
        analyzer = _seen(replace(analyzer, resources={}), analyzer, guarded, until)
        analyzer, notices = findings.take_in_all(analyzer, world.seed, about, until)
    else:
        unused_ones = [
            each for one in members for each in unused.found(world.accounts[one], analyzer, until)
        ]
        analyzer, notices = findings.take_in_all(analyzer, world.seed, unused_ones, until)
    analyzer, expired = findings.expire(analyzer, until)
    analyzer = replace(analyzer, scanned=until, buckets_scanned=until, cursors=cursors, asked=())
    return analyzer, [*notices, *expired]


def _of_kind(
    world: World, region: str, analyzer: Analyzer, zone: Zone, kind: str, until: datetime
) -> findings.Changes:
    guarded = [
        each
        for one in sorted(zone.accounts)
        if one in world.accounts
        for each in found(world, one, region, kind)
    ]
    about = [each for one in guarded for each in exposures(one, zone)]
    analyzer = _seen(analyzer, analyzer, guarded, until)
    return findings.take_in_all(analyzer, world.seed, about, until, frozenset({kind}))


def _after_calls(
    world: World, region: str, analyzer: Analyzer, zone: Zone, until: datetime
) -> findings.Changes:
    """Look at what calls have touched, and at what somebody asked for."""
    cursors, asked = dict(analyzer.cursors), set(analyzer.asked)
    wanted: dict[str, set[str]] = {}
    for name in asked:
        for kind in KINDS:
            wanted.setdefault(kind, set()).update(touched.ends(name))
    for one in sorted(zone.accounts):
        account = world.accounts.get(one)
        if account is None:
            continue
        start = min(cursors.get(one, 0), len(account.records))
        end = _due(account, start, until - LATENCY)
        cursors[one] = end
        for record in account.records[start:end]:
            for kind in touched.kinds(record):
                wanted.setdefault(kind, set()).update(touched.names(record))
    if not wanted:
        if cursors == dict(analyzer.cursors):
            return analyzer, []
        return replace(analyzer, cursors=cursors), []
    analyzer, notices = _named(world, region, analyzer, zone, wanted, until)
    return replace(analyzer, cursors=cursors, asked=()), notices


def _named(
    world: World,
    region: str,
    analyzer: Analyzer,
    zone: Zone,
    wanted: dict[str, set[str]],
    until: datetime,
) -> findings.Changes:
    notices: list[Notice] = []
    for kind, names in wanted.items():
        there: dict[str, Guarded] = {
            each.arn: each
            for one in sorted(zone.accounts)
            if one in world.accounts
            for each in found(world, one, region, kind)
        }
        known = [arn for arn, each in analyzer.resources.items() if each.kind == kind]
        for arn in dict.fromkeys((*there, *known)):
            if touched.ends(arn).isdisjoint(names) and arn in analyzer.resources:
                continue
            guarded = there.get(arn)
            about: Iterable[Exposure] = ()
            if guarded is None:
                kept = {name: one for name, one in analyzer.resources.items() if name != arn}
                analyzer = replace(analyzer, resources=kept)
            else:
                about = exposures(guarded, zone)
                analyzer = findings.seen(analyzer, kind, arn, guarded.owner, until)
            analyzer, more = findings.take_in(analyzer, world.seed, arn, about, until)
            notices += more
    return analyzer, notices


def _seen(
    analyzer: Analyzer, before: Analyzer, guarded: Iterable[Guarded], until: datetime
) -> Analyzer:
    resources = dict(analyzer.resources)
    for each in guarded:
        old = before.resources.get(each.arn)
        since = (old.created, old.updated) if old is not None else (until, until)
        resources[each.arn] = state.Analyzed(each.arn, each.kind, each.owner, *since, until)
    last = next(reversed(resources.values()), analyzer.last)
    return replace(analyzer, resources=resources, last=last)


def _due(account: Account, start: int, until: datetime) -> int:
    """How many of an account's records are old enough to be taken in."""
    end, shown = start, f"{until:%Y-%m-%dT%H:%M:%SZ}"
    records = account.records
    while end < len(records) and records[end]["eventTime"] <= shown:
        end += 1
    return end


def _told(account: Account, region: str, until: datetime) -> Iterator[Event]:
    kept = state.of(account, region)
    due = [notice for notice in kept.notices if notice.due <= until]
    if not due:
        return
    later = tuple(notice for notice in kept.notices if notice.due > until)
    number = kept.sent
    state.keep(account, region, replace(kept, notices=later, sent=number + len(due)))
    for offset, notice in enumerate(due):
        yield events.event(account, region, notice, number + offset)
