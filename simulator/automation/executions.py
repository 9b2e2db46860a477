"""Executions of runbooks, each over as soon as it was started.

The role of AutomationAssumeRole acts, or whoever started it. Sources: "Setting up Automation",
"GetAutomationExecution" (AWS Systems Manager User Guide and API Reference).
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Final

from simulator.account.account import Account
from simulator.account.chance import drawn_uuid
from simulator.automation.runbooks import ROLE, runbook
from simulator.automation.step import Make, Read
from simulator.gateway.caller import Caller
from simulator.gateway.errors import AwsError

SERVICE: Final = "ssm-automation"
PRINCIPAL: Final = "ssm.amazonaws.com"
Given = Mapping[str, list[str]]


@dataclass(frozen=True, slots=True)
class Step:
    """A step that was made."""

    name: str
    action: str
    status: str
    inputs: Mapping[str, str]
    failure: str = ""


@dataclass(frozen=True, slots=True)
class Execution:
    """An execution. `failure` is what AWS would say of a failed one."""

    id: str
    document: str
    given: Given
    by: str
    started: datetime
    status: str
    steps: tuple[Step, ...] = ()
    failure: str = ""


def executions_of(account: Account, region: str) -> dict[str, Execution]:
    """By id, in the order in which they were started."""
    found: dict[str, Execution] = account.services.get((SERVICE, region)) or {}
    return found


def start(
    account: Account,
    region: str,
    document: str,
    given: Given,
    caller: Caller | None,
    by: str,
) -> Execution:
    """Run a runbook of AWS's. `by` is the ARN or the service that started it.

    Raises:
        AwsError: there is no such runbook, or its parameters are wrong: nothing was started.
    """
    from simulator.gateway.inner_call import perform

    book = runbook(document)
    values = book.checked(given)
    number = len(executions_of(account, region))
    chance = random.Random(f"automation/{account.world.seed}/{account.id}/{region}/{number}")
    now = account.world.clock.now()
    run = Execution(drawn_uuid(chance), document, dict(given), by, now, "InProgress")
    _keep(account, region, run)
    made: list[Step] = []
    failure = ""
    try:
        acting = _acting(account, region, run, values.get(ROLE, ""), caller)
        made_by = partial(perform, account, region, acting, PRINCIPAL)
        for each in book.steps(made_by, values):
            made.append(_step(made_by, each))
            if made[-1].failure:
                failure = failure or f"Step {each.step} failed. {made[-1].failure}"
                if not each.may_fail:
                    break
    except AwsError as error:
        failure = f"{error.code}: {error.message}"
    status = "Failed" if failure else "Success"
    run = replace(run, status=status, steps=tuple(made), failure=failure)
    _keep(account, region, run)
    return run


def _step(made_by: Read, each: Make) -> Step:
    inputs = {"Service": each.service, "Api": each.operation}
    try:
        made_by(each.service, each.operation, each.params)
    except AwsError as error:
        failure = f"{error.code}: {error.message}"
        return Step(each.step, "aws:executeAwsApi", "Failed", inputs, failure)
    return Step(each.step, "aws:executeAwsApi", "Success", inputs)


def _acting(
    account: Account, region: str, run: Execution, role: str, caller: Caller | None
) -> Caller:
    from simulator.gateway import service_role

    if role:
        arn = f"arn:aws:ssm:{region}:{account.id}:automation-execution/{run.id}"
        name = f"Automation-{run.id}"
        try:
            return service_role.assume(account, PRINCIPAL, arn, role, name, region)
        except AwsError as error:
            text = "The defined assume role is unable to be assumed."
            raise AwsError("InvalidAutomationExecutionParametersException", text) from error
    if caller is None:
        text = "No AutomationAssumeRole was given."
        raise AwsError("InvalidAutomationExecutionParametersException", text)
    return caller


def _keep(account: Account, region: str, run: Execution) -> None:
    account.services[SERVICE, region] = {**executions_of(account, region), run.id: run}
