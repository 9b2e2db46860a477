"""The finding types: what each is about, and its default severity.

Sources: "GuardDuty finding types" (the table of active types), "Severity levels of GuardDuty findings":
Low is 2, Medium 5, High 8 here. `$words` are filled in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

LOW, MEDIUM, HIGH = 2.0, 5.0, 8.0


@dataclass(frozen=True, slots=True)
class Kind:
    """A finding type. `resource` is what it is about, `feature` what must be on for it."""

    severity: float
    resource: str
    title: str
    description: str
    feature: str = ""


_KEY, _INSTANCE, _BUCKET = "AccessKey", "Instance", "S3Bucket"
_S3: Final = "S3_DATA_EVENTS"
_ODD_API = "User $user is anomalously invoking APIs commonly used in $tactic tactics."
_ODD_S3 = "User $user is anomalously invoking S3 APIs commonly used in $tactic tactics."
_ODD = (
    "APIs commonly used in $tactic tactics were invoked by user $user under anomalous circumstances."
    " Such activity is not typically seen from this user."
)
_LISTED = "APIs are invoked from an IP address $ip on the custom threat list $list."


def _anomaly(tactic: str, severity: float) -> Kind:
    return Kind(
        severity,
        _KEY,
        _ODD_API.replace("$tactic", tactic),
        _ODD.replace("$tactic", tactic),
    )


def _anomaly_s3(tactic: str, severity: float) -> Kind:
    return Kind(
        severity,
        _BUCKET,
        _ODD_S3.replace("$tactic", tactic),
        _ODD.replace("$tactic", tactic),
        _S3,
    )


KINDS: Final = {
    "CredentialAccess:IAMUser/AnomalousBehavior": _anomaly("Credential Access", MEDIUM),
    "DefenseEvasion:IAMUser/AnomalousBehavior": _anomaly("Defense Evasion", MEDIUM),
    "Discovery:IAMUser/AnomalousBehavior": _anomaly("Discovery", LOW),
    "Exfiltration:IAMUser/AnomalousBehavior": _anomaly("Exfiltration", HIGH),
    "Impact:IAMUser/AnomalousBehavior": _anomaly("Impact", HIGH),
    "InitialAccess:IAMUser/AnomalousBehavior": _anomaly("Initial Access", MEDIUM),
    "Persistence:IAMUser/AnomalousBehavior": _anomaly("Persistence", MEDIUM),
    "PrivilegeEscalation:IAMUser/AnomalousBehavior": _anomaly("Privilege Escalation", MEDIUM),
    "Discovery:S3/AnomalousBehavior": _anomaly_s3("Discovery", LOW),
    "Exfiltration:S3/AnomalousBehavior": _anomaly_s3("Exfiltration", HIGH),
    "Impact:S3/AnomalousBehavior.Delete": _anomaly_s3("Impact", HIGH),
    "Impact:S3/AnomalousBehavior.Permission": _anomaly_s3("Impact", HIGH),
    "Impact:S3/AnomalousBehavior.Write": _anomaly_s3("Impact", MEDIUM),
    "Policy:IAMUser/RootCredentialUsage": Kind(
        LOW,
        _KEY,
        "API $api was invoked using root credentials.",
        "API $api was invoked using root credentials from IP address $ip.",
    ),
    "Policy:S3/AccountBlockPublicAccessDisabled": Kind(
        LOW,
        _KEY,
        "Amazon S3 Block Public Access was disabled for the AWS account.",
        "Amazon S3 Block Public Access was disabled for the AWS account by $user calling $api.",
    ),
    "Policy:S3/BucketAnonymousAccessGranted": Kind(
        HIGH,
        _BUCKET,
        "Anonymous access was granted to the S3 bucket $bucket.",
        "The bucket $bucket was made available to anonymous access by $user calling $api.",
    ),
    "Policy:S3/BucketPublicAccessGranted": Kind(
        HIGH,
        _BUCKET,
        "Public access was granted to the S3 bucket $bucket.",
        "The bucket $bucket was made available to all authenticated AWS users by $user calling $api.",
    ),
    "Policy:S3/BucketBlockPublicAccessDisabled": Kind(
        LOW,
        _BUCKET,
        "Amazon S3 Block Public Access was disabled for S3 bucket $bucket.",
        "Amazon S3 Block Public Access was disabled for S3 bucket $bucket by $user calling $api.",
    ),
    "Stealth:IAMUser/CloudTrailLoggingDisabled": Kind(
        LOW,
        _KEY,
        "AWS CloudTrail trail $trail was disabled.",
        "AWS CloudTrail trail $trail was disabled by $user calling $api under unusual circumstances.",
    ),
    "Stealth:IAMUser/PasswordPolicyChange": Kind(
        LOW,
        _KEY,
        "Account password policy was weakened by calling $api.",
        "The account password policy was weakened by $user calling $api.",
    ),
    "Stealth:S3/ServerAccessLoggingDisabled": Kind(
        LOW,
        _BUCKET,
        "Amazon S3 Server Access Logging was disabled for S3 bucket $bucket.",
        "Amazon S3 Server Access Logging was disabled for S3 bucket $bucket by $user calling $api.",
    ),
    "UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.OutsideAWS": Kind(
        HIGH,
        _KEY,
        "Credentials for the EC2 instance role $role were used from an external IP address.",
        "Credentials created exclusively for an EC2 instance using instance role $role have been used"
        " from external IP address $ip.",
    ),
    "UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.InsideAWS": Kind(
        HIGH,
        _KEY,
        "Credentials for the EC2 instance role $role were used from a remote AWS account.",
        "Credentials created exclusively for an EC2 instance using instance role $role have been used"
        " from a remote AWS account, at IP address $ip.",
    ),
    "Recon:IAMUser/MaliciousIPCaller.Custom": Kind(
        MEDIUM,
        _KEY,
        "Reconnaissance API $api was invoked from an IP address on a custom threat list.",
        _LISTED,
    ),
    "UnauthorizedAccess:IAMUser/MaliciousIPCaller.Custom": Kind(
        MEDIUM,
        _KEY,
        "API $api was invoked from an IP address on a custom threat list.",
        _LISTED,
    ),
    "Discovery:S3/MaliciousIPCaller.Custom": Kind(
        HIGH,
        _BUCKET,
        "Discovery API $api was invoked from an IP address on a custom threat list.",
        _LISTED,
        _S3,
    ),
    "UnauthorizedAccess:S3/MaliciousIPCaller.Custom": Kind(
        HIGH,
        _BUCKET,
        "API $api was invoked from an IP address on a custom threat list.",
        _LISTED,
        _S3,
    ),
    "UnauthorizedAccess:EC2/MaliciousIPCaller.Custom": Kind(
        MEDIUM,
        _INSTANCE,
        "$instance is communicating with an IP address on a custom threat list.",
        "EC2 instance $instance is communicating with IP address $ip on the custom threat list $list.",
    ),
    "UnauthorizedAccess:EC2/SSHBruteForce": Kind(
        LOW,
        _INSTANCE,
        "$ip is performing SSH brute force attacks against $instance.",
        "$ip is performing SSH brute force attacks against $instance. Brute force attacks are used to"
        " gain unauthorized access to your instance by guessing the SSH password.",
    ),
    "UnauthorizedAccess:EC2/RDPBruteForce": Kind(
        LOW,
        _INSTANCE,
        "$ip is performing RDP brute force attacks against $instance.",
        "$ip is performing RDP brute force attacks against $instance. Brute force attacks are used to"
        " gain unauthorized access to your instance by guessing the RDP password.",
    ),
    "CryptoCurrency:EC2/BitcoinTool.B!DNS": Kind(
        HIGH,
        _INSTANCE,
        "Bitcoin-related domain name queried by EC2 instance $instance.",
        "EC2 instance $instance is querying a domain name that is associated with Bitcoin-related"
        " activity.",
    ),
    "Backdoor:EC2/C&CActivity.B!DNS": Kind(
        HIGH,
        _INSTANCE,
        "Command and Control server domain name queried by EC2 instance $instance.",
        "EC2 instance $instance is querying a domain name associated with a known Command & Control"
        " server.",
    ),
    "Trojan:EC2/DNSDataExfiltration": Kind(
        HIGH,
        _INSTANCE,
        "Data exfiltration through DNS queries from EC2 instance $instance.",
        "EC2 instance $instance is attempting to query domain names that resemble exfiltrated data.",
    ),
}
