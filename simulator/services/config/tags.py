"""Tags of rules and of the recorder, and how long items are kept."""

from __future__ import annotations

from dataclasses import replace

from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.services import Backend, Result, operation
from simulator.services.config.shared import keep, kept, page


@operation
def tag_resource(call: Call, backend: Backend) -> Result:
    """Add tags.

    Raises:
        AwsError: ResourceNotFoundException.
    """
    state, arn = kept(call), _arn(call)
    added = {str(one["Key"]): str(one.get("Value", "")) for one in call.params["Tags"]}
    keep(call, replace(state, tags={**state.tags, arn: {**state.tags.get(arn, {}), **added}}))
    return {}


@operation
def untag_resource(call: Call, backend: Backend) -> Result:
    """Take tags away.

    Raises:
        AwsError: ResourceNotFoundException.
    """
    state, arn = kept(call), _arn(call)
    left = {k: v for k, v in state.tags.get(arn, {}).items() if k not in call.params["TagKeys"]}
    keep(call, replace(state, tags={**state.tags, arn: left}))
    return {}


@operation
def list_tags_for_resource(call: Call, backend: Backend) -> Result:
    """The tags.

    Raises:
        AwsError: ResourceNotFoundException.
    """
    held = kept(call).tags.get(_arn(call), {})
    shown, more = page(call, [{"Key": k, "Value": v} for k, v in held.items()], 50)
    return {"Tags": shown, **more}


@operation
def put_retention_configuration(call: Call, backend: Backend) -> Result:
    """Say for how many days items are kept. None is old enough in a drill to be dropped."""
    days = int(call.params["RetentionPeriodInDays"])
    keep(call, replace(kept(call), retention=days))
    return {"RetentionConfiguration": {"Name": "default", "RetentionPeriodInDays": days}}


@operation
def describe_retention_configurations(call: Call, backend: Backend) -> Result:
    """For how many days items are kept, where that was said."""
    days = kept(call).retention
    told = [] if days == 2557 else [{"Name": "default", "RetentionPeriodInDays": days}]
    return {"RetentionConfigurations": told}


@operation
def delete_retention_configuration(call: Call, backend: Backend) -> Result:
    """Items are kept for seven years again.

    Raises:
        AwsError: NoSuchRetentionConfigurationException.
    """
    if not describe_retention_configurations(call, backend)["RetentionConfigurations"]:
        raise AwsError(
            "NoSuchRetentionConfigurationException",
            "Cannot find retention configuration with the specified name "
            f"'{call.params['RetentionConfigurationName']}'.",
        )
    keep(call, replace(kept(call), retention=2557))
    return {}


def _arn(call: Call) -> str:
    arn, state = str(call.params["ResourceArn"]), kept(call)
    known = {rule.told["ConfigRuleArn"] for rule in state.rules.values()}
    if state.recorder is not None:
        known.add(state.recorder["arn"])
    if arn not in known:
        raise AwsError("ResourceNotFoundException", f"ResourceArn '{arn}' does not exist")
    return arn
