"""Remediation. Source: "Remediating Noncompliant Resources with AWS Config Rules"."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from simulator.automation.executions import executions_of
from simulator.automation.runbooks import runbook
from simulator.configuration import remediating
from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.services import Backend, Result, operation
from simulator.services.config.rules import found_rule
from simulator.services.config.shared import catch_up, keep, kept, page


@operation
def put_remediation_configurations(call: Call, backend: Backend) -> Result:
    """Say which runbook mends what breaks a rule, and whether it does by itself.

    Raises:
        AwsError: NoSuchConfigRuleException, InvalidParameterValueException; a runbook that isn't
            simulated is refused.
    """
    assert call.account is not None
    state = kept(call)
    held = dict(state.remediations)
    for given in call.params["RemediationConfigurations"]:
        name = str(given["ConfigRuleName"])
        found_rule(call, name)
        book = runbook(str(given["TargetId"]))
        book.checked(remediating.parameters(given, ("", "resource")))
        _check(given)
        arn = f"arn:aws:config:{call.region}:{call.account.id}:remediation-configuration/{name}"
        held[name] = {**given, "Arn": arn, "Automatic": bool(given.get("Automatic"))}
    keep(call, replace(state, remediations=held))
    return {"FailedBatches": []}


@operation
def describe_remediation_configurations(call: Call, backend: Backend) -> Result:
    """The remediations of the rules that are named."""
    held = kept(call).remediations
    names = call.params["ConfigRuleNames"]
    return {"RemediationConfigurations": [dict(held[name]) for name in names if name in held]}


@operation
def delete_remediation_configuration(call: Call, backend: Backend) -> Result:
    """The rule has no remediation any more.

    Raises:
        AwsError: NoSuchRemediationConfigurationException.
    """
    state, name = kept(call), str(call.params["ConfigRuleName"])
    _configured(call, name)
    held = {one: value for one, value in state.remediations.items() if one != name}
    done = {key: value for key, value in state.remedies.items() if key[0] != name}
    keep(call, replace(state, remediations=held, remedies=done))
    return {}


@operation
def start_remediation_execution(call: Call, backend: Backend) -> Result:
    """Run the rule's runbook on resources.

    Raises:
        AwsError: NoSuchRemediationConfigurationException.
    """
    assert call.account is not None
    name, failed = str(call.params["ConfigRuleName"]), []
    _configured(call, name)
    rule = found_rule(call, name)
    for asked in call.params["ResourceKeys"]:
        key = (str(asked["resourceType"]), str(asked["resourceId"]))
        if key not in rule.results:
            failed.append(dict(asked))
            continue
        remediating.run(call.account, call.region, name, key, call.time, 0)
    if not failed:
        return {"FailedItems": []}
    text = "The resources are not evaluated by the rule."
    return {"FailureMessage": text, "FailedItems": failed}


@operation
def describe_remediation_execution_status(call: Call, backend: Backend) -> Result:
    """How the runbook fared on resources.

    Raises:
        AwsError: NoSuchRemediationConfigurationException.
    """
    assert call.account is not None
    catch_up(call)
    name = str(call.params["ConfigRuleName"])
    _configured(call, name)
    asked = [
        (one["resourceType"], one["resourceId"]) for one in call.params.get("ResourceKeys") or ()
    ]
    runs, told = executions_of(call.account, call.region), []
    for (rule, key), remedy in kept(call).remedies.items():
        if rule != name or (asked and key not in asked):
            continue
        steps: list[dict[str, Any]] = [
            {
                "Name": step.name,
                "State": "SUCCEEDED" if step.status == "Success" else "FAILED",
                "StartTime": remedy.invoked,
                "StopTime": remedy.invoked,
                **({"ErrorMessage": step.failure} if step.failure else {}),
            }
            for step in (runs[remedy.execution].steps if remedy.execution in runs else ())
        ]
        if not steps and remedy.error:
            steps = [{"State": "FAILED", "ErrorMessage": remedy.error}]
        told.append(
            {
                "ResourceKey": {"resourceType": key[0], "resourceId": key[1]},
                "State": remedy.state,
                "StepDetails": steps,
                "InvocationTime": remedy.invoked,
                "LastUpdatedTime": remedy.invoked,
            }
        )
    shown, more = page(call, told, 25)
    return {"RemediationExecutionStatuses": shown, **more}


def _check(given: dict[str, Any]) -> None:
    if not given.get("Automatic"):
        return
    missing = [
        name
        for name in ("MaximumAutomaticAttempts", "RetryAttemptSeconds")
        if given.get(name) is None
    ]
    if "AutomationAssumeRole" not in (given.get("Parameters") or {}):
        missing.append("AutomationAssumeRole")
    if missing:
        text = f"Automatic remediation needs {', '.join(missing)}."
        raise AwsError("InvalidParameterValueException", text)


def _configured(call: Call, name: str) -> None:
    if name not in kept(call).remediations:
        raise AwsError(
            "NoSuchRemediationConfigurationException",
            f"No RemediationConfiguration for rule {name} exists",
        )
