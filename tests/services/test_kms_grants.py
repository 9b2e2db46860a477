"""KMS grants: what they allow, to whom, under which constraints, and how they end."""

from __future__ import annotations

from typing import Any

import pytest

ACCOUNT, OTHER = "111122223333", "444455556666"
DENIED = "AccessDeniedException"


@pytest.fixture
def admin(cloud: Any) -> Any:
    """KMS as an IAM user who may do everything."""
    return cloud.client("kms", cloud.user("admin", cloud.statement("*")))


@pytest.fixture
def key(admin: Any) -> str:
    """A new symmetric key's ARN."""
    return str(admin.create_key()["KeyMetadata"]["Arn"])


def arn(name: str, account: str = ACCOUNT) -> str:
    return f"arn:aws:iam::{account}:{name}"


@pytest.fixture
def user(cloud: Any) -> Any:
    """KMS as an IAM user without any policy."""
    return cloud.client("kms", cloud.user("user"))


def grant(kms: Any, key: str, *operations: str, to: str = "user/user", **more: Any) -> Any:
    return kms.create_grant(
        KeyId=key,
        GranteePrincipal=arn(to) if to.count(":") == 0 else to,
        Operations=list(operations),
        **more,
    )


def use(kms: Any, key: str, **context: str) -> Any:
    return kms.encrypt(KeyId=key, Plaintext=b"x", EncryptionContext=context)


def test_a_grant_allows_its_operations_until_the_very_call_that_revokes_it(
    admin: Any, user: Any, key: str, refusal: Any
) -> None:
    assert refusal(lambda: use(user, key))[0] == DENIED
    made = grant(admin, key, "Encrypt")
    use(user, key)
    said = refusal(lambda: user.generate_data_key(KeyId=key, KeySpec="AES_256"))
    assert said[0] == DENIED
    admin.revoke_grant(KeyId=key, GrantId=made["GrantId"])
    assert refusal(lambda: use(user, key))[0] == DENIED


def test_a_grant_is_for_its_key_and_grantee_alone(
    cloud: Any, admin: Any, user: Any, key: str, refusal: Any
) -> None:
    grant(admin, key, "Encrypt")
    another = admin.create_key()["KeyMetadata"]["Arn"]
    assert refusal(lambda: use(user, another))[0] == DENIED
    somebody = cloud.client("kms", cloud.user("somebody"))
    assert refusal(lambda: use(somebody, key))[0] == DENIED


def test_a_deny_goes_before_a_grant(cloud: Any, admin: Any, key: str, refusal: Any) -> None:
    barred = cloud.client("kms", cloud.user("barred", cloud.statement("kms:*", effect="Deny")))
    grant(admin, key, "Encrypt", to="user/barred")
    assert "explicit deny" in refusal(lambda: use(barred, key))[2]


def test_a_grant_to_a_role_serves_its_sessions(cloud: Any, admin: Any, key: str) -> None:
    role = cloud.role("worker", cloud.trust({"AWS": ACCOUNT}))
    grant(admin, key, "Encrypt", to=role)
    taker = cloud.client("sts", cloud.user("taker", cloud.statement("sts:AssumeRole")))
    session = taker.assume_role(RoleArn=role, RoleSessionName="shift")["Credentials"]
    use(cloud.client("kms", session), key)


@pytest.mark.parametrize(
    ("kind", "context", "allowed"),
    [
        ("EncryptionContextSubset", {"Project": "Alpha"}, True),
        ("EncryptionContextSubset", {"Project": "Alpha", "Team": "Blue"}, True),
        ("EncryptionContextSubset", {"Project": "Beta"}, False),
        ("EncryptionContextSubset", {}, False),
        ("EncryptionContextEquals", {"Project": "Alpha"}, True),
        ("EncryptionContextEquals", {"Project": "Alpha", "Team": "Blue"}, False),
        ("EncryptionContextEquals", {}, False),
    ],
)
def test_a_constraint_binds_a_grant_to_an_encryption_context(
    kind: str,
    context: dict[str, str],
    allowed: bool,
    admin: Any,
    user: Any,
    key: str,
    refusal: Any,
) -> None:
    constraints = {kind: {"Project": "Alpha"}}
    grant(admin, key, "Encrypt", "DescribeKey", Constraints=constraints)
    user.describe_key(KeyId=key)
    if allowed:
        use(user, key, **context)
    else:
        assert refusal(lambda: use(user, key, **context))[0] == DENIED


