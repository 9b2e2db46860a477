"""What rules say of users, keys, policies and secrets."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import Cloud, LogTrail
from tests.controls.conftest import Judge


@pytest.mark.parametrize(
    ("rule", "statement", "good"),
    [
        ("iam_policy_no_statements_with_admin_access", Cloud.statement("*"), False),
        ("iam_policy_no_statements_with_admin_access", Cloud.statement(["s3:*"]), True),
        (
            "iam_policy_no_statements_with_admin_access",
            Cloud.statement("*", "arn:aws:s3:::shop"),
            True,
        ),
        ("iam_policy_no_statements_with_admin_access", Cloud.statement("*", "*", "Deny"), True),
        ("iam_policy_no_statements_with_full_access", Cloud.statement(["ec2:*"]), False),
        ("iam_policy_no_statements_with_full_access", Cloud.statement("ec2:Describe*"), True),
        ("iam_customer_policy_blocked_kms_actions", Cloud.statement("kms:*"), False),
        ("iam_customer_policy_blocked_kms_actions", Cloud.statement("kms:Decrypt"), False),
        ("iam_customer_policy_blocked_kms_actions", Cloud.statement("kms:Encrypt"), True),
        (
            "iam_customer_policy_blocked_kms_actions",
            Cloud.statement("kms:Decrypt", "arn:aws:kms:us-east-1:111122223333:key/1"),
            True,
        ),
    ],
)
def test_customer_managed_policies(
    cloud: Cloud, judge: Judge, rule: str, statement: dict[str, Any], good: bool
) -> None:
    cloud.root("iam").create_policy(PolicyName="p", PolicyDocument=Cloud.policy(statement))
    assert judge(rule) == [good]


def test_only_the_default_version_counts(cloud: Cloud, judge: Judge) -> None:
    iam = cloud.root("iam")
    narrow, wide = Cloud.policy(Cloud.statement("s3:Get*")), Cloud.policy(Cloud.statement("*"))
    arn = iam.create_policy(PolicyName="p", PolicyDocument=narrow)["Policy"]["Arn"]
    iam.create_policy_version(PolicyArn=arn, PolicyDocument=wide)
    assert judge("iam_policy_no_statements_with_admin_access") == [True]
    iam.set_default_policy_version(PolicyArn=arn, VersionId="v2")
    assert judge("iam_policy_no_statements_with_admin_access") == [False]


def test_inline_policies(cloud: Cloud, judge: Judge) -> None:
    cloud.user("ada", Cloud.statement("kms:Decrypt"))
    cloud.user("bob")
    assert judge("iam_inline_policy_blocked_kms_actions", "user/ada") == [False]
    assert judge("iam_inline_policy_blocked_kms_actions", "user/bob") == [True]
    assert judge("iam_user_no_policies_check", "user/ada") == [False]
    assert judge("iam_user_no_policies_check", "user/bob") == [True]


def test_the_cloud_shell_policy(cloud: Cloud, judge: Judge) -> None:
    cloud.user("ada")
    assert judge("iam_policy_blacklisted_check", "user/ada") == [True]
    cloud.root("iam").attach_user_policy(
        UserName="ada", PolicyArn="arn:aws:iam::aws:policy/AWSCloudShellFullAccess"
    )
    assert judge("iam_policy_blacklisted_check", "user/ada") == [False]


def test_old_keys(trail: LogTrail, judge: Judge) -> None:
    keys = trail.cloud.user("ada", Cloud.statement("iam:*"))
    trail.wait(days=90)
    assert judge("access_keys_rotated", "user/ada") == [True]
    trail.wait(days=1)
    assert judge("access_keys_rotated", "user/ada") == [False]
    trail.cloud.root("iam").update_access_key(
        UserName="ada", AccessKeyId=keys["AccessKeyId"], Status="Inactive"
    )
    assert judge("access_keys_rotated", "user/ada") == [True]


@pytest.mark.parametrize(
    ("rule", "days"),
    [("iam_user_unused_credentials_check", 90), ("iam_user_unused_credentials_check_45", 45)],
)
def test_unused_keys(trail: LogTrail, judge: Judge, rule: str, days: int) -> None:
    keys = trail.cloud.user("ada")
    trail.wait(days=days)
    assert judge(rule, "user/ada") == [True]
    trail.wait(hours=1)
    assert judge(rule, "user/ada") == [False]
    trail.cloud.client("sts", keys).get_caller_identity()
    assert judge(rule, "user/ada") == [True]


def test_a_console_password_needs_mfa(cloud: Cloud, judge: Judge) -> None:
    cloud.user("ada")
    assert judge("mfa_enabled_for_iam_console_access") == []
    cloud.root("iam").create_login_profile(UserName="ada", Password="Correct-horse-1")
    assert judge("mfa_enabled_for_iam_console_access", "user/ada") == [False]


@pytest.mark.parametrize(
    ("rule", "settings"),
    [
        (
            "iam_password_policy",
            {
                "MinimumPasswordLength": 8,
                "RequireSymbols": True,
                "RequireNumbers": True,
                "RequireUppercaseCharacters": True,
                "RequireLowercaseCharacters": True,
            },
        ),
        ("iam_password_policy_minimum_length", {"MinimumPasswordLength": 14}),
        ("iam_password_policy_reuse", {"PasswordReusePrevention": 24}),
    ],
)
def test_password_policies(cloud: Cloud, judge: Judge, rule: str, settings: dict[str, Any]) -> None:
    assert judge(rule) == [False]
    iam = cloud.root("iam")
    iam.update_account_password_policy(MinimumPasswordLength=6)
    assert judge(rule) == [False]
    iam.update_account_password_policy(**settings)
    assert judge(rule) == [True]


def test_the_root_user(cloud: Cloud, judge: Judge) -> None:
    cloud.user("ada")
    assert judge("iam_root_access_key_check") == [True]
    assert judge("root_account_mfa_enabled") == [False]


def test_keys(cloud: Cloud, judge: Judge) -> None:
    kms = cloud.root("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    assert judge("cmk_backing_key_rotation_enabled", key) == [False]
    kms.enable_key_rotation(KeyId=key)
    assert judge("cmk_backing_key_rotation_enabled", key) == [True]
    assert judge("kms_cmk_not_scheduled_for_deletion", key) == [True]
    assert judge("kms_key_policy_no_public_access", key) == [True]
    policy = Cloud.policy(Cloud.statement("kms:*", Principal="*"))
    kms.put_key_policy(KeyId=key, PolicyName="default", Policy=policy)
    assert judge("kms_key_policy_no_public_access", key) == [False]
    kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    assert judge("kms_cmk_not_scheduled_for_deletion", key) == [False]
    assert judge("cmk_backing_key_rotation_enabled", key) == []


def test_secrets(trail: LogTrail, judge: Judge) -> None:
    secrets = trail.client("secretsmanager")
    secrets.create_secret(Name="db", SecretString="x")
    assert judge("secretsmanager_rotation_enabled_check") == [False]
    assert judge("secretsmanager_secret_periodic_rotation") == [True]
    trail.wait(days=91)
    assert judge("secretsmanager_secret_periodic_rotation") == [False]
    secrets.delete_secret(SecretId="db")
    assert judge("secretsmanager_rotation_enabled_check") == []
