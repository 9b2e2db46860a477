"""What a look at a resource makes of an analyzer's findings.

Source: "IAM Access Analyzer findings", "Review findings" (IAM User Guide): a finding is made once
for each way in which a resource is shared; with other permissions or conditions it is a new one;
it is resolved when that access is gone. "Archive rules": what matches is archived as it is made.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import astuple, replace
from datetime import datetime, timedelta

from simulator.access_analyzer.filters import matches
from simulator.access_analyzer.state import Analyzed, Analyzer, Exposure, Finding, Notice, Unused
from simulator.account.chance import drawn_uuid

RETENTION = timedelta(days=90)
"""A resolved finding is deleted after that ("IAM Access Analyzer findings")."""
Changes = tuple[Analyzer, list[Notice]]


def take_in(
    analyzer: Analyzer,
    seed: int,
    resource: str,
    abouts: Iterable[Exposure | Unused],
    now: datetime,
) -> Changes:
    """Bring an analyzer's findings about one resource up to what there is now."""
    return _reconciled(analyzer, seed, {resource: tuple(abouts)}, now)


def take_in_all(
    analyzer: Analyzer,
    seed: int,
    found: Iterable[Exposure | Unused],
    now: datetime,
    kinds: frozenset[str] | None = None,
) -> Changes:
    """Bring all findings up to what there is now, or those about some resource types."""
    by_resource: dict[str, tuple[Exposure | Unused, ...]] = {
        finding.about.resource: ()
        for finding in analyzer.findings.values()
        if kinds is None or finding.about.kind in kinds
    }
    for about in found:
        by_resource[about.resource] = (*by_resource.get(about.resource, ()), about)
    return _reconciled(analyzer, seed, by_resource, now)


def seen(analyzer: Analyzer, kind: str, arn: str, owner: str, now: datetime) -> Analyzer:
    """Note that a resource was looked at."""
    before = analyzer.resources.get(arn)
    since = (before.created, before.updated) if before is not None else (now, now)
    looked = Analyzed(arn, kind, owner, *since, now)
    return replace(analyzer, resources={**analyzer.resources, arn: looked}, last=looked)


def expire(analyzer: Analyzer, now: datetime) -> Changes:
    """Delete what was resolved long ago."""
    old = {
        finding.id: finding
        for finding in analyzer.findings.values()
        if finding.status == "RESOLVED" and now - finding.updated > RETENTION
    }
    if not old:
        return analyzer, []
    kept = {name: one for name, one in analyzer.findings.items() if name not in old}
    notices = [Notice(analyzer.arn, one, now, one.status, deleted=True) for one in old.values()]
    return replace(analyzer, findings=kept), notices


def set_status(analyzer: Analyzer, ids: Iterable[str], status: str, now: datetime) -> Changes:
    """Archive findings, or make archived ones active again; resolved ones stay so."""
    findings, notices = dict(analyzer.findings), []
    for name in ids:
        before = findings[name]
        if before.status in {status, "RESOLVED"}:
            continue
        findings[name] = replace(before, status=status, updated=now)
        notices.append(Notice(analyzer.arn, findings[name], now, before.status))
    return replace(analyzer, findings=findings), notices


def _reconciled(
    analyzer: Analyzer,
    seed: int,
    by_resource: dict[str, tuple[Exposure | Unused, ...]],
    now: datetime,
) -> Changes:
    findings, notices = dict(analyzer.findings), []
    present = {
        _identifier(analyzer, seed, about): about for each in by_resource.values() for about in each
    }
    for name, about in present.items():
        before = findings.get(name)
        if before is None:
            made = Finding(name, about, "ACTIVE", now, now, now)
            findings[name] = replace(made, status=_status(analyzer, made))
            notices.append(Notice(analyzer.arn, findings[name], now))
        elif before.status == "RESOLVED":
            again = replace(before, about=about, status="ACTIVE", updated=now, analyzed=now)
            findings[name] = replace(again, status=_status(analyzer, again))
            notices.append(Notice(analyzer.arn, findings[name], now, "RESOLVED"))
        else:
            findings[name] = replace(before, about=about, analyzed=now)
    for name, before in analyzer.findings.items():
        gone = before.about.resource in by_resource and name not in present
        if gone and before.status != "RESOLVED":
            findings[name] = replace(before, status="RESOLVED", updated=now, analyzed=now)
            notices.append(Notice(analyzer.arn, findings[name], now, before.status))
    return replace(analyzer, findings=findings), notices


def _status(analyzer: Analyzer, finding: Finding) -> str:
    archived = any(matches(finding, rule.filter) for rule in analyzer.rules.values())
    return "ARCHIVED" if archived else "ACTIVE"


def _identifier(analyzer: Analyzer, seed: int, about: Exposure | Unused) -> str:
    """The same access has the same finding; what is unused, whatever the last use was."""
    if isinstance(about, Unused):
        what: object = (about.resource, about.finding_type, about.key_id)
    else:
        what = astuple(replace(about, restriction=""))
    of = f"{seed}/{analyzer.arn}/{analyzer.created.isoformat()}"
    return drawn_uuid(random.Random(f"access analyzer finding/{of}/{what}"))
