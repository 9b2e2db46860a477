"""AWS CloudTrail: event history, and trails whose log files are delivered.

The backend keeps the trails. What it lacks is here: checks, lookups across regions, status,
selectors, and telling delivery what a trail logs from when on.
"""

from __future__ import annotations

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
    trail_delegation,
    trail_streams,
)
from simulator.services.organization_trails import check_allowed
from simulator.services.trail_delegation import for_delegates
from simulator.services.trail_keys import key_arn
from simulator.services.trails import (
    arn_of,
    check_bucket,
    check_new,
    course_of,
    find,
    follow,
    give_up,
    seen_from,
    shown_to,
)
from simulator.telemetry import delivery, log_stream
from simulator.telemetry.cloudtrail.times import instant
from simulator.telemetry.course import Course
from simulator.telemetry.digest_key import VALID_FROM, VALID_TO, key_pair
from simulator.telemetry.insights import watch


@operation
def lookup_events(call: Call, backend: Backend) -> Result:
    """Event history: management events of the region called, in the last 90 days."""
    return event_history.page(call)


@operation
@for_delegates
def create_trail(call: Call, backend: Backend) -> Result:
    """A trail that CloudTrail could deliver; it logs once StartLogging is called."""
    params = call.params
    name = params["Name"]
    check_new(call, name)
    _deliver(call)
    bucket = params["S3BucketName"]
    organization = _organization(call, bool(params.get("IsOrganizationTrail")))
    key = key_arn(call, params.get("KmsKeyId"), bucket)
    wanted = Course(bucket, params.get("S3KeyPrefix"), key, organization=organization)
    check_bucket(call, wanted, arn_of(call, name))
    group, role = params.get(trail_streams.GROUP), params.get(trail_streams.ROLE)
    trail_streams.check(call, arn_of(call, name), group, role)
    answer = backend()
    trail = find(call, name)
    trail.kms_key_id = key
    follow(call, trail)
    return _with_key(answer, key)


@operation
@for_delegates
def update_trail(call: Call, backend: Backend) -> Result:
    """A new bucket also gets the files that could not be delivered to the old one."""
    params = call.params
    trail = find(call, params["Name"], change=True)
    _deliver(call)
    bucket = params.get("S3BucketName", trail.bucket_name)
    key = trail.kms_key_id
    organization = _organization(call, bool(params.get("IsOrganizationTrail", trail.is_org_trail)))
    if params.keys() & {"S3BucketName", "S3KeyPrefix", "KmsKeyId", "IsOrganizationTrail"}:
        key = key_arn(call, params.get("KmsKeyId", key), bucket)
        prefix = params.get("S3KeyPrefix", trail.s3_key_prefix)
        wanted = Course(bucket, prefix, key, organization=organization)
        check_bucket(call, wanted, trail.arn)
    trail_streams.check_change(call, trail, params)
    _check_reach(trail, params)
    answer = backend()
    trail.kms_key_id = key
    follow(call, trail)
    return _with_key(answer, key)


@operation
@for_delegates
def delete_trail(call: Call, backend: Backend) -> Result:
    """What was logged and could be delivered still is; what could not be is given up."""
    from moto.cloudtrail.models import cloudtrail_backends

    assert call.account is not None
    trail = find(call, call.params["Name"], change=True)
    _deliver(call)
    trail.stop_logging()
    follow(call, trail)
    give_up(call.account.world, trail, all_of_it=True)
    trail_streams.follow(call, trail, len(call.account.records) + 1, None, deleted=True)
    del cloudtrail_backends[call.account.id][trail.region_name].trails[trail.trail_name]
    return {}


@operation
@for_delegates
def start_logging(call: Call, backend: Backend) -> Result:
    """The call itself is the first that the trail logs."""
    trail = find(call, call.params["Name"], change=True)
    _deliver(call)
    answer = backend()
    follow(call, trail, next_record=False)
    return answer


@operation
@for_delegates
def stop_logging(call: Call, backend: Backend) -> Result:
    """The call itself is the last that the trail logs."""
    trail = find(call, call.params["Name"], change=True)
    _deliver(call)
    answer = backend()
    follow(call, trail)
    return answer


@operation
@for_delegates
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
    return {"Trails": [trail.short() for trail in shown_to(call.account)]}


@operation
def register_organization_delegated_admin(call: Call, backend: Backend) -> Result:
    """A member may manage the organization's trails from then on."""
    trail_delegation.register(call)
    return {}


@operation
def deregister_organization_delegated_admin(call: Call, backend: Backend) -> Result:
    """The trails that the member made stay with the management account."""
    trail_delegation.deregister(call)
    return {}


@operation
def list_public_keys(call: Call, backend: Backend) -> Result:
    """The key that signs the region's digest files, if it is valid in the range asked for."""
    assert call.account is not None
    since = _aware(call.params.get("StartTime")) or call.time
    until = _aware(call.params.get("EndTime")) or max(since, call.time)
    if since > until:
        raise AwsError(
            "InvalidTimeRangeException", "The start time must be earlier than the end time."
        )
    if since > VALID_TO or until < VALID_FROM:
        return {"PublicKeyList": []}
    pair = key_pair(call.account.world.seed, call.region)
    key = {
        "Value": pair.public,
        "ValidityStartTime": VALID_FROM,
        "ValidityEndTime": VALID_TO,
        "Fingerprint": pair.fingerprint,
    }
    return {"PublicKeyList": [key]}


@operation
def get_trail_status(call: Call, backend: Backend) -> Result:
    """Times are on the account's clock; the error is S3's code of the last failed delivery."""
    trail = find(call, call.params["Name"])
    _deliver(call)
    course, status = course_of(call, trail), trail.status
    started, stopped = _aware(status.started), _aware(status.stopped)
    arrived = instant(course.delivered) if course.delivered else ""
    answer = {
        "IsLogging": status.is_logging,
        "LatestDeliveryError": course.error,
        "LatestDeliveryTime": course.delivered,
        "LatestDigestDeliveryError": course.digests.error,
        "LatestDigestDeliveryTime": course.digests.delivered,
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


def _organization(call: Call, wanted: bool) -> str | None:
    """The organization of an organization trail to be; None for a trail of one account."""
    return check_allowed(call) if wanted else None


def _with_key(answer: Result, key: str | None) -> Result:
    answer.pop("KmsKeyId", None)
    return {**answer, "KmsKeyId": key} if key else answer


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
