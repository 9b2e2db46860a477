"""Where findings are exported to.

Sources: "CreatePublishingDestination" (API Reference), "Exporting generated GuardDuty findings to
Amazon S3 buckets": the bucket's and the key's policy must let guardduty.amazonaws.com in.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.guardduty import exporting
from simulator.guardduty.state import Destination, Detector
from simulator.services import Backend, Result, operation
from simulator.services.guardduty.common import (
    bad,
    detector_of,
    keep_detector,
    new_id,
    owned,
    page,
    tagged,
    tags_of,
    without,
)


@operation
def create_publishing_destination(call: Call, backend: Backend) -> Result:
    """One for a detector; GuardDuty tries at once whether it may write."""
    detector = detector_of(call)
    if detector.destinations:
        raise bad("the maximum number of publishing destinations has been reached.")
    properties = call.params["DestinationProperties"]
    name = new_id(call, "publishingdestination", detector.made + 1)
    made = Destination(
        name,
        str(properties.get("DestinationArn", "")),
        str(properties.get("KmsKeyArn", "")),
        str(properties.get("ExpectedBucketOwner", "")),
    )
    _check(call, detector, made)
    changed = replace(detector, made=detector.made + 1, destinations={name: made})
    keep_detector(call, tagged(call, changed, f"publishingdestination/{name}"))
    return {"DestinationId": name}


def _check(call: Call, detector: Detector, destination: Destination) -> None:
    assert call.account is not None
    if not destination.bucket_arn or not destination.key_arn:
        raise bad("the parameter destinationProperties has an invalid value.")
    if exporting.refused(call.account, call.region, detector.id, destination):
        raise AwsError(
            "BadRequestException",
            "The request failed because the GuardDuty service principal does not have permission to"
            " the KMS key or the resource specified by the destinationArn.",
        )


@operation
def update_publishing_destination(call: Call, backend: Backend) -> Result:
    """Another bucket or key."""
    detector, name = detector_of(call), str(call.params["DestinationId"])
    kept = owned(detector.destinations, name, "destinationId")
    properties = call.params.get("DestinationProperties") or {}
    changed = replace(
        kept,
        bucket_arn=properties.get("DestinationArn") or kept.bucket_arn,
        key_arn=properties.get("KmsKeyArn") or kept.key_arn,
        owner=properties.get("ExpectedBucketOwner") or kept.owner,
        failing_since=None,
    )
    _check(call, detector, changed)
    keep_detector(call, replace(detector, destinations={name: changed}))
    return {}


@operation
def describe_publishing_destination(call: Call, backend: Backend) -> Result:
    """Where, and whether it works."""
    detector, name = detector_of(call), str(call.params["DestinationId"])
    kept = owned(detector.destinations, name, "destinationId")
    properties: dict[str, Any] = {"DestinationArn": kept.bucket_arn, "KmsKeyArn": kept.key_arn}
    if kept.owner:
        properties["ExpectedBucketOwner"] = kept.owner
    failed = kept.failing_since
    return {
        "DestinationId": name,
        "DestinationType": "S3",
        "Status": _status(kept),
        "PublishingFailureStartTimestamp": int(failed.timestamp() * 1000) if failed else 0,
        "DestinationProperties": properties,
        "Tags": tags_of(call, detector, f"publishingdestination/{name}"),
    }


@operation
def list_publishing_destinations(call: Call, backend: Backend) -> Result:
    """At most one."""
    kept = list(detector_of(call).destinations.values())
    shown, token = page(call, kept)
    told = [
        {"DestinationId": one.id, "DestinationType": "S3", "Status": _status(one)} for one in shown
    ]
    return {"Destinations": told, **token}


@operation
def delete_publishing_destination(call: Call, backend: Backend) -> Result:
    """Findings are exported no more."""
    detector = detector_of(call)
    left = without(detector.destinations, str(call.params["DestinationId"]), "destinationId")
    keep_detector(call, replace(detector, destinations=left))
    return {}


def _status(one: Destination) -> str:
    return "UNABLE_TO_PUBLISH_FIX_DESTINATION_PROPERTY" if one.failing_since else "PUBLISHING"
