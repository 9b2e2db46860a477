"""A permissions boundary bounds a user or role from the very next call, and shows."""

from __future__ import annotations

from typing import Any

import pytest

READ_ONLY = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"


@pytest.fixture
def ann(cloud: Any) -> Any:
    """Keys of a user who may do everything with S3 and IAM."""
    return cloud.user("ann", cloud.statement(["s3:*", "iam:*"]))


def test_a_users_boundary_is_in_force_at_the_next_call_and_gone_after_its_deletion(
    cloud: Any, ann: Any, refusal: Any
) -> None:
    s3, iam = cloud.client("s3", ann), cloud.root("iam")
    s3.create_bucket(Bucket="first")
    iam.put_user_permissions_boundary(UserName="ann", PermissionsBoundary=READ_ONLY)
    code, _, text = refusal(lambda: s3.create_bucket(Bucket="second"))
    assert code == "AccessDenied"
    assert "no permissions boundary allows the s3:CreateBucket action" in text
    s3.list_buckets()
    iam.delete_user_permissions_boundary(UserName="ann")
    s3.create_bucket(Bucket="second")


def test_a_roles_boundary_bounds_the_session_that_is_under_way(
    cloud: Any, ann: Any, refusal: Any
) -> None:
    iam = cloud.root("iam")
    trust = cloud.trust({"AWS": "arn:aws:iam::111122223333:user/ann"})
    arn = cloud.role("writer", trust, cloud.statement("s3:*"))
    keys = cloud.client("sts", ann).assume_role(RoleArn=arn, RoleSessionName="now")["Credentials"]
    s3 = cloud.client("s3", keys)
    s3.create_bucket(Bucket="first")
    iam.put_role_permissions_boundary(RoleName="writer", PermissionsBoundary=READ_ONLY)
    assert refusal(lambda: s3.create_bucket(Bucket="second"))[0] == "AccessDenied"
    iam.delete_role_permissions_boundary(RoleName="writer")
    s3.create_bucket(Bucket="second")


def test_a_boundary_shows_where_aws_shows_it(cloud: Any) -> None:
    iam = cloud.root("iam")
    shown = {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": READ_ONLY}
    made = iam.create_user(UserName="ann", PermissionsBoundary=READ_ONLY)["User"]
    assert made["PermissionsBoundary"] == shown
    assert iam.get_user(UserName="ann")["User"]["PermissionsBoundary"] == shown
    assert "PermissionsBoundary" not in iam.list_users()["Users"][0]
    trust = cloud.trust({"AWS": "arn:aws:iam::111122223333:root"})
    made = iam.create_role(
        RoleName="reader", AssumeRolePolicyDocument=trust, PermissionsBoundary=READ_ONLY
    )["Role"]
    assert made["PermissionsBoundary"] == shown
    assert iam.get_role(RoleName="reader")["Role"]["PermissionsBoundary"] == shown
    assert "PermissionsBoundary" not in iam.list_roles()["Roles"][0]
    assert iam.get_policy(PolicyArn=READ_ONLY)["Policy"]["PermissionsBoundaryUsageCount"] == 2
    iam.delete_role_permissions_boundary(RoleName="reader")
    assert "PermissionsBoundary" not in iam.get_role(RoleName="reader")["Role"]


def test_a_boundary_is_a_managed_policy_that_exists(cloud: Any, ann: Any, refusal: Any) -> None:
    iam = cloud.root("iam")
    absent = "arn:aws:iam::111122223333:policy/absent"
    trust = cloud.trust({"AWS": "arn:aws:iam::111122223333:root"})
    for attempt in (
        lambda: iam.put_user_permissions_boundary(UserName="ann", PermissionsBoundary=absent),
        lambda: iam.create_user(UserName="bob", PermissionsBoundary=absent),
        lambda: iam.create_role(
            RoleName="reader", AssumeRolePolicyDocument=trust, PermissionsBoundary=absent
        ),
    ):
        assert refusal(attempt) == (
            "NoSuchEntity",
            404,
            f"Scope ARN: {absent} does not exist or is not attachable.",
        )
    wrong = "arn:aws:iam::111122223333:role/reader"
    assert (
        refusal(
            lambda: iam.put_user_permissions_boundary(UserName="ann", PermissionsBoundary=wrong)
        )[0]
        == "InvalidInput"
    )
    assert "bob" not in [user["UserName"] for user in iam.list_users()["Users"]]


def test_who_may_set_only_one_boundary_can_set_no_other(cloud: Any, refusal: Any) -> None:
    """The condition key iam:PermissionsBoundary, with which administration is delegated."""
    condition = {"StringEquals": {"iam:PermissionsBoundary": READ_ONLY}}
    keys = cloud.user("lead", cloud.statement("iam:CreateUser", Condition=condition))
    iam = cloud.client("iam", keys)
    iam.create_user(UserName="bob", PermissionsBoundary=READ_ONLY)
    other = "arn:aws:iam::aws:policy/AdministratorAccess"
    for options in ({}, {"PermissionsBoundary": other}):
        attempt = lambda options=options: iam.create_user(UserName="eve", **options)  # noqa: E731
        assert refusal(attempt)[0] == "AccessDenied"


def test_a_boundary_comes_back_with_a_snapshot(cloud: Any, ann: Any) -> None:
    iam = cloud.root("iam")
    iam.put_user_permissions_boundary(UserName="ann", PermissionsBoundary=READ_ONLY)
    saved = cloud.gateway.save(cloud.world)
    iam.delete_user_permissions_boundary(UserName="ann")
    cloud.gateway.restore(cloud.world, saved)
    assert "PermissionsBoundary" in iam.get_user(UserName="ann")["User"]
