"""Detectors: GuardDuty on or off in a region, and what it takes in.

Sources: "CreateDetector", "UpdateDetector", "GetDetector" (Amazon GuardDuty API Reference).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from simulator.gateway.call import Call
from simulator.guardduty import looking, state
from simulator.guardduty.state import FEATURES, Detector
from simulator.guardduty.told import stamp
from simulator.reactions.reactions import wake
from simulator.services import Backend, Result, operation
from simulator.services.guardduty.common import (
    arn_of,
    bad,
    detector_of,
    keep,
    keep_detector,
    new_id,
    page,
    state_of,
    tagged,
    tags_of,
    with_tags,
)

_BY_DEFAULT: Final = frozenset(FEATURES) - {"RUNTIME_MONITORING"}
_SOURCES: Final = {
    "S3Logs": "S3_DATA_EVENTS",
    "Kubernetes": "EKS_AUDIT_LOGS",
    "MalwareProtection": "EBS_MALWARE_PROTECTION",
}
"""The older names of features ("GuardDuty API changes")."""
_FOUNDATION: Final = ("CLOUD_TRAIL", "DNS_LOGS", "FLOW_LOGS")


@operation
def create_detector(call: Call, backend: Backend) -> Result:
    """One for a region. Every protection plan but Runtime Monitoring is on unless said otherwise."""
    kept = state_of(call)
    if kept.detector is not None:
        raise bad("a detector already exists for the current account.")
    made = kept.detectors_made + 1
    on = {name: (name in _BY_DEFAULT, call.time) for name in FEATURES}
    detector = Detector(
        new_id(call, "detector", made),
        call.time,
        call.time,
        enabled=False,
        frequency=call.params.get("FindingPublishingFrequency") or "SIX_HOURS",
        features={**on, **features_in(call.params, call.time)},
    )
    detector = tagged(call, detector)
    if call.params["Enable"]:
        detector = _switched_on(call, detector)
    keep(call, replace(kept, detector=detector, detectors_made=made))
    return {"DetectorId": detector.id}


def made_for(call: Call, account: Any) -> Detector:
    """The detector of another account, which its administrator turns on."""
    kept = state.of(account, call.region)
    if kept.detector is not None and kept.detector.enabled:
        return kept.detector
    made = kept.detectors_made + 1
    detector = kept.detector or Detector(
        new_id(call, f"detector of {account.id}", made),
        call.time,
        call.time,
        features={name: (name in _BY_DEFAULT, call.time) for name in FEATURES},
    )
    wake(account.world, state.SERVICE)
    detector = looking.begun(account, detector, call.time)
    state.keep(account, call.region, replace(kept, detector=detector, detectors_made=made))
    return detector


def _switched_on(call: Call, detector: Detector) -> Detector:
    assert call.account is not None
    wake(call.account.world, state.SERVICE)
    return looking.begun(call.account, detector, call.time)


def features_in(params: Mapping[str, Any], at: datetime) -> dict[str, tuple[bool, datetime]]:
    """Features that parameters turn on and off.

    Raises:
        AwsError: they say it both ways, or name one that is not simulated.
    """
    if params.get("DataSources") and params.get("Features"):
        raise bad("both dataSources and features were provided. You can provide only one.")
    found = {}
    for old, name in _SOURCES.items():
        said = list(_leaves((params.get("DataSources") or {}).get(old)))
        if said:
            found[name] = (said[0], at)
    for each in params.get("Features") or ():
        if each["Name"] not in FEATURES:
            raise bad(f"the feature {each['Name']} is not supported in this region.")
        found[each["Name"]] = (each.get("Status") == "ENABLED", at)
    return found


def _leaves(value: Any) -> Any:
    if isinstance(value, bool):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _leaves(each)


@operation
def update_detector(call: Call, backend: Backend) -> Result:
    """On, off, how often updates are told, and features. Off, nothing is found."""
    detector, params = detector_of(call), call.params
    changed = replace(
        detector,
        updated=call.time,
        frequency=params.get("FindingPublishingFrequency") or detector.frequency,
        features={**detector.features, **features_in(call.params, call.time)},
    )
    if params.get("Enable") is False:
        changed = replace(changed, enabled=False)
    elif params.get("Enable") and not detector.enabled:
        changed = _switched_on(call, changed)
    keep_detector(call, changed)
    return {}


@operation
def get_detector(call: Call, backend: Backend) -> Result:
    """Settings."""
    detector = detector_of(call)
    assert call.account is not None

    def word(on: bool) -> str:
        return "ENABLED" if on and detector.enabled else "DISABLED"

    def source(name: str) -> dict[str, str]:
        return {"Status": word(detector.monitors(name))}

    features = [
        {"Name": name, "Status": word(True), "UpdatedAt": detector.created} for name in _FOUNDATION
    ] + [
        {"Name": name, "Status": word(on), "UpdatedAt": at}
        for name, (on, at) in detector.features.items()
    ]
    role = "aws-service-role/guardduty.amazonaws.com/AWSServiceRoleForAmazonGuardDuty"
    return {
        "CreatedAt": stamp(detector.created),
        "FindingPublishingFrequency": detector.frequency,
        "ServiceRole": f"arn:aws:iam::{call.account.id}:role/{role}",
        "Status": word(True),
        "UpdatedAt": stamp(detector.updated),
        "DataSources": {
            "CloudTrail": {"Status": word(True)},
            "DNSLogs": {"Status": word(True)},
            "FlowLogs": {"Status": word(True)},
            "S3Logs": source("S3_DATA_EVENTS"),
            "Kubernetes": {"AuditLogs": source("EKS_AUDIT_LOGS")},
            "MalwareProtection": {
                "ScanEc2InstanceWithFindings": {"EbsVolumes": source("EBS_MALWARE_PROTECTION")}
            },
        },
        "Tags": tags_of(call, detector),
        "Features": features,
    }


@operation
def list_detectors(call: Call, backend: Backend) -> Result:
    """At most one."""
    found = state_of(call).detector
    shown, token = page(call, [] if found is None else [found.id])
    return {"DetectorIds": list(shown), **token}


@operation
def delete_detector(call: Call, backend: Backend) -> Result:
    """With all findings and settings; not while it is tied to other accounts."""
    detector = detector_of(call)
    if state_of(call).administrator is not None:
        raise bad("the current account is associated with an administrator account.")
    if detector.members:
        raise bad("the current account has associated member accounts.")
    keep(call, replace(state_of(call), detector=None))
    return {}


@operation
def tag_resource(call: Call, backend: Backend) -> Result:
    """Tags of a detector, or of what belongs to it."""
    detector, arn = _by_arn(call)
    tags = {**detector.tags.get(arn, {}), **call.params["Tags"]}
    keep_detector(call, with_tags(call, detector, arn, tags))
    return {}


@operation
def untag_resource(call: Call, backend: Backend) -> Result:
    """Take tags away."""
    detector, arn = _by_arn(call)
    gone = set(call.params["TagKeys"])
    tags = {key: value for key, value in detector.tags.get(arn, {}).items() if key not in gone}
    keep_detector(call, with_tags(call, detector, arn, tags))
    return {}


@operation
def list_tags_for_resource(call: Call, backend: Backend) -> Result:
    """All tags."""
    detector, arn = _by_arn(call)
    return {"Tags": dict(detector.tags.get(arn, {}))}


def _by_arn(call: Call) -> tuple[Detector, str]:
    arn, detector = str(call.params["ResourceArn"]), state_of(call).detector
    if detector is None or not f"{arn}/".startswith(f"{arn_of(call, detector)}/"):
        raise bad("the input resource ARN is not owned by the current account.")
    return detector, arn
