"""The records of signing in to the console: events of type AwsConsoleSignIn.

Source: "AWS Management Console sign-in events" of the AWS CloudTrail User Guide, and real records.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from simulator.gateway.caller import Caller, CallerType
from simulator.telemetry.cloudtrail.redaction import HIDDEN
from simulator.telemetry.cloudtrail.times import instant
from simulator.telemetry.cloudtrail.version import EVENT_VERSION

_KINDS: Final = {"mfa": "Virtual MFA", "u2f": "U2F MFA", "sms-mfa": "SMS MFA"}


def record(
    name: str,
    identity: dict[str, Any],
    *,
    account_id: str,
    time: datetime,
    region: str,
    regional: bool,
    source_ip: str,
    user_agent: str,
    event_id: str,
    additional: dict[str, Any],
    error: str | None = None,
) -> dict[str, Any]:
    """The record of one sign-in event: ConsoleLogin, CheckMfa, SwitchRole.

    `regional` says that the sign-in endpoint of `region` was used, not the global one; `error` is
    the errorMessage of a failure, which has no errorCode.
    """
    entry: dict[str, Any] = {
        "eventVersion": EVENT_VERSION,
        "userIdentity": identity,
        "eventTime": instant(time),
        "eventSource": "signin.amazonaws.com",
        "eventName": name,
        "awsRegion": region,
        "sourceIPAddress": source_ip,
        "userAgent": user_agent,
    }
    if error is not None:
        entry["errorMessage"] = error
    return entry | {
        "requestParameters": None,
        "responseElements": {name: "Success" if error is None else "Failure"},
        "additionalEventData": additional,
        "eventID": event_id,
        "readOnly": False,
        "eventType": "AwsConsoleSignIn",
        "managementEvent": True,
        "recipientAccountId": account_id,
        "eventCategory": "Management",
        "tlsDetails": {
            "tlsVersion": "TLSv1.3",
            "cipherSuite": "TLS_AES_128_GCM_SHA256",
            "clientProvidedHostHeader": f"{region}.signin.aws.amazon.com"
            if regional
            else "signin.aws.amazon.com",
        },
    }


def proved_identity(caller: Caller) -> dict[str, Any]:
    """userIdentity of who has signed in; only the root user's names a key, an empty one."""
    identity: dict[str, Any] = {
        "type": caller.type.value,
        "principalId": caller.principal_id,
        "arn": caller.arn,
        "accountId": caller.account_id,
    }
    if caller.type is CallerType.ROOT:
        identity["accessKeyId"] = ""
    if caller.type is CallerType.IAM_USER:
        identity["userName"] = caller.user_name
    return identity


def unproved_identity(caller: Caller) -> dict[str, Any]:
    """userIdentity of who is not signed in yet, or has failed to."""
    if caller.type is CallerType.ROOT:
        return proved_identity(caller)
    return {
        "type": caller.type.value,
        "principalId": caller.principal_id,
        "accountId": caller.account_id,
        "accessKeyId": "",
        "userName": caller.user_name,
    }


def nobody(account_id: str) -> dict[str, Any]:
    """userIdentity for a user name that does not exist: it might be a password, mistyped."""
    return {
        "type": CallerType.IAM_USER.value,
        "accountId": account_id,
        "accessKeyId": "",
        "userName": HIDDEN,
    }


def login_data(
    region: str, regional: bool, *, mfa: str | None = None, tried_mfa: bool = False
) -> dict[str, Any]:
    """additionalEventData of ConsoleLogin; `mfa` is the serial number of the device used."""
    data = {"LoginTo": _home(region, regional), "MobileVersion": "No"}
    if mfa is not None:
        data["MFAIdentifier"] = mfa
    return data | {"MFAUsed": "Yes" if mfa is not None or tried_mfa else "No"}


def switch_data(switched_from: str, region: str) -> dict[str, Any]:
    """additionalEventData of SwitchRole; `switched_from` is the ARN of who switches."""
    return {"SwitchFrom": switched_from, "RedirectTo": _home(region, regional=True)}


def mfa_type(serials: Iterable[str]) -> str:
    """CheckMfa's MfaType, of the devices with these serial numbers."""
    kinds = {
        _KINDS.get(serial.rpartition(":")[2].partition("/")[0], "Hardware MFA")
        for serial in serials
    }
    return kinds.pop() if len(kinds) == 1 else "Multiple MFA Devices"


def _home(region: str, regional: bool) -> str:
    if regional:
        return f"https://{region}.console.aws.amazon.com/console/home?region={region}#"
    return "https://console.aws.amazon.com/console/home?hashArgs=%23&isauthcode=true"
