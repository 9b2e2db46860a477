"""Where a trail sends its events in CloudWatch Logs: checked, and followed.

Source: "CreateTrail" and "UpdateTrail" (CloudTrail API Reference); "Stopping CloudTrail from
sending events to CloudWatch Logs" (CloudTrail User Guide): empty ARNs do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.services import Result
from simulator.telemetry import log_stream
from simulator.telemetry.log_stream import Span, Stream
from simulator.telemetry.selectors import Selection

GROUP, ROLE = "CloudWatchLogsLogGroupArn", "CloudWatchLogsRoleArn"


def check(call: Call, trail_arn: str, group_arn: str | None, role_arn: str | None) -> None:
    """Refuse a log group that CloudTrail can't send to with the role.

    Raises:
        AwsError: InvalidCloudWatchLogsLogGroupArnException, InvalidCloudWatchLogsRoleArnException.
    """
    assert call.account is not None
    if group_arn and not role_arn:
        raise AwsError(
            "InvalidCloudWatchLogsRoleArnException",
            "You must specify a role ARN as well as a log group.",
        )
    if role_arn and not group_arn:
        raise AwsError(
            "InvalidCloudWatchLogsLogGroupArnException",
            "You must specify a log group as well as a role ARN.",
        )
    if group_arn and role_arn:
        log_stream.enter(call.account, trail_arn, group_arn, role_arn)


def check_change(call: Call, trail: Any, params: Mapping[str, Any]) -> None:
    """Refuse an UpdateTrail that names a log group or a role which wouldn't do."""
    if params.keys() & {GROUP, ROLE}:
        group = params.get(GROUP, trail.cw_log_group_arn)
        check(call, trail.arn, group, params.get(ROLE, trail.cw_role_arn))


def follow(
    call: Call, trail: Any, first: int, selection: Selection | None, *, deleted: bool = False
) -> None:
    """Let delivery do as the trail says from the account's record `first` on."""
    assert call.account is not None
    streams = call.account.streams
    group, role = trail.cw_log_group_arn, trail.cw_role_arn
    if trail.arn not in streams and not group:
        return
    stream: Stream = streams.get(trail.arn) or Stream(cursor=len(call.account.records))
    span = Span(first, selection, group, role) if group and not deleted else Span(first, None)
    streams[trail.arn] = replace(stream.sending(span), deleted=deleted)


def status(call: Call, trail_arn: str) -> Result:
    """What GetTrailStatus says of the log group; values may be None."""
    assert call.account is not None
    stream: Stream = call.account.streams.get(trail_arn) or Stream()
    return {
        "LatestCloudWatchLogsDeliveryError": stream.error,
        "LatestCloudWatchLogsDeliveryTime": stream.sent,
    }
