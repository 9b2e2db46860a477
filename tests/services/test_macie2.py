"""Macie's operations, through boto3."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.macie.finding import TITLES
from tests.conftest import Cloud, Refusal
from tests.macie.conftest import Privacy, macie, told

__all__ = ["macie", "told"]

DISABLED = ("AccessDeniedException", 403, "Macie is not enabled.")
PERSONAL = "SensitiveData:S3Object/Personal"
FINANCIAL = "SensitiveData:S3Object/Financial"
PUBLIC = "Policy:IAMUser/S3BucketPublic"


def test_a_session(macie: Privacy, refusal: Refusal) -> None:
    session = macie.client.get_macie_session()
    assert (session["status"], session["findingPublishingFrequency"]) == (
        "ENABLED",
        "FIFTEEN_MINUTES",
    )
    assert session["createdAt"] == macie.trail.noon
    assert session["serviceRole"].endswith("/AWSServiceRoleForAmazonMacie")
    roles = macie.trail.client("iam").list_roles()["Roles"]
    assert session["serviceRole"] in [one["Arn"] for one in roles]
    assert refusal(macie.client.enable_macie)[:2] == ("ConflictException", 409)
    macie.wait(minutes=1)
    macie.client.update_macie_session(findingPublishingFrequency="ONE_HOUR", status="PAUSED")
    session = macie.client.get_macie_session()
    assert (session["status"], session["findingPublishingFrequency"]) == ("PAUSED", "ONE_HOUR")
    assert session["updatedAt"] > session["createdAt"]
    macie.client.disable_macie()
    assert refusal(macie.client.get_macie_session) == DISABLED
    assert refusal(macie.client.list_findings) == DISABLED


def test_regions_are_apart(macie: Privacy, refusal: Refusal) -> None:
    abroad = macie.trail.client("macie2", "eu-west-1")
    assert refusal(abroad.get_macie_session) == DISABLED
    abroad.enable_macie()
    macie.s3.create_bucket(Bucket="data")
    assert abroad.describe_buckets()["buckets"] == []
    assert len(macie.client.describe_buckets()["buckets"]) == 1


def test_who_may_and_who_may_not(macie: Privacy, cloud: Cloud, refusal: Refusal) -> None:
    macie.s3.create_bucket(Bucket="data")
    job = macie.start()
    arn = f"arn:aws:macie2:us-east-1:111122223333:classification-job/{job}"
    keys = cloud.user("reader", cloud.statement("macie2:DescribeClassificationJob", arn))
    reader = cloud.client("macie2", keys)
    assert reader.describe_classification_job(jobId=job)["jobId"] == job
    code, status, message = refusal(
        lambda: reader.update_classification_job(jobId=job, jobStatus="CANCELLED")
    )
    assert (code, status) == ("AccessDeniedException", 403)
    assert f"macie2:UpdateClassificationJob on resource: {arn}" in message


def test_tags_decide(macie: Privacy, cloud: Cloud, refusal: Refusal) -> None:
    macie.s3.create_bucket(Bucket="data")
    ours, others = macie.start(tags={"team": "security"}), macie.start(name="other")
    tag = {"StringEquals": {"aws:ResourceTag/team": "security"}}
    keys = cloud.user("tagged", cloud.statement("macie2:Describe*", "*", Condition=tag))
    tagged = cloud.client("macie2", keys)
    assert tagged.describe_classification_job(jobId=ours)["jobId"] == ours
    assert refusal(lambda: tagged.describe_classification_job(jobId=others))[1] == 403


def test_samples(macie: Privacy, refusal: Refusal) -> None:
    macie.client.create_sample_findings()
    found = macie.findings()
    assert sorted(one["type"] for one in found) == sorted(TITLES)
    assert all(one["sample"] for one in found)
    (shared,) = macie.findings(type={"eq": [PUBLIC]})
    assert shared["policyDetails"]["action"]["actionType"] == "AWS_API_CALL"
    with pytest.raises(macie.client.exceptions.ValidationException):
        macie.client.create_sample_findings(findingTypes=["SensitiveData:S3Object/Recipes"])


def ids(macie: Privacy, **options: Any) -> list[str]:
    """The types of the findings listed."""
    known = {one["id"]: str(one["type"]) for one in macie.findings()}
    return [known[one] for one in macie.client.list_findings(**options)["findingIds"]]


def test_findings_are_filtered_sorted_and_paged(macie: Privacy) -> None:
    for kind in (PERSONAL, PUBLIC, "Policy:IAMUser/S3BucketEncryptionDisabled"):
        macie.client.create_sample_findings(findingTypes=[kind])
        macie.wait(minutes=1)

    def listed(**criterion: Any) -> list[str]:
        order = {"attributeName": "createdAt", "orderBy": "ASC"}
        return ids(macie, findingCriteria={"criterion": criterion}, sortCriteria=order)

    assert listed(category={"eq": ["CLASSIFICATION"]}) == [PERSONAL]
    assert listed(type={"neq": [PERSONAL]})[0] == PUBLIC
    assert listed(**{"severity.score": {"gte": 3}}) == [PERSONAL, PUBLIC]
    assert listed(**{"severity.description": {"eq": ["Low"]}, "sample": {"eq": ["false"]}}) == []
    detections = "classificationDetails.result.sensitiveData.detections.type"
    assert listed(**{detections: {"eqExactMatch": ["USA_SOCIAL_SECURITY_NUMBER"]}}) == [PERSONAL]
    second = int(macie.trail.noon.timestamp() * 1000) + 60_000
    assert listed(createdAt={"gte": second, "lt": second + 1}) == [PUBLIC]
    pages = macie.client.get_paginator("list_findings").paginate(PaginationConfig={"PageSize": 2})
    assert [len(page["findingIds"]) for page in pages] == [2, 1]


def test_statistics(macie: Privacy) -> None:
    macie.client.create_sample_findings(findingTypes=[PERSONAL, FINANCIAL, PUBLIC])
    macie.client.create_sample_findings(findingTypes=[PERSONAL])
    counted = macie.client.get_finding_statistics(groupBy="type", size=1)["countsByGroup"]
    assert counted == [{"count": 2, "groupKey": PERSONAL}]
    counted = macie.client.get_finding_statistics(
        groupBy="severity.description",
        findingCriteria={"criterion": {"category": {"eq": ["POLICY"]}}},
    )["countsByGroup"]
    assert counted == [{"count": 1, "groupKey": "High"}]


def test_a_suppression_rule_archives_what_comes_up(macie: Privacy, refusal: Refusal) -> None:
    macie.client.create_sample_findings(findingTypes=[PERSONAL])
    made = macie.client.create_findings_filter(
        name="quiet",
        action="ARCHIVE",
        findingCriteria={"criterion": {"type": {"eq": [PERSONAL]}}},
        tags={"team": "security"},
    )
    macie.client.create_sample_findings(findingTypes=[PERSONAL, FINANCIAL])
    macie.wait(minutes=1)
    archived = [(one["type"], one["archived"]) for one in macie.findings()]
    assert sorted(archived) == [(FINANCIAL, False), (PERSONAL, False), (PERSONAL, True)]
    assert sorted(event.detail["type"] for event in macie.told) == [FINANCIAL, PERSONAL]
    kept = macie.client.get_findings_filter(id=made["id"])
    assert (kept["name"], kept["position"], kept["tags"]) == ("quiet", 1, {"team": "security"})
    macie.client.update_findings_filter(id=made["id"], action="NOOP")
    (listed,) = macie.client.list_findings_filters()["findingsFilterListItems"]
    assert (listed["arn"], listed["action"]) == (made["arn"], "NOOP")
    again = {"name": "quiet", "action": "NOOP", "findingCriteria": kept["findingCriteria"]}
    assert refusal(lambda: macie.client.create_findings_filter(**again))[1] == 409
    macie.client.delete_findings_filter(id=made["id"])
    assert refusal(lambda: macie.client.get_findings_filter(id=made["id"]))[:2] == (
        "ResourceNotFoundException",
        404,
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"jobType": "SCHEDULED"},
        {"scheduleFrequency": {"dailySchedule": {}}},
        {"initialRun": True},
        {"s3JobDefinition": {}},
        {"samplingPercentage": 101},
        {"managedDataIdentifierSelector": "INCLUDE"},
        {"managedDataIdentifierIds": ["NAME"]},
        {"managedDataIdentifierSelector": "NONE"},
        {
            "managedDataIdentifierSelector": "INCLUDE",
            "managedDataIdentifierIds": ["SHOE_SIZE"],
        },
        {"customDataIdentifierIds": ["nothing"]},
        {"allowListIds": ["nothing"]},
    ],
)
def test_a_job_that_makes_no_sense(macie: Privacy, refusal: Refusal, wrong: dict[str, Any]) -> None:
    assert refusal(lambda: macie.start(**wrong))[:2] == ("ValidationException", 400)


def test_jobs_are_listed_and_a_token_makes_one(macie: Privacy, refusal: Refusal) -> None:
    macie.s3.create_bucket(Bucket="data")
    first = macie.start(name="first")
    assert macie.start(name="first") == first
    macie.wait(minutes=10)
    second = macie.start(name="second", description="again")
    listed = macie.client.list_classification_jobs()["items"]
    assert [(one["jobId"], one["jobStatus"]) for one in listed] == [
        (second, "RUNNING"),
        (first, "COMPLETE"),
    ]
    assert listed[0]["bucketDefinitions"][0]["buckets"] == ["data"]
    running = {"key": "jobStatus", "comparator": "EQ", "values": ["RUNNING"]}
    found = macie.client.list_classification_jobs(filterCriteria={"includes": [running]})
    assert [one["name"] for one in found["items"]] == ["second"]
    found = macie.client.list_classification_jobs(
        filterCriteria={"excludes": [running]}, sortCriteria={"attributeName": "name"}
    )
    assert [one["name"] for one in found["items"]] == ["first"]
    assert refusal(lambda: macie.client.describe_classification_job(jobId="nothing"))[1] == 404


def test_custom_data_identifiers(macie: Privacy, refusal: Refusal) -> None:
    def test(text: str, **more: Any) -> int:
        answer = macie.client.test_custom_data_identifier(regex=r"E-\d{4}", sampleText=text, **more)
        return int(answer["matchCount"])

    assert test("E-1001 and E-1002") == 2
    near: dict[str, Any] = {"keywords": ["employee"], "maximumMatchDistance": 10}
    assert test("Employee E-1001", **near) == 1
    assert test("E-1001 employee", **near) == 0
    assert test("employee and then E-1001", **near) == 0
    assert test("E-1001 and E-1002", ignoreWords=["1001"]) == 1
    for wrong in ("(", r"(a)\1", "(?=a)b", "(a+)+b", "x" * 513):
        code, status, _ = refusal(
            lambda pattern=wrong: macie.client.create_custom_data_identifier(
                name="wrong", regex=pattern
            )
        )
        assert (code, status) == ("ValidationException", 400)
    name = macie.client.create_custom_data_identifier(name="staff", regex=r"E-\d{4}")
    name = name["customDataIdentifierId"]
    kept = macie.client.get_custom_data_identifier(id=name)
    assert (kept["name"], kept["maximumMatchDistance"], kept["deleted"]) == ("staff", 50, False)
    again = {"name": "staff", "regex": "x"}
    assert refusal(lambda: macie.client.create_custom_data_identifier(**again))[1] == 409
    macie.client.delete_custom_data_identifier(id=name)
    assert macie.client.list_custom_data_identifiers()["items"] == []
    found = macie.client.batch_get_custom_data_identifiers(ids=[name, "none"])
    assert [one["deleted"] for one in found["customDataIdentifiers"]] == [True]
    assert found["notFoundIdentifierIds"] == ["none"]


def test_allow_lists(macie: Privacy, refusal: Refusal) -> None:
    place = {"bucketName": "lists", "objectKey": "words.txt"}
    made = macie.client.create_allow_list(
        name="words", clientToken="w", criteria={"s3WordsList": place}
    )
    assert len(made["id"]) == 22
    status = macie.client.get_allow_list(id=made["id"])["status"]
    assert status["code"] == "S3_OBJECT_NOT_FOUND"
    macie.put("words.txt", "known\n", bucket="lists")
    assert macie.client.get_allow_list(id=made["id"])["status"]["code"] == "OK"
    macie.client.update_allow_list(
        id=made["id"], name="pattern", criteria={"regex": r"\d{3}-00-\d{4}"}
    )
    (listed,) = macie.client.list_allow_lists()["allowLists"]
    assert listed["name"] == "pattern"
    macie.put("people.csv", "ssn\n123-45-6789\n")
    macie.start(allowListIds=[made["id"]])
    assert refusal(lambda: macie.client.delete_allow_list(id=made["id"]))[1] == 409
    macie.client.delete_allow_list(id=made["id"], ignoreJobChecks="true")
    assert macie.client.list_allow_lists()["allowLists"] == []
    both: dict[str, Any] = {"regex": "a", "s3WordsList": place}
    wrong = {"name": "x", "clientToken": "x", "criteria": both}
    assert refusal(lambda: macie.client.create_allow_list(**wrong))[1] == 400


def test_tags(macie: Privacy, refusal: Refusal) -> None:
    macie.s3.create_bucket(Bucket="data")
    job = macie.start(tags={"team": "security"})
    arn = macie.client.describe_classification_job(jobId=job)["jobArn"]
    macie.client.tag_resource(resourceArn=arn, tags={"stage": "test"})
    assert macie.client.list_tags_for_resource(resourceArn=arn)["tags"] == {
        "team": "security",
        "stage": "test",
    }
    macie.client.untag_resource(resourceArn=arn, tagKeys=["team"])
    assert macie.client.describe_classification_job(jobId=job)["tags"] == {"stage": "test"}
    assert refusal(lambda: macie.client.list_tags_for_resource(resourceArn=arn + "0"))[1] == 404


def test_what_is_not_simulated_says_so(macie: Privacy, refusal: Refusal) -> None:
    assert macie.client.list_members()["members"] == []
    assert macie.client.get_automated_discovery_configuration()["status"] == "DISABLED"
    account = {"accountId": "999988887777", "email": "a@example.com"}
    for call in (
        lambda: macie.client.create_member(account=account),
        lambda: macie.client.update_automated_discovery_configuration(status="ENABLED"),
        macie.client.get_usage_totals,
    ):
        assert refusal(call)[:2] == ("NotImplemented", 501)


def test_identifiers_are_listed(macie: Privacy) -> None:
    items = macie.client.list_managed_data_identifiers()["items"]
    by_id = {one["id"]: one["category"] for one in items}
    assert by_id["CREDIT_CARD_NUMBER"] == "FINANCIAL_INFORMATION"
    assert by_id["AWS_CREDENTIALS"] == "CREDENTIALS"
    assert by_id["NAME"] == "PERSONAL_INFORMATION"