def test_a_grantee_can_pass_on_no_more_than_it_has(
    cloud: Any, admin: Any, user: Any, key: str, refusal: Any
) -> None:
    next_one = cloud.client("kms", cloud.user("next"))
    constraints = {"EncryptionContextSubset": {"Project": "Alpha"}}
    grant(admin, key, "Encrypt", "CreateGrant", Constraints=constraints)
    wider = refusal(
        lambda: grant(user, key, "Encrypt", "Decrypt", to="user/next", Constraints=constraints)
    )
    looser = refusal(lambda: grant(user, key, "Encrypt", to="user/next"))
    assert (wider[0], looser[0]) == (DENIED, DENIED)
    grant(user, key, "Encrypt", to="user/next", Constraints=constraints)
    use(next_one, key, Project="Alpha")


def test_a_grantee_of_another_account_needs_no_policy_there(
    cloud: Any, admin: Any, key: str, refusal: Any
) -> None:
    other = cloud.open(OTHER, world=cloud.world)
    far = cloud.client("kms", cloud.user("far", account=other))
    assert refusal(lambda: use(far, key))[0] == DENIED
    made = grant(admin, key, "Encrypt", to=arn("user/far", OTHER))
    use(far, key)
    admin.revoke_grant(KeyId=key, GrantId=made["GrantId"])
    assert refusal(lambda: use(far, key))[0] == DENIED


def test_a_whole_account_as_grantee_delegates_to_its_policies(
    cloud: Any, admin: Any, key: str, refusal: Any
) -> None:
    other = cloud.open(OTHER, world=cloud.world)
    allowed = cloud.client("kms", cloud.user("a", cloud.statement("kms:*"), account=other))
    silent = cloud.client("kms", cloud.user("b", account=other))
    grant(admin, key, "Encrypt", to=arn("root", OTHER))
    use(allowed, key)
    assert refusal(lambda: use(silent, key))[0] == DENIED


def test_who_retires_a_grant_is_said_by_the_grant(
    cloud: Any, admin: Any, user: Any, key: str, refusal: Any
) -> None:
    closer = cloud.client("kms", cloud.user("closer"))
    keys = cloud.user("idle")
    idle = cloud.client("kms", keys)
    made = grant(admin, key, "Encrypt", RetiringPrincipal=arn("user/closer"))
    for kms in (idle, user):
        said = refusal(lambda kms=kms: kms.retire_grant(KeyId=key, GrantId=made["GrantId"]))
        assert said[0] == DENIED
    assert user.encrypt(KeyId=key, Plaintext=b"x")
    closer.retire_grant(GrantToken=made["GrantToken"])
    assert refusal(lambda: use(user, key))[0] == DENIED
    own = grant(admin, key, "Encrypt", "RetireGrant")
    user.retire_grant(KeyId=key, GrantId=own["GrantId"])
    assert refusal(lambda: use(user, key))[0] == DENIED


def test_a_permission_to_retire_in_iam_counts_for_the_accounts_own_grants(
    cloud: Any, admin: Any, user: Any, key: str, refusal: Any
) -> None:
    delegate = cloud.client("kms", cloud.user("delegate", cloud.statement("kms:RetireGrant")))
    made = grant(admin, key, "Encrypt")
    delegate.retire_grant(KeyId=key, GrantId=made["GrantId"])
    assert admin.list_grants(KeyId=key)["Grants"] == []


def test_a_retiring_principal_of_another_account_retires(
    cloud: Any, admin: Any, user: Any, key: str
) -> None:
    other = cloud.open(OTHER, world=cloud.world)
    far = cloud.client("kms", cloud.user("far", account=other))
    made = grant(admin, key, "Encrypt", RetiringPrincipal=arn("user/far", OTHER))
    far.retire_grant(GrantToken=made["GrantToken"])
    assert admin.list_grants(KeyId=key)["Grants"] == []


