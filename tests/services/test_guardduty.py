"""GuardDuty's operations, through boto3."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest

from tests.conftest import Cloud, LogTrail, Refusal
from tests.guardduty.conftest import Guard, guard, told

__all__ = ["guard", "told"]

NOT_OWNED = (
    "The request is rejected because the input detectorId is not owned by the current account."
)
BRUTE = "UnauthorizedAccess:EC2/SSHBruteForce"
BITCOIN = "CryptoCurrency:EC2/BitcoinTool.B!DNS"
PERSISTENCE = "Persistence:IAMUser/AnomalousBehavior"


def samples(guard: Guard, *kinds: str) -> list[str]:
    """Sample findings of some types; their ids."""
    before = set(ids(guard))
    guard.client.create_sample_findings(DetectorId=guard.id, FindingTypes=list(kinds))
    return [one for one in ids(guard) if one not in before]


def ids(guard: Guard, **options: Any) -> list[str]:
    found = guard.client.list_findings(DetectorId=guard.id, **options)["FindingIds"]
    return [str(one) for one in found]


def test_a_detector(guard: Guard, refusal: Refusal) -> None:
    guard.on(Tags={"team": "security"}, FindingPublishingFrequency="ONE_HOUR")
    assert guard.client.list_detectors()["DetectorIds"] == [guard.id]
    settings = guard.client.get_detector(DetectorId=guard.id)
    assert (settings["Status"], settings["FindingPublishingFrequency"]) == ("ENABLED", "ONE_HOUR")
    assert settings["Tags"] == {"team": "security"}
    features = {one["Name"]: one["Status"] for one in settings["Features"]}
    assert features["CLOUD_TRAIL"] == features["S3_DATA_EVENTS"] == "ENABLED"
    assert features["RUNTIME_MONITORING"] == "DISABLED"
    assert settings["DataSources"]["S3Logs"] == {"Status": "ENABLED"}
    assert refusal(lambda: guard.client.create_detector(Enable=True)) == (
        "BadRequestException",
        400,
        "The request is rejected because a detector already exists for the current account.",
    )
    guard.client.update_detector(
        DetectorId=guard.id, Features=[{"Name": "S3_DATA_EVENTS", "Status": "DISABLED"}]
    )
    settings = guard.client.get_detector(DetectorId=guard.id)
    assert settings["DataSources"]["S3Logs"] == {"Status": "DISABLED"}
    guard.client.delete_detector(DetectorId=guard.id)
    assert guard.client.list_detectors()["DetectorIds"] == []
    again = guard.client.create_detector(Enable=False)["DetectorId"]
    assert again != guard.id
    assert guard.client.get_detector(DetectorId=again)["Status"] == "DISABLED"


def test_regions_are_apart(guard: Guard, refusal: Refusal) -> None:
    guard.on()
    abroad = guard.trail.client("guardduty", "eu-west-1")
    assert abroad.list_detectors()["DetectorIds"] == []
    assert refusal(lambda: abroad.list_findings(DetectorId=guard.id))[2] == NOT_OWNED


def test_who_may_and_who_may_not(guard: Guard, cloud: Cloud, refusal: Refusal) -> None:
    guard.on(Tags={"team": "security"})
    arn = f"arn:aws:guardduty:us-east-1:111122223333:detector/{guard.id}"
    allowed = cloud.client(
        "guardduty", cloud.user("reader", cloud.statement("guardduty:GetDetector", arn))
    )
    assert allowed.get_detector(DetectorId=guard.id)["Status"] == "ENABLED"
    code, status, message = refusal(lambda: allowed.delete_detector(DetectorId=guard.id))
    assert (code, status) == ("AccessDeniedException", 403)
    assert f"guardduty:DeleteDetector on resource: {arn}" in message
    tag = {"StringEquals": {"aws:ResourceTag/team": "security"}}
    tagged = cloud.user("tagged", cloud.statement("guardduty:*Detector", "*", Condition=tag))
    assert cloud.client("guardduty", tagged).get_detector(DetectorId=guard.id)
    guard.client.untag_resource(ResourceArn=arn, TagKeys=["team"])
    denied = cloud.client("guardduty", tagged)
    assert refusal(lambda: denied.get_detector(DetectorId=guard.id))[1] == 403


def test_samples_are_marked_and_complete(guard: Guard) -> None:
    guard.on()
    (one,) = samples(guard, BITCOIN)
    (found,) = guard.client.get_findings(DetectorId=guard.id, FindingIds=[one])["Findings"]
    assert found["Title"].startswith("[SAMPLE] ")
    assert found["Type"] == BITCOIN
    assert (found["SchemaVersion"], found["Partition"]) == ("2.0", "aws")
    assert found["Arn"].endswith(f"detector/{guard.id}/finding/{one}")
    assert json.loads(found["Service"]["AdditionalInfo"]["Value"]) == {"sample": True}
    everything = samples(guard)
    assert len(everything) > 25


def test_findings_are_filtered_sorted_and_paged(guard: Guard, refusal: Refusal) -> None:
    guard.on()
    for kind in (BRUTE, BITCOIN, PERSISTENCE):
        samples(guard, kind)
        guard.wait(minutes=1)
    everything = guard.findings()
    assert {one["Severity"] for one in everything} == {2.0, 5.0, 8.0}

    def listed(criterion: dict[str, Any], **order: str) -> list[str]:
        found = ids(guard, FindingCriteria={"Criterion": criterion}, SortCriteria=order)
        kinds = {one["Id"]: one["Type"] for one in everything}
        return [kinds[one] for one in found]

    by_severity = {"AttributeName": "severity", "OrderBy": "DESC"}
    assert listed({"severity": {"Gte": 5}}, **by_severity) == [BITCOIN, PERSISTENCE]
    assert listed({"type": {"Eq": [BRUTE]}, "severity": {"LessThan": 3}}) == [BRUTE]
    assert listed({"type": {"Neq": [BRUTE, BITCOIN]}}) == [PERSISTENCE]
    assert listed({"type": {"Matches": ["*:EC2/*"]}}, **by_severity) == [BITCOIN, BRUTE]
    instance = {"resource.instanceDetails.instanceId": {"Equals": ["i-99999999"]}}
    assert listed(instance, AttributeName="updatedAt", OrderBy="ASC") == [BRUTE, BITCOIN]
    assert listed({"service.archived": {"Eq": ["true"]}}) == []
    since = int((guard.cloud.world.clock.now().timestamp() - 90) * 1000)
    assert listed({"updatedAt": {"GreaterThan": since}}) == [PERSISTENCE]
    pages = guard.client.get_paginator("list_findings").paginate(
        DetectorId=guard.id, PaginationConfig={"PageSize": 2}
    )
    assert [len(page["FindingIds"]) for page in pages] == [2, 1]
    wrong = refusal(lambda: guard.client.list_findings(DetectorId=guard.id, NextToken="x"))
    assert wrong[0] == "BadRequestException"


def test_archived_and_back(guard: Guard, refusal: Refusal) -> None:
    guard.on()
    (one,) = samples(guard, BRUTE)
    guard.client.archive_findings(DetectorId=guard.id, FindingIds=[one])
    assert guard.findings(**{"service.archived": {"Eq": ["false"]}}) == []
    (found,) = guard.findings()
    assert found["Service"]["Archived"] is True
    guard.client.unarchive_findings(DetectorId=guard.id, FindingIds=[one])
    guard.client.update_findings_feedback(
        DetectorId=guard.id, FindingIds=[one], Feedback="NOT_USEFUL"
    )
    (found,) = guard.findings()
    assert found["Service"]["Archived"] is False
    assert found["Service"]["UserFeedback"] == "NOT_USEFUL"
    unknown = {"DetectorId": guard.id, "FindingIds": ["0" * 32]}
    assert refusal(lambda: guard.client.archive_findings(**unknown))[0] == "BadRequestException"


def test_statistics(guard: Guard) -> None:
    guard.on()
    samples(guard, BRUTE, BITCOIN, PERSISTENCE)
    count = guard.client.get_findings_statistics(
        DetectorId=guard.id, FindingStatisticTypes=["COUNT_BY_SEVERITY"]
    )["FindingStatistics"]["CountBySeverity"]
    assert count == {"2.0": 1, "5.0": 1, "8.0": 1}
    grouped = guard.client.get_findings_statistics(
        DetectorId=guard.id,
        GroupBy="FINDING_TYPE",
        FindingCriteria={"Criterion": {"severity": {"Gt": 4}}},
    )["FindingStatistics"]["GroupedByFindingType"]
    assert {one["FindingType"]: one["TotalFindings"] for one in grouped} == {
        BITCOIN: 1,
        PERSISTENCE: 1,
    }


def test_a_suppression_rule_archives_what_comes_up_from_then_on(guard: Guard) -> None:
    guard.on()
    (before,) = samples(guard, BRUTE)
    guard.client.create_filter(
        DetectorId=guard.id,
        Name="scanner",
        Action="ARCHIVE",
        FindingCriteria={"Criterion": {"type": {"Eq": [BRUTE]}}},
    )
    (after,) = samples(guard, BRUTE)
    samples(guard, BITCOIN)
    archived = {one["Id"]: one["Service"]["Archived"] for one in guard.findings()}
    assert archived[before] is False
    assert archived[after] is True
    guard.wait(minutes=1)
    sent = [event.detail["type"] for event in guard.told]
    assert sent == [BRUTE, BITCOIN]


def test_filters(guard: Guard, refusal: Refusal) -> None:
    guard.on()
    criteria = {"Criterion": {"severity": {"Gte": 7}}}
    for name in ("first", "second"):
        guard.client.create_filter(DetectorId=guard.id, Name=name, FindingCriteria=criteria)
    guard.client.create_filter(
        DetectorId=guard.id, Name="top", Rank=1, FindingCriteria=criteria, Tags={"a": "b"}
    )
    assert guard.client.list_filters(DetectorId=guard.id)["FilterNames"] == [
        "top",
        "first",
        "second",
    ]
    top = guard.client.get_filter(DetectorId=guard.id, FilterName="top")
    assert (top["Action"], top["Rank"], top["Tags"]) == ("NOOP", 1, {"a": "b"})
    assert top["FindingCriteria"]["Criterion"]["severity"]["Gte"] == 7
    guard.client.update_filter(DetectorId=guard.id, FilterName="top", Action="ARCHIVE")
    assert guard.client.get_filter(DetectorId=guard.id, FilterName="top")["Action"] == "ARCHIVE"
    same = {"DetectorId": guard.id, "Name": "top", "FindingCriteria": criteria}
    assert "already exists" in refusal(lambda: guard.client.create_filter(**same))[2]
    guard.client.delete_filter(DetectorId=guard.id, FilterName="top")
    gone = {"DetectorId": guard.id, "FilterName": "top"}
    assert refusal(lambda: guard.client.get_filter(**gone))[0] == "BadRequestException"


def test_lists_of_addresses(guard: Guard, refusal: Refusal) -> None:
    guard.on()
    s3 = guard.trail.client("s3")
    s3.create_bucket(Bucket="our-lists")
    s3.put_object(Bucket="our-lists", Key="bad.txt", Body=b"203.0.113.0/24\n")
    given = {"DetectorId": guard.id, "Format": "TXT", "Activate": True}
    location = "https://our-lists.s3.us-east-1.amazonaws.com/bad.txt"
    made = guard.client.create_threat_intel_set(Name="bad", Location=location, **given)
    name = {"DetectorId": guard.id, "ThreatIntelSetId": made["ThreatIntelSetId"]}
    told = guard.client.get_threat_intel_set(**name)
    assert (told["Status"], told["Location"]) == ("ACTIVE", location)
    absent = guard.client.create_threat_intel_set(
        Name="absent", Location="s3://our-lists/nothing.txt", **given
    )
    listed = guard.client.list_threat_intel_sets(DetectorId=guard.id)["ThreatIntelSetIds"]
    assert listed == [made["ThreatIntelSetId"], absent["ThreatIntelSetId"]]
    status = guard.client.get_threat_intel_set(
        DetectorId=guard.id, ThreatIntelSetId=absent["ThreatIntelSetId"]
    )["Status"]
    assert status == "ERROR"
    guard.client.update_threat_intel_set(**name, Activate=True, ExpectedBucketOwner="444455556666")
    assert guard.client.get_threat_intel_set(**name)["Status"] == "ERROR"
    guard.client.update_threat_intel_set(**name, Activate=False)
    assert guard.client.get_threat_intel_set(**name)["Status"] == "INACTIVE"
    guard.client.delete_threat_intel_set(**name)
    assert refusal(lambda: guard.client.get_threat_intel_set(**name))[0] == "BadRequestException"
    guard.client.create_ip_set(Name="ours", Location=location, **given)
    second = refusal(lambda: guard.client.create_ip_set(Name="more", Location=location, **given))
    assert second[0] == "BadRequestException"
    nowhere = {**given, "Name": "x", "Location": "https://example.com/list"}
    assert refusal(lambda: guard.client.create_ip_set(**nowhere))[0] == "BadRequestException"


def export_to(trail: LogTrail, cloud: Cloud, allow: bool = True) -> dict[str, str]:
    """A bucket and a key; with `allow`, their policies let GuardDuty in, as AWS documents it."""
    service = {"Service": "guardduty.amazonaws.com"}
    own = cloud.statement("kms:*", Principal={"AWS": "arn:aws:iam::111122223333:root"})
    key = trail.client("kms").create_key(
        Policy=cloud.policy(
            own, *([cloud.statement("kms:GenerateDataKey", Principal=service)] if allow else [])
        )
    )["KeyMetadata"]["Arn"]
    s3 = trail.client("s3")
    s3.create_bucket(Bucket="exported")
    if allow:
        arn = "arn:aws:s3:::exported"
        s3.put_bucket_policy(
            Bucket="exported",
            Policy=cloud.policy(
                cloud.statement("s3:GetBucketLocation", arn, Principal=service),
                cloud.statement("s3:PutObject", f"{arn}/*", Principal=service),
            ),
        )
    return {"DestinationArn": "arn:aws:s3:::exported", "KmsKeyArn": key}


def test_findings_are_exported(guard: Guard, cloud: Cloud) -> None:
    guard.on()
    made = guard.client.create_publishing_destination(
        DetectorId=guard.id,
        DestinationType="S3",
        DestinationProperties=export_to(guard.trail, cloud),
    )
    name = {"DetectorId": guard.id, "DestinationId": made["DestinationId"]}
    assert guard.client.describe_publishing_destination(**name)["Status"] == "PUBLISHING"
    samples(guard, BRUTE)
    guard.wait(minutes=1)
    s3 = guard.trail.client("s3")
    (item,) = s3.list_objects_v2(Bucket="exported")["Contents"]
    assert item["Key"].startswith("AWSLogs/111122223333/GuardDuty/us-east-1/2026/11/02/")
    assert item["Key"].endswith(".jsonl.gz")
    got = s3.get_object(Bucket="exported", Key=item["Key"])
    assert got["ServerSideEncryption"] == "aws:kms"
    (line,) = gzip.decompress(got["Body"].read()).decode().splitlines()
    assert json.loads(line)["type"] == BRUTE
    s3.delete_bucket_policy(Bucket="exported")
    samples(guard, BITCOIN)
    guard.wait(minutes=1)
    told = guard.client.describe_publishing_destination(**name)
    assert told["Status"] == "UNABLE_TO_PUBLISH_FIX_DESTINATION_PROPERTY"
    assert told["PublishingFailureStartTimestamp"] > 0


def test_a_destination_that_refuses_guardduty(guard: Guard, cloud: Cloud, refusal: Refusal) -> None:
    guard.on()
    properties = export_to(guard.trail, cloud, allow=False)
    code, _, message = refusal(
        lambda: guard.client.create_publishing_destination(
            DetectorId=guard.id, DestinationType="S3", DestinationProperties=properties
        )
    )
    assert code == "BadRequestException"
    assert "does not have permission" in message
    assert guard.client.list_publishing_destinations(DetectorId=guard.id)["Destinations"] == []


@pytest.mark.parametrize("operation", ["list_malware_protection_plans", "get_usage_statistics"])
def test_what_is_not_simulated_is_refused(guard: Guard, refusal: Refusal, operation: str) -> None:
    guard.on()
    options: dict[str, Any] = {}
    if operation == "get_usage_statistics":
        options = {
            "DetectorId": guard.id,
            "UsageStatisticType": "SUM_BY_ACCOUNT",
            "UsageCriteria": {"DataSources": ["CLOUD_TRAIL"]},
        }
    assert refusal(lambda: getattr(guard.client, operation)(**options))[1] in {500, 501}
