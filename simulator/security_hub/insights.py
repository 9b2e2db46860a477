"""Insights: findings that match filters, counted by an attribute.

Sources: "Managed insights in Security Hub CSPM", "GetInsightResults" (AWS Security Hub User Guide
and API Reference).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from simulator.security_hub import filters
from simulator.security_hub.attributes import values
from simulator.security_hub.state import Insight

_ACTIVE: Final = {"RecordState": [{"Value": "ACTIVE", "Comparison": "EQUALS"}]}
_OPEN: Final = {
    **_ACTIVE,
    "WorkflowStatus": [
        {"Value": "NEW", "Comparison": "EQUALS"},
        {"Value": "NOTIFIED", "Comparison": "EQUALS"},
    ],
}
_MOST: Final = 100


def _of(kind: str) -> dict[str, Any]:
    return {**_OPEN, "ResourceType": [{"Value": kind, "Comparison": "EQUALS"}]}


MANAGED: Final = tuple(
    Insight(f"arn:aws:securityhub:::insight/securityhub/default/{number}", name, wanted, group)
    for number, name, wanted, group in (
        (1, "AWS resources with the most findings", _OPEN, "ResourceId"),
        (
            2,
            "S3 buckets with public write or read permissions",
            {
                **_of("AwsS3Bucket"),
                "Type": [
                    {"Value": "Effects/Data Exposure", "Comparison": "PREFIX"},
                    {"Value": "Software and Configuration Checks", "Comparison": "PREFIX"},
                ],
            },
            "ResourceId",
        ),
        (
            6,
            "IAM users with suspicious activity",
            {**_OPEN, "Type": [{"Value": "TTPs", "Comparison": "PREFIX"}]},
            "ResourceAwsIamAccessKeyUserName",
        ),
        (
            10,
            "AWS resources that don't meet security standards / best practices",
            {**_OPEN, "ComplianceStatus": [{"Value": "FAILED", "Comparison": "EQUALS"}]},
            "ResourceId",
        ),
        (
            20,
            "EC2 instances that are accessible from the Internet",
            {
                **_of("AwsEc2Instance"),
                "Type": [
                    {
                        "Value": "Software and Configuration Checks/AWS Security Best Practices/"
                        "Network Reachability",
                        "Comparison": "PREFIX",
                    }
                ],
            },
            "ResourceId",
        ),
        (22, "Severity by counts of findings", _OPEN, "SeverityLabel"),
        (
            23,
            "Top S3 buckets by counts of findings",
            _of("AwsS3Bucket"),
            "ResourceId",
        ),
        (
            24,
            "Top EC2 instances by counts of findings",
            _of("AwsEc2Instance"),
            "ResourceId",
        ),
        (
            26,
            "Top IAM users by counts of findings",
            _of("AwsIamUser"),
            "ResourceId",
        ),
    )
)


def results(
    insight: Insight, findings: Iterable[Mapping[str, Any]], now: datetime
) -> list[dict[str, Any]]:
    """Values of the attribute and how many findings have each, the most first."""
    counts: Counter[str] = Counter()
    for finding in findings:
        if filters.matches(finding, insight.filters, now):
            counts.update({str(value) for value in values(finding, insight.group_by)})
    found = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return [{"GroupByAttributeValue": value, "Count": count} for value, count in found[:_MOST]]
