"""Object Lock turned on in a bucket that holds objects already, and deliveries to such a bucket."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

BUCKET = "kept-logs"
COMPLIANCE = {
    "ObjectLockEnabled": "Enabled",
    "Rule": {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": 30}},
}


@pytest.fixture
def s3(cloud: Any) -> Any:
    return cloud.client("s3", cloud.user("archivist", cloud.statement("*")))


@pytest.fixture
def versions(s3: Any) -> Any:
    """A bucket that keeps versions and holds an object; the version's id."""
    s3.create_bucket(Bucket=BUCKET)
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    return s3.put_object(Bucket=BUCKET, Key="old", Body=b"old")["VersionId"]


def test_objects_that_come_later_are_retained_and_older_ones_are_not(
    s3: Any, versions: str, refusal: Any
) -> None:
    s3.put_object_lock_configuration(Bucket=BUCKET, ObjectLockConfiguration=COMPLIANCE)
    later = s3.put_object(Bucket=BUCKET, Key="new", Body=b"new", ChecksumAlgorithm="SHA256")
    told = refusal(lambda: s3.delete_object(Bucket=BUCKET, Key="new", VersionId=later["VersionId"]))
    assert told[0] == "AccessDenied"
    s3.delete_object(Bucket=BUCKET, Key="old", VersionId=versions)
    left = s3.list_object_versions(Bucket=BUCKET)["Versions"]
    assert [each["Key"] for each in left] == ["new"]


def test_a_bucket_without_versions_is_refused(s3: Any, refusal: Any) -> None:
    s3.create_bucket(Bucket=BUCKET)
    told = refusal(
        lambda: s3.put_object_lock_configuration(Bucket=BUCKET, ObjectLockConfiguration=COMPLIANCE)
    )
    assert told[0] == "InvalidBucketState"


@pytest.mark.usefixtures("versions")
def test_cloudtrail_delivers_to_a_bucket_with_a_default_retention(cloud: Any, s3: Any) -> None:
    s3.put_object_lock_configuration(Bucket=BUCKET, ObjectLockConfiguration=COMPLIANCE)
    service = {"Service": "cloudtrail.amazonaws.com"}
    arn = f"arn:aws:s3:::{BUCKET}"
    s3.put_bucket_policy(
        Bucket=BUCKET,
        Policy=cloud.policy(
            {"Effect": "Allow", "Principal": service, "Action": "s3:GetBucketAcl", "Resource": arn},
            {
                "Effect": "Allow",
                "Principal": service,
                "Action": "s3:PutObject",
                "Resource": f"{arn}/*",
            },
        ),
    )
    trails = cloud.client("cloudtrail", cloud.user("auditor", cloud.statement("*")))
    trails.create_trail(Name="audit", S3BucketName=BUCKET)
    trails.start_logging(Name="audit")
    cloud.world.clock.advance(timedelta(minutes=30))
    keys = [each["Key"] for each in s3.list_objects_v2(Bucket=BUCKET)["Contents"]]
    (log,) = [key for key in keys if "/CloudTrail/" in key]
    held = s3.head_object(Bucket=BUCKET, Key=log)
    assert held["ObjectLockMode"] == "COMPLIANCE"
