"""Macie's findings as Security Hub gets them."""

from __future__ import annotations

import json

from simulator.macie.asff import asff
from tests.macie.conftest import Privacy


def test_policy_findings_are_published_and_sensitive_data_on_request(macie: Privacy) -> None:
    macie.put("people.csv", "name,ssn\nMary Johnson,123-45-6789\n")
    macie.s3.delete_public_access_block(Bucket="data")
    macie.run()
    (one,) = asff(macie.account, "us-east-1")
    assert one["Types"] == [
        "Software and Configuration Checks/AWS Security Best Practices/"
        "Policy:IAMUser-S3BlockPublicAccessDisabled"
    ]
    assert one["ProductArn"] == "arn:aws:securityhub:us-east-1::product/aws/macie"
    assert one["Severity"] == {"Label": "HIGH", "Original": "High"}
    macie.client.put_findings_publication_configuration(
        securityHubConfiguration={
            "publishClassificationFindings": True,
            "publishPolicyFindings": False,
        }
    )
    (one,) = asff(macie.account, "us-east-1")
    assert one["Types"] == ["Sensitive Data Identifications/PII/SensitiveData:S3Object-Personal"]
    bucket, item = one["Resources"]
    assert (bucket["Type"], bucket["Id"]) == ("AwsS3Bucket", "arn:aws:s3:::data")
    assert (item["Type"], item["Id"]) == ("AwsS3Object", "arn:aws:s3:::data/people.csv")
    result = item["DataClassification"]["Result"]
    assert result["SensitiveData"][0]["Detections"][0]["Type"] == "NAME"
    assert one["ProductFields"]["S3Object.Path"] == "data/people.csv"
    assert json.dumps(one)


def test_what_is_suppressed_is_not_published(macie: Privacy) -> None:
    macie.client.create_findings_filter(
        name="policies",
        action="ARCHIVE",
        findingCriteria={"criterion": {"category": {"eq": ["POLICY"]}}},
    )
    macie.s3.create_bucket(Bucket="data")
    macie.s3.delete_public_access_block(Bucket="data")
    macie.wait(minutes=10)
    assert len(macie.findings()) == 1
    assert asff(macie.account, "us-east-1") == []


def test_macie_that_is_off_has_none(macie: Privacy) -> None:
    macie.client.create_sample_findings()
    assert asff(macie.account, "us-east-1")
    macie.client.disable_macie()
    assert asff(macie.account, "us-east-1") == []
