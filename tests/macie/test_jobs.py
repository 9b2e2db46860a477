"""Jobs: what they read, when they run, what they find."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from typing import Any

import pytest

from tests.conftest import Refusal
from tests.macie.conftest import Privacy

PEOPLE = "name,ssn\nMary Johnson,123-45-6789\nJohn Smith,223-45-6789\n"
SSN = "USA_SOCIAL_SECURITY_NUMBER"
ROLE = "arn:aws:iam::111122223333:role/aws-service-role/macie.amazonaws.com/AWSServiceRoleForAmazonMacie"


def test_a_job_runs_and_is_complete_minutes_later(macie: Privacy) -> None:
    macie.put("people.csv", PEOPLE)
    macie.put("totals.csv", "year,people\n2026,2\n")
    job = macie.start()
    told = macie.client.describe_classification_job(jobId=job)
    assert told["jobStatus"] == "RUNNING"
    assert told["statistics"]["approximateNumberOfObjectsToProcess"] == 2
    assert macie.findings() == []
    macie.wait(minutes=6)
    told = macie.client.describe_classification_job(jobId=job)
    assert (told["jobStatus"], told["statistics"]["numberOfRuns"]) == ("COMPLETE", 1)
    assert told["lastRunErrorStatus"] == {"code": "NONE"}
    assert macie.detected() == {"people.csv": {"NAME": 2, SSN: 2}}
    (one,) = macie.findings()
    assert one["type"] == "SensitiveData:S3Object/Personal"
    assert one["severity"] == {"score": 3, "description": "High"}
    assert one["resourcesAffected"]["s3Object"]["path"] == "data/people.csv"
    details = one["classificationDetails"]
    assert (details["jobId"], details["originType"]) == (job, "SENSITIVE_DATA_DISCOVERY_JOB")
    (group,) = details["result"]["sensitiveData"]
    assert group["totalCount"] == 4
    assert group["detections"][1]["occurrences"] == {
        "cells": [
            {"column": 2, "row": 2, "columnName": "ssn"},
            {"column": 2, "row": 3, "columnName": "ssn"},
        ]
    }


def test_eventbridge_is_told_once(macie: Privacy) -> None:
    macie.put("people.csv", PEOPLE)
    macie.run()
    macie.wait(hours=1)
    (event,) = macie.told
    assert (event.source, event.detail_type) == ("aws.macie", "Macie Finding")
    assert event.detail["type"] == "SensitiveData:S3Object/Personal"
    assert event.detail["policyDetails"] is None
    assert json.dumps(event.as_json())


def packed(name: str, body: str) -> bytes:
    """A ZIP archive of one file and of a picture."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        archive.writestr(name, body)
        archive.writestr("picture.png", b"\x89PNG\0\0\0\0")
    return whole.getvalue()


def test_formats_and_places(macie: Privacy) -> None:
    macie.put("a.json", '{"people": [{"ssn": "123-45-6789"}]}')
    macie.put("b.jsonl", '{"ssn": ""}\n{"ssn": "123-45-6789"}\n')
    macie.put("c.txt", "one\nthe ssn: 123-45-6789\n")
    macie.put("d.csv.gz", gzip.compress(PEOPLE.encode(), mtime=0))
    macie.put("e.zip", packed("people.csv", PEOPLE))
    macie.put("f.parquet", f"PAR1{PEOPLE}")
    macie.put("g.png", b"\x89PNG\0\0" + PEOPLE.encode())
    macie.put("h.gz", b"\x1f\x8bbroken")
    macie.run(managedDataIdentifierSelector="RECOMMENDED")
    places: dict[str, Any] = {}
    for one in macie.findings():
        result = one["classificationDetails"]["result"]
        key = one["resourcesAffected"]["s3Object"]["key"]
        (detection,) = result["sensitiveData"][0]["detections"]
        places[key] = (result["mimeType"], result["status"]["code"], detection["occurrences"])
    cells = {
        "cells": [
            {"column": 2, "row": 2, "columnName": "ssn"},
            {"column": 2, "row": 3, "columnName": "ssn"},
        ]
    }
    record = {"jsonPath": "$.people[0].ssn", "recordIndex": 0}
    line = {"jsonPath": "$.ssn", "recordIndex": 1}
    assert places == {
        "a.json": ("application/json", "COMPLETE", {"records": [record]}),
        "b.jsonl": ("application/json", "COMPLETE", {"records": [line]}),
        "c.txt": (
            "text/plain",
            "COMPLETE",
            {"lineRanges": [{"start": 2, "end": 2, "startColumn": 10}]},
        ),
        "d.csv.gz": ("application/gzip", "COMPLETE", cells),
        "e.zip": ("application/zip", "PARTIAL", cells),
    }


