"""KMS: keys and their states, key policies, encryption contexts, other accounts."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

ACCOUNT, OTHER = "111122223333", "444455556666"
NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def at_noon(cloud: Any) -> Iterator[None]:
    """A clock that stands until it is moved."""
    with cloud.world.clock.pinned(NOON):
        yield


@pytest.fixture
def admin(cloud: Any) -> Any:
    """KMS as an IAM user who may do everything."""
    return cloud.client("kms", cloud.user("admin", cloud.statement("*")))


@pytest.fixture
def key(admin: Any) -> str:
    """A new symmetric key's ARN."""
    return str(admin.create_key()["KeyMetadata"]["Arn"])


def wait(cloud: Any, **duration: float) -> None:
    cloud.world.clock.pin(cloud.world.clock.now() + timedelta(**duration))


def policy(cloud: Any, *statements: tuple[str, Any]) -> str:
    """A key policy that gives each principal all it is said to be allowed."""
    return str(
        cloud.policy(
            *(cloud.statement(action, Principal={"AWS": who}) for who, action in statements)
        )
    )


def disabled(admin: Any, key: str) -> None:
    admin.disable_key(KeyId=key)


def pending(admin: Any, key: str) -> None:
    admin.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)


GRANTEE = {"GranteePrincipal": f"arn:aws:iam::{ACCOUNT}:user/admin", "Operations": ["Decrypt"]}
CRYPTOGRAPHIC: dict[str, Callable[[Any, str, bytes], Any]] = {
    "Encrypt": lambda kms, key, blob: kms.encrypt(KeyId=key, Plaintext=b"x"),
    "Decrypt": lambda kms, key, blob: kms.decrypt(CiphertextBlob=blob),
    "GenerateDataKey": lambda kms, key, blob: kms.generate_data_key(KeyId=key, KeySpec="AES_256"),
    "GenerateDataKeyWithoutPlaintext": lambda kms, key, blob: (
        kms.generate_data_key_without_plaintext(KeyId=key, KeySpec="AES_256")
    ),
    "ReEncrypt": lambda kms, key, blob: kms.re_encrypt(CiphertextBlob=blob, DestinationKeyId=key),
    "CreateGrant": lambda kms, key, blob: kms.create_grant(KeyId=key, **GRANTEE),
    "EnableKeyRotation": lambda kms, key, blob: kms.enable_key_rotation(KeyId=key),
    "DisableKeyRotation": lambda kms, key, blob: kms.disable_key_rotation(KeyId=key),
    "RotateKeyOnDemand": lambda kms, key, blob: kms.rotate_key_on_demand(KeyId=key),
}
MANAGING: dict[str, Callable[[Any, str], Any]] = {
    "CreateAlias": lambda kms, key: kms.create_alias(AliasName="alias/new", TargetKeyId=key),
    "DisableKey": lambda kms, key: kms.disable_key(KeyId=key),
    "EnableKey": lambda kms, key: kms.enable_key(KeyId=key),
    "ScheduleKeyDeletion": lambda kms, key: kms.schedule_key_deletion(KeyId=key),
    "TagResource": lambda kms, key: kms.tag_resource(
        KeyId=key, Tags=[{"TagKey": "a", "TagValue": "b"}]
    ),
    "UntagResource": lambda kms, key: kms.untag_resource(KeyId=key, TagKeys=["a"]),
    "UpdateKeyDescription": lambda kms, key: kms.update_key_description(
        KeyId=key, Description="new"
    ),
}
ALWAYS: dict[str, Callable[[Any, str], Any]] = {
    "DescribeKey": lambda kms, key: kms.describe_key(KeyId=key),
    "GetKeyPolicy": lambda kms, key: kms.get_key_policy(KeyId=key),
    "GetKeyRotationStatus": lambda kms, key: kms.get_key_rotation_status(KeyId=key),
    "ListAliases": lambda kms, key: kms.list_aliases(KeyId=key),
    "ListGrants": lambda kms, key: kms.list_grants(KeyId=key),
    "ListKeyPolicies": lambda kms, key: kms.list_key_policies(KeyId=key),
    "ListResourceTags": lambda kms, key: kms.list_resource_tags(KeyId=key),
    "PutKeyPolicy": lambda kms, key: kms.put_key_policy(
        KeyId=key, Policy=kms.get_key_policy(KeyId=key)["Policy"]
    ),
}


