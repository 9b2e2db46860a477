"""Flow log records in CloudWatch Logs: a log stream for each interface.

Sources: "Publish flow logs to CloudWatch Logs", "IAM role for publishing flow logs to CloudWatch
Logs" (Amazon VPC User Guide), "FlowLog" (Amazon EC2 API Reference) for the error.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from simulator.account.account import Account
from simulator.account.state import state_of
from simulator.telemetry.flow_logs.records import Record, records
from simulator.telemetry.flow_logs.target import FlowLog
from simulator.telemetry.log_lines import Destination, File, Log

if TYPE_CHECKING:
    from simulator.gateway.caller import Caller
    from simulator.gateway.service_call import ServiceCall

PRINCIPAL: Final = "vpc-flow-logs.amazonaws.com"
_SESSION: Final = "vpc-flow-logs"


def _post(account: Account, to: Destination, file: File) -> tuple[ServiceCall, ...]:
    from simulator.gateway.errors import AwsError

    assert isinstance(to, FlowLog)
    by_stream: dict[str, list[Record]] = {}
    for record in records(file.lines, to.fields, account.id):
        by_stream.setdefault(f"{record.interface}-all", []).append(record)
    try:
        session = _session(account, to)
        for name, told in by_stream.items():
            _send(account, to, session, name, told)
    except AwsError:
        _say(account, to, "FAILED", "Access error")
    else:
        _say(account, to, "SUCCESS", None)
    return ()


def _session(account: Account, to: FlowLog) -> Caller:
    from simulator.gateway import service_role

    arn = f"arn:aws:ec2:{to.region}:{account.id}:vpc-flow-log/{to.source}"
    return service_role.assume(account, PRINCIPAL, arn, to.role, _SESSION, to.region)


def _send(account: Account, to: FlowLog, session: Caller, name: str, told: list[Record]) -> None:
    from simulator.backends import moto_time

    at = account.world.clock.now()
    group = {"logGroupName": to.group}
    stream = {**group, "logStreamName": name}
    with moto_time.serving(lambda: at):
        logs = _logs(account, to.region)
        if to.group not in logs.groups:
            _check(account, to, session, "CreateLogGroup", group)
            logs.create_log_group(to.group, {})
        held = logs.groups[to.group]
        if name not in held.streams:
            _check(account, to, session, "CreateLogStream", stream)
            held.create_log_stream(name)
        _check(account, to, session, "PutLogEvents", stream, record=False)
        held.streams[name].put_log_events(
            [{"timestamp": one.start * 1_000, "message": one.text} for one in told]
        )


def _check(
    account: Account,
    to: FlowLog,
    session: Caller,
    operation: str,
    params: dict[str, Any],
    *,
    record: bool = True,
) -> None:
    """What the role mustn't do is refused; what it does is written down, but for data events."""
    from simulator.gateway import service_role

    service_role.check(account, session, "logs", operation, params, to.region)
    if record:
        service_role.write_down(account, session, PRINCIPAL, "logs", operation, params, to.region)


def _logs(account: Account, region: str) -> Any:
    from moto.logs.models import logs_backends

    return state_of("logs", account.id, region) or logs_backends[account.id][region]


def _say(account: Account, to: FlowLog, status: str, error: str | None) -> None:
    """What DescribeFlowLogs tells of the delivery."""
    state = state_of("ec2", account.id, to.region)
    log = state.flow_logs.get(to.source) if state is not None else None
    if log is not None:
        log.deliver_logs_status, log.deliver_logs_error_message = status, error


EVENTS: Final = Log("vpc-flow-events", timedelta(minutes=1), (60.0, 240.0), _post)
