"""Policy findings: buckets that get weaker while Macie is on; and the inventory."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.macie.conftest import Privacy

PUBLIC = "Policy:IAMUser/S3BucketPublic"
UNBLOCKED = "Policy:IAMUser/S3BlockPublicAccessDisabled"
SHARED = "Policy:IAMUser/S3BucketSharedExternally"
OTHER = "999988887777"
OPEN: dict[str, Any] = {
    "Effect": "Allow",
    "Principal": "*",
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::data/*",
}


def policy(macie: Privacy, *statements: dict[str, Any]) -> None:
    """Put the bucket's policy."""
    macie.s3.put_bucket_policy(Bucket="data", Policy=macie.cloud.policy(*statements))


def types(macie: Privacy) -> list[str]:
    """Of all policy findings."""
    return sorted(str(one["type"]) for one in macie.findings(category={"eq": ["POLICY"]}))


def access(macie: Privacy) -> dict[str, Any]:
    """The bucket in the inventory."""
    (found,) = macie.client.describe_buckets(criteria={"bucketName": {"eq": ["data"]}})["buckets"]
    return dict(found)


def test_a_bucket_that_is_opened(macie: Privacy) -> None:
    macie.s3.create_bucket(Bucket="data")
    macie.wait(minutes=10)
    assert types(macie) == []
    macie.s3.delete_public_access_block(Bucket="data")
    policy(macie, OPEN)
    macie.wait(minutes=1)
    assert types(macie) == []
    macie.wait(minutes=2)
    assert types(macie) == [UNBLOCKED, PUBLIC]
    (one,) = macie.findings(type={"eq": [PUBLIC]})
    assert one["severity"] == {"score": 3, "description": "High"}
    call = one["policyDetails"]["action"]["apiCallDetails"]
    assert (call["api"], call["apiServiceName"]) == ("PutBucketPolicy", "s3.amazonaws.com")
    actor = one["policyDetails"]["actor"]
    assert actor["userIdentity"]["iamUser"]["userName"] == "admin"
    assert actor["ipAddressDetails"]["ipAddressV4"] == macie.cloud.address
    bucket = one["resourcesAffected"]["s3Bucket"]
    assert bucket["publicAccess"]["effectivePermission"] == "PUBLIC"
    assert sorted(event.detail["type"] for event in macie.told) == [UNBLOCKED, PUBLIC]


def test_what_was_open_before_is_nothing_new(macie: Privacy) -> None:
    macie.client.disable_macie()
    macie.s3.create_bucket(Bucket="data")
    macie.s3.delete_public_access_block(Bucket="data")
    policy(macie, OPEN)
    macie.on()
    policy(macie, OPEN)
    macie.wait(minutes=10)
    assert types(macie) == []
    assert access(macie)["publicAccess"]["effectivePermission"] == "PUBLIC"


def test_a_further_occurrence_adds_to_the_finding(macie: Privacy) -> None:
    macie.s3.create_bucket(Bucket="data")
    macie.s3.delete_public_access_block(Bucket="data")
    policy(macie, OPEN)
    macie.wait(minutes=10)
    macie.s3.delete_bucket_policy(Bucket="data")
    macie.wait(minutes=10)
    policy(macie, OPEN)
    macie.wait(minutes=3)
    (one,) = macie.findings(type={"eq": [PUBLIC]})
    assert one["count"] == 2
    call = one["policyDetails"]["action"]["apiCallDetails"]
    assert (call["lastSeen"] - call["firstSeen"]).seconds == 20 * 60
    macie.wait(minutes=15)
    counts = [event.detail["count"] for event in macie.told if event.detail["type"] == PUBLIC]
    assert counts == [1, 2]


def test_block_public_access_keeps_a_bucket_closed(macie: Privacy) -> None:
    macie.s3.create_bucket(Bucket="data")
    macie.s3.delete_public_access_block(Bucket="data")
    policy(macie, OPEN)
    control = macie.trail.client("s3control")
    names = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
    control.put_public_access_block(
        AccountId=macie.account.id, PublicAccessBlockConfiguration=dict.fromkeys(names, True)
    )
    told = access(macie)["publicAccess"]
    assert told["effectivePermission"] == "NOT_PUBLIC"
    level = told["permissionConfiguration"]["bucketLevelPermissions"]
    assert level["bucketPolicy"]["allowsPublicReadAccess"]
    macie.wait(minutes=10)
    before = types(macie)
    control.delete_public_access_block(AccountId=macie.account.id)
    macie.wait(minutes=10)
    assert set(types(macie)) == {*before, PUBLIC}
    assert access(macie)["publicAccess"]["effectivePermission"] == "PUBLIC"


def test_an_acl_opens_a_bucket(macie: Privacy) -> None:
    macie.s3.create_bucket(Bucket="data", ObjectOwnership="ObjectWriter")
    macie.s3.delete_public_access_block(Bucket="data")
    macie.wait(minutes=10)
    macie.s3.put_bucket_acl(Bucket="data", ACL="public-read")
    macie.wait(minutes=10)
    assert types(macie) == [UNBLOCKED, PUBLIC]
    level = access(macie)["publicAccess"]["permissionConfiguration"]["bucketLevelPermissions"]
    assert level["accessControlList"] == {
        "allowsPublicReadAccess": True,
        "allowsPublicWriteAccess": False,
    }


