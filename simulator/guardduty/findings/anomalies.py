"""AnomalousBehavior: an API that attackers use, called as this user never calls it.

A call is anomalous if its user never called anything from that network before, nor the API from
anywhere; of S3's objects the network is enough, where the user has one or two of them and no more.
"Before" is at least a day before, and so long the user must be known: see `simulator.guardduty.profile`.
The account's own instances are no unusual place, and who opens a presigned URL is anywhere. Sources: "GuardDuty IAM finding types" and
"GuardDuty S3 Protection finding types", which name APIs for each tactic; the lists here hold those and
their nearest kin.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Set
from datetime import datetime
from typing import Any, Final

from simulator.guardduty import resources
from simulator.guardduty.api_call import Record, action, words
from simulator.guardduty.profile import ACCOUNT, Profile, agent_of, facts_of, user_of
from simulator.guardduty.remote import organization
from simulator.guardduty.signal import Signal, time_of
from simulator.network.addresses import parsed

_TACTICS: Final = {
    "CredentialAccess": "GetPasswordData GetSecretValue BatchGetSecretValue GenerateDbAuthToken",
    "DefenseEvasion": "DeleteFlowLogs DisableAlarmActions StopLogging DeleteTrail UpdateTrail"
    " PutEventSelectors DeleteDetector UpdateDetector DeleteConfigRule StopConfigurationRecorder",
    "Discovery": "GetRolePolicy ListAccessKeys DescribeInstances ListUsers ListRoles ListBuckets"
    " ListGroups ListPolicies GetAccountAuthorizationDetails DescribeSnapshots DescribeVolumes"
    " DescribeSecurityGroups ListFunctions20150331 ListSecrets DescribeParameters",
    "Exfiltration": "PutBucketReplication CreateSnapshot RestoreDBInstanceFromDBSnapshot"
    " ModifySnapshotAttribute CopySnapshot ModifyImageAttribute",
    "Impact": "CreateSecurityGroup DeleteSecurityGroup UpdateUser PutBucketPolicy"
    " ScheduleKeyDeletion DisableKey",
    "InitialAccess": "GetFederationToken StartSession GetAuthorizationToken",
    "Persistence": "CreateAccessKey ImportKeyPair ModifyInstanceAttribute CreateUser"
    " CreateLoginProfile UpdateLoginProfile UpdateAssumeRolePolicy CreateRole CreateKeyPair"
    " CreateFunction20150331 CreateLaunchTemplateVersion ModifyLaunchTemplate",
    "PrivilegeEscalation": "AssociateIamInstanceProfile AddUserToGroup PutUserPolicy"
    " AttachUserPolicy AttachRolePolicy PutRolePolicy PutGroupPolicy AttachGroupPolicy"
    " CreatePolicyVersion SetDefaultPolicyVersion DeleteUserPermissionsBoundary",
}
_SETTLED: Final = 2
_BY_API: Final = {api: tactic for tactic, apis in _TACTICS.items() for api in apis.split()}
_BY_S3_API: Final = {
    "ListObjects": "Discovery:S3/AnomalousBehavior",
    "ListObjectVersions": "Discovery:S3/AnomalousBehavior",
    "HeadObject": "Discovery:S3/AnomalousBehavior",
    "GetObject": "Exfiltration:S3/AnomalousBehavior",
    "CopyObject": "Exfiltration:S3/AnomalousBehavior",
    "DeleteObject": "Impact:S3/AnomalousBehavior.Delete",
    "DeleteObjects": "Impact:S3/AnomalousBehavior.Delete",
    "DeleteBucket": "Impact:S3/AnomalousBehavior.Delete",
    "PutObject": "Impact:S3/AnomalousBehavior.Write",
    "PutObjectAcl": "Impact:S3/AnomalousBehavior.Permission",
    "PutBucketAcl": "Impact:S3/AnomalousBehavior.Permission",
    "PutBucketPolicy": "Impact:S3/AnomalousBehavior.Permission",
}


def found(record: Record, profile: Profile, own: Set[int], s3: bool) -> Iterator[Signal]:
    """Anomalies in a call; those of S3 while S3 Protection is on.

    `own` are public addresses of the account's instances.
    """
    user, time = user_of(record), time_of(record)
    if user is None or parsed(str(record["sourceIPAddress"])) in own:
        return
    if not anomalous(record, user, profile, time):
        return
    name = record["eventName"]
    if record["eventSource"] == "s3.amazonaws.com" and name in _BY_S3_API:
        bucket = (record.get("requestParameters") or {}).get("bucketName")
        if s3 and bucket:
            resource = resources.of_bucket(record, str(bucket))
            yield _signal(_BY_S3_API[name], record, profile, user, resource, "S3_DATA_EVENTS")
    elif name in _BY_API and record.get("managementEvent"):
        kind = f"{_BY_API[name]}:IAMUser/AnomalousBehavior"
        yield _signal(kind, record, profile, user, resources.of_key(record), "")


def anomalous(record: Record, user: str, profile: Profile, at: datetime) -> bool:
    """Whether the call is unlike what the user does; one who is new has no habits to differ from."""
    api, network, _ = facts_of(record)
    if not profile.knows(user, at) or profile.usual(user, network, at):
        return False
    return not profile.usual(user, api, at) or _out_of_place(record, user, profile, at)


def _out_of_place(record: Record, user: str, profile: Profile, at: datetime) -> bool:
    """Whether an object is asked for elsewhere than where a user always is."""
    how = (record.get("additionalEventData") or {}).get("AuthenticationMethod")
    if record.get("eventCategory") != "Data" or how == "QueryString":
        return False
    return len(profile.names(user, "net", at)) <= _SETTLED


def _signal(
    kind: str,
    record: Record,
    profile: Profile,
    user: str,
    resource: Mapping[str, Any],
    feature: str,
) -> Signal:
    buckets = resource.get("s3BucketDetails") or [{"name": ""}]
    return Signal(
        kind,
        time_of(record),
        resource,
        action(record),
        target=str(buckets[0]["name"]),
        actor=user,
        words=words(record),
        additional=_told(record, profile, user),
        feature=feature,
    )


def _told(record: Record, profile: Profile, user: str) -> dict[str, Any]:
    """additionalInfo: what was anomalous, and what is usual."""
    at = time_of(record)
    service = str(record["eventSource"]).partition(".")[0]
    outcome = record.get("errorCode") or "success"
    network = organization(str(record["sourceIPAddress"]))["asnOrg"]
    api, place, agent = facts_of(record)
    unusual: dict[str, str] = {}
    for whose, label in ((ACCOUNT, "AccountProfiling"), (user, "UserIdentityProfiling")):
        for fact, word, told in (
            (api, "APIs", str(record["eventName"])),
            (place, "ASNs", network),
            (agent, "UserAgents", agent_of(record)),
        ):
            unusual[f"unusual{word}{label}"] = "" if profile.usual(whose, fact, at) else told
    unusual["isUnusualUserIdentity"] = "false" if profile.knows(user, at) else "true"
    value = {
        "userAgent": {
            "fullUserAgent": str(record.get("userAgent", "")).strip("[]"),
            "userAgentCategory": agent_of(record),
        },
        "anomalies": {"anomalousAPIs": f"{service}:[{record['eventName']}:{outcome}]"},
        "profiledBehavior": {
            "frequentProfiledAPIsUserIdentityProfiling": _names(profile, user, "api", at),
            "frequentProfiledASNsUserIdentityProfiling": _names(profile, user, "net", at),
            "frequentProfiledUserAgentsUserIdentityProfiling": _names(profile, user, "agent", at),
        },
        "unusualBehavior": unusual,
    }
    return {"value": json.dumps(value), "type": "default"}


def _names(profile: Profile, user: str, kind: str, at: datetime) -> str:
    names = profile.names(user, kind, at)[:20]
    return " , ".join(
        name.split(":")[1].partition("@")[0] if kind == "api" else name for name in names
    )
