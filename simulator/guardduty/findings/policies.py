"""Policy and Stealth: settings that were weakened, and the root user's use.

Sources: "GuardDuty IAM finding types", "GuardDuty S3 Protection finding types".
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from simulator.guardduty import resources
from simulator.guardduty.api_call import Record, action, words
from simulator.guardduty.remote import network_of
from simulator.guardduty.signal import Signal, time_of

_EVERYONE: Final = "http://acs.amazonaws.com/groups/global/AllUsers"
_AUTHENTICATED: Final = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"
_CANNED: Final = {
    "public-read": _EVERYONE,
    "public-read-write": _EVERYONE,
    "authenticated-read": _AUTHENTICATED,
}


def found(record: Record) -> Iterator[Signal]:
    """What a call weakened; one that was refused weakened nothing."""
    if record["userIdentity"].get("type") == "Root" and _by_hand(record):
        yield _on_key("Policy:IAMUser/RootCredentialUsage", record)
    if record.get("errorCode"):
        return
    name, given = record["eventName"], record.get("requestParameters") or {}
    look = _LOOKS.get((str(record["eventSource"]).partition(".")[0], name))
    if look is not None:
        yield from look(record, given)


def _by_hand(record: Record) -> bool:
    return network_of(str(record.get("sourceIPAddress", ""))) is not None


def _trail(record: Record, given: Mapping[str, Any]) -> Iterator[Signal]:
    name = str(given.get("name", "")).rpartition("/")[2]
    yield _on_key("Stealth:IAMUser/CloudTrailLoggingDisabled", record, name, trail=name)


def _passwords(record: Record, given: Mapping[str, Any]) -> Iterator[Signal]:
    """The API says nothing of the policy before: less than AWS's own recommendation is weak."""
    strong = int(given.get("minimumPasswordLength") or 0) >= 14
    if record["eventName"] == "DeleteAccountPasswordPolicy" or not strong:
        yield _on_key("Stealth:IAMUser/PasswordPolicyChange", record)


def _access_log(record: Record, given: Mapping[str, Any]) -> Iterator[Signal]:
    status = given.get("BucketLoggingStatus") or {}
    if not status.get("LoggingEnabled"):
        yield _on_bucket("Stealth:S3/ServerAccessLoggingDisabled", record, given)


def _block(record: Record, given: Mapping[str, Any]) -> Iterator[Signal]:
    settings: Mapping[str, Any] = next(
        (each for name, each in given.items() if name.lower() == _CONFIGURATION), {}
    )
    said = {str(name).lower(): str(value).lower() for name, value in settings.items()}
    on = [said.get(one.lower()) == "true" for one in _SETTINGS]
    if record["eventName"].startswith("Delete") or not all(on):
        if given.get("bucketName"):
            yield _on_bucket("Policy:S3/BucketBlockPublicAccessDisabled", record, given)
        else:
            yield _on_key("Policy:S3/AccountBlockPublicAccessDisabled", record)


_CONFIGURATION: Final = "publicaccessblockconfiguration"
_SETTINGS: Final = (
    "BlockPublicAcls",
    "IgnorePublicAcls",
    "BlockPublicPolicy",
    "RestrictPublicBuckets",
)


def _policy(record: Record, given: Mapping[str, Any]) -> Iterator[Signal]:
    from simulator.iam.policy import Policy
    from simulator.iam.public import is_public

    document = given.get("bucketPolicy")
    if document and is_public(Policy.parse(document, "bucket")):
        yield _on_bucket("Policy:S3/BucketAnonymousAccessGranted", record, given)


def _acl(record: Record, given: Mapping[str, Any]) -> Iterator[Signal]:
    granted = json.dumps(given)
    canned = given.get("x-amz-acl")
    told = [
        _CANNED.get(str(one), "") for one in ([canned] if isinstance(canned, str) else canned or ())
    ]
    if _EVERYONE in granted or _EVERYONE in told:
        yield _on_bucket("Policy:S3/BucketAnonymousAccessGranted", record, given)
    elif _AUTHENTICATED in granted or _AUTHENTICATED in told:
        yield _on_bucket("Policy:S3/BucketPublicAccessGranted", record, given)


_LOOKS: Final = {
    ("cloudtrail", "StopLogging"): _trail,
    ("cloudtrail", "DeleteTrail"): _trail,
    ("iam", "UpdateAccountPasswordPolicy"): _passwords,
    ("iam", "DeleteAccountPasswordPolicy"): _passwords,
    ("s3", "PutBucketLogging"): _access_log,
    ("s3", "PutBucketPublicAccessBlock"): _block,
    ("s3", "DeleteBucketPublicAccessBlock"): _block,
    ("s3", "PutAccountPublicAccessBlock"): _block,
    ("s3", "DeleteAccountPublicAccessBlock"): _block,
    ("s3", "PutBucketPolicy"): _policy,
    ("s3", "PutBucketAcl"): _acl,
}


def _on_key(kind: str, record: Record, target: str = "", **more: str) -> Signal:
    return Signal(
        kind,
        time_of(record),
        resources.of_key(record),
        action(record),
        target=target,
        actor=_actor(record),
        words=words(record) | more,
    )


def _on_bucket(kind: str, record: Record, given: Mapping[str, Any]) -> Signal:
    """Of type AccessKey, as all that comes of management events ("S3 Protection finding types")."""
    name = str(given.get("bucketName", ""))
    return Signal(
        kind,
        time_of(record),
        {**resources.of_bucket(record, name), "resourceType": "AccessKey"},
        action(record),
        target=name,
        actor=_actor(record),
        words=words(record) | {"bucket": name},
    )


def _actor(record: Record) -> str:
    identity = record["userIdentity"]
    return str(identity.get("arn") or identity.get("principalId", ""))
