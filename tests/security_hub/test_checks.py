"""What becomes of a control's findings as the account changes."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from simulator.account.account import Account
from simulator.security_hub import checks, observer
from simulator.security_hub.checks import rule_of
from simulator.security_hub.standards import CONTROLS, controls_of
from simulator.security_hub.standards import FSBP as FSBP_STANDARD
from tests.conftest import Cloud, LogTrail
from tests.security_hub.conftest import CIS3, FSBP, Watch


def open_bucket(watch: Watch, name: str = "shop") -> None:
    s3 = watch.client("s3")
    s3.create_bucket(Bucket=name)
    s3.delete_public_access_block(Bucket=name)


def close_bucket(watch: Watch, name: str = "shop") -> None:
    names = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
    watch.client("s3").put_public_access_block(
        Bucket=name, PublicAccessBlockConfiguration=dict.fromkeys(names, True)
    )


def test_nothing_is_checked_before_a_standard_is_on(watch: Watch) -> None:
    open_bucket(watch)
    watch.hub.enable_security_hub(EnableDefaultStandards=False)
    watch.wait(days=1)
    assert watch.findings() == []


def test_the_first_checks_take_some_minutes(watch: Watch) -> None:
    open_bucket(watch)
    watch.hub.enable_security_hub()
    watch.wait(minutes=4)
    assert watch.findings() == []
    watch.wait(minutes=1)
    assert watch.control("S3.8", "shop")["Compliance"]["Status"] == "FAILED"


def test_a_failed_check_is_a_finding_in_asff(watch: Watch) -> None:
    open_bucket(watch)
    watch.enable(FSBP, CIS3)
    found = watch.control("S3.8", "shop")
    assert found["SchemaVersion"] == "2018-10-08"
    assert found["ProductArn"] == "arn:aws:securityhub:us-east-1::product/aws/securityhub"
    assert found["GeneratorId"] == "security-control/S3.8"
    assert found["Id"].startswith(
        "arn:aws:securityhub:us-east-1:111122223333:security-control/S3.8/finding/"
    )
    assert found["Resources"] == [
        {
            "Type": "AwsS3Bucket",
            "Id": "arn:aws:s3:::shop",
            "Partition": "aws",
            "Region": "us-east-1",
        }
    ]
    assert found["Compliance"] == {
        "Status": "FAILED",
        "RelatedRequirements": ["CIS AWS Foundations Benchmark v3.0.0/2.1.4"],
        "SecurityControlId": "S3.8",
        "AssociatedStandards": [
            {"StandardsId": "standards/aws-foundational-security-best-practices/v/1.0.0"},
            {"StandardsId": "standards/cis-aws-foundations-benchmark/v/3.0.0"},
        ],
    }
    assert found["Severity"] == {"Label": "HIGH", "Normalized": 70, "Original": "HIGH"}
    assert found["Workflow"] == {"Status": "NEW"}
    assert found["RecordState"] == "ACTIVE"
    assert found["CreatedAt"] == "2026-11-02T12:05:00.000Z"


def test_a_finding_is_resolved_once_its_resource_passes(watch: Watch) -> None:
    open_bucket(watch)
    watch.enable()
    before = watch.control("S3.8", "shop")
    close_bucket(watch)
    watch.wait(minutes=1)
    assert watch.control("S3.8", "shop") == before
    watch.wait(minutes=2)
    after = watch.control("S3.8", "shop")
    assert after["Id"] == before["Id"]
    assert after["Compliance"]["Status"] == "PASSED"
    assert after["Workflow"]["Status"] == "RESOLVED"
    assert after["Severity"]["Label"] == "INFORMATIONAL"
    assert after["RecordState"] == "ACTIVE"
    assert after["CreatedAt"] == before["CreatedAt"] < after["UpdatedAt"]


def test_a_finding_is_new_again_once_its_resource_fails(watch: Watch) -> None:
    open_bucket(watch)
    close_bucket(watch)
    watch.enable()
    assert watch.control("S3.8", "shop")["Workflow"]["Status"] == "RESOLVED"
    watch.client("s3").delete_public_access_block(Bucket="shop")
    watch.wait(minutes=3)
    found = watch.control("S3.8", "shop")
    assert (found["Compliance"]["Status"], found["Workflow"]["Status"]) == ("FAILED", "NEW")


def test_a_suppressed_finding_stays_suppressed(watch: Watch) -> None:
    open_bucket(watch)
    watch.enable()
    found = watch.control("S3.8", "shop")
    watch.hub.batch_update_findings(
        FindingIdentifiers=[{"Id": found["Id"], "ProductArn": found["ProductArn"]}],
        Workflow={"Status": "SUPPRESSED"},
    )
    close_bucket(watch)
    watch.wait(minutes=3)
    found = watch.control("S3.8", "shop")
    assert (found["Compliance"]["Status"], found["Workflow"]["Status"]) == ("PASSED", "SUPPRESSED")


def test_a_notified_finding_that_fails_anew_is_new(watch: Watch) -> None:
    open_bucket(watch)
    close_bucket(watch)
    watch.enable()
    found = watch.control("S3.8", "shop")
    watch.hub.batch_update_findings(
        FindingIdentifiers=[{"Id": found["Id"], "ProductArn": found["ProductArn"]}],
        Workflow={"Status": "NOTIFIED"},
    )
    watch.client("s3").delete_public_access_block(Bucket="shop")
    watch.wait(minutes=3)
    assert watch.control("S3.8", "shop")["Workflow"]["Status"] == "NEW"


def test_a_deleted_resources_findings_are_archived(watch: Watch) -> None:
    open_bucket(watch)
    watch.enable()
    watch.client("s3").delete_bucket(Bucket="shop")
    watch.wait(minutes=3)
    assert watch.control("S3.8", "shop")["RecordState"] == "ARCHIVED"


def test_a_periodic_control_waits_for_its_schedule(watch: Watch) -> None:
    watch.enable()
    assert watch.control("EC2.7")["Compliance"]["Status"] == "FAILED"
    watch.client("ec2").enable_ebs_encryption_by_default()
    watch.wait(hours=11)
    assert watch.control("EC2.7")["Compliance"]["Status"] == "FAILED"
    watch.wait(hours=1)
    assert watch.control("EC2.7")["Compliance"]["Status"] == "PASSED"


def test_a_scheduled_check_that_finds_the_same_renews_the_finding(watch: Watch) -> None:
    open_bucket(watch)
    watch.enable()
    before, told = watch.control("S3.8", "shop"), len(watch.sent)
    watch.wait(hours=12)
    after = watch.control("S3.8", "shop")
    assert before["LastObservedAt"] < after["LastObservedAt"]
    assert {**before, "LastObservedAt": 0, "UpdatedAt": 0, "ProcessedAt": 0} == {
        **after,
        "LastObservedAt": 0,
        "UpdatedAt": 0,
        "ProcessedAt": 0,
    }
    assert len(watch.sent) == told


def test_a_refused_or_reading_call_sets_nothing_off(watch: Watch) -> None:
    open_bucket(watch)
    watch.enable()
    watch.client("s3").list_buckets()
    with pytest.raises(watch.client("s3").exceptions.ClientError):
        watch.client("s3").delete_bucket(Bucket="nothing-of-ours")
    watch.wait(minutes=10)
    assert watch.control("S3.8", "shop")["UpdatedAt"] == "2026-11-02T12:05:00.000Z"


def test_other_regions_buckets_are_not_this_hubs(watch: Watch) -> None:
    watch.client("s3", "eu-west-1").create_bucket(
        Bucket="abroad", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    watch.enable()
    assert watch.findings(ResourceId="arn:aws:s3:::abroad") == []


def test_without_consolidation_each_standard_has_its_finding(watch: Watch) -> None:
    open_bucket(watch)
    watch.enable(FSBP, CIS3)
    old = watch.control("S3.8", "shop")
    watch.hub.update_security_hub_configuration(ControlFindingGenerator="STANDARD_CONTROL")
    watch.wait(minutes=5)
    found = watch.findings(
        ComplianceSecurityControlId="S3.8",
        ResourceId="arn:aws:s3:::shop",
        RecordState="ACTIVE",
    )
    assert sorted(one["GeneratorId"] for one in found) == [
        "aws-foundational-security-best-practices/v/1.0.0/S3.8",
        "cis-aws-foundations-benchmark/v/3.0.0/2.1.4",
    ]
    assert {one["ProductFields"]["ControlId"] for one in found} == {"S3.8", "2.1.4"}
    assert watch.findings(Id=old["Id"])[0]["RecordState"] == "ARCHIVED"


def test_a_standard_that_is_off_leaves_archived_findings(watch: Watch) -> None:
    watch.enable(FSBP, CIS3)
    arn = "arn:aws:securityhub:us-east-1:111122223333:subscription/"
    watch.hub.batch_disable_standards(
        StandardsSubscriptionArns=[f"{arn}aws-foundational-security-best-practices/v/1.0.0"]
    )
    watch.wait(minutes=5)
    assert watch.control("GuardDuty.1")["RecordState"] == "ARCHIVED"
    assert watch.control("Config.1")["RecordState"] == "ACTIVE"


def test_a_control_that_is_off_is_not_checked(watch: Watch) -> None:
    open_bucket(watch)
    watch.enable()
    arn = "arn:aws:securityhub:us-east-1:111122223333:control/"
    control = f"{arn}aws-foundational-security-best-practices/v/1.0.0/S3.8"
    watch.hub.update_standards_control(
        StandardsControlArn=control, ControlStatus="DISABLED", DisabledReason="accepted"
    )
    assert watch.control("S3.8", "shop")["RecordState"] == "ARCHIVED"
    open_bucket(watch, "cellar")
    watch.wait(hours=13)
    assert len(watch.findings(ComplianceSecurityControlId="S3.8")) == 1
    watch.hub.update_standards_control(StandardsControlArn=control, ControlStatus="ENABLED")
    watch.wait(minutes=5)
    assert watch.control("S3.8", "shop")["RecordState"] == "ACTIVE"
    assert watch.control("S3.8", "cellar")["Compliance"]["Status"] == "FAILED"


def test_turned_off_there_is_nothing_left(watch: Watch) -> None:
    watch.enable()
    watch.hub.disable_security_hub()
    watch.wait(hours=13)
    watch.hub.enable_security_hub(EnableDefaultStandards=False)
    assert watch.findings() == []


def test_a_restored_moment_has_its_own_findings(watch: Watch) -> None:
    open_bucket(watch)
    watch.enable()
    world, gateway = watch.cloud.world, watch.cloud.gateway
    saved, before = gateway.save(world), watch.findings()
    close_bucket(watch)
    watch.wait(minutes=3)
    assert watch.findings() != before
    gateway.restore(world, saved)
    assert watch.findings() == before


def test_archived_findings_go_after_thirty_days(watch: Watch) -> None:
    open_bucket(watch)
    watch.enable()
    watch.client("s3").delete_bucket(Bucket="shop")
    watch.wait(minutes=3)
    watch.wait(days=29)
    assert watch.findings(ResourceId="arn:aws:s3:::shop")
    watch.wait(days=2)
    assert watch.findings(ResourceId="arn:aws:s3:::shop") == []


@pytest.mark.parametrize("name", list(CONTROLS))
def test_every_control_has_its_rule(name: str) -> None:
    assert rule_of(CONTROLS[name].rule)


def test_an_empty_accounts_findings_are_about_the_account(watch: Watch) -> None:
    """And every one of them names a control of the standard."""
    watch.enable()
    found = watch.findings(ResourceType="AwsAccount")
    assert {"S3.1", "IAM.4", "CloudTrail.1", "GuardDuty.1", "Config.1", "Macie.1"} <= {
        one["Compliance"]["SecurityControlId"] for one in found
    }
    ids = {one.id for one in controls_of(FSBP_STANDARD)}
    assert {one["Compliance"]["SecurityControlId"] for one in watch.findings()} <= ids


def test_findings_can_be_sent_as_json(watch: Watch) -> None:
    open_bucket(watch)
    watch.enable()
    assert json.dumps(watch.findings())


def test_the_same_calls_make_the_same_findings_and_events() -> None:
    """A world that is played again is the same to the last id."""
    assert played() == played()


def played() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    cloud, sent = Cloud(), list[dict[str, Any]]()
    account = cloud.open()
    with cloud.world.clock.pinned(LogTrail.noon):
        cloud.root("ec2").create_vpc(CidrBlock="10.0.0.0/16")
        hub = cloud.root("securityhub")
        hub.enable_security_hub()
        cloud.world.clock.pin(LogTrail.noon + timedelta(minutes=5))
        until = cloud.world.clock.now()
        sent = [event.as_json() for event in observer.observe(cloud.world, until)]
        found = hub.get_findings()["Findings"]
    assert found
    assert len(sent) == len(hub_of(account))
    cloud.gateway.remove(cloud.world)
    return found, sent


def hub_of(account: Account) -> Any:
    return account.services["securityhub", "us-east-1"].findings


def test_a_check_that_fails_leaves_its_findings_and_the_account(
    watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_bucket(watch)
    watch.enable()
    before = watch.control("S3.8", "shop")

    def broken(account: Account, region: str) -> Any:
        raise ValueError(region)

    own = checks.rule_of
    rule = CONTROLS["S3.8"].rule
    monkeypatch.setattr(checks, "rule_of", lambda name: broken if name == rule else own(name))
    watch.client("s3").create_bucket(Bucket="cellar")
    watch.wait(minutes=3)
    assert watch.control("S3.8", "shop") == before
    assert watch.control("S3.9", "cellar")["Compliance"]["Status"] == "FAILED"
