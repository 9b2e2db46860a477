"""Custom actions: what somebody at the console can send findings to EventBridge with.

Sources: "CreateActionTarget", "DescribeActionTargets", "UpdateActionTarget", "DeleteActionTarget"
(AWS Security Hub API Reference).
"""

from __future__ import annotations

import re
from dataclasses import replace

from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.security_hub.state import ActionTarget
from simulator.services import Backend, Result, operation
from simulator.services.securityhub.state import arn, hub_of, invalid, keep, missing, page

_NAME = 20


@operation
def create_action_target(call: Call, backend: Backend) -> Result:
    """Raises AwsError: ResourceConflictException, InvalidInputException."""
    hub, params = hub_of(call), call.params
    if not re.fullmatch(r"[A-Za-z0-9]{1,20}", params["Id"]):
        raise invalid("Id must have up to 20 letters and digits.")
    _check(params["Name"])
    name = arn(call, f"action/custom/{params['Id']}")
    if name in hub.actions:
        raise AwsError("ResourceConflictException", f"Action target {name} exists already.", 409)
    _put(call, ActionTarget(name, params["Name"], params["Description"]))
    return {"ActionTargetArn": name}


@operation
def describe_action_targets(call: Call, backend: Backend) -> Result:
    """All, or those named that there are."""
    hub, wanted = hub_of(call), call.params.get("ActionTargetArns")
    told = [
        {"ActionTargetArn": one.arn, "Name": one.name, "Description": one.description}
        for one in hub.actions.values()
        if not wanted or one.arn in wanted
    ]
    shown, rest = page(call, told)
    return {"ActionTargets": shown, **rest}


@operation
def update_action_target(call: Call, backend: Backend) -> Result:
    """Raises AwsError: ResourceNotFoundException."""
    old, params = _find(call), call.params
    name = params.get("Name", old.name)
    _check(name)
    _put(call, replace(old, name=name, description=params.get("Description", old.description)))
    return {}


@operation
def delete_action_target(call: Call, backend: Backend) -> Result:
    """Raises AwsError: ResourceNotFoundException."""
    gone, hub = _find(call), hub_of(call)
    left = {name: one for name, one in hub.actions.items() if name != gone.arn}
    keep(call, replace(hub, actions=left))
    return {"ActionTargetArn": gone.arn}


def _put(call: Call, target: ActionTarget) -> None:
    hub = hub_of(call)
    keep(call, replace(hub, actions={**hub.actions, target.arn: target}))


def _find(call: Call) -> ActionTarget:
    hub, name = hub_of(call), call.params["ActionTargetArn"]
    if name not in hub.actions:
        raise missing(f"Action target {name} was not found.")
    return hub.actions[name]


def _check(name: str) -> None:
    if not 1 <= len(name) <= _NAME:
        raise invalid(f"Name must have up to {_NAME} characters.")
