"""Macie's findings as Security Hub gets them.

Sources: "Evaluating Macie findings with AWS Security Hub" (types, severity, which findings are
published), "AWS Security Finding Format (ASFF)", "AwsS3Object" and "DataClassification" in it.
"""

from __future__ import annotations

from typing import Any, Final

from simulator.account.account import Account
from simulator.macie import state
from simulator.macie.finding import told
from simulator.macie.state import Found

_PARTS: Final = {
    "Credentials": "Sensitive Data Identifications/Passwords",
    "CustomIdentifier": "Sensitive Data Identifications/PII",
    "Financial": "Sensitive Data Identifications/Financial",
    "Multiple": "Sensitive Data Identifications/PII",
    "Personal": "Sensitive Data Identifications/PII",
}
_PRACTICES: Final = "Software and Configuration Checks/AWS Security Best Practices"


def asff(account: Account, region: str) -> list[dict[str, Any]]:
    """The findings that are published: policy findings, and by setting those of sensitive data."""
    session = state.of(account, region)
    if session is None:
        return []
    now = account.world.clock.now()
    wanted = {
        "POLICY": session.published["publishPolicyFindings"],
        "CLASSIFICATION": session.published["publishClassificationFindings"],
    }
    return [
        _one(one)
        for one in session.findings.values()
        if not one.suppressed and one.created <= now and wanted[one.told["category"]]
    ]


def _one(found: Found) -> dict[str, Any]:
    finding = told(found)
    region, kind = finding["region"], str(finding["type"])
    part = kind.rpartition("/")[2]
    said = kind.replace("/", "-")
    label = finding["severity"]["description"]
    return {
        "SchemaVersion": "2018-10-08",
        "Id": finding["id"],
        "ProductArn": f"arn:aws:securityhub:{region}::product/aws/macie",
        "ProductName": "Macie",
        "CompanyName": "Amazon",
        "Region": region,
        "GeneratorId": "aws/macie",
        "AwsAccountId": finding["accountId"],
        "Types": [f"{_PARTS.get(part, _PRACTICES)}/{said}"],
        "CreatedAt": finding["createdAt"],
        "UpdatedAt": finding["updatedAt"],
        "Severity": {"Label": str(label).upper(), "Original": label},
        "Title": finding["title"],
        "Description": finding["description"],
        "ProductFields": _fields(finding),
        "Resources": _resources(finding),
        "WorkflowState": "NEW",
        "Workflow": {"Status": "NEW"},
        "RecordState": "ARCHIVED" if found.archived else "ACTIVE",
        "Sample": finding["sample"],
    }


def _fields(finding: dict[str, Any]) -> dict[str, str]:
    details = finding["classificationDetails"]
    if details is None:
        return {}
    return {
        "S3Object.Path": finding["resourcesAffected"]["s3Object"]["path"],
        "S3Object.Extension": finding["resourcesAffected"]["s3Object"]["extension"],
        "S3Object.PublicAccess": str(
            finding["resourcesAffected"]["s3Object"]["publicAccess"]
        ).lower(),
        "OriginType": details["originType"],
        "JobArn": details["jobArn"],
        "JobId": details["jobId"],
    }


def _resources(finding: dict[str, Any]) -> list[dict[str, Any]]:
    shared = {"Partition": "aws", "Region": finding["region"]}
    affected = finding["resourcesAffected"]
    bucket = affected["s3Bucket"]
    own = bucket["defaultServerSideEncryption"]
    default = {"SSEAlgorithm": own["encryptionType"]}
    if own.get("kmsMasterKeyId"):
        default["KMSMasterKeyID"] = own["kmsMasterKeyId"]
    found: list[dict[str, Any]] = [
        {
            "Type": "AwsS3Bucket",
            "Id": bucket["arn"],
            **shared,
            "Details": {
                "AwsS3Bucket": {
                    "OwnerId": bucket["owner"]["id"],
                    "OwnerName": bucket["owner"]["displayName"],
                    "CreatedAt": bucket["createdAt"],
                    "ServerSideEncryptionConfiguration": {
                        "Rules": [{"ApplyServerSideEncryptionByDefault": default}]
                    },
                }
            },
        }
    ]
    item = affected.get("s3Object")
    if item:
        own = {"LastModified": item["lastModified"], "ETag": item["eTag"]}
        own["ServerSideEncryption"] = item["serverSideEncryption"]["encryptionType"]
        if item["versionId"]:
            own["VersionId"] = item["versionId"]
        details = finding["classificationDetails"]
        found.append(
            {
                "Type": "AwsS3Object",
                "Id": f"arn:aws:s3:::{item['path']}",
                **shared,
                "Details": {"AwsS3Object": own},
                "DataClassification": {"Result": _capital(details["result"])},
            }
        )
    return found


def _capital(value: Any) -> Any:
    """ASFF's names begin with a capital."""
    if isinstance(value, dict):
        return {name[0].upper() + name[1:]: _capital(each) for name, each in value.items()}
    return [_capital(each) for each in value] if isinstance(value, list) else value