@pytest.mark.parametrize("name", CRYPTOGRAPHIC)
def test_a_cryptographic_operation_works_on_an_enabled_key_only(
    name: str, admin: Any, key: str, refusal: Any
) -> None:
    blob = admin.encrypt(KeyId=key, Plaintext=b"x")["CiphertextBlob"]
    call = CRYPTOGRAPHIC[name]
    call(admin, key, blob)
    disabled(admin, key)
    said = refusal(lambda: call(admin, key, blob))
    assert said == ("DisabledException", 400, f"{key} is disabled.")
    pending(admin, key)
    said = refusal(lambda: call(admin, key, blob))
    assert said == ("KMSInvalidStateException", 400, f"{key} is pending deletion.")
    admin.cancel_key_deletion(KeyId=key)
    admin.enable_key(KeyId=key)
    call(admin, key, blob)


@pytest.mark.parametrize("name", MANAGING)
def test_a_managing_operation_works_on_a_disabled_key_but_not_on_one_to_be_deleted(
    name: str, admin: Any, key: str, refusal: Any
) -> None:
    disabled(admin, key)
    MANAGING[name](admin, key)
    if name != "ScheduleKeyDeletion":
        pending(admin, key)
    said = refusal(lambda: MANAGING[name](admin, key))
    assert said == ("KMSInvalidStateException", 400, f"{key} is pending deletion.")


@pytest.mark.parametrize("bring", [disabled, pending])
@pytest.mark.parametrize("name", ALWAYS)
def test_looking_at_a_key_works_in_every_state(
    name: str, bring: Callable[[Any, str], None], admin: Any, key: str
) -> None:
    bring(admin, key)
    ALWAYS[name](admin, key)


@pytest.mark.parametrize("bring", [disabled, pending])
def test_a_grant_ends_in_every_state(
    bring: Callable[[Any, str], None], admin: Any, key: str
) -> None:
    revoked = admin.create_grant(KeyId=key, **GRANTEE)["GrantId"]
    retired = admin.create_grant(KeyId=key, Name="other", **GRANTEE)["GrantId"]
    bring(admin, key)
    admin.revoke_grant(KeyId=key, GrantId=revoked)
    admin.retire_grant(KeyId=key, GrantId=retired)
    assert admin.list_grants(KeyId=key)["Grants"] == []


@pytest.mark.parametrize(
    ("spec", "usage", "call"),
    [
        ("RSA_2048", "SIGN_VERIFY", lambda kms, key: kms.get_public_key(KeyId=key)),
        (
            "ECC_NIST_P256",
            "SIGN_VERIFY",
            lambda kms, key: kms.sign(KeyId=key, Message=b"x", SigningAlgorithm="ECDSA_SHA_256"),
        ),
        (
            "ECC_NIST_P256",
            "SIGN_VERIFY",
            lambda kms, key: kms.verify(
                KeyId=key, Message=b"x", Signature=b"y", SigningAlgorithm="ECDSA_SHA_256"
            ),
        ),
        (
            "HMAC_256",
            "GENERATE_VERIFY_MAC",
            lambda kms, key: kms.generate_mac(KeyId=key, Message=b"x", MacAlgorithm="HMAC_SHA_256"),
        ),
        (
            "HMAC_256",
            "GENERATE_VERIFY_MAC",
            lambda kms, key: kms.verify_mac(
                KeyId=key, Message=b"x", Mac=b"y", MacAlgorithm="HMAC_SHA_256"
            ),
        ),
    ],
)
def test_signing_and_macs_stop_with_a_disabled_key(
    spec: str, usage: str, call: Any, admin: Any, refusal: Any
) -> None:
    arn = admin.create_key(KeySpec=spec, KeyUsage=usage)["KeyMetadata"]["Arn"]
    disabled(admin, arn)
    assert refusal(lambda: call(admin, arn)) == ("DisabledException", 400, f"{arn} is disabled.")


def test_an_alias_can_leave_a_key_that_is_to_be_deleted_but_not_move_to_it(
    admin: Any, key: str, refusal: Any
) -> None:
    doomed = admin.create_key()["KeyMetadata"]["Arn"]
    admin.create_alias(AliasName="alias/app", TargetKeyId=doomed)
    pending(admin, doomed)
    admin.update_alias(AliasName="alias/app", TargetKeyId=key)
    said = refusal(lambda: admin.update_alias(AliasName="alias/app", TargetKeyId=doomed))
    assert said[0] == "KMSInvalidStateException"


