"""What rules say of buckets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import Cloud
from tests.controls.conftest import Judge

FOUR = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
ALL_ON = dict.fromkeys(FOUR, True)


@pytest.fixture
def s3(root: Callable[[str], Any]) -> Any:
    """A bucket that nothing guards."""
    client = root("s3")
    client.create_bucket(Bucket="shop", ObjectOwnership="BucketOwnerPreferred")
    client.delete_public_access_block(Bucket="shop")
    return client


def public_policy(s3: Any, action: str) -> None:
    policy = Cloud.policy(Cloud.statement(action, "arn:aws:s3:::shop/*", Principal="*"))
    s3.put_bucket_policy(Bucket="shop", Policy=policy)


def test_the_accounts_block(cloud: Cloud, judge: Judge) -> None:
    rule = "s3_account_level_public_access_blocks_periodic"
    assert judge(rule) == [False]
    control = cloud.root("s3control")
    for settings, good in (({**ALL_ON, "BlockPublicAcls": False}, False), (ALL_ON, True)):
        control.put_public_access_block(
            AccountId="111122223333", PublicAccessBlockConfiguration=settings
        )
        assert judge(rule) == [good]


def test_the_buckets_block(s3: Any, judge: Judge) -> None:
    rule = "s3_bucket_level_public_access_prohibited"
    assert judge(rule) == [False]
    for settings, good in (({**ALL_ON, "BlockPublicPolicy": False}, False), (ALL_ON, True)):
        s3.put_public_access_block(Bucket="shop", PublicAccessBlockConfiguration=settings)
        assert judge(rule) == [good]


@pytest.mark.parametrize(
    ("rule", "action", "acl"),
    [
        ("s3_bucket_public_read_prohibited", "s3:GetObject", "public-read"),
        ("s3_bucket_public_write_prohibited", "s3:PutObject", "public-read-write"),
    ],
)
def test_public_access_by_policy_or_acl(
    s3: Any, judge: Judge, rule: str, action: str, acl: str
) -> None:
    assert judge(rule) == [True]
    public_policy(s3, action)
    assert judge(rule) == [False]
    s3.put_public_access_block(Bucket="shop", PublicAccessBlockConfiguration=ALL_ON)
    assert judge(rule) == [True]
    s3.delete_public_access_block(Bucket="shop")
    s3.delete_bucket_policy(Bucket="shop")
    s3.put_bucket_acl(Bucket="shop", ACL=acl)
    assert judge(rule) == [False]


def test_a_public_read_is_no_public_write(s3: Any, judge: Judge) -> None:
    public_policy(s3, "s3:GetObject")
    s3.put_bucket_acl(Bucket="shop", ACL="public-read")
    assert judge("s3_bucket_public_write_prohibited") == [True]


def test_a_policy_that_a_condition_narrows_is_not_public(s3: Any, judge: Judge) -> None:
    condition = {"StringEquals": {"aws:SourceVpc": "vpc-1"}}
    statement = Cloud.statement(
        "s3:GetObject", "arn:aws:s3:::shop/*", Principal="*", Condition=condition
    )
    s3.put_bucket_policy(Bucket="shop", Policy=Cloud.policy(statement))
    assert judge("s3_bucket_public_read_prohibited") == [True]


@pytest.mark.parametrize(
    ("resources", "action", "value", "good"),
    [
        (["arn:aws:s3:::shop", "arn:aws:s3:::shop/*"], "s3:*", "false", True),
        (["arn:aws:s3:::shop/*"], "s3:*", "false", False),
        (["arn:aws:s3:::shop", "arn:aws:s3:::shop/*"], "s3:GetObject", "false", False),
        (["arn:aws:s3:::shop", "arn:aws:s3:::shop/*"], "s3:*", "true", False),
    ],
)
def test_tls_only(
    s3: Any, judge: Judge, resources: list[str], action: str, value: str, good: bool
) -> None:
    rule = "s3_bucket_ssl_requests_only"
    assert judge(rule) == [False]
    condition = {"Bool": {"aws:SecureTransport": value}}
    statement = Cloud.statement(action, resources, "Deny", Principal="*", Condition=condition)
    s3.put_bucket_policy(Bucket="shop", Policy=Cloud.policy(statement))
    assert judge(rule) == [good]


def test_acls(s3: Any, judge: Judge) -> None:
    rule = "s3_bucket_acl_prohibited"
    assert judge(rule) == [True]
    s3.put_bucket_acl(Bucket="shop", ACL="public-read")
    assert judge(rule) == [False]
    s3.put_bucket_acl(Bucket="shop", ACL="private")
    s3.put_bucket_ownership_controls(
        Bucket="shop", OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    )
    assert judge(rule) == [True]


def test_versioning(s3: Any, judge: Judge) -> None:
    rule = "s3_bucket_versioning_enabled"
    assert judge(rule) == [False]
    s3.put_bucket_versioning(Bucket="shop", VersioningConfiguration={"Status": "Enabled"})
    assert judge(rule) == [True]


def test_object_lock(s3: Any, judge: Judge) -> None:
    s3.create_bucket(Bucket="vault", ObjectLockEnabledForBucket=True)
    assert judge("s3_bucket_default_lock_enabled", "shop") == [False]
    assert judge("s3_bucket_default_lock_enabled", "vault") == [True]


def test_access_logs(s3: Any, judge: Judge) -> None:
    rule = "s3_bucket_logging_enabled"
    s3.create_bucket(Bucket="logs")
    statement = Cloud.statement(
        "s3:PutObject", "arn:aws:s3:::logs/*", Principal={"Service": "logging.s3.amazonaws.com"}
    )
    s3.put_bucket_policy(Bucket="logs", Policy=Cloud.policy(statement))
    assert judge(rule, "shop") == [False]
    s3.put_bucket_logging(
        Bucket="shop",
        BucketLoggingStatus={"LoggingEnabled": {"TargetBucket": "logs", "TargetPrefix": ""}},
    )
    assert judge(rule, "shop") == [True]
    assert judge(rule, "logs") == [False]
