"""Archive rules: findings that match are archived as they are made.

Source: "Archive rules" (IAM User Guide): a rule changes nothing about findings that are there, unless
it is applied to them. Quotas: a hundred rules an analyzer, twenty values a criterion.
"""

from __future__ import annotations

import re
from dataclasses import replace

from simulator.access_analyzer import findings, state
from simulator.access_analyzer.asked import account_of, by_arn, by_name, page, rule_of
from simulator.access_analyzer.filters import check, invalid, matches
from simulator.access_analyzer.state import Analyzer, ArchiveRule
from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.services import Backend, Result, operation

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.\-]{0,254}")
_RULES = 100


@operation
def create_archive_rule(call: Call, backend: Backend) -> Result:
    """A rule for findings to come.

    Raises:
        AwsError: ValidationException, ConflictException, ServiceQuotaExceededException.
    """
    analyzer, name = by_name(call), str(call.params["ruleName"])
    if not _NAME.fullmatch(name):
        raise invalid(f"Invalid archive rule name: {name}")
    check(call.params["filter"], of_rule=True)
    details = {"resourceId": name, "resourceType": "ArchiveRule"}
    if name in analyzer.rules:
        raise AwsError("ConflictException", "Archive rule already exists", 409, details)
    if len(analyzer.rules) >= _RULES:
        text = "The number of archive rules exceeds the quota of the analyzer."
        raise AwsError("ServiceQuotaExceededException", text, 402, details)
    _keep(call, analyzer, ArchiveRule(name, call.params["filter"], call.time, call.time))
    return {}


@operation
def update_archive_rule(call: Call, backend: Backend) -> Result:
    """Another filter."""
    analyzer = by_name(call)
    rule = rule_of(call, analyzer)
    check(call.params["filter"], of_rule=True)
    _keep(call, analyzer, replace(rule, filter=call.params["filter"], updated=call.time))
    return {}


@operation
def delete_archive_rule(call: Call, backend: Backend) -> Result:
    """What it archived stays so."""
    analyzer = by_name(call)
    gone = rule_of(call, analyzer).name
    rules = {name: rule for name, rule in analyzer.rules.items() if name != gone}
    state.put(account_of(call), call.region, replace(analyzer, rules=rules))
    return {}


@operation
def get_archive_rule(call: Call, backend: Backend) -> Result:
    """One rule."""
    return {"archiveRule": _shown(rule_of(call, by_name(call)))}


@operation
def list_archive_rules(call: Call, backend: Backend) -> Result:
    """All rules of an analyzer."""
    rules = by_name(call).rules
    shown, rest = page(call, [rule for _, rule in sorted(rules.items())])
    return {"archiveRules": [_shown(rule) for rule in shown]} | rest


@operation
def apply_archive_rule(call: Call, backend: Backend) -> Result:
    """The findings that are there and match are archived."""
    analyzer = by_arn(call)
    rule = rule_of(call, analyzer)
    ids = [name for name, each in analyzer.findings.items() if matches(each, rule.filter)]
    changed, notices = findings.set_status(analyzer, ids, "ARCHIVED", call.time)
    state.put(account_of(call), call.region, changed, *notices)
    return {}


def _keep(call: Call, analyzer: Analyzer, rule: ArchiveRule) -> None:
    rules = {**analyzer.rules, rule.name: rule}
    state.put(account_of(call), call.region, replace(analyzer, rules=rules))


def _shown(rule: ArchiveRule) -> Result:
    return {
        "ruleName": rule.name,
        "filter": dict(rule.filter),
        "createdAt": rule.created,
        "updatedAt": rule.updated,
    }
