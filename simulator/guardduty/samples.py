"""Sample findings: one of a type, about things that don't exist.

Source: "Sample findings" (Amazon GuardDuty User Guide): the title begins with [SAMPLE].
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from simulator.account.account import Account
from simulator.guardduty import collecting
from simulator.guardduty.kinds import KINDS, Kind
from simulator.guardduty.remote import remote_ip
from simulator.guardduty.signal import Signal
from simulator.guardduty.state import Found

_ADDRESS: Final = "198.51.100.0"
_KEY: Final = {
    "accessKeyId": "GeneratedFindingAccessKeyId",
    "principalId": "GeneratedFindingPrincipalId",
    "userName": "GeneratedFindingUserName",
    "userType": "IAMUser",
}
_WORDS: Final = {
    "user": "IAMUser : GeneratedFindingUserName",
    "api": "GeneratedFindingAPIName",
    "ip": _ADDRESS,
    "bucket": "GeneratedFindingS3Bucket",
    "trail": "GeneratedFindingCloudTrailName",
    "role": "GeneratedFindingUserName",
    "instance": "i-99999999",
    "list": "GeneratedFindingThreatListName",
}
_API: Final = {
    "api": "GeneratedFindingAPIName",
    "serviceName": "GeneratedFindingAPIServiceName",
    "callerType": "Remote IP",
}


def sample(
    account: Account, region: str, detector_id: str, kind: str, at: datetime, number: int
) -> Found:
    """The sample finding of a type; `number` tells it from others."""
    signal = Signal(
        kind,
        at,
        _resource(KINDS[kind]),
        _action(kind),
        target=f"sample {number}",
        actor="sample",
        words=_WORDS,
        additional={"sample": True},
    )
    made = collecting.first(account, region, detector_id, signal)
    told = {**made.told, "title": f"[SAMPLE] {made.told['title']}"}
    return replace(made, told=told, created=at, updated=at)


def _resource(kind: Kind) -> dict[str, Any]:
    if kind.resource == "Instance":
        details = {"instanceId": "i-99999999", "tags": []}
        return {"resourceType": "Instance", "instanceDetails": details}
    type_ = "S3Bucket" if kind.feature else "AccessKey"
    told: dict[str, Any] = {"resourceType": type_, "accessKeyDetails": dict(_KEY)}
    if kind.resource == "S3Bucket":
        name = "GeneratedFindingS3Bucket"
        told["s3BucketDetails"] = [
            {"arn": f"arn:aws:s3:::{name}", "name": name, "type": "Destination"}
        ]
    return told


def _action(kind: str) -> dict[str, Any]:
    if "DNS" in kind:
        domain = "GeneratedFindingDomainName"
        return {
            "actionType": "DNS_REQUEST",
            "dnsRequestAction": {"domain": domain, "protocol": "UDP", "blocked": False},
        }
    if ":EC2/" in kind:
        return {
            "actionType": "NETWORK_CONNECTION",
            "networkConnectionAction": {
                "connectionDirection": "INBOUND",
                "protocol": "TCP",
                "blocked": False,
                "remoteIpDetails": remote_ip(_ADDRESS),
            },
        }
    call = {**_API, "remoteIpDetails": remote_ip(_ADDRESS)}
    return {"actionType": "AWS_API_CALL", "awsApiCallAction": call}
