"""Security controls, whatever the standard.

Sources: "ListSecurityControlDefinitions", "GetSecurityControlDefinition",
"BatchGetSecurityControls", "ListStandardsControlAssociations",
"BatchGetStandardsControlAssociations", "BatchUpdateStandardsControlAssociations" (AWS Security Hub
API Reference).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.security_hub import switching
from simulator.security_hub.checks import is_on, standards_on
from simulator.security_hub.control import Control
from simulator.security_hub.standards import (
    CONTROLS,
    Standard,
    controls_of,
    requirement,
    standard_of,
    standards_of,
)
from simulator.security_hub.state import Hub, Turned
from simulator.services import Backend, Result, operation
from simulator.services.securityhub.standards import control_arn
from simulator.services.securityhub.state import account_of, arn, hub_of, invalid, missing, page


@operation
def list_security_control_definitions(call: Call, backend: Backend) -> Result:
    """All controls, or those of one standard."""
    controls = tuple(CONTROLS.values())
    if wanted := call.params.get("StandardsArn"):
        standard = standard_of(wanted)
        if standard is None:
            raise invalid(f"Invalid parameter 'StandardsArn': '{wanted}'")
        controls = controls_of(standard)
    shown, rest = page(call, [_definition(one) for one in controls])
    return {"SecurityControlDefinitions": shown, **rest}


@operation
def get_security_control_definition(call: Call, backend: Backend) -> Result:
    """Raises AwsError: ResourceNotFoundException."""
    control = CONTROLS.get(call.params["SecurityControlId"])
    if control is None:
        raise missing(f"Security control {call.params['SecurityControlId']} not found")
    return {"SecurityControlDefinition": _definition(control)}


@operation
def batch_get_security_controls(call: Call, backend: Backend) -> Result:
    """By id or by ARN. A control is enabled that any enabled standard has enabled."""
    hub = hub_of(call)
    found, lost = [], []
    for name in call.params["SecurityControlIds"]:
        control = CONTROLS.get(name.rpartition("/")[2])
        if control is None:
            lost.append({"SecurityControlId": name, **_NOT_FOUND})
        else:
            found.append(_control(call, hub, control))
    return {"SecurityControls": found, "UnprocessedIds": lost}


@operation
def list_standards_control_associations(call: Call, backend: Backend) -> Result:
    """The standards of one control, enabled or not."""
    hub, control = hub_of(call), _known(call.params["SecurityControlId"])
    told = [_association(call, hub, one, control) for one in standards_of(control)]
    shown, rest = page(call, told)
    return {"StandardsControlAssociationSummaries": shown, **rest}


@operation
def batch_get_standards_control_associations(call: Call, backend: Backend) -> Result:
    """Pairs of a control and a standard."""
    hub, found, lost = hub_of(call), [], []
    for asked in call.params["StandardsControlAssociationIds"]:
        pair = _pair(asked)
        if pair is None:
            lost.append({"StandardsControlAssociationId": dict(asked), **_NOT_FOUND})
            continue
        standard, control = pair
        told = _association(call, hub, standard, control)
        found.append({**told, "StandardsControlArns": [control_arn(call, standard, control)]})
    return {"StandardsControlAssociationDetails": found, "UnprocessedAssociations": lost}


@operation
def batch_update_standards_control_associations(call: Call, backend: Backend) -> Result:
    """Turns controls on and off in standards; to turn one off takes a reason."""
    hub_of(call)
    lost = []
    for asked in call.params["StandardsControlAssociationUpdates"]:
        enabled, reason = asked["AssociationStatus"] == "ENABLED", asked.get("UpdatedReason", "")
        error: dict[str, str] | None = None
        pair = _pair(asked)
        if pair is None or pair[0].id not in hub_of(call).standards:
            error = _NOT_FOUND
        elif not enabled and not reason:
            error = {
                "ErrorCode": "INVALID_INPUT",
                "ErrorReason": "UpdatedReason is required to disable a control.",
            }
        if error is not None or pair is None:
            lost.append({"StandardsControlAssociationUpdate": dict(asked), **(error or {})})
            continue
        turned = Turned(enabled, call.time, reason)
        switching.turn_control(account_of(call), call.region, *pair, turned)
    return {"UnprocessedAssociationUpdates": lost}


@operation
def update_security_control(call: Call, backend: Backend) -> Result:
    """Parameters of controls are AWS's defaults here."""
    raise AwsError.not_simulated("securityhub", call.operation)


_NOT_FOUND = {"ErrorCode": "NOT_FOUND", "ErrorReason": "The security control was not found."}


def _pair(asked: Mapping[str, Any]) -> tuple[Standard, Control] | None:
    standard = standard_of(asked["StandardsArn"])
    control = CONTROLS.get(asked["SecurityControlId"].rpartition("/")[2])
    if standard is None or control is None or control not in controls_of(standard):
        return None
    return standard, control


def _known(name: str) -> Control:
    control = CONTROLS.get(name.rpartition("/")[2])
    if control is None:
        raise invalid(f"Invalid parameter 'SecurityControlId': '{name}'")
    return control


def _definition(control: Control) -> Result:
    return {
        "SecurityControlId": control.id,
        "Title": control.title,
        "Description": control.description,
        "RemediationUrl": control.remediation,
        "SeverityRating": control.severity,
        "CurrentRegionAvailability": "AVAILABLE",
        "CustomizableProperties": [],
    }


def _control(call: Call, hub: Hub, control: Control) -> Result:
    return {
        "SecurityControlId": control.id,
        "SecurityControlArn": arn(call, f"security-control/{control.id}"),
        "Title": control.title,
        "Description": control.description,
        "RemediationUrl": control.remediation,
        "SeverityRating": control.severity,
        "SecurityControlStatus": "ENABLED" if standards_on(hub, control) else "DISABLED",
        "UpdateStatus": "READY",
        "Parameters": {},
    }


def _association(call: Call, hub: Hub, standard: Standard, control: Control) -> Result:
    turned = hub.turned.get((standard.id, control.id))
    needs = requirement(standard, control)
    since = turned.time if turned else hub.standards.get(standard.id)
    return {
        "StandardsArn": standard.arn(call.region),
        "SecurityControlId": control.id,
        "SecurityControlArn": arn(call, f"security-control/{control.id}"),
        "AssociationStatus": "ENABLED" if is_on(hub, standard, control) else "DISABLED",
        "RelatedRequirements": [needs] if needs else [],
        **({"UpdatedAt": since} if since else {}),
        **({"UpdatedReason": turned.reason} if turned and turned.reason else {}),
        "StandardsControlTitle": control.title,
        "StandardsControlDescription": control.description,
    }