@pytest.mark.parametrize(
    ("principal", "kind", "shared"),
    [
        ({"AWS": f"arn:aws:iam::{OTHER}:root"}, [SHARED], "EXTERNAL"),
        ({"AWS": "arn:aws:iam::111122223333:root"}, [], "NOT_SHARED"),
        (
            {"Service": "cloudfront.amazonaws.com"},
            ["Policy:IAMUser/S3BucketSharedWithCloudFront"],
            "EXTERNAL",
        ),
    ],
    ids=["another account", "its own", "CloudFront"],
)
def test_whom_a_bucket_is_shared_with(
    macie: Privacy, principal: dict[str, str], kind: list[str], shared: str
) -> None:
    macie.s3.create_bucket(Bucket="data")
    policy(macie, {**OPEN, "Principal": principal})
    macie.wait(minutes=10)
    assert types(macie) == kind
    assert access(macie)["sharedAccess"] == shared


def test_default_encryption_that_is_reset(macie: Privacy) -> None:
    macie.s3.create_bucket(Bucket="data")
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}
    macie.s3.put_bucket_encryption(
        Bucket="data", ServerSideEncryptionConfiguration={"Rules": [rule]}
    )
    macie.wait(minutes=10)
    assert access(macie)["serverSideEncryption"]["type"] == "aws:kms"
    assert types(macie) == []
    macie.s3.delete_bucket_encryption(Bucket="data")
    macie.wait(minutes=10)
    assert types(macie) == ["Policy:IAMUser/S3BucketEncryptionDisabled"]
    (one,) = macie.findings()
    assert one["severity"]["description"] == "Low"


def test_a_refused_change_is_none(macie: Privacy) -> None:
    macie.s3.create_bucket(Bucket="data")
    bob = macie.cloud.client("s3", macie.cloud.user("bob"))
    with pytest.raises(bob.exceptions.ClientError):
        bob.delete_public_access_block(Bucket="data")
    macie.wait(minutes=10)
    assert types(macie) == []


def test_paused_macie_sees_nothing(macie: Privacy) -> None:
    macie.s3.create_bucket(Bucket="data")
    macie.client.update_macie_session(status="PAUSED")
    macie.s3.delete_public_access_block(Bucket="data")
    policy(macie, OPEN)
    macie.client.update_macie_session(status="ENABLED")
    macie.wait(minutes=10)
    assert types(macie) == []


def test_the_inventory_counts_objects(macie: Privacy) -> None:
    macie.put("a.csv", "a\n1\n")
    macie.put("b.png", "12345")
    macie.put("c.csv", "123", StorageClass="GLACIER")
    macie.put("d.txt", "x", bucket="more")
    found = access(macie)
    assert (found["objectCount"], found["classifiableObjectCount"]) == (3, 1)
    assert found["unclassifiableObjectCount"] == {"fileType": 1, "storageClass": 1, "total": 2}
    assert found["objectCountByEncryptionType"]["s3Managed"] == 3
    assert found["jobDetails"]["isDefinedInJob"] == "FALSE"
    macie.start()
    assert access(macie)["jobDetails"]["isDefinedInJob"] == "TRUE"
    statistics = macie.client.get_bucket_statistics()
    assert (statistics["bucketCount"], statistics["objectCount"]) == (2, 4)
    assert statistics["bucketCountByEffectivePermission"]["publiclyAccessible"] == 0
    assert statistics["bucketCountByEncryptionType"]["s3Managed"] == 2
    assert statistics["bucketCountBySharedAccessType"]["notShared"] == 2
    assert macie.trail.client("macie2").get_bucket_statistics()["sizeInBytes"] == 13


def test_uploads_that_must_be_encrypted(macie: Privacy) -> None:
    macie.s3.create_bucket(Bucket="data")
    assert access(macie)["allowsUnencryptedObjectUploads"] == "TRUE"
    condition = {"Null": {"s3:x-amz-server-side-encryption": "true"}}
    policy(macie, {**OPEN, "Effect": "Deny", "Action": "s3:PutObject", "Condition": condition})
    assert access(macie)["allowsUnencryptedObjectUploads"] == "FALSE"


def test_buckets_are_sorted_and_paged(macie: Privacy) -> None:
    for name in ("one-bucket", "two-bucket", "three-bucket"):
        macie.s3.create_bucket(Bucket=name)
    pages = macie.client.get_paginator("describe_buckets").paginate(
        sortCriteria={"attributeName": "bucketName", "orderBy": "DESC"},
        criteria={"bucketName": {"prefix": "t"}},
        PaginationConfig={"PageSize": 1},
    )
    names = [each["bucketName"] for page in pages for each in page["buckets"]]
    assert names == ["two-bucket", "three-bucket"]
    assert json.dumps(names)
