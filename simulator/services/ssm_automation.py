"""Automation: AWS's runbooks, run by a role or by whoever starts them.

Sources: "StartAutomationExecution", "GetAutomationExecution", "DescribeAutomationExecutions",
"DescribeAutomationStepExecutions" (AWS Systems Manager API Reference).
"""

from __future__ import annotations

from typing import Any

from simulator.automation.executions import Execution, executions_of, start
from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.services import Backend, Result, operation

_FILTERS = {
    "DocumentNamePrefix": lambda run, value: run.document.startswith(value),
    "ExecutionId": lambda run, value: run.id == value,
    "ExecutionStatus": lambda run, value: run.status == value,
}


@operation
def start_automation_execution(call: Call, backend: Backend) -> Result:
    """Run a runbook now; it is over when this answers.

    Raises:
        AwsError: AutomationDefinitionNotFoundException,
            InvalidAutomationExecutionParametersException; targets and other Regions are not
            simulated.
    """
    assert call.account is not None
    for name in ("Targets", "TargetMaps", "TargetLocations", "TargetParameterName"):
        if call.params.get(name):
            what = f"StartAutomationExecution with {name}"
            raise AwsError.not_simulated("ssm", what)
    given = {
        str(k): [str(v) for v in vs] for k, vs in (call.params.get("Parameters") or {}).items()
    }
    by, document = call.caller.arn, str(call.params["DocumentName"])
    run = start(call.account, call.region, document, given, call.caller, by)
    return {"AutomationExecutionId": run.id}


@operation
def get_automation_execution(call: Call, backend: Backend) -> Result:
    """An execution with its steps.

    Raises:
        AwsError: AutomationExecutionNotFoundException.
    """
    run = _found(call)
    steps = {"StepExecutions": _steps(run), "StepExecutionsTruncated": False}
    return {"AutomationExecution": {**_told(run), **steps}}


@operation
def describe_automation_executions(call: Call, backend: Backend) -> Result:
    """The executions, the last one first.

    Raises:
        AwsError: InvalidFilterKey.
    """
    assert call.account is not None
    runs = list(executions_of(call.account, call.region).values())
    for one in call.params.get("Filters") or ():
        test = _FILTERS.get(one["Key"])
        if test is None:
            raise AwsError("InvalidFilterKey", f"The filter {one['Key']} is not simulated.")
        runs = [run for run in runs if any(test(run, value) for value in one["Values"])]
    told = [
        {key: value for key, value in _told(run).items() if key != "Parameters"}
        for run in reversed(runs)
    ]
    return {"AutomationExecutionMetadataList": told}


@operation
def describe_automation_step_executions(call: Call, backend: Backend) -> Result:
    """The steps of an execution.

    Raises:
        AwsError: AutomationExecutionNotFoundException.
    """
    return {"StepExecutions": _steps(_found(call))}


@operation
def stop_automation_execution(call: Call, backend: Backend) -> Result:
    """Nothing is left to be stopped.

    Raises:
        AwsError: AutomationExecutionNotFoundException.
    """
    _found(call)
    return {}


def _found(call: Call) -> Execution:
    assert call.account is not None
    number = str(call.params["AutomationExecutionId"])
    run = executions_of(call.account, call.region).get(number)
    if run is None:
        text = f"AutomationExecution with id {number} was not found"
        raise AwsError("AutomationExecutionNotFoundException", text)
    return run


def _told(run: Execution) -> dict[str, Any]:
    told: dict[str, Any] = {
        "AutomationExecutionId": run.id,
        "DocumentName": run.document,
        "DocumentVersion": "1",
        "AutomationExecutionStatus": run.status,
        "ExecutionStartTime": run.started,
        "ExecutionEndTime": run.started,
        "ExecutedBy": run.by,
        "Mode": "Auto",
        "Parameters": dict(run.given),
        "Outputs": {},
    }
    if run.failure:
        told["FailureMessage"] = run.failure
    return told


def _steps(run: Execution) -> list[dict[str, Any]]:
    return [
        {
            "StepName": step.name,
            "Action": step.action,
            "StepStatus": step.status,
            "ExecutionStartTime": run.started,
            "ExecutionEndTime": run.started,
            "Inputs": dict(step.inputs),
            **({"FailureMessage": step.failure} if step.failure else {}),
        }
        for step in run.steps
    ]
