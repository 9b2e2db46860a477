"""Flow logs of VPCs, subnets and network interfaces, to Amazon S3 or CloudWatch Logs.

Sources: "CreateFlowLogs", "DeleteFlowLogs", "DescribeFlowLogs" (Amazon EC2 API Reference), "Publish
flow logs to Amazon S3", "Publish flow logs to CloudWatch Logs" (Amazon VPC User Guide).
"""

from __future__ import annotations

from typing import Any

from simulator.account.state import state_of
from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.network.survey import survey
from simulator.services import Backend, Result, ec2_flow_log_buckets, operation
from simulator.services.ec2_flow_log_settings import Settings, settings_of
from simulator.telemetry import delivery, log_lines
from simulator.telemetry.flow_logs.destination import OPTIONS

_MISSING = {
    "VPC": ("InvalidVpcID.NotFound", "The vpc ID '{}' does not exist"),
    "Subnet": ("InvalidSubnetID.NotFound", "The subnet ID '{}' does not exist"),
    "NetworkInterface": (
        "InvalidNetworkInterfaceID.NotFound",
        "The networkInterface ID '{}' does not exist",
    ),
}


@operation
def create_flow_logs(call: Call, backend: Backend) -> Result:
    """One for each resource. A bucket that doesn't take the files makes it unsuccessful."""
    if call.params.get("DryRun"):
        return backend()
    settings = settings_of(call.params)
    resources = list(call.params["ResourceIds"])
    for name in resources:
        _check_resource(call, str(call.params["ResourceType"]), name)
    if settings.bucket:
        ec2_flow_log_buckets.check_caller(call, "logs:CreateLogDelivery")
    wrong = ec2_flow_log_buckets.prepare(call, settings) if settings.bucket else None
    made = [] if wrong else [_make(call, settings, name) for name in resources]
    return {
        "FlowLogIds": made,
        "Unsuccessful": [
            {"ResourceId": name, "Error": {"Code": "400", "Message": wrong}}
            for name in resources
            if wrong
        ],
    }


@operation
def describe_flow_logs(call: Call, backend: Backend) -> Result:
    """What could be delivered by now says how delivery goes."""
    assert call.account is not None
    if log_lines.awaited_without_bucket(call.account.world):
        delivery.flush(call.account.world, call.time)
    answer, state = backend(), state_of("ec2", call.account.id, call.region)
    for told in answer.get("FlowLogs", ()):
        log = state.flow_logs[told["FlowLogId"]]
        if told.get("LogDestinationType") == "s3":
            told["DestinationOptions"] = dict(vars(log).get(OPTIONS) or {})
            told.pop("LogGroupName", None)
        if not log.deliver_logs_error_message:
            told.pop("DeliverLogsErrorMessage", None)
    return answer


@operation
def delete_flow_logs(call: Call, backend: Backend) -> Result:
    """What was captured before is delivered still."""
    assert call.account is not None
    state = state_of("ec2", call.account.id, call.region)
    asked = list(call.params["FlowLogIds"])
    missing = [name for name in asked if state is None or name not in state.flow_logs]
    if missing:
        raise AwsError(
            "InvalidFlowLogId.NotFound",
            "These flow log ids in the input list are not found: "
            f"[TotalCount: {len(missing)}] {' '.join(missing)}",
        )
    if not call.params.get("DryRun") and any(
        state.flow_logs[name].log_destination_type == "s3" for name in asked
    ):
        ec2_flow_log_buckets.check_caller(call, "logs:DeleteLogDelivery")
    answer = backend()
    for name in asked:
        log_lines.withdraw(call.account, name, call.time)
    return {**answer, "Unsuccessful": []}


def _check_resource(call: Call, kind: str, name: str) -> None:
    assert call.account is not None
    if kind not in _MISSING:
        raise AwsError(
            "UnsupportedOperation", f"Flow logs of a {kind} are not simulated in this account."
        )
    state = state_of("ec2", call.account.id, call.region)
    if state is not None:
        known = {
            "VPC": lambda: name in state.vpcs,
            "Subnet": lambda: any(name in zone for zone in state.subnets.values()),
            "NetworkInterface": lambda: name in state.enis or name in _ports(call),
        }
        if known[kind]():
            return
    code, message = _MISSING[kind]
    raise AwsError(code, message.format(name))


def _ports(call: Call) -> Any:
    """Load balancers' interfaces too, which the backend doesn't hold."""
    assert call.account is not None
    return survey(call.account).ports


def _make(call: Call, settings: Settings, resource: str) -> str:
    from moto.ec2.models import flow_logs
    from moto.ec2.utils import random_flow_log_id

    assert call.account is not None
    state = state_of("ec2", call.account.id, call.region)
    if any(_same(log, settings, resource) for log in state.flow_logs.values()):
        raise AwsError(
            "FlowLogAlreadyExists",
            "Error. There is an existing Flow Log with the same configuration and log destination.",
        )
    make: Any = flow_logs.FlowLogs
    log = make(
        state,
        random_flow_log_id(),
        resource,
        settings.traffic,
        settings.destination,
        settings.group,
        settings.role,
        settings.interval,
        settings.kind,
        settings.format,
    )
    vars(log)[OPTIONS] = settings.options
    state.flow_logs[log.id] = log
    for each in call.params.get("TagSpecifications") or ():
        if each.get("ResourceType") == "vpc-flow-log":
            log.add_tags({tag["Key"]: tag.get("Value", "") for tag in each.get("Tags") or ()})
    return str(log.id)


def _same(log: Any, settings: Settings, resource: str) -> bool:
    own = (log.resource_id, log.log_group_name, log.log_destination)
    return own == (resource, settings.group, settings.destination)
