"""Analyzers and their tags.

Sources: the pages of the operations in the IAM Access Analyzer API Reference; "IAM Access Analyzer
quotas" (IAM User Guide): of external access one analyzer a Region for the account and five for the
organization, of unused access one and five.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

from simulator.access_analyzer import state, unused
from simulator.access_analyzer.asked import account_of, arn_of, by_arn, by_name, missing, page
from simulator.access_analyzer.filters import check, invalid
from simulator.access_analyzer.state import Analyzer, ArchiveRule, Notice
from simulator.access_analyzer.zone import may_analyze_organization
from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.reactions.reactions import wake
from simulator.services import Backend, Result, operation

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.\-]{0,254}")
_TAGS = 50
_AGES = range(1, 366)
_LAST_WORD = timedelta(hours=24)
"""After an analyzer is deleted, events tell of its deleted findings."""


@operation
def create_analyzer(call: Call, backend: Backend) -> Result:
    """An analyzer, which looks at everything at once.

    Raises:
        AwsError: ValidationException, ConflictException, ServiceQuotaExceededException; analyzers of
            internal access are not simulated.
    """
    account, name, kind = account_of(call), call.params["analyzerName"], call.params["type"]
    if "INTERNAL" in kind:
        raise AwsError.not_simulated("accessanalyzer", f"CreateAnalyzer of type {kind}")
    if not _NAME.fullmatch(name):
        raise invalid(f"Invalid analyzer name: {name}")
    if kind.startswith("ORGANIZATION") and not may_analyze_organization(account.world, account.id):
        raise invalid(
            "You must create an organization analyzer from the management account or a delegated"
            " administrator account of an organization."
        )
    kept = state.of(account, call.region)
    if name in kept.analyzers:
        details = {"resourceId": name, "resourceType": "Analyzer"}
        raise AwsError("ConflictException", "Analyzer already exists", 409, details)
    most = 5 if kind.startswith("ORGANIZATION") else 1
    if sum(one.type == kind for one in kept.analyzers.values()) >= most:
        details = {"resourceId": name, "resourceType": "Analyzer"}
        text = "The number of analyzers of this type exceeds the quota of the account."
        raise AwsError("ServiceQuotaExceededException", text, 402, details)
    rules = {}
    for each in call.params.get("archiveRules", ()):
        check(each["filter"], of_rule=True)
        rules[each["ruleName"]] = ArchiveRule(
            each["ruleName"], each["filter"], call.time, call.time
        )
    tags = dict(call.params.get("tags", {}))
    _check_tags(tags)
    configuration = _configuration(kind, call.params.get("configuration"))
    made = Analyzer(name, arn_of(call, name), kind, call.time, tags, rules, configuration)
    state.put(account, call.region, made)
    wake(account.world, "access analyzer")
    return {"arn": made.arn}


@operation
def update_analyzer(call: Call, backend: Backend) -> Result:
    """Another configuration, which an analyzer of external access doesn't have."""
    analyzer = by_name(call)
    wanted = call.params.get("configuration")
    if analyzer.type not in state.UNUSED:
        raise invalid("The configuration can't be updated for this type of analyzer.")
    configuration = _configuration(analyzer.type, wanted, analyzer.configuration)
    changed = replace(analyzer, configuration=configuration, scanned=None)
    state.put(account_of(call), call.region, changed)
    return {"configuration": configuration}


@operation
def delete_analyzer(call: Call, backend: Backend) -> Result:
    """It is gone with its findings and archive rules."""
    account, analyzer = account_of(call), by_name(call)
    kept = state.of(account, call.region)
    others = {name: one for name, one in kept.analyzers.items() if name != analyzer.name}
    due = call.time + _LAST_WORD
    gone = tuple(
        Notice(analyzer.arn, finding, due, finding.status, deleted=True)
        for finding in analyzer.findings.values()
    )
    changed = replace(kept, analyzers=others, notices=(*kept.notices, *gone))
    state.keep(account, call.region, changed)
    return {}


@operation
def get_analyzer(call: Call, backend: Backend) -> Result:
    """One analyzer."""
    return {"analyzer": _shown(by_name(call))}


@operation
def list_analyzers(call: Call, backend: Backend) -> Result:
    """The analyzers of the account and Region, or those of one type."""
    kind = call.params.get("type")
    kept = state.of(account_of(call), call.region).analyzers
    listed = [one for _, one in sorted(kept.items()) if kind in (None, one.type)]
    shown, rest = page(call, listed)
    return {"analyzers": [_shown(one) for one in shown]} | rest


@operation
def list_tags_for_resource(call: Call, backend: Backend) -> Result:
    """The tags of an analyzer."""
    return {"tags": dict(_tagged(call).tags)}


@operation
def tag_resource(call: Call, backend: Backend) -> Result:
    """Further tags, or other values."""
    analyzer = _tagged(call)
    tags = {**analyzer.tags, **call.params["tags"]}
    _check_tags(tags)
    state.put(account_of(call), call.region, replace(analyzer, tags=tags))
    return {}


@operation
def untag_resource(call: Call, backend: Backend) -> Result:
    """Without some tags."""
    analyzer = _tagged(call)
    tags = {k: v for k, v in analyzer.tags.items() if k not in call.params["tagKeys"]}
    state.put(account_of(call), call.region, replace(analyzer, tags=tags))
    return {}


def _tagged(call: Call) -> Analyzer:
    if ":analyzer/" not in str(call.params["resourceArn"]):
        arn = str(call.params["resourceArn"])
        raise missing("Resource", arn, "Analyzer")
    return by_arn(call, "resourceArn")


def _check_tags(tags: dict[str, str]) -> None:
    if any(key.lower().startswith("aws:") for key in tags):
        raise invalid("Tag keys may not begin with aws:")
    if len(tags) > _TAGS:
        raise invalid("Too many tags")


def _configuration(kind: str, wanted: Any, before: Any = None) -> dict[str, Any]:
    """What an analyzer of unused access is set to; nothing for the others."""
    if kind not in state.UNUSED:
        if wanted:
            raise invalid("This type of analyzer doesn't support a configuration.")
        return {}
    settings = {**(before or {}).get("unusedAccess", {}), **(wanted or {}).get("unusedAccess", {})}
    settings.setdefault("unusedAccessAge", unused.DEFAULT_AGE)
    if settings["unusedAccessAge"] not in _AGES:
        raise invalid("unusedAccessAge must be between 1 and 365 days.")
    return {"unusedAccess": settings}


def _shown(analyzer: Analyzer) -> Result:
    shown: Result = {
        "arn": analyzer.arn,
        "name": analyzer.name,
        "type": analyzer.type,
        "createdAt": analyzer.created,
        "tags": dict(analyzer.tags),
        "status": "ACTIVE",
    }
    if analyzer.last is not None:
        shown["lastResourceAnalyzed"] = analyzer.last.arn
        shown["lastResourceAnalyzedAt"] = analyzer.last.analyzed
    if analyzer.configuration:
        shown["configuration"] = dict(analyzer.configuration)
    return shown