def test_cancelling_a_deletion_leaves_the_key_disabled(admin: Any, key: str, refusal: Any) -> None:
    said = refusal(lambda: admin.cancel_key_deletion(KeyId=key))
    assert said == ("KMSInvalidStateException", 400, f"{key} is not pending deletion.")
    pending(admin, key)
    admin.cancel_key_deletion(KeyId=key)
    assert admin.describe_key(KeyId=key)["KeyMetadata"]["KeyState"] == "Disabled"
    assert refusal(lambda: admin.encrypt(KeyId=key, Plaintext=b"x"))[0] == "DisabledException"


def test_a_key_is_gone_when_its_waiting_period_ends(
    cloud: Any, admin: Any, key: str, refusal: Any
) -> None:
    blob = admin.encrypt(KeyId=key, Plaintext=b"x")["CiphertextBlob"]
    answer = admin.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    assert (answer["KeyId"], answer["KeyState"]) == (key, "PendingDeletion")
    assert answer["DeletionDate"] == NOON + timedelta(days=7)
    wait(cloud, days=6, hours=23)
    assert admin.describe_key(KeyId=key)["KeyMetadata"]["KeyState"] == "PendingDeletion"
    wait(cloud, hours=2)
    said = refusal(lambda: admin.describe_key(KeyId=key))
    assert said == ("NotFoundException", 400, f"Key '{key}' does not exist")
    assert refusal(lambda: admin.decrypt(CiphertextBlob=blob))[0] == "AccessDeniedException"
    assert admin.list_keys()["Keys"] == []


def test_the_waiting_period_is_seven_to_thirty_days(admin: Any, key: str, refusal: Any) -> None:
    for days in (6, 31):
        said = refusal(
            lambda days=days: admin.schedule_key_deletion(KeyId=key, PendingWindowInDays=days)
        )
        assert said[0] == "ValidationException"


def test_a_key_awaits_material_that_is_to_be_imported(admin: Any, refusal: Any) -> None:
    made = admin.create_key(Origin="EXTERNAL")["KeyMetadata"]
    assert made["KeyState"] == "PendingImport"
    said = refusal(lambda: admin.encrypt(KeyId=made["KeyId"], Plaintext=b"x"))
    assert said == ("KMSInvalidStateException", 400, f"{made['Arn']} is pending import.")


def test_a_snapshot_keeps_key_states_and_grants(cloud: Any, admin: Any, key: str) -> None:
    admin.create_grant(KeyId=key, **GRANTEE)
    before = cloud.gateway.save(cloud.world)
    disabled(admin, key)
    admin.revoke_grant(KeyId=key, GrantId=admin.list_grants(KeyId=key)["Grants"][0]["GrantId"])
    cloud.gateway.restore(cloud.world, before)
    admin.encrypt(KeyId=key, Plaintext=b"x")
    assert len(admin.list_grants(KeyId=key)["Grants"]) == 1


def test_a_wrong_encryption_context_does_not_decrypt(admin: Any, key: str, refusal: Any) -> None:
    context = {"Project": "Alpha"}
    blob = admin.encrypt(KeyId=key, Plaintext=b"x", EncryptionContext=context)["CiphertextBlob"]
    assert admin.decrypt(CiphertextBlob=blob, EncryptionContext=context)["Plaintext"] == b"x"
    for wrong in ({}, {"Project": "Beta"}, {"project": "Alpha"}):
        said = refusal(
            lambda wrong=wrong: admin.decrypt(CiphertextBlob=blob, EncryptionContext=wrong)
        )
        assert said[:2] == ("InvalidCiphertextException", 400)


def test_a_ciphertext_of_another_key_is_not_decrypted(admin: Any, key: str, refusal: Any) -> None:
    other = admin.create_key()["KeyMetadata"]["Arn"]
    blob = admin.encrypt(KeyId=key, Plaintext=b"x")["CiphertextBlob"]
    said = refusal(lambda: admin.decrypt(CiphertextBlob=blob, KeyId=other))
    assert said[0] == "IncorrectKeyException"


def test_re_encryption_changes_key_and_context(admin: Any, key: str) -> None:
    other = admin.create_key()["KeyMetadata"]["Arn"]
    blob = admin.encrypt(KeyId=key, Plaintext=b"x")["CiphertextBlob"]
    moved = admin.re_encrypt(
        CiphertextBlob=blob, DestinationKeyId=other, DestinationEncryptionContext={"a": "b"}
    )
    assert (moved["SourceKeyId"], moved["KeyId"]) == (key, other)
    read = admin.decrypt(CiphertextBlob=moved["CiphertextBlob"], EncryptionContext={"a": "b"})
    assert (read["Plaintext"], read["KeyId"]) == (b"x", other)