def test_fifteen_places_are_told(macie: Privacy) -> None:
    rows = "".join(f"123-45-{number}\n" for number in range(1000, 1120))
    macie.put("many.csv", f"ssn\n{rows}")
    macie.run()
    (one,) = macie.findings()
    result = one["classificationDetails"]["result"]
    (detection,) = result["sensitiveData"][0]["detections"]
    assert (detection["count"], result["additionalOccurrences"]) == (120, True)
    assert len(detection["occurrences"]["cells"]) == 15


@pytest.mark.parametrize(
    ("body", "kind", "severity"),
    [
        ("name\nMary Johnson\n", "Personal", "Low"),
        ("name\nMary Johnson\nJohn Smith\n", "Personal", "Medium"),
        ("cvv\n431\n", "Financial", "Medium"),
        ("name,card\nMary Johnson,4000001234567899\n", "Multiple", "High"),
        ("name,passport\nMary Johnson,X48392017\n", "Personal", "Medium"),
    ],
)
def test_type_and_severity(macie: Privacy, body: str, kind: str, severity: str) -> None:
    macie.put("a.csv", body)
    macie.run()
    (one,) = macie.findings()
    assert one["type"] == f"SensitiveData:S3Object/{kind}"
    assert one["severity"]["description"] == severity


def test_macie_reads_with_its_own_role_and_leaves_a_record(macie: Privacy) -> None:
    macie.put("people.csv", PEOPLE)
    macie.run()
    (read,) = [one for one in macie.account.records if one["eventName"] == "GetObject"]
    identity = read["userIdentity"]
    assert identity["sessionContext"]["sessionIssuer"]["arn"] == ROLE
    assert identity["invokedBy"] == read["sourceIPAddress"] == "macie.amazonaws.com"
    assert read["requestParameters"]["key"] == "people.csv"


