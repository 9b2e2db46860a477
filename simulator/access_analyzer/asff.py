"""Findings as AWS Security Hub takes them in.

Source: "Integrate IAM Access Analyzer with AWS Security Hub" (IAM User Guide): all findings of an
analyzer about one resource are one finding there, active while one of them is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from simulator.access_analyzer import state
from simulator.access_analyzer.events import stamp
from simulator.access_analyzer.state import Analyzer, Exposure, Finding, Unused
from simulator.account.account import Account

_CHECKS = "Software and Configuration Checks/AWS Security Best Practices"
_PUBLIC = "Effects/Data Exposure/External Access Granted"
_SHARED = f"{_CHECKS}/External Access Granted"
_UNUSED = {
    "UnusedIAMRole": ("Unused IAM Role", "contains an unused IAM role"),
    "UnusedIAMUserAccessKey": ("Unused IAM User Access Key", "contains an unused access key"),
    "UnusedIAMUserPassword": ("Unused IAM User Password", "contains an unused password"),
    "UnusedPermission": ("Unused Permission", "contains unused permissions"),
}
_TYPES = {
    "AWS::S3::Bucket": "AwsS3Bucket",
    "AWS::IAM::Role": "AwsIamRole",
    "AWS::IAM::User": "AwsIamUser",
    "AWS::KMS::Key": "AwsKmsKey",
    "AWS::Lambda::Function": "AwsLambdaFunction",
    "AWS::Lambda::LayerVersion": "AwsLambdaLayerVersion",
    "AWS::SQS::Queue": "AwsSqsQueue",
    "AWS::SNS::Topic": "AwsSnsTopic",
    "AWS::SecretsManager::Secret": "AwsSecretsManagerSecret",
    "AWS::ECR::Repository": "AwsEcrRepository",
    "AWS::DynamoDB::Table": "AwsDynamoDbTable",
    "AWS::RDS::DBSnapshot": "AwsRdsDbSnapshot",
    "AWS::RDS::DBClusterSnapshot": "AwsRdsDbClusterSnapshot",
}
_ADVICE = (
    "If the access isn't intended, change or remove the policy that grants it, with the resource's"
    " own service. Then have the resource scanned again: the finding is resolved."
)
_ADVICE_UNUSED = "If the access isn't needed, remove it. If it is expected, archive the finding."


def asff(account: Account, region: str) -> list[dict[str, Any]]:
    """All present findings of an account and Region in the AWS Security Finding Format."""
    found: list[dict[str, Any]] = []
    for _, analyzer in sorted(state.of(account, region).analyzers.items()):
        groups: dict[tuple[str, str], list[Finding]] = {}
        for finding in analyzer.findings.values():
            about = finding.about
            kind = about.finding_type if isinstance(about, Unused) else ""
            groups.setdefault((about.resource, kind), []).append(finding)
        found += [_shown(analyzer, account, region, groups[key]) for key in sorted(groups)]
    return found


def _shown(
    analyzer: Analyzer, account: Account, region: str, findings: Sequence[Finding]
) -> dict[str, Any]:
    active = [one for one in findings if one.status == "ACTIVE"]
    shown = sorted(active or findings, key=lambda one: (one.updated, one.id))
    told = [one.about for one in shown]
    first = told[-1]
    asff_type = _TYPES.get(first.kind, "Other")
    said = _unused(first, asff_type) if isinstance(first, Unused) else _external(told, asff_type)
    label, other = said.pop("label"), said.pop("other")
    normalized = {"LOW": 1, "HIGH": 70}[label]
    suffix = f"/{first.finding_type}" if isinstance(first, Unused) else ""
    return {
        "SchemaVersion": "2018-10-08",
        "Id": f"{analyzer.arn}/{first.resource}{suffix}",
        "ProductArn": f"arn:aws:securityhub:{region}::product/aws/access-analyzer",
        "ProductName": "IAM Access Analyzer",
        "CompanyName": "AWS",
        "Region": region,
        "GeneratorId": "aws/access-analyzer",
        "AwsAccountId": account.id,
        "CreatedAt": stamp(min(one.created for one in findings)),
        "UpdatedAt": stamp(max(one.updated for one in findings)),
        "Severity": {"Product": normalized, "Label": label, "Normalized": normalized},
        **said,
        "SourceUrl": f"https://console.aws.amazon.com/access-analyzer/home?region={region}"
        f"#/findings/details/{shown[-1].id}",
        "Resources": [
            {
                "Type": asff_type,
                "Id": first.resource,
                "Partition": "aws",
                "Region": region,
                "Details": {"Other": other},
            }
        ],
        "WorkflowState": "NEW",
        "Workflow": {"Status": "NEW"},
        "RecordState": "ACTIVE" if active else "ARCHIVED",
    }


def _external(told: Sequence[Any], asff_type: str) -> dict[str, Any]:
    exposed = [one for one in told if isinstance(one, Exposure)]
    public = any(one.public for one in exposed)
    shown = next((one for one in exposed if one.public), exposed[-1])
    kind, name = shown.principal
    access = "public access" if public else "cross-account access"
    terms = ",".join(f"{key}={value}" for key, value in shown.condition) or "none"
    return {
        "Types": [_PUBLIC if public else _SHARED],
        "Title": f"{asff_type}/{shown.resource}/ allows {access}",
        "Description": f"{shown.kind}/{shown.resource}/ allows {access} from {kind} {name}",
        "Remediation": {"Recommendation": {"Text": _ADVICE}},
        "label": "HIGH" if public else "LOW",
        "other": {
            "External Principal Type": kind,
            "Condition": terms,
            "Action Granted": ",".join(shown.actions),
            "External Principal": name,
        },
    }


def _unused(about: Unused, asff_type: str) -> dict[str, Any]:
    name, what = _UNUSED[about.finding_type]
    other: Mapping[str, str] = {
        "lastAccessed": stamp(about.last) if about.last is not None else "never",
        **({"accessKeyId": about.key_id} if about.key_id else {}),
        **(
            {"numberOfUnusedServices": str(len(about.services))}
            if about.finding_type == "UnusedPermission"
            else {}
        ),
    }
    return {
        "Types": [f"{_CHECKS}/{name}"],
        "Title": f"{asff_type}/{about.resource}/ {what}",
        "Description": f"{about.kind}/{about.resource}/ {what}",
        "Remediation": {"Recommendation": {"Text": _ADVICE_UNUSED}},
        "label": "LOW",
        "other": dict(other),
    }
