"""Log files under a KMS key of the account: CloudTrail and readers both need the key."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from tests.conftest import LogTrail, Refusal

ROOT = {"AWS": "arn:aws:iam::111122223333:root"}
CLOUDTRAIL = {"Service": "cloudtrail.amazonaws.com"}
TRAIL_ARN = "arn:aws:cloudtrail:us-east-1:111122223333:trail/main"
ANY_TRAIL = {
    "StringLike": {
        "kms:EncryptionContext:aws:cloudtrail:arn": "arn:aws:cloudtrail:*:111122223333:trail/*"
    }
}


def key(trail: LogTrail, *, region: str = "us-east-1", **condition: Any) -> str:
    """The ARN of a key that CloudTrail may encrypt with, as documented."""
    cloud = trail.cloud
    policy = cloud.policy(
        cloud.statement("kms:*", Principal=ROOT),
        cloud.statement(
            "kms:GenerateDataKey*", Principal=CLOUDTRAIL, Condition=condition or ANY_TRAIL
        ),
    )
    made = trail.client("kms", region).create_key(Policy=policy)
    return str(made["KeyMetadata"]["Arn"])


def data_keys(trail: LogTrail) -> list[dict[str, Any]]:
    """The records of the data keys that CloudTrail asked for."""
    return [
        record
        for record in trail.cloud.account.records
        if record["eventName"] == "GenerateDataKey"
        and record["userIdentity"].get("invokedBy") == "cloudtrail.amazonaws.com"
    ]


def error_of(trail: LogTrail) -> Any:
    status = trail.client("cloudtrail").get_trail_status(Name="main")
    return status.get("LatestDeliveryError")


class TestDelivery:
    def test_files_are_encrypted_with_the_key(self, trail: LogTrail) -> None:
        trail.bucket()
        arn = key(trail)
        trail.start(KmsKeyId=arn, EnableLogFileValidation=True)
        trail.wait(hours=2)
        (name,) = trail.files()
        s3 = trail.client("s3")
        listed = s3.list_objects_v2(Bucket="logs")["Contents"]
        assert len(listed) > 1
        for item in listed:
            head = s3.head_object(Bucket="logs", Key=item["Key"])
            assert (head["ServerSideEncryption"], head["SSEKMSKeyId"]) == ("aws:kms", arn)
        first = data_keys(trail)[0]
        assert first["userIdentity"] == {
            "type": "AWSService",
            "invokedBy": "cloudtrail.amazonaws.com",
        }
        assert first["requestParameters"] == {
            "keyId": arn,
            "keySpec": "AES_256",
            "encryptionContext": {
                "aws:cloudtrail:arn": TRAIL_ARN,
                "aws:s3:arn": f"arn:aws:s3:::logs/{name}",
            },
        }
        assert len(data_keys(trail)) == len(listed)

    @pytest.mark.parametrize("form", ["id", "alias", "alias arn"])
    def test_the_key_may_have_any_name_and_is_kept_by_its_arn(
        self, trail: LogTrail, form: str
    ) -> None:
        trail.bucket()
        arn = key(trail)
        trail.client("kms").create_alias(AliasName="alias/logs", TargetKeyId=arn)
        names = {
            "id": arn.rpartition("/")[2],
            "alias": "alias/logs",
            "alias arn": "arn:aws:kms:us-east-1:111122223333:alias/logs",
        }
        trails = trail.client("cloudtrail")
        made = trails.create_trail(Name="main", S3BucketName="logs", KmsKeyId=names[form])
        assert made["KmsKeyId"] == arn
        assert trails.get_trail(Name="main")["Trail"]["KmsKeyId"] == arn

    def test_an_update_without_the_key_keeps_it_and_an_empty_name_drops_it(
        self, trail: LogTrail
    ) -> None:
        trail.bucket()
        arn = key(trail)
        trail.start(KmsKeyId=arn)
        trails = trail.client("cloudtrail")
        kept = trails.update_trail(Name="main", S3BucketName="logs")
        assert kept["KmsKeyId"] == arn
        assert "KmsKeyId" not in trails.update_trail(Name="main", KmsKeyId="")
        trail.wait(hours=1)
        (name,) = trail.files()
        head = trail.client("s3").head_object(Bucket="logs", Key=name)
        assert head["ServerSideEncryption"] == "AES256"

    def test_a_disabled_key_stops_delivery_until_it_is_enabled(self, trail: LogTrail) -> None:
        trail.bucket()
        arn = key(trail)
        trail.start(KmsKeyId=arn)
        trail.wait(hours=1)
        kms = trail.client("kms")
        kms.disable_key(KeyId=arn)
        trail.client("iam").create_user(UserName="unseen")
        trail.wait(hours=1)
        assert error_of(trail) == "KMS.DisabledException"
        kms.enable_key(KeyId=arn)
        trail.wait(hours=1)
        assert error_of(trail) is None
        assert "CreateUser" in trail.logged()

    def test_a_file_due_before_the_key_was_disabled_is_there(self, trail: LogTrail) -> None:
        trail.bucket()
        arn = key(trail)
        trail.start(KmsKeyId=arn)
        trail.wait(hours=1)
        trail.client("kms").disable_key(KeyId=arn)
        listed = trail.client("s3").list_objects_v2(Bucket="logs")
        assert listed["KeyCount"] == 1

    def test_a_changed_key_policy_stops_delivery(self, trail: LogTrail) -> None:
        trail.bucket()
        arn = key(trail)
        trail.start(KmsKeyId=arn)
        own = trail.cloud.policy(trail.cloud.statement("kms:*", Principal=ROOT))
        trail.client("kms").put_key_policy(KeyId=arn, PolicyName="default", Policy=own)
        trail.wait(hours=1)
        assert error_of(trail) == "AccessDenied"
        assert {record["errorCode"] for record in data_keys(trail)} == {"AccessDenied"}


class TestReaders:
    @staticmethod
    def _read(trail: LogTrail, *statements: dict[str, Any]) -> bytes:
        keys = trail.cloud.user("reader", trail.cloud.statement("s3:*"), *statements)
        (name,) = trail.files()
        got = trail.cloud.client("s3", keys).get_object(Bucket="logs", Key=name)
        return bytes(got["Body"].read())

    def test_they_need_the_key(self, trail: LogTrail) -> None:
        trail.bucket()
        trail.start(KmsKeyId=key(trail))
        trail.wait(hours=1)
        with pytest.raises(ClientError, match="kms:Decrypt"):
            self._read(trail)

    @pytest.mark.parametrize(
        ("condition", "may"),
        [
            ({"Null": {"kms:EncryptionContext:aws:cloudtrail:arn": "false"}}, True),
            ({"StringEquals": {"kms:EncryptionContext:aws:cloudtrail:arn": TRAIL_ARN}}, True),
            ({"StringEquals": {"kms:EncryptionContext:aws:cloudtrail:arn": "other"}}, False),
        ],
    )
    def test_the_context_of_the_trail_decides(
        self, trail: LogTrail, condition: dict[str, Any], may: bool
    ) -> None:
        trail.bucket()
        trail.start(KmsKeyId=key(trail))
        trail.wait(hours=1)
        decrypt = trail.cloud.statement("kms:Decrypt", Condition=condition)
        if may:
            assert self._read(trail, decrypt)
        else:
            with pytest.raises(ClientError, match="kms:Decrypt"):
                self._read(trail, decrypt)


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        "condition",
        [
            {"StringEquals": {"aws:SourceArn": f"{TRAIL_ARN}-2"}},
            {"StringEquals": {"aws:SourceAccount": "444455556666"}},
            {
                "StringLike": {
                    "kms:EncryptionContext:aws:cloudtrail:arn": (
                        "arn:aws:cloudtrail:*:444455556666:trail/*"
                    )
                }
            },
        ],
    )
    def test_a_key_that_cloudtrail_may_not_use(
        self, trail: LogTrail, refusal: Refusal, condition: dict[str, Any]
    ) -> None:
        trail.bucket()
        arn = key(trail, **condition)
        trails = trail.client("cloudtrail")
        trails.create_trail(Name="other", S3BucketName="logs")
        for call in (trails.create_trail, trails.update_trail):
            name = "main" if call == trails.create_trail else "other"
            code, status, text = refusal(
                lambda call=call, name=name: call(Name=name, S3BucketName="logs", KmsKeyId=arn)
            )
            assert (code, status) == ("InsufficientEncryptionPolicyException", 400)
            assert text == (f"Insufficient permissions to access S3 bucket logs or KMS key {arn}.")

    @pytest.mark.parametrize(
        "condition",
        [
            {"StringEquals": {"aws:SourceArn": TRAIL_ARN}},
            {"StringEquals": {"aws:SourceAccount": "111122223333"}},
        ],
    )
    def test_a_key_for_this_trail_alone_is_not(
        self, trail: LogTrail, condition: dict[str, Any]
    ) -> None:
        trail.bucket()
        trail.start(KmsKeyId=key(trail, **condition))
        trail.wait(hours=1)
        assert error_of(trail) is None

    def test_a_disabled_key(self, trail: LogTrail, refusal: Refusal) -> None:
        trail.bucket()
        arn = key(trail)
        trail.client("kms").disable_key(KeyId=arn)
        code, _, text = refusal(lambda: trail.start(KmsKeyId=arn))
        assert (code, text) == ("KmsException", f"{arn} is disabled.")

    def test_a_key_of_another_region_than_the_bucket(
        self, trail: LogTrail, refusal: Refusal
    ) -> None:
        trail.bucket()
        arn = key(trail, region="eu-west-1")
        code, _, _ = refusal(lambda: trail.start(KmsKeyId=arn))
        assert code == "KmsKeyNotFoundException"

    def test_a_key_that_is_not_there(self, trail: LogTrail, refusal: Refusal) -> None:
        trail.bucket()
        code, _, _ = refusal(lambda: trail.start(KmsKeyId="alias/nothing"))
        assert code == "KmsKeyNotFoundException"
        assert trail.client("cloudtrail").describe_trails()["trailList"] == []

    def test_a_key_must_be_named_in_its_own_account(
        self, trail: LogTrail, refusal: Refusal
    ) -> None:
        """And a key of another account whose policy lets CloudTrail in works."""
        trail.cloud.open("444455556666", world=trail.cloud.world)
        other = trail.cloud.world.accounts["444455556666"]
        root = {"AWS": "arn:aws:iam::444455556666:root"}
        cloud = trail.cloud
        policy = cloud.policy(
            cloud.statement("kms:*", Principal=root),
            cloud.statement("kms:GenerateDataKey*", Principal=CLOUDTRAIL, Condition=ANY_TRAIL),
        )
        made = cloud.root("kms", other).create_key(Policy=policy)["KeyMetadata"]
        trail.bucket()
        code, _, _ = refusal(lambda: trail.start(KmsKeyId=made["KeyId"]))
        assert code == "KmsKeyNotFoundException"
        trail.start(KmsKeyId=made["Arn"])
        trail.wait(hours=1)
        assert error_of(trail) is None
        assert [record["eventName"] for record in other.records] == ["GenerateDataKey"]


def test_a_context_of_ones_own_is_part_of_what_kms_is_asked(trail: LogTrail) -> None:
    """For any client that puts an object with SSEKMSEncryptionContext, not for CloudTrail alone."""
    s3 = trail.client("s3")
    s3.create_bucket(Bucket="box")
    context = base64.b64encode(json.dumps({"team": "blue"}).encode()).decode()
    s3.put_object(
        Bucket="box",
        Key="k",
        Body=b"x",
        ServerSideEncryption="aws:kms",
        SSEKMSEncryptionContext=context,
    )
    s3.get_object(Bucket="box", Key="k")
    contexts = [
        (record["eventName"], record["requestParameters"]["encryptionContext"])
        for record in trail.cloud.account.records
        if record["eventSource"] == "kms.amazonaws.com"
    ]
    whole = {"team": "blue", "aws:s3:arn": "arn:aws:s3:::box/k"}
    assert contexts == [("GenerateDataKey", whole), ("Decrypt", whole)]
