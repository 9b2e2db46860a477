"""Standards and the controls in them.

Sources: "BatchEnableStandards", "BatchDisableStandards", "GetEnabledStandards", "DescribeStandards",
"DescribeStandardsControls", "UpdateStandardsControl" (AWS Security Hub API Reference).
"""

from __future__ import annotations

from simulator.gateway.call import Call
from simulator.security_hub import switching
from simulator.security_hub.checks import is_on
from simulator.security_hub.control import Control
from simulator.security_hub.observer import FIRST
from simulator.security_hub.standards import (
    STANDARDS,
    Standard,
    controls_of,
    number,
    requirement,
    standard_of,
)
from simulator.security_hub.state import Hub, Turned
from simulator.services import Backend, Result, operation
from simulator.services.securityhub.state import account_of, arn, hub_of, invalid, missing, page


@operation
def describe_standards(call: Call, backend: Backend) -> Result:
    """Every standard that there is, enabled or not."""
    hub_of(call)
    shown, rest = page(call, [_described(one, call.region) for one in STANDARDS])
    return {"Standards": shown, **rest}


@operation
def batch_enable_standards(call: Call, backend: Backend) -> Result:
    """Raises AwsError: InvalidInputException for an unknown standard; then none is enabled."""
    hub_of(call)
    asked = call.params["StandardsSubscriptionRequests"]
    wanted = [_known(call, one["StandardsArn"]) for one in asked]
    for standard in wanted:
        switching.turn_on_standard(account_of(call), call.region, standard, call.time)
    return {"StandardsSubscriptions": [_subscribed(call, one, "PENDING") for one in wanted]}


@operation
def batch_disable_standards(call: Call, backend: Backend) -> Result:
    """Raises AwsError: InvalidInputException for one that is not enabled; then none is disabled."""
    hub = hub_of(call)
    found = [_subscribed_to(call, hub, one) for one in call.params["StandardsSubscriptionArns"]]
    if None in found:
        raise invalid("StandardsSubscriptionArns contains an invalid standards subscription ARN.")
    wanted = [one for one in found if one is not None]
    for standard in wanted:
        switching.turn_off_standard(account_of(call), call.region, standard, call.time)
    return {"StandardsSubscriptions": [_subscribed(call, one, "DELETING") for one in wanted]}


@operation
def get_enabled_standards(call: Call, backend: Backend) -> Result:
    """All, or those named. A standard is PENDING until its first checks ran."""
    hub = hub_of(call)
    asked = call.params.get("StandardsSubscriptionArns")
    shown = []
    for standard in STANDARDS:
        since = hub.standards.get(standard.id)
        if since is None or (asked and _subscription(call, standard) not in asked):
            continue
        ready = call.time - since >= FIRST
        shown.append(_subscribed(call, standard, "READY" if ready else "PENDING"))
    part, rest = page(call, shown)
    return {"StandardsSubscriptions": part, **rest}


@operation
def describe_standards_controls(call: Call, backend: Backend) -> Result:
    """Raises AwsError: ResourceNotFoundException for a standard that is not enabled."""
    hub = hub_of(call)
    standard = _subscribed_to(call, hub, call.params["StandardsSubscriptionArn"])
    if standard is None:
        raise missing(f"Standards subscription {call.params['StandardsSubscriptionArn']} not found")
    controls = [_control(call, hub, standard, one) for one in controls_of(standard)]
    shown, rest = page(call, controls)
    return {"Controls": shown, **rest}


@operation
def update_standards_control(call: Call, backend: Backend) -> Result:
    """One control in one standard, by the ARN that it has there.

    Raises:
        AwsError: ResourceNotFoundException, InvalidInputException.
    """
    hub, wanted = hub_of(call), call.params["StandardsControlArn"]
    status, reason = call.params.get("ControlStatus"), call.params.get("DisabledReason", "")
    if status == "DISABLED" and not reason:
        raise invalid("DisabledReason is required when ControlStatus is DISABLED.")
    for standard in STANDARDS:
        for control in controls_of(standard):
            if control_arn(call, standard, control) == wanted and standard.id in hub.standards:
                if status:
                    turned = Turned(status == "ENABLED", call.time, reason)
                    account = account_of(call)
                    switching.turn_control(account, call.region, standard, control, turned)
                return {}
    raise missing(f"Control {wanted} not found")


def control_arn(call: Call, standard: Standard, control: Control) -> str:
    """A control as it is called in a standard."""
    return arn(call, f"control/{standard.path}/{number(standard, control)}")


def _control(call: Call, hub: Hub, standard: Standard, control: Control) -> Result:
    turned = hub.turned.get((standard.id, control.id))
    needs = requirement(standard, control)
    enabled = is_on(hub, standard, control)
    return {
        "StandardsControlArn": control_arn(call, standard, control),
        "ControlStatus": "ENABLED" if enabled else "DISABLED",
        **({"DisabledReason": turned.reason} if turned and not enabled else {}),
        "ControlStatusUpdatedAt": turned.time if turned else hub.standards[standard.id],
        "ControlId": number(standard, control),
        "Title": control.title,
        "Description": control.description,
        "RemediationUrl": control.remediation,
        "SeverityRating": control.severity,
        "RelatedRequirements": [needs] if needs else [],
    }


def _described(standard: Standard, region: str) -> Result:
    return {
        "StandardsArn": standard.arn(region),
        "Name": standard.name,
        "Description": standard.description,
        "EnabledByDefault": standard.default,
        "StandardsManagedBy": {"Company": "AWS", "Product": "Security Hub"},
    }


def _subscription(call: Call, standard: Standard) -> str:
    return arn(call, f"subscription/{standard.path}")


def _subscribed(call: Call, standard: Standard, status: str) -> Result:
    return {
        "StandardsSubscriptionArn": _subscription(call, standard),
        "StandardsArn": standard.arn(call.region),
        "StandardsInput": {},
        "StandardsStatus": status,
        "StandardsControlsUpdatable": "READY_FOR_UPDATES",
    }


def _subscribed_to(call: Call, hub: Hub, wanted: str) -> Standard | None:
    found = (one for one in STANDARDS if one.id in hub.standards)
    return next((one for one in found if _subscription(call, one) == wanted), None)


def _known(call: Call, wanted: str) -> Standard:
    standard = standard_of(wanted)
    if standard is None or standard.arn(call.region) != wanted:
        raise invalid(f"Invalid parameter 'StandardsArn': '{wanted}'")
    return standard
