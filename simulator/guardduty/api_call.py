"""What a finding tells of an API call: who called what from where ("AwsApiCallAction")."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from simulator.guardduty.remote import remote_ip

Record = Mapping[str, Any]
_TYPES: Final = {"IAMUser": "IAMUser", "AssumedRole": "AssumedRole", "Root": "Root"}


def action(record: Record) -> dict[str, Any]:
    """The finding's action."""
    address = str(record.get("sourceIPAddress", ""))
    call: dict[str, Any] = {
        "api": record["eventName"],
        "serviceName": record["eventSource"],
        "callerType": "Remote IP",
        "remoteIpDetails": remote_ip(address),
        "userAgent": str(record.get("userAgent", "")).strip("[]"),
        "affectedResources": {
            str(one.get("type")): str(one["ARN"])
            for one in record.get("resources") or ()
            if one.get("ARN")
        },
    }
    if record.get("errorCode"):
        call["errorCode"] = record["errorCode"]
    owner = (record.get("userIdentity") or {}).get("accountId")
    if owner:
        call["remoteAccountDetails"] = {
            "accountId": owner,
            "affiliated": owner == record.get("recipientAccountId"),
        }
    return {"actionType": "AWS_API_CALL", "awsApiCallAction": call}


def access_key(record: Record) -> dict[str, str]:
    """accessKeyDetails: whose credentials were used."""
    identity = record.get("userIdentity") or {}
    issuer = (identity.get("sessionContext") or {}).get("sessionIssuer") or {}
    kind = str(identity.get("type", ""))
    return {
        "accessKeyId": str(identity.get("accessKeyId", "")),
        "principalId": str(identity.get("principalId", "")),
        "userName": name_of(record) if kind != "Root" else "Root",
        "userType": "Role" if issuer.get("type") == "Role" else _TYPES.get(kind, kind),
    }


def name_of(record: Record) -> str:
    """The name of the user, or of the role behind a session."""
    identity = record.get("userIdentity") or {}
    issuer = (identity.get("sessionContext") or {}).get("sessionIssuer") or {}
    if identity.get("type") == "Root":
        return "Root"
    arn = str(identity.get("arn", ""))
    return str(issuer.get("userName") or identity.get("userName") or arn.rpartition("/")[2])


def words(record: Record) -> dict[str, str]:
    """What texts name of a call."""
    return {
        "user": f"{access_key(record)['userType']} : {name_of(record)}",
        "api": str(record["eventName"]),
        "ip": str(record.get("sourceIPAddress", "")),
    }