def test_grants_are_listed_as_aws_lists_them(admin: Any, user: Any, key: str) -> None:
    made = grant(admin, key, "Encrypt", Name="one", RetiringPrincipal=arn("user/admin"))
    grant(admin, key, "Decrypt", to="user/admin")
    listed = admin.list_grants(KeyId=key, GranteePrincipal=arn("user/user"))["Grants"]
    assert [one["GrantId"] for one in listed] == [made["GrantId"]]
    assert (listed[0]["KeyId"], listed[0]["Name"]) == (key, "one")
    assert listed[0]["IssuingAccount"] == arn("root")
    assert listed[0]["CreationDate"] <= admin.list_grants(KeyId=key)["Grants"][1]["CreationDate"]
    assert len(made["GrantId"]) == 64
    retirable = admin.list_retirable_grants(RetiringPrincipal=arn("user/admin"))["Grants"]
    assert [one["GrantId"] for one in retirable] == [made["GrantId"]]


def test_the_same_named_grant_is_made_once(admin: Any, user: Any, key: str) -> None:
    first = grant(admin, key, "Encrypt", Name="one")
    assert grant(admin, key, "Encrypt", Name="one")["GrantId"] == first["GrantId"]
    assert grant(admin, key, "Decrypt", Name="one")["GrantId"] != first["GrantId"]


def test_a_grantee_must_exist(admin: Any, key: str, refusal: Any) -> None:
    said = refusal(lambda: grant(admin, key, "Encrypt", to="user/nobody"))
    assert said[0] == "InvalidArnException"


def test_a_grant_that_is_not_there_is_not_found(admin: Any, key: str, refusal: Any) -> None:
    said = refusal(lambda: admin.revoke_grant(KeyId=key, GrantId="0" * 64))
    assert said[0] == "NotFoundException"
    said = refusal(lambda: admin.retire_grant(GrantToken="unknown"))
    assert said[0] == "InvalidGrantTokenException"


@pytest.mark.parametrize(
    ("condition", "good", "bad"),
    [
        (
            {"ForAllValues:StringEquals": {"kms:GrantOperations": ["Encrypt", "Decrypt"]}},
            {"Operations": ["Encrypt"]},
            {"Operations": ["Encrypt", "CreateGrant"]},
        ),
        (
            {"StringEquals": {"kms:GranteePrincipal": arn("user/user")}},
            {"GranteePrincipal": arn("user/user")},
            {"GranteePrincipal": arn("user/maker")},
        ),
        (
            {"StringEquals": {"kms:RetiringPrincipal": arn("user/user")}},
            {"RetiringPrincipal": arn("user/user")},
            {},
        ),
        (
            {"StringEquals": {"kms:GrantConstraintType": "EncryptionContextEquals"}},
            {"Constraints": {"EncryptionContextEquals": {"a": "b"}}},
            {"Constraints": {"EncryptionContextSubset": {"a": "b"}}},
        ),
        (
            {"Bool": {"kms:GrantIsForAWSResource": "false"}},
            {},
            None,
        ),
    ],
)
def test_a_condition_on_grants_is_judged(
    condition: Any, good: Any, bad: Any, cloud: Any, user: Any, key: str, refusal: Any
) -> None:
    maker = cloud.user("maker", cloud.statement("kms:CreateGrant", Condition=condition))
    kms = cloud.client("kms", maker)
    plain = {"KeyId": key, "GranteePrincipal": arn("user/user"), "Operations": ["Encrypt"]}
    kms.create_grant(**{**plain, **good})
    if bad is not None:
        assert refusal(lambda: kms.create_grant(**{**plain, **bad}))[0] == DENIED


def test_a_user_who_may_grant_only_for_aws_resources_cannot_grant(
    cloud: Any, user: Any, key: str, refusal: Any
) -> None:
    condition = {"Bool": {"kms:GrantIsForAWSResource": "true"}}
    maker = cloud.user("maker", cloud.statement("kms:CreateGrant", Condition=condition))
    said = refusal(lambda: grant(cloud.client("kms", maker), key, "Encrypt"))
    assert said[0] == DENIED
