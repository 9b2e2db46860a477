"""Remediation: a rule's Systems Manager runbook is run on a resource that breaks the rule.

Sources: "Remediating Noncompliant Resources with AWS Config", "RemediationConfiguration" (AWS
Config Developer Guide and API Reference).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from simulator.account.account import Account
from simulator.automation import executions
from simulator.configuration.state import Key, Remedy, keep, kept
from simulator.gateway.errors import AwsError

REMEDIATION: Final = "remediation.config.amazonaws.com"


def remedy(account: Account, region: str, now: datetime) -> None:
    """Automatic remediation of what breaks a rule, as often as the configuration says.

    A resource that is broken again counts anew once it was compliant.
    """
    state = kept(account, region)
    for name, configuration in state.remediations.items():
        rule = state.rules.get(name)
        if rule is None or not configuration.get("Automatic"):
            continue
        most = int(configuration.get("MaximumAutomaticAttempts", 5))
        pause = timedelta(seconds=int(configuration.get("RetryAttemptSeconds", 60)))
        for key, result in rule.results.items():
            last = kept(account, region).remedies.get((name, key))
            if result.compliant:
                if last is not None and last.attempts:
                    _note(account, region, name, key, replace(last, attempts=0))
                continue
            attempts = last.attempts if last is not None else 0
            if attempts < most and (last is None or not attempts or now - last.invoked >= pause):
                run(account, region, name, key, now, attempts + 1)


def run(account: Account, region: str, name: str, key: Key, now: datetime, attempts: int) -> None:
    """Run the rule's runbook on a resource, and note how that ended."""
    configuration = kept(account, region).remediations[name]
    given = parameters(configuration, key)
    try:
        execution = executions.start(
            account, region, str(configuration["TargetId"]), given, None, REMEDIATION
        )
    except AwsError as error:
        _note(account, region, name, key, Remedy("FAILED", "", now, attempts, error.message))
        return
    state = "SUCCEEDED" if execution.status == "Success" else "FAILED"
    remedied = Remedy(state, execution.id, now, attempts, execution.failure)
    _note(account, region, name, key, remedied)


def parameters(configuration: Mapping[str, Any], key: Key) -> dict[str, list[str]]:
    """The runbook's parameters: values, or the id of the resource."""
    given: dict[str, list[str]] = {}
    for name, value in (configuration.get("Parameters") or {}).items():
        if "ResourceValue" in value:
            given[name] = [key[1]]
        else:
            given[name] = [str(one) for one in value["StaticValue"]["Values"]]
    return given


def _note(account: Account, region: str, name: str, key: Key, remedied: Remedy) -> None:
    state = kept(account, region)
    keep(account, region, replace(state, remedies={**state.remedies, (name, key): remedied}))
