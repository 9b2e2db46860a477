"""Security Hub gets one finding a resource."""

from __future__ import annotations

from simulator.access_analyzer.asff import asff
from tests.access_analyzer.conftest import Watch
from tests.access_analyzer.test_external_access import FOREIGN, OBJECTS, allow, opened


def test_two_findings_about_one_resource_are_one(watch: Watch) -> None:
    opened(
        watch,
        allow({"AWS": FOREIGN}, "s3:GetObject", OBJECTS),
        allow({"AWS": "444455556666"}, "s3:PutObject", OBJECTS),
    )
    watch.start()
    assert len(watch.findings()) == 2
    (shown,) = asff(watch.cloud.account, "us-east-1")
    assert shown["Id"] == f"{watch.arn}/arn:aws:s3:::papers"
    assert shown["ProductArn"] == "arn:aws:securityhub:us-east-1::product/aws/access-analyzer"
    assert shown["Types"] == [
        "Software and Configuration Checks/AWS Security Best Practices/External Access Granted"
    ]
    assert (shown["Severity"]["Label"], shown["RecordState"]) == ("LOW", "ACTIVE")
    assert [one["Type"] for one in shown["Resources"]] == ["AwsS3Bucket"]


def test_a_public_resource_is_worse(watch: Watch) -> None:
    opened(watch, allow("*", "s3:GetObject", OBJECTS))
    watch.start()
    (shown,) = asff(watch.cloud.account, "us-east-1")
    assert shown["Types"] == ["Effects/Data Exposure/External Access Granted"]
    assert shown["Severity"]["Label"] == "HIGH"


def test_archived_with_the_last_of_its_findings(watch: Watch) -> None:
    opened(watch, allow("*", "s3:GetObject", OBJECTS))
    watch.start()
    (found,) = watch.findings()
    watch.api.update_findings(analyzerArn=watch.arn, ids=[found["id"]], status="ARCHIVED")
    assert [one["RecordState"] for one in asff(watch.cloud.account, "us-east-1")] == ["ARCHIVED"]