def test_multi_region_keys_decrypt(admin: Any) -> None:
    arn = admin.create_key(MultiRegion=True)["KeyMetadata"]["Arn"]
    blob = admin.encrypt(KeyId=arn, Plaintext=b"x")["CiphertextBlob"]
    assert admin.decrypt(CiphertextBlob=blob)["Plaintext"] == b"x"


def test_a_new_key_leaves_access_to_iam_policies(cloud: Any, admin: Any, key: str) -> None:
    statement = json.loads(admin.get_key_policy(KeyId=key)["Policy"])["Statement"][0]
    assert statement["Principal"] == {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
    user = cloud.user("user", cloud.statement("kms:Encrypt", key))
    cloud.client("kms", user).encrypt(KeyId=key, Plaintext=b"x")


def test_without_the_root_in_the_key_policy_iam_policies_are_powerless(
    cloud: Any, admin: Any, refusal: Any
) -> None:
    keeper = f"arn:aws:iam::{ACCOUNT}:user/admin"
    arn = admin.create_key(Policy=policy(cloud, (keeper, "kms:*")))["KeyMetadata"]["Arn"]
    user = cloud.user("user", cloud.statement("*"))
    said = refusal(lambda: cloud.client("kms", user).encrypt(KeyId=arn, Plaintext=b"x"))
    assert said[0] == "AccessDeniedException"
    assert said[2].endswith("because no resource-based policy allows the kms:Encrypt action")
    admin.encrypt(KeyId=arn, Plaintext=b"x")


def test_a_key_policy_that_locks_its_author_out_is_refused(
    cloud: Any, admin: Any, key: str, refusal: Any
) -> None:
    cloud.user("other")
    closed = policy(cloud, (f"arn:aws:iam::{ACCOUNT}:user/other", "kms:*"))
    expected = (
        "MalformedPolicyDocumentException",
        400,
        "The new key policy will not allow you to update the key policy in the future.",
    )
    assert refusal(lambda: admin.put_key_policy(KeyId=key, Policy=closed)) == expected
    assert refusal(lambda: admin.create_key(Policy=closed)) == expected
    admin.put_key_policy(KeyId=key, Policy=closed, BypassPolicyLockoutSafetyCheck=True)
    assert refusal(lambda: admin.get_key_policy(KeyId=key))[0] == "AccessDeniedException"


def test_a_key_is_used_from_another_account_only_if_both_sides_allow(
    cloud: Any, admin: Any, key: str, refusal: Any
) -> None:
    other = cloud.open(OTHER, world=cloud.world)
    allowed = cloud.client("kms", cloud.user("a", cloud.statement("kms:*"), account=other))
    silent = cloud.client("kms", cloud.user("b", account=other))

    def use(kms: Any) -> Any:
        blob = kms.encrypt(KeyId=key, Plaintext=b"x")["CiphertextBlob"]
        return kms.decrypt(CiphertextBlob=blob)

    said = refusal(lambda: use(allowed))
    assert said[0] == "AccessDeniedException"
    assert "on this resource because the resource does not exist in this Region" in said[2]
    both = policy(
        cloud, (f"arn:aws:iam::{ACCOUNT}:root", "kms:*"), (OTHER, ["kms:Encrypt", "kms:Decrypt"])
    )
    admin.put_key_policy(KeyId=key, Policy=both)
    assert use(allowed)["KeyId"] == key
    assert "no identity-based policy allows" in refusal(lambda: use(silent))[2]
    assert refusal(lambda: allowed.disable_key(KeyId=key))[0] == "AccessDeniedException"


def test_a_refused_use_of_another_accounts_key_is_recorded_with_its_caller_alone(
    cloud: Any, key: str, refusal: Any
) -> None:
    other = cloud.open(OTHER, world=cloud.world)
    far = cloud.client("kms", cloud.user("far", cloud.statement("kms:*"), account=other))
    before = len(cloud.account.records)
    refusal(lambda: far.encrypt(KeyId=key, Plaintext=b"x"))
    assert len(cloud.account.records) == before
    assert other.records[-1]["errorCode"] == "AccessDenied"


def test_re_encryption_goes_across_accounts(cloud: Any, admin: Any, key: str) -> None:
    other = cloud.open(OTHER, world=cloud.world)
    far = cloud.client("kms", cloud.user("far", cloud.statement("*"), account=other))
    shared = policy(cloud, (f"arn:aws:iam::{OTHER}:root", "kms:*"), (ACCOUNT, "kms:*"))
    target = far.create_key(Policy=shared)["KeyMetadata"]["Arn"]
    blob = admin.encrypt(KeyId=key, Plaintext=b"x")["CiphertextBlob"]
    moved = admin.re_encrypt(CiphertextBlob=blob, DestinationKeyId=target)["CiphertextBlob"]
    assert far.decrypt(CiphertextBlob=moved)["Plaintext"] == b"x"


def test_a_key_that_is_not_there_is_not_found(admin: Any, refusal: Any) -> None:
    missing = "1234abcd-12ab-34cd-56ef-1234567890ab"
    full = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/{missing}"
    for name, text in (
        (missing, f"Key '{full}' does not exist"),
        (full, f"Key '{full}' does not exist"),
        ("alias/none", f"Alias arn:aws:kms:us-east-1:{ACCOUNT}:alias/none is not found."),
        ("nonsense", "Invalid keyId 'nonsense'"),
        (full.replace("us-east-1", "eu-west-1"), "Invalid arn eu-west-1"),
    ):
        said = refusal(lambda name=name: admin.describe_key(KeyId=name))
        assert said == ("NotFoundException", 400, text)


def test_an_aws_managed_key_serves_its_service_alone(admin: Any, refusal: Any) -> None:
    made = admin.describe_key(KeyId="alias/aws/s3")["KeyMetadata"]
    assert (made["KeyManager"], made["KeyState"]) == ("AWS", "Enabled")
    for call in (
        lambda: admin.encrypt(KeyId="alias/aws/s3", Plaintext=b"x"),
        lambda: admin.disable_key(KeyId=made["Arn"]),
        lambda: admin.put_key_policy(KeyId=made["Arn"], Policy="{}"),
    ):
        assert refusal(call)[0] == "AccessDeniedException"


CONDITIONS = [
    ("kms:KeySpec", "SYMMETRIC_DEFAULT"),
    ("kms:KeyUsage", "ENCRYPT_DECRYPT"),
    ("kms:KeyOrigin", "AWS_KMS"),
    ("kms:MultiRegion", "false"),
    ("kms:CallerAccount", ACCOUNT),
    ("kms:EncryptionAlgorithm", "SYMMETRIC_DEFAULT"),
    ("kms:EncryptionContext:Project", "Alpha"),
    ("kms:RequestAlias", "alias/app"),
    ("aws:ResourceTag/team", "blue"),
]


@pytest.mark.parametrize(("name", "value"), CONDITIONS)
def test_a_condition_on_the_key_or_its_use_is_judged(
    name: str, value: str, cloud: Any, admin: Any, key: str, refusal: Any
) -> None:
    admin.create_alias(AliasName="alias/app", TargetKeyId=key)
    admin.tag_resource(KeyId=key, Tags=[{"TagKey": "team", "TagValue": "blue"}])

    def encrypt(user: str, wanted: str) -> Any:
        allowed = cloud.statement("kms:*", Condition={"StringEquals": {name: wanted}})
        kms = cloud.client("kms", cloud.user(user, allowed))
        return kms.encrypt(
            KeyId="alias/app", Plaintext=b"x", EncryptionContext={"Project": "Alpha"}
        )

    encrypt("right", value)
    assert refusal(lambda: encrypt("wrong", f"{value}-not"))[0] == "AccessDeniedException"


def test_a_key_is_found_by_its_aliases_in_a_condition(
    cloud: Any, admin: Any, key: str, refusal: Any
) -> None:
    condition = {"ForAnyValue:StringEquals": {"kms:ResourceAliases": "alias/app"}}
    user = cloud.user("user", cloud.statement("kms:Encrypt", Condition=condition))
    kms = cloud.client("kms", user)
    assert refusal(lambda: kms.encrypt(KeyId=key, Plaintext=b"x"))[0] == "AccessDeniedException"
    admin.create_alias(AliasName="alias/app", TargetKeyId=key)
    kms.encrypt(KeyId=key, Plaintext=b"x")


def test_the_waiting_period_can_be_prescribed(cloud: Any, key: str, refusal: Any) -> None:
    condition = {"NumericGreaterThanEquals": {"kms:ScheduleKeyDeletionPendingWindowInDays": "14"}}
    user = cloud.user("user", cloud.statement("kms:*", Condition=condition))
    kms = cloud.client("kms", user)
    short = refusal(lambda: kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7))
    assert short[0] == "AccessDeniedException"
    kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=14)
