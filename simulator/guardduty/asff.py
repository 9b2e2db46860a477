"""GuardDuty's findings as Security Hub gets them.

Sources: "AWS Security Finding Format (ASFF)", "Integrating GuardDuty with AWS Security Hub" (how types,
severity and product fields are translated).
"""

from __future__ import annotations

from typing import Any, Final

from simulator.account.account import Account
from simulator.guardduty import state
from simulator.guardduty.state import Found
from simulator.guardduty.told import told

_TACTICS: Final = {
    "Backdoor": "TTPs/Command and Control",
    "CredentialAccess": "TTPs/Credential Access",
    "CryptoCurrency": "TTPs/Command and Control",
    "DefenseEvasion": "TTPs/Defense Evasion",
    "Discovery": "TTPs/Discovery",
    "Exfiltration": "Effects/Data Exfiltration",
    "Impact": "TTPs/Impact",
    "InitialAccess": "TTPs/Initial Access",
    "Persistence": "TTPs/Persistence",
    "Policy": "TTPs",
    "PrivilegeEscalation": "TTPs/Privilege Escalation",
    "Recon": "TTPs/Discovery",
    "Stealth": "TTPs/Defense Evasion",
    "Trojan": "Effects/Data Exfiltration",
    "UnauthorizedAccess": "TTPs/Initial Access",
}


def asff(account: Account, region: str) -> list[dict[str, Any]]:
    """All findings that are not suppressed, in ASFF; archived ones with RecordState ARCHIVED."""
    detector = state.of(account, region).detector
    if detector is None:
        return []
    return [_one(one) for one in detector.findings.values() if not one.suppressed]


def _one(found: Found) -> dict[str, Any]:
    finding = told(found)
    account_id, region, kind = finding["accountId"], finding["region"], finding["type"]
    service = finding["service"]
    return {
        "SchemaVersion": "2018-10-08",
        "Id": finding["arn"],
        "ProductArn": f"arn:aws:securityhub:{region}::product/aws/guardduty",
        "ProductName": "GuardDuty",
        "CompanyName": "Amazon",
        "Region": region,
        "GeneratorId": f"{finding['arn'].partition('/finding/')[0]}",
        "AwsAccountId": account_id,
        "Types": [
            f"{_TACTICS[kind.partition(':')[0]]}/{kind.replace(':', '-', 1).replace('/', '-')}"
        ],
        "FirstObservedAt": service["eventFirstSeen"],
        "LastObservedAt": service["eventLastSeen"],
        "CreatedAt": finding["createdAt"],
        "UpdatedAt": finding["updatedAt"],
        "Severity": _severity(float(finding["severity"])),
        "Title": finding["title"],
        "Description": finding["description"],
        "SourceUrl": (
            f"https://{region}.console.aws.amazon.com/guardduty/home?region={region}"
            f"#/findings?macros=current&fId={finding['id']}"
        ),
        "ProductFields": {
            "aws/guardduty/service/serviceName": "guardduty",
            "aws/guardduty/service/detectorId": service["detectorId"],
            "aws/guardduty/service/action/actionType": service["action"]["actionType"],
            "aws/guardduty/service/archived": str(service["archived"]).lower(),
            "aws/guardduty/service/count": str(service["count"]),
            "aws/guardduty/service/resourceRole": service["resourceRole"],
            "aws/guardduty/service/eventFirstSeen": service["eventFirstSeen"],
            "aws/guardduty/service/eventLastSeen": service["eventLastSeen"],
        },
        "Resources": _resources(finding["resource"], account_id, region),
        "WorkflowState": "NEW",
        "Workflow": {"Status": "NEW"},
        "RecordState": "ARCHIVED" if found.archived else "ACTIVE",
    }


def _severity(level: float) -> dict[str, Any]:
    """GuardDuty's 1 to 10 as Label, Product and Normalized."""
    label = "LOW" if level < 4 else "MEDIUM" if level < 7 else "HIGH" if level < 9 else "CRITICAL"
    return {"Product": level, "Label": label, "Normalized": int(level * 10)}


def _resources(resource: dict[str, Any], account_id: str, region: str) -> list[dict[str, Any]]:
    shared = {"Partition": "aws", "Region": region}
    found: list[dict[str, Any]] = [
        {"Type": "AwsS3Bucket", "Id": bucket["arn"], **shared}
        for bucket in resource.get("s3BucketDetails", ())
    ]
    if "instanceDetails" in resource:
        name = resource["instanceDetails"]["instanceId"]
        arn = f"arn:aws:ec2:{region}:{account_id}:instance/{name}"
        found.append({"Type": "AwsEc2Instance", "Id": arn, **shared})
    if "accessKeyDetails" in resource:
        key = resource["accessKeyDetails"]
        details = {
            "AccessKeyId": key["accessKeyId"],
            "PrincipalId": key["principalId"],
            "PrincipalName": key["userName"],
            "PrincipalType": key["userType"],
        }
        found.append(
            {
                "Type": "AwsIamAccessKey",
                "Id": f"AWS::IAM::AccessKey:{key['accessKeyId']}",
                **shared,
                "Details": {"AwsIamAccessKey": details},
            }
        )
    return found
