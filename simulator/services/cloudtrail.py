"""AWS CloudTrail: event history, and trails whose log files are delivered.

The backend keeps the trails. What it lacks is here: checks, lookups across regions, status,
selectors, and telling delivery what a trail logs from when on.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.services import (
    Backend,
    Result,
    event_history,
    event_selectors,
    insight_selectors,
    operation,
    trail_streams,
)
from simulator.services.trails import (
    arn_of,
    check_bucket,
    check_new,
    course_of,
    find,
    follow,
    seen_from,
    trails_of,
)
from simulator.telemetry import delivery, log_stream
from simulator.telemetry.cloudtrail.times import instant
from simulator.telemetry.course import Course
from simulator.telemetry.insights import watch


@operation
def lookup_events(call: Call, backend: Backend) -> Result:
    """Event history: management events of the region called, in the last 90 days."""
    return event_history.page(call)


@operation
def create_trail(call: Call, backend: Backend) -> Result:
    """A trail that CloudTrail could deliver; it logs once StartLogging is called."""
    params = call.params
    name = params["Name"]
    check_new(call, name)
    _deliver(call)
    wanted = Course(params["S3BucketName"], params.get("S3KeyPrefix"), params.get("KmsKeyId"))
    check_bucket(call, wanted, arn_of(call, name))
    group, role = params.get(trail_streams.GROUP), params.get(trail_streams.ROLE)
    trail_streams.check(call, arn_of(call, name), group, role)
    answer = backend()
    follow(call, find(call, name))
    return answer


@operation
def update_trail(call: Call, backend: Backend) -> Result:
    """A new bucket also gets the files that could not be delivered to the old one."""
    params = call.params
    trail = find(call, params["Name"], change=True)
    _deliver(call)
    wanted = Course(
        params.get("S3BucketName", trail.bucket_name),
        params.get("S3KeyPrefix", trail.s3_key_prefix),
        params.get("KmsKeyId", trail.kms_key_id),
    )
    if params.keys() & {"S3BucketName", "S3KeyPrefix", "KmsKeyId"}:
        check_bucket(call, wanted, trail.arn)
    trail_streams.check_change(call, trail, params)
    _check_reach(trail, params)
    answer = backend()
    follow(call, trail)
    return answer


@operation
def delete_trail(call: Call, backend: Backend) -> Result:
    """What was logged and could be delivered still is; what could not be is given up."""
    from moto.cloudtrail.models import cloudtrail_backends

    assert call.account is not None
    trail = find(call, call.params["Name"], change=True)
    _deliver(call)
    trail.stop_logging()
    follow(call, trail)
    course = call.account.delivery[trail.arn]
    call.account.delivery[trail.arn] = replace(course, held=(), deleted=True)
    trail_streams.follow(call, trail, len(call.account.records) + 1, None, deleted=True)
    del cloudtrail_backends[call.account.id][trail.region_name].trails[trail.trail_name]
    return {}


@operation
def start_logging(call: Call, backend: Backend) -> Result:
    """The call itself is the first that the trail logs."""
    trail = find(call, call.params["Name"], change=True)
    answer = backend()
    follow(call, trail, next_record=False)
    return answer


@operation
def stop_logging(call: Call, backend: Backend) -> Result:
    """The call itself is the last that the trail logs."""
    trail = find(call, call.params["Name"], change=True)
    answer = backend()
    follow(call, trail)
    return answer


@operation
def put_event_selectors(call: Call, backend: Backend) -> Result:
    """The call itself is still logged as the trail was configured before."""
    trail = find(call, call.params["TrailName"], change=True)
    basic = call.params.get("EventSelectors") or []
    advanced = call.params.get("AdvancedEventSelectors") or []
    if bool(basic) is bool(advanced):
        raise AwsError(
            "InvalidEventSelectorsException",
            "Specify either EventSelectors or AdvancedEventSelectors, with at least one selector.",
        )
    trail.event_selectors = event_selectors.basic(basic)
    trail.advanced_event_selectors = event_selectors.advanced(advanced)
    follow(call, trail)
    return _selectors(trail)


@operation
def get_event_selectors(call: Call, backend: Backend) -> Result:
    """The selectors as they are kept; the default where none were put."""
    return _selectors(find(call, call.params["TrailName"]))


@operation
def put_insight_selectors(call: Call, backend: Backend) -> Result:
    """An empty list turns Insights off; the call itself is still analyzed as before."""
    if "TrailName" not in call.params:
        raise AwsError.not_simulated("cloudtrail", "PutInsightSelectors for an event data store")
    trail = find(call, call.params["TrailName"], change=True)
    wanted = insight_selectors.checked(call.params.get("InsightSelectors") or [])
    _deliver(call)
    trail.insight_selectors = wanted
    follow(call, trail)
    return {"TrailARN": trail.arn, "InsightSelectors": wanted}


@operation
def get_insight_selectors(call: Call, backend: Backend) -> Result:
    """The kinds of Insights that are turned on."""
    if "TrailName" not in call.params:
        raise AwsError.not_simulated("cloudtrail", "GetInsightSelectors of an event data store")
    return insight_selectors.shown(find(call, call.params["TrailName"]))


@operation
def get_trail(call: Call, backend: Backend) -> Result:
    """One trail: of this region, or a multi-region trail by its ARN."""
    return {"Trail": _description(find(call, call.params["Name"]))}


@operation
def describe_trails(call: Call, backend: Backend) -> Result:
    """Names and ARNs that no trail has are passed over."""
    params = call.params
    trails = seen_from(call)
    wanted = params.get("trailNameList")
    if wanted:
        arns = {arn_of(call, name) for name in wanted}
        trails = [trail for trail in trails if trail.arn in arns]
    if not params.get("includeShadowTrails", True):
        trails = [trail for trail in trails if trail.region_name == call.region]
    return {"trailList": [_description(trail) for trail in trails]}


@operation
def list_trails(call: Call, backend: Backend) -> Result:
    """Of every region."""
    assert call.account is not None
    return {"Trails": [trail.short() for trail in trails_of(call.account.id)]}


@operation
def get_trail_status(call: Call, backend: Backend) -> Result:
    """Times are on the account's clock; the error is S3's code of the last failed delivery."""
    trail = find(call, call.params["Name"])
    _deliver(call)
    course, status = course_of(call, trail.arn, trail), trail.status
    started, stopped = _aware(status.started), _aware(status.stopped)
    arrived = instant(course.delivered) if course.delivered else ""
    answer = {
        "IsLogging": status.is_logging,
        "LatestDeliveryError": course.error,
        "LatestDeliveryTime": course.delivered,
        "StartLoggingTime": started,
        "StopLoggingTime": stopped,
        "LatestDeliveryAttemptTime": instant(course.tried) if course.tried else arrived,
        "LatestNotificationAttemptTime": "",
        "LatestNotificationAttemptSucceeded": "",
        "LatestDeliveryAttemptSucceeded": arrived,
        "TimeLoggingStarted": instant(started) if started else "",
        "TimeLoggingStopped": instant(stopped) if stopped else "",
        **trail_streams.status(call, trail.arn),
    }
    return {name: value for name, value in answer.items() if value is not None}


def _deliver(call: Call) -> None:
    assert call.account is not None
    delivery.flush(call.account.world, call.time)
    log_stream.flush(call.account.world, call.time)
    watch.flush(call.account.world, call.time)


def _selectors(trail: Any) -> Result:
    if trail.advanced_event_selectors:
        return {"TrailARN": trail.arn, "AdvancedEventSelectors": trail.advanced_event_selectors}
    return {
        "TrailARN": trail.arn,
        "EventSelectors": trail.event_selectors or [event_selectors.DEFAULT],
    }


def _description(trail: Any) -> Result:
    described = trail.description(include_region=True)
    described["HasCustomEventSelectors"] = bool(
        trail.advanced_event_selectors
        or trail.event_selectors not in ([], [event_selectors.DEFAULT])
    )
    described["HasInsightSelectors"] = bool(trail.insight_selectors)
    for name in (trail_streams.GROUP, trail_streams.ROLE):
        described[name] = described[name] or None
    return {name: value for name, value in described.items() if value is not None}


def _check_reach(trail: Any, params: dict[str, Any]) -> None:
    multi = params.get("IsMultiRegionTrail", trail.is_multi_region)
    with_global = params.get("IncludeGlobalServiceEvents", trail.include_global_service_events)
    if multi and not with_global:
        raise AwsError(
            "InvalidParameterCombinationException",
            "Multi-Region trail must include global service events.",
        )


def _aware(time: datetime | None) -> datetime | None:
    return time.replace(tzinfo=UTC) if time else None