def test_a_bucket_policy_keeps_macie_out(macie: Privacy) -> None:
    macie.put("open/people.csv", PEOPLE)
    macie.put("shut/people.csv", PEOPLE)
    deny: dict[str, Any] = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::data/shut/*",
    }
    macie.s3.put_bucket_policy(Bucket="data", Policy=macie.cloud.policy(deny))
    told = macie.run()
    assert list(macie.detected()) == ["open/people.csv"]
    assert told["lastRunErrorStatus"] == {"code": "NONE"}
    refused = [one for one in macie.account.records if one.get("errorCode") == "AccessDenied"]
    assert [one["requestParameters"]["key"] for one in refused] == ["shut/people.csv"]
    everything = {
        **deny,
        "Action": "s3:*",
        "Resource": ["arn:aws:s3:::data", "arn:aws:s3:::data/*"],
    }
    everything["Condition"] = {"StringNotEquals": {"aws:PrincipalType": "Account"}}
    macie.s3.put_bucket_policy(Bucket="data", Policy=macie.cloud.policy(everything))
    assert macie.run(name="again")["lastRunErrorStatus"] == {"code": "ERROR"}


def test_a_customer_managed_key_must_let_macie_decrypt(macie: Privacy) -> None:
    kms = macie.trail.client("kms")
    key = kms.create_key()["KeyMetadata"]["Arn"]
    root = {
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
        "Action": "kms:*",
        "Resource": "*",
    }
    macie.put("people.csv", PEOPLE, ServerSideEncryption="aws:kms", SSEKMSKeyId=key)
    macie.run()
    assert macie.findings() == []
    allow = {**root, "Principal": {"AWS": ROLE}, "Action": "kms:Decrypt"}
    kms.put_key_policy(KeyId=key, PolicyName="default", Policy=macie.cloud.policy(root, allow))
    macie.run(name="again")
    assert list(macie.detected()) == ["people.csv"]
    (one,) = macie.findings()
    assert one["resourcesAffected"]["s3Object"]["serverSideEncryption"] == {
        "encryptionType": "aws:kms",
        "kmsMasterKeyId": key,
    }


def term(key: str, comparator: str, *values: str) -> dict[str, Any]:
    """A condition on objects."""
    return {"simpleScopeTerm": {"key": key, "comparator": comparator, "values": list(values)}}


KEPT = {"tagValues": [{"key": "keep", "value": "yes"}], "target": "S3_OBJECT", "comparator": "EQ"}


@pytest.mark.parametrize(
    ("scope", "keys"),
    [
        ({}, ["a/one.csv", "a/two.csv", "b/one.txt"]),
        ({"includes": {"and": [term("OBJECT_EXTENSION", "EQ", "txt")]}}, ["b/one.txt"]),
        (
            {"includes": {"and": [term("OBJECT_KEY", "STARTS_WITH", "a/")]}},
            ["a/one.csv", "a/two.csv"],
        ),
        ({"excludes": {"and": [term("OBJECT_SIZE", "GT", "100")]}}, ["a/one.csv", "b/one.txt"]),
        ({"includes": {"and": [{"tagScopeTerm": KEPT}]}}, ["a/two.csv"]),
        (
            {
                "includes": {
                    "and": [term("OBJECT_LAST_MODIFIED_DATE", "GT", "2090-01-01T00:00:00Z")]
                }
            },
            [],
        ),
    ],
)
def test_scope(macie: Privacy, scope: dict[str, Any], keys: list[str]) -> None:
    macie.put("a/one.csv", PEOPLE)
    macie.put("a/two.csv", PEOPLE + "#" * 100, Tagging="keep=yes")
    macie.put("b/one.txt", "ssn 123-45-6789")
    macie.run(scope=scope)
    assert sorted(macie.detected()) == keys


def test_buckets_by_criteria(macie: Privacy) -> None:
    macie.put("people.csv", PEOPLE)
    macie.put("people.csv", PEOPLE, bucket="other")
    macie.s3.put_bucket_tagging(
        Bucket="other", Tagging={"TagSet": [{"Key": "team", "Value": "hr"}]}
    )
    tagged = {"tagCriterion": {"comparator": "EQ", "tagValues": [{"key": "team", "value": "hr"}]}}
    macie.run(s3JobDefinition={"bucketCriteria": {"includes": {"and": [tagged]}}})
    (one,) = macie.findings()
    assert one["resourcesAffected"]["s3Bucket"]["name"] == "other"
    private = {
        "simpleCriterion": {
            "comparator": "EQ",
            "key": "S3_BUCKET_EFFECTIVE_PERMISSION",
            "values": ["PUBLIC"],
        }
    }
    macie.run(name="none", s3JobDefinition={"bucketCriteria": {"includes": {"and": [private]}}})
    assert len(macie.findings()) == 1


def test_a_sample_is_the_share_that_was_asked_for(macie: Privacy) -> None:
    for number in range(10):
        macie.put(f"{number}.csv", PEOPLE)
    macie.run(samplingPercentage=30)
    assert len(macie.detected()) == 3


def test_a_recurring_job_takes_what_is_new(macie: Privacy) -> None:
    macie.put("old.csv", PEOPLE)
    macie.wait(minutes=1)
    job = macie.start(
        jobType="SCHEDULED", scheduleFrequency={"dailySchedule": {}}, initialRun=False
    )
    assert macie.client.describe_classification_job(jobId=job)["jobStatus"] == "IDLE"
    macie.wait(minutes=10)
    macie.put("new.csv", PEOPLE)
    macie.wait(hours=11, minutes=50)
    assert macie.client.describe_classification_job(jobId=job)["jobStatus"] == "RUNNING"
    macie.wait(minutes=6)
    assert list(macie.detected()) == ["new.csv"]
    macie.wait(days=1)
    told = macie.client.describe_classification_job(jobId=job)
    assert (told["jobStatus"], told["statistics"]["numberOfRuns"]) == ("IDLE", 2)
    assert len(macie.findings()) == 1


def test_an_initial_run_takes_everything(macie: Privacy) -> None:
    macie.put("old.csv", PEOPLE)
    macie.run(jobType="SCHEDULED", scheduleFrequency={"dailySchedule": {}}, initialRun=True)
    assert list(macie.detected()) == ["old.csv"]


def test_pause_resume_and_cancel(macie: Privacy, refusal: Refusal) -> None:
    macie.put("people.csv", PEOPLE)
    job = macie.start()

    def move(status: str) -> None:
        macie.client.update_classification_job(jobId=job, jobStatus=status)

    move("USER_PAUSED")
    macie.wait(hours=1)
    told = macie.client.describe_classification_job(jobId=job)
    paused = told["userPausedDetails"]
    assert (paused["jobExpiresAt"] - paused["jobPausedAt"]).days == 30
    assert macie.findings() == []
    move("RUNNING")
    macie.wait(minutes=6)
    assert len(macie.findings()) == 1
    assert refusal(lambda: move("CANCELLED"))[:2] == ("ValidationException", 400)
    job = macie.start(name="second")
    move("CANCELLED")
    macie.wait(hours=1)
    assert macie.client.describe_classification_job(jobId=job)["jobStatus"] == "CANCELLED"
    assert len(macie.findings()) == 1
    job = macie.start(name="third")
    move("USER_PAUSED")
    macie.wait(days=31)
    assert macie.client.describe_classification_job(jobId=job)["jobStatus"] == "CANCELLED"


def test_custom_identifiers_and_allow_lists(macie: Privacy) -> None:
    macie.put("staff.csv", "employee,other\nE-1001,E-1002\nE-1003,E-1004\n")
    macie.put("free.txt", "E-1005 employee E-1006 E-9999")
    macie.put("people.csv", "ssn\n123-45-6789\n223-45-6789\n")
    macie.put("allowed.txt", "123-45-6789\n", bucket="lists")
    custom = macie.client.create_custom_data_identifier(
        name="staff",
        regex=r"E-\d{4}",
        keywords=["employee"],
        ignoreWords=["E-9999"],
        severityLevels=[
            {"severity": "LOW", "occurrencesThreshold": 1},
            {"severity": "HIGH", "occurrencesThreshold": 2},
        ],
    )["customDataIdentifierId"]
    words = macie.client.create_allow_list(
        name="known",
        clientToken="a",
        criteria={"s3WordsList": {"bucketName": "lists", "objectKey": "allowed.txt"}},
    )["id"]
    macie.run(customDataIdentifierIds=[custom], allowListIds=[words])
    assert macie.detected() == {
        "free.txt": {"staff": 1},
        "people.csv": {SSN: 1},
        "staff.csv": {"staff": 2},
    }
    severities = {
        one["resourcesAffected"]["s3Object"]["key"]: (one["type"], one["severity"]["description"])
        for one in macie.findings()
    }
    assert severities["free.txt"] == ("SensitiveData:S3Object/CustomIdentifier", "Low")
    assert severities["staff.csv"] == ("SensitiveData:S3Object/CustomIdentifier", "High")


def test_the_same_again_gives_the_same(macie: Privacy) -> None:
    macie.put("people.csv", PEOPLE)
    world = macie.cloud.world
    saved = world.save()
    macie.run()
    first = macie.findings()
    world.restore(saved)
    macie.trail.clock.pin(macie.trail.noon)
    assert macie.findings() == []
    macie.run()
    assert macie.findings() == first
