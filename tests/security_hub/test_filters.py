"""Which findings GetFindings gives for which filters."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.security_hub.conftest import Watch

A = {
    "Title": "CloudFront open",
    "Severity": {"Label": "LOW"},
    "Confidence": 20,
    "UpdatedAt": "2026-10-01T10:00:00Z",
    "Resources": [
        {"Type": "AwsS3Bucket", "Id": "arn:aws:s3:::a", "Tags": {"Team": "shop", "Stage": "prod"}},
        {"Type": "AwsEc2Instance", "Id": "i-1", "Details": {"AwsEc2Instance": {"VpcId": "vpc-1"}}},
    ],
    "Network": {"SourceIpV4": "203.0.113.9", "SourcePort": 4444, "Direction": "IN"},
    "UserDefinedFields": {"case": "7"},
}
B = {
    "Title": "CloudWatch off",
    "Severity": {"Label": "CRITICAL"},
    "Confidence": 80,
    "UpdatedAt": "2026-11-01T10:00:00Z",
    "Resources": [{"Type": "AwsIamUser", "Id": "ada", "Tags": {"Team": "bank"}}],
    "Network": {"SourceIpV4": "198.51.100.9", "SourcePort": 22, "Direction": "OUT"},
    "Note": {"Text": "seen", "UpdatedBy": "ada", "UpdatedAt": "2026-11-01T10:00:00Z"},
}
C = {
    "Title": "Trail stopped",
    "Severity": {"Label": "HIGH"},
    "UpdatedAt": "2026-11-02T11:00:00Z",
    "Resources": [{"Type": "AwsCloudTrailTrail", "Id": "main"}],
    "Compliance": {"Status": "FAILED"},
    "ThreatIntelIndicators": [{"Type": "DOMAIN", "Value": "c2.example.net"}],
    "Sample": True,
}


def text(*pairs: tuple[str, str]) -> list[dict[str, str]]:
    return [{"Comparison": how, "Value": value} for how, value in pairs]


def tags(*triples: tuple[str, str, str]) -> list[dict[str, str]]:
    return [{"Comparison": how, "Key": key, "Value": value} for how, key, value in triples]


@pytest.fixture
def three(watch: Watch) -> Watch:
    watch.enable()
    watch.take(watch.finding("a", **A), watch.finding("b", **B), watch.finding("c", **C))
    return watch


def names(watch: Watch, **filters: Any) -> str:
    found = watch.findings(**filters, GeneratorId="scanner")
    return "".join(sorted(one["Id"] for one in found))


@pytest.mark.parametrize(
    ("attribute", "given", "expected"),
    [
        ("Title", text(("EQUALS", "Trail stopped")), "c"),
        ("Title", text(("EQUALS", "trail stopped")), ""),
        ("Title", text(("PREFIX", "Cloud")), "ab"),
        ("Title", text(("PREFIX", "CloudF"), ("PREFIX", "Trail")), "ac"),
        ("Title", text(("CONTAINS", "oud")), "ab"),
        ("Title", text(("CONTAINS", "open"), ("CONTAINS", "stopped")), "ac"),
        ("Title", text(("NOT_CONTAINS", "oud")), "c"),
        ("Title", text(("NOT_CONTAINS", "open"), ("NOT_CONTAINS", "off")), "c"),
        ("Title", text(("NOT_EQUALS", "Trail stopped")), "ab"),
        ("Title", text(("NOT_EQUALS", "Trail stopped"), ("NOT_EQUALS", "CloudWatch off")), "a"),
        ("Title", text(("PREFIX_NOT_EQUALS", "Cloud")), "c"),
        ("Title", text(("PREFIX", "Cloud"), ("PREFIX_NOT_EQUALS", "CloudF")), "b"),
        ("Title", text(("PREFIX", "Cloud"), ("NOT_EQUALS", "CloudFront open")), "b"),
        ("SeverityLabel", text(("EQUALS", "LOW"), ("EQUALS", "HIGH")), "ac"),
        ("ResourceType", text(("EQUALS", "AwsEc2Instance")), "a"),
        ("ResourceType", text(("NOT_EQUALS", "AwsEc2Instance")), "bc"),
        ("ResourceAwsEc2InstanceVpcId", text(("EQUALS", "vpc-1")), "a"),
        ("NetworkDirection", text(("EQUALS", "OUT")), "b"),
        ("ThreatIntelIndicatorValue", text(("PREFIX", "c2.")), "c"),
        ("ComplianceStatus", text(("EQUALS", "FAILED")), "c"),
        ("ComplianceStatus", text(("NOT_EQUALS", "FAILED")), "ab"),
        ("NoteText", text(("EQUALS", "seen")), "b"),
        ("WorkflowStatus", text(("EQUALS", "NEW")), "abc"),
        ("Confidence", [{"Gte": 50}], "b"),
        ("Confidence", [{"Gt": 10, "Lt": 80}], "a"),
        ("Confidence", [{"Eq": 20}, {"Eq": 80}], "ab"),
        ("Confidence", [{"Lte": 100}], "ab"),
        ("SeverityNormalized", [{"Gte": 70}], "bc"),
        ("NetworkSourcePort", [{"Eq": 22}], "b"),
        ("UpdatedAt", [{"Start": "2026-11-01T00:00:00Z", "End": "2026-11-02T00:00:00Z"}], "b"),
        ("UpdatedAt", [{"Start": "2026-11-01T00:00:00Z"}], "bc"),
        ("UpdatedAt", [{"End": "2026-10-31T00:00:00+02:00"}], "a"),
        ("UpdatedAt", [{"DateRange": {"Value": 1, "Unit": "DAYS"}}], "c"),
        ("UpdatedAt", [{"DateRange": {"Value": 2, "Unit": "DAYS"}}], "bc"),
        ("NoteUpdatedAt", [{"Start": "2026-01-01T00:00:00Z"}], "b"),
        ("NetworkSourceIpV4", [{"Cidr": "203.0.113.0/24"}], "a"),
        ("NetworkSourceIpV4", [{"Cidr": "203.0.113.9/32"}, {"Cidr": "198.51.100.0/24"}], "ab"),
        ("NetworkSourceIpV4", [{"Cidr": "192.0.2.0/24"}], ""),
        ("ResourceTags", tags(("EQUALS", "Team", "shop")), "a"),
        ("ResourceTags", tags(("EQUALS", "Team", "shop"), ("EQUALS", "Team", "bank")), "ab"),
        ("ResourceTags", tags(("NOT_EQUALS", "Team", "shop")), "bc"),
        ("ResourceTags", tags(("CONTAINS", "Stage", "ro")), "a"),
        ("ResourceTags", tags(("NOT_CONTAINS", "Team", "an"), ("NOT_EQUALS", "Stage", "x")), "ac"),
        ("UserDefinedFields", tags(("EQUALS", "case", "7")), "a"),
        ("Keyword", [{"Value": "C2.EXAMPLE"}], "c"),
        ("Sample", [{"Value": True}], "c"),
        ("Sample", [{"Value": False}], "ab"),
        ("RecordState", text(("EQUALS", "ARCHIVED")), ""),
    ],
)
def test_a_filter(three: Watch, attribute: str, given: Any, expected: str) -> None:
    assert names(three, **{attribute: given}) == expected


def test_attributes_are_joined_by_and(three: Watch) -> None:
    assert names(three, Title=text(("PREFIX", "Cloud")), Confidence=[{"Gte": 50}]) == "b"


@pytest.mark.parametrize(
    ("attribute", "given"),
    [
        ("Title", text(("EQUALS", "a"), ("NOT_EQUALS", "b"))),
        ("Title", text(("EQUALS", "a"), ("PREFIX_NOT_EQUALS", "b"))),
        ("Title", text(("CONTAINS", "a"), ("NOT_CONTAINS", "b"))),
        ("ResourceTags", tags(("EQUALS", "a", "a"), ("NOT_EQUALS", "a", "b"))),
        ("Title", [{"Value": str(number), "Comparison": "EQUALS"} for number in range(21)]),
        ("UpdatedAt", [{"Start": "yesterday"}]),
        ("NetworkSourceIpV4", [{"Cidr": "everywhere"}]),
    ],
)
def test_filters_that_are_refused(watch: Watch, attribute: str, given: Any) -> None:
    watch.enable()
    with pytest.raises(ClientError) as caught:
        watch.hub.get_findings(Filters={attribute: given})
    assert caught.value.response["Error"]["Code"] == "InvalidInputException"


@pytest.mark.parametrize(
    ("criteria", "expected"),
    [
        ([], "cba"),
        ([{"Field": "SeverityLabel", "SortOrder": "asc"}], "acb"),
        ([{"Field": "Severity.Normalized", "SortOrder": "desc"}], "bca"),
        ([{"Field": "UpdatedAt", "SortOrder": "asc"}], "abc"),
        ([{"Field": "Title", "SortOrder": "desc"}], "cba"),
        (
            [
                {"Field": "RecordState", "SortOrder": "asc"},
                {"Field": "Confidence", "SortOrder": "desc"},
            ],
            "bac",
        ),
    ],
)
def test_order(three: Watch, criteria: Any, expected: str) -> None:
    found = three.hub.get_findings(
        Filters={"GeneratorId": text(("EQUALS", "scanner"))}, SortCriteria=criteria
    )
    assert "".join(one["Id"] for one in found["Findings"]) == expected


def test_pages_hold_every_finding_once(three: Watch) -> None:
    wanted = {"GeneratorId": text(("EQUALS", "scanner"))}
    first = three.hub.get_findings(Filters=wanted, MaxResults=2)
    rest = three.hub.get_findings(Filters=wanted, MaxResults=2, NextToken=first["NextToken"])
    assert [one["Id"] for one in first["Findings"] + rest["Findings"]] == ["c", "b", "a"]
    assert "NextToken" not in rest
    with pytest.raises(ClientError, match="NextToken"):
        three.hub.get_findings(NextToken="bm90IG91cnM=")
