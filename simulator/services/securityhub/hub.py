"""Security Hub is turned on and off.

Sources: "EnableSecurityHub", "DisableSecurityHub", "DescribeHub", "UpdateSecurityHubConfiguration"
(AWS Security Hub API Reference), "Enabling Security Hub CSPM".
"""

from __future__ import annotations

from dataclasses import replace

from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.security_hub import checks, state, switching
from simulator.services import Backend, Result, operation
from simulator.services.securityhub.state import (
    account_of,
    hub_arn,
    hub_of,
    invalid,
    keep,
    missing,
)


@operation
def enable_security_hub(call: Call, backend: Backend) -> Result:
    """With the default standards, unless the call says otherwise.

    Raises:
        AwsError: ResourceConflictException where it is on.
    """
    account = account_of(call)
    if state.hub_of(account, call.region) is not None:
        raise AwsError(
            "ResourceConflictException", "Account is already subscribed to Security Hub", 409
        )
    switching.turn_on(
        account,
        call.region,
        call.time,
        generator=call.params.get("ControlFindingGenerator", "SECURITY_CONTROL"),
        tags=call.params.get("Tags") or {},
        standards=call.params.get("EnableDefaultStandards", True),
    )
    return {}


@operation
def disable_security_hub(call: Call, backend: Backend) -> Result:
    """Everything that the hub kept is gone. An administrator or a member can't.

    Raises:
        AwsError: InvalidAccessException, InvalidInputException.
    """
    hub = hub_of(call)
    if any(one.status == "Enabled" for one in hub.members.values()):
        raise invalid(
            "Cannot disable Security Hub on an account that has active member accounts. "
            "Disassociate them first."
        )
    if hub.administrator:
        raise invalid(
            "Cannot disable Security Hub on an account that is associated with an administrator."
        )
    state.keep(account_of(call), call.region, None)
    return {}


@operation
def describe_hub(call: Call, backend: Backend) -> Result:
    """The hub of the Region."""
    hub = hub_of(call)
    if call.params.get("HubArn", hub_arn(call)) != hub_arn(call):
        raise missing(f"Hub {call.params['HubArn']} not found")
    return {
        "HubArn": hub_arn(call),
        "SubscribedAt": f"{hub.since:%Y-%m-%dT%H:%M:%S}.{hub.since.microsecond // 1000:03d}Z",
        "AutoEnableControls": hub.auto_enable,
        "ControlFindingGenerator": hub.generator,
    }


@operation
def update_security_hub_configuration(call: Call, backend: Backend) -> Result:
    """Consolidated control findings replace those of each standard, and the other way around."""
    hub = hub_of(call)
    generator = call.params.get("ControlFindingGenerator", hub.generator)
    auto = call.params.get("AutoEnableControls", hub.auto_enable)
    if generator != hub.generator and hub.administrator:
        raise AwsError(
            "InvalidAccessException",
            "ControlFindingGenerator can only be updated by the administrator account.",
            401,
        )
    keep(call, replace(hub, generator=generator, auto_enable=auto))
    if generator != hub.generator:
        account = account_of(call)
        checks.archive_unchecked(account, call.region, call.time)
        for standard in hub.standards:
            switching.check_soon(account, call.region, standard, call.time)
    return {}


@operation
def tag_resource(call: Call, backend: Backend) -> Result:
    """The hub's tags, or an automation rule's."""
    _tag(call, {**_tags(call), **call.params["Tags"]})
    return {}


@operation
def untag_resource(call: Call, backend: Backend) -> Result:
    """Names that aren't there are passed over."""
    gone = set(call.params["TagKeys"])
    _tag(call, {name: value for name, value in _tags(call).items() if name not in gone})
    return {}


@operation
def list_tags_for_resource(call: Call, backend: Backend) -> Result:
    """Raises AwsError: ResourceNotFoundException."""
    return {"Tags": _tags(call)}


def _tags(call: Call) -> dict[str, str]:
    hub, arn = hub_of(call), call.params["ResourceArn"]
    if arn == hub_arn(call):
        return dict(hub.tags)
    if arn in hub.rules:
        return dict(hub.rules[arn].told.get("Tags") or {})
    raise missing(f"The resource {arn} was not found.")


def _tag(call: Call, tags: dict[str, str]) -> None:
    hub, arn = hub_of(call), call.params["ResourceArn"]
    if arn == hub_arn(call):
        keep(call, replace(hub, tags=tags))
        return
    rule = hub.rules[arn]
    changed = replace(rule, told={**rule.told, "Tags": tags})
    keep(call, replace(hub, rules={**hub.rules, arn: changed}))
