"""Insights of a trail: turned on and off, and looked up.

Source: "PutInsightSelectors", "GetInsightSelectors", "LookupEvents" (CloudTrail API Reference).
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.services import Result
from simulator.telemetry.insights import watch
from simulator.telemetry.insights.rates import CALLS, ERRORS
from simulator.telemetry.insights.watch import Span, Watch
from simulator.telemetry.selectors import Selection

_ATTRIBUTES: Final = ("EventId", "EventName", "EventSource")


def checked(wanted: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The selectors of a call, with the event categories that it left out.

    Raises:
        AwsError: InvalidInsightSelectorsException, or NotImplemented for Insights of data events.
    """
    kinds = [one.get("InsightType") for one in wanted]
    if len(set(kinds)) < len(kinds) or not set(kinds) <= {CALLS, ERRORS}:
        raise AwsError(
            "InvalidInsightSelectorsException",
            f"The Insights types are not valid. Valid values: {CALLS}, {ERRORS}; each once.",
        )
    categories = {name for one in wanted for name in one.get("EventCategories") or ()}
    if not categories <= {"Management", "Data"}:
        raise AwsError(
            "InvalidInsightSelectorsException",
            "The event categories are not valid. Valid values: Management, Data.",
        )
    if "Data" in categories:
        raise AwsError.not_simulated("cloudtrail", "PutInsightSelectors for data events")
    return [{"InsightType": kind, "EventCategories": ["Management"]} for kind in kinds]


def shown(trail: Any) -> Result:
    """What GetInsightSelectors answers.

    Raises:
        AwsError: InsightNotEnabledException.
    """
    if not trail.insight_selectors:
        raise AwsError(
            "InsightNotEnabledException",
            f"Trail {trail.arn} does not have Insights enabled. Edit the trail settings to enable "
            "Insights, and then try the operation again.",
        )
    return {"TrailARN": trail.arn, "InsightSelectors": trail.insight_selectors}


def follow(call: Call, trail: Any, first: int, selection: Selection | None) -> None:
    """Let the analysis do as the trail says from the account's record `first` on."""
    assert call.account is not None
    kinds = tuple(one["InsightType"] for one in trail.insight_selectors)
    before: Watch | None = call.account.insights.get(trail.arn)
    if before is None and not kinds:
        return
    before = before or Watch(done=int(call.time.timestamp()) // 60 - 1)
    call.account.insights[trail.arn] = before.watching(Span(first, selection, kinds))


def page(call: Call, since: str, until: str, size: int) -> Result:
    """The Insights events of the region that a LookupEvents call asks for, newest first.

    A token holds how many events are older than the last one shown, so that new ones move nothing.
    """
    assert call.account is not None
    watch.flush(call.account.world, call.time)
    name, value = _attribute(call.params)
    known: dict[str, dict[str, Any]] = {
        one["eventID"]: one for each in call.account.insights.values() for one in each.events
    }
    found = [
        one
        for one in sorted(known.values(), key=lambda one: (one["eventTime"], one["eventID"]))
        if one["awsRegion"] == call.region
        and since <= one["eventTime"] <= until
        and (name is None or _values(one)[name] == value)
    ]
    times = call.params.get("StartTime"), call.params.get("EndTime")
    asked = hashlib.sha256(repr((times, name, value, call.region)).encode()).hexdigest()[:16]
    left = _left(call.params.get("NextToken"), asked, len(found))
    answer: Result = {"Events": [_shown(one) for one in found[max(0, left - size) : left][::-1]]}
    if left > size:
        token = json.dumps(["insight", left - size, asked])
        answer["NextToken"] = base64.b64encode(token.encode()).decode()
    return answer


def _attribute(params: Mapping[str, Any]) -> tuple[str | None, str | None]:
    attributes = params.get("LookupAttributes") or []
    if not attributes:
        return None, None
    name, value = attributes[0].get("AttributeKey"), attributes[0].get("AttributeValue")
    if len(attributes) > 1 or name not in _ATTRIBUTES:
        raise AwsError(
            "InvalidLookupAttributesException",
            "You can look up Insights events by one of these attributes at a time: "
            f"{', '.join(_ATTRIBUTES)}.",
        )
    return name, value


def _left(token: str | None, asked: str, every: int) -> int:
    if token is None:
        return every
    try:
        kind, left, given = json.loads(base64.b64decode(token, validate=True))
    except (ValueError, TypeError):
        kind, left, given = "", 0, ""
    if (kind, given) != ("insight", asked) or not isinstance(left, int) or not 0 <= left <= every:
        raise AwsError(
            "InvalidNextTokenException",
            "The token is not valid, or it was used in a request with other parameters.",
        )
    return left


def _values(one: Mapping[str, Any]) -> dict[str, str]:
    details = one["insightDetails"]
    names = (one["eventID"], details["eventName"], details["eventSource"])
    return dict(zip(_ATTRIBUTES, names, strict=True))


def _shown(one: dict[str, Any]) -> Result:
    return {
        **_values(one),
        "EventTime": datetime.fromisoformat(one["eventTime"]),
        "Resources": [],
        "CloudTrailEvent": json.dumps(one, separators=(",", ":")),
    }
