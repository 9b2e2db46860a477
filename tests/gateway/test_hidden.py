"""What a service asks of KMS for its caller: who is refused, in which words, and what is recorded."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

ACCOUNT, OTHER = "111122223333", "444455556666"


@pytest.fixture
def keys(cloud: Any) -> Any:
    """Credentials of an IAM user who may do everything."""
    return cloud.user("admin", cloud.statement("*"))


@pytest.fixture
def kms(cloud: Any, keys: Any) -> Any:
    return cloud.client("kms", keys)


@pytest.fixture
def key(kms: Any) -> str:
    """A new symmetric key's ARN."""
    return str(kms.create_key()["KeyMetadata"]["Arn"])


@pytest.fixture
def bucket(cloud: Any, keys: Any, key: str) -> Any:
    """S3 with a bucket "box" that encrypts with the key by default, and an object "a" in it."""
    s3 = cloud.client("s3", keys)
    s3.create_bucket(Bucket="box")
    encrypt_with(s3, key)
    s3.put_object(Bucket="box", Key="a", Body=b"data")
    return s3


def encrypt_with(s3: Any, key: str | None, **more: Any) -> None:
    rule = {"SSEAlgorithm": "aws:kms", **({"KMSMasterKeyID": key} if key else {})}
    s3.put_bucket_encryption(
        Bucket="box",
        ServerSideEncryptionConfiguration={
            "Rules": [{"ApplyServerSideEncryptionByDefault": rule, **more}]
        },
    )


def read(s3: Any, name: str = "a") -> bytes:
    return bytes(s3.get_object(Bucket="box", Key=name)["Body"].read())


def records(cloud: Any, *names: str) -> list[dict[str, Any]]:
    """What KMS was asked, of these operations."""
    return [
        one
        for one in cloud.account.records
        if one["eventSource"] == "kms.amazonaws.com" and one["eventName"] in names
    ]


def no_reason(action: str) -> str:
    return f"because no identity-based policy allows the {action} action"


def test_a_disabled_key_stops_reading_and_writing_until_it_is_enabled(
    bucket: Any, kms: Any, key: str, refusal: Any
) -> None:
    kms.disable_key(KeyId=key)
    expected = ("KMS.DisabledException", 400, f"{key} is disabled.")
    assert refusal(lambda: read(bucket)) == expected
    assert refusal(lambda: bucket.put_object(Bucket="box", Key="b", Body=b"x")) == expected
    bucket.head_object(Bucket="box", Key="a")
    kms.enable_key(KeyId=key)
    assert read(bucket) == b"data"


def test_a_key_that_is_to_be_deleted_stops_reading(
    bucket: Any, kms: Any, key: str, refusal: Any
) -> None:
    kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    expected = ("KMS.KMSInvalidStateException", 400, f"{key} is pending deletion.")
    assert refusal(lambda: read(bucket)) == expected


def test_reading_an_object_takes_the_right_to_decrypt(
    cloud: Any, bucket: Any, key: str, refusal: Any
) -> None:
    reader = cloud.client("s3", cloud.user("reader", cloud.statement("s3:GetObject")))
    said = refusal(lambda: read(reader))
    assert said[:2] == ("AccessDenied", 403)
    assert said[2] == (
        f"User: arn:aws:iam::{ACCOUNT}:user/reader is not authorized to perform: kms:Decrypt on"
        f" resource: {key} {no_reason('kms:Decrypt')}"
    )
    both = cloud.statement(["s3:GetObject", "kms:Decrypt"])
    assert read(cloud.client("s3", cloud.user("both", both))) == b"data"


def test_a_key_that_is_closed_to_iam_closes_the_bucket(
    cloud: Any, bucket: Any, kms: Any, key: str, refusal: Any
) -> None:
    owner = {"AWS": f"arn:aws:iam::{ACCOUNT}:user/admin"}
    kms.put_key_policy(KeyId=key, Policy=cloud.policy(cloud.statement("kms:*", Principal=owner)))
    reader = cloud.client("s3", cloud.user("reader", cloud.statement("*")))
    assert "no resource-based policy allows the kms:Decrypt" in refusal(lambda: read(reader))[2]
    assert read(bucket) == b"data"


def test_a_revoked_grant_refuses_the_very_next_read(
    cloud: Any, bucket: Any, kms: Any, key: str, refusal: Any
) -> None:
    reader = cloud.client("s3", cloud.user("reader", cloud.statement("s3:GetObject")))
    grant = kms.create_grant(
        KeyId=key,
        GranteePrincipal=f"arn:aws:iam::{ACCOUNT}:user/reader",
        Operations=["Decrypt"],
        Constraints={"EncryptionContextSubset": {"aws:s3:arn": "arn:aws:s3:::box/a"}},
    )
    bucket.put_object(Bucket="box", Key="b", Body=b"other")
    assert read(reader) == b"data"
    assert refusal(lambda: read(reader, "b"))[0] == "AccessDenied"
    kms.revoke_grant(KeyId=key, GrantId=grant["GrantId"])
    assert refusal(lambda: read(reader))[0] == "AccessDenied"


def test_the_buckets_default_counts_for_writing(cloud: Any, bucket: Any, refusal: Any) -> None:
    writer = cloud.client("s3", cloud.user("writer", cloud.statement("s3:PutObject")))
    said = refusal(lambda: writer.put_object(Bucket="box", Key="b", Body=b"x"))
    assert said[0] == "AccessDenied"
    assert no_reason("kms:GenerateDataKey") in said[2]
    writer.put_object(Bucket="box", Key="b", Body=b"x", ServerSideEncryption="AES256")


def test_the_managed_key_is_free_for_whoever_may_use_the_bucket(
    cloud: Any, bucket: Any, refusal: Any
) -> None:
    encrypt_with(bucket, None)
    user = cloud.user("user", cloud.statement(["s3:GetObject", "s3:PutObject"]))
    s3 = cloud.client("s3", user)
    written = s3.put_object(Bucket="box", Key="b", Body=b"x")
    assert written["ServerSideEncryption"] == "aws:kms"
    assert written["SSEKMSKeyId"].startswith(f"arn:aws:kms:us-east-1:{ACCOUNT}:key/")
    assert read(s3, "b") == b"x"


def test_the_key_of_an_alias_is_settled_when_the_object_is_written(
    bucket: Any, kms: Any, key: str, refusal: Any
) -> None:
    kms.create_alias(AliasName="alias/app", TargetKeyId=key)
    written = bucket.put_object(
        Bucket="box", Key="b", Body=b"x", ServerSideEncryption="aws:kms", SSEKMSKeyId="alias/app"
    )
    assert written["SSEKMSKeyId"] == key
    other = kms.create_key()["KeyMetadata"]["Arn"]
    kms.update_alias(AliasName="alias/app", TargetKeyId=other)
    kms.disable_key(KeyId=key)
    assert refusal(lambda: read(bucket, "b"))[2] == f"{key} is disabled."


def test_a_key_that_does_not_exist_is_not_found(bucket: Any, refusal: Any) -> None:
    said = refusal(
        lambda: bucket.put_object(
            Bucket="box",
            Key="b",
            Body=b"x",
            ServerSideEncryption="aws:kms",
            SSEKMSKeyId="alias/none",
        )
    )
    assert said[:2] == ("KMS.NotFoundException", 400)


def test_copying_decrypts_the_source_and_encrypts_the_target(
    cloud: Any, bucket: Any, refusal: Any
) -> None:
    s3_all = cloud.statement("s3:*")

    def copy(name: str, *actions: str) -> Any:
        user = cloud.user(name, s3_all, cloud.statement(list(actions) or "kms:ListKeys"))
        source = {"Bucket": "box", "Key": "a"}
        return cloud.client("s3", user).copy_object(Bucket="box", Key=name, CopySource=source)

    assert no_reason("kms:Decrypt") in refusal(lambda: copy("none"))[2]
    assert no_reason("kms:GenerateDataKey") in refusal(lambda: copy("half", "kms:Decrypt"))[2]
    copy("whole", "kms:Decrypt", "kms:GenerateDataKey")


def test_the_parts_of_an_upload_take_the_right_to_decrypt(
    cloud: Any, bucket: Any, refusal: Any
) -> None:
    def upload(name: str, *actions: str) -> Any:
        user = cloud.user(name, cloud.statement("s3:*"), cloud.statement(list(actions)))
        s3 = cloud.client("s3", user)
        started = s3.create_multipart_upload(Bucket="box", Key=name)["UploadId"]
        part = s3.upload_part(
            Bucket="box", Key=name, UploadId=started, PartNumber=1, Body=io.BytesIO(b"x")
        )
        parts = {"Parts": [{"ETag": part["ETag"], "PartNumber": 1}]}
        return s3.complete_multipart_upload(
            Bucket="box", Key=name, UploadId=started, MultipartUpload=parts
        )

    assert "kms:GenerateDataKey" in refusal(lambda: upload("none", "kms:Decrypt"))[2]
    assert no_reason("kms:Decrypt") in refusal(lambda: upload("half", "kms:GenerateDataKey"))[2]
    upload("whole", "kms:GenerateDataKey", "kms:Decrypt")
    assert read(bucket, "whole") == b"x"


@pytest.mark.parametrize(
    ("condition", "reads"),
    [
        ({"StringEquals": {"kms:ViaService": "s3.us-east-1.amazonaws.com"}}, True),
        ({"StringEquals": {"kms:ViaService": "sqs.us-east-1.amazonaws.com"}}, False),
        ({"StringEquals": {"kms:CallerAccount": ACCOUNT}}, True),
        ({"StringLike": {"kms:EncryptionContext:aws:s3:arn": "arn:aws:s3:::box/*"}}, True),
        ({"StringLike": {"kms:EncryptionContext:aws:s3:arn": "arn:aws:s3:::other/*"}}, False),
        ({"Bool": {"aws:ViaAWSService": "true"}}, True),
        ({"Bool": {"aws:ViaAWSService": "false"}}, False),
        ({"IpAddress": {"aws:SourceIp": "198.51.100.0/24"}}, False),
    ],
)
def test_the_hidden_call_has_a_context_of_its_own(
    condition: Any, reads: bool, cloud: Any, bucket: Any, refusal: Any
) -> None:
    decrypt = cloud.statement("kms:Decrypt", Condition=condition)
    s3 = cloud.client("s3", cloud.user("reader", cloud.statement("s3:GetObject"), decrypt))
    if reads:
        assert read(s3) == b"data"
    else:
        assert no_reason("kms:Decrypt") in refusal(lambda: read(s3))[2]


def test_a_key_for_s3_alone_does_not_serve_its_user_directly(
    cloud: Any, bucket: Any, key: str, refusal: Any
) -> None:
    via = {"StringEquals": {"kms:ViaService": "s3.us-east-1.amazonaws.com"}}
    user = cloud.user("user", cloud.statement("s3:*"), cloud.statement("kms:*", Condition=via))
    assert read(cloud.client("s3", user)) == b"data"
    direct = cloud.client("kms", user)
    said = refusal(lambda: direct.encrypt(KeyId=key, Plaintext=b"x"))
    assert said[0] == "AccessDeniedException"


def test_with_a_bucket_key_the_context_is_the_bucket(cloud: Any, bucket: Any, key: str) -> None:
    encrypt_with(bucket, key, BucketKeyEnabled=True)
    bucket.put_object(Bucket="box", Key="b", Body=b"x")
    read(bucket, "b")
    for one in records(cloud, "Decrypt", "GenerateDataKey")[-2:]:
        context = one["requestParameters"]["encryptionContext"]
        assert context == {"aws:s3:arn": "arn:aws:s3:::box"}


def test_unsigned_and_old_requests_cannot_read(cloud: Any, bucket: Any, refusal: Any) -> None:
    bucket.delete_public_access_block(Bucket="box")
    everyone = cloud.statement("s3:GetObject", "arn:aws:s3:::box/*", Principal="*")
    bucket.put_bucket_policy(Bucket="box", Policy=cloud.policy(everyone))
    from botocore import UNSIGNED
    from botocore.config import Config

    anonymous = cloud.client("s3", None, config=Config(signature_version=UNSIGNED))
    said = refusal(lambda: read(anonymous))
    assert said[:2] == ("InvalidArgument", 400)
    assert "require AWS Signature Version 4" in said[2]


def test_another_account_needs_bucket_and_key(
    cloud: Any, bucket: Any, kms: Any, key: str, refusal: Any
) -> None:
    other = cloud.open(OTHER, world=cloud.world)
    far = cloud.client("s3", cloud.user("far", cloud.statement("*"), account=other))
    shared = cloud.statement("s3:GetObject", "arn:aws:s3:::box/*", Principal={"AWS": OTHER})
    bucket.put_bucket_policy(Bucket="box", Policy=cloud.policy(shared))
    said = refusal(lambda: read(far))
    assert said[0] == "AccessDenied"
    assert "kms:Decrypt on this resource because the resource does not exist" in said[2]
    kms.put_key_policy(
        KeyId=key,
        Policy=cloud.policy(
            cloud.statement("kms:*", Principal={"AWS": ACCOUNT}),
            cloud.statement("kms:Decrypt", Principal={"AWS": OTHER}),
        ),
    )
    assert read(far) == b"data"


def test_the_hidden_call_leaves_its_own_record(cloud: Any, bucket: Any, key: str) -> None:
    read(bucket)
    made, asked = records(cloud, "GenerateDataKey")[-1], records(cloud, "Decrypt")[-1]
    assert asked["userIdentity"]["userName"] == "admin"
    assert asked["userIdentity"]["invokedBy"] == "s3.amazonaws.com"
    assert (asked["sourceIPAddress"], asked["userAgent"]) == ("s3.amazonaws.com",) * 2
    context = {"aws:s3:arn": "arn:aws:s3:::box/a"}
    assert asked["requestParameters"] == {
        "encryptionAlgorithm": "SYMMETRIC_DEFAULT",
        "encryptionContext": context,
    }
    assert made["requestParameters"] == {
        "keyId": key,
        "keySpec": "AES_256",
        "encryptionContext": context,
    }
    resource = {"accountId": ACCOUNT, "type": "AWS::KMS::Key", "ARN": key}
    assert made["resources"] == asked["resources"] == [resource]
    last = cloud.account.records[-1]
    assert last["eventName"] == "GetObject"
    ids = [one["eventID"] for one in cloud.account.records]
    assert len(ids) == len(set(ids))


def test_a_refused_hidden_call_is_recorded_too(cloud: Any, bucket: Any, refusal: Any) -> None:
    reader = cloud.client("s3", cloud.user("reader", cloud.statement("s3:GetObject")))
    refusal(lambda: read(reader))
    assert records(cloud, "Decrypt")[-1]["errorCode"] == "AccessDenied"
    assert cloud.account.records[-1]["errorCode"] == "AccessDenied"


def test_an_object_without_kms_asks_nothing(cloud: Any, keys: Any) -> None:
    s3 = cloud.client("s3", keys)
    s3.create_bucket(Bucket="box")
    s3.put_object(Bucket="box", Key="a", Body=b"data", ServerSideEncryption="AES256")
    assert read(s3) == b"data"
    assert records(cloud, "Decrypt", "GenerateDataKey") == []


def test_a_secret_takes_the_right_to_its_key(
    cloud: Any, keys: Any, kms: Any, key: str, refusal: Any
) -> None:
    owner = cloud.client("secretsmanager", keys)
    owner.create_secret(Name="s", SecretString="x", KmsKeyId=key)
    plain = cloud.client("secretsmanager", cloud.user("p", cloud.statement("secretsmanager:*")))
    expected = ("AccessDeniedException", 400, "Access to KMS is not allowed")
    assert refusal(lambda: plain.get_secret_value(SecretId="s")) == expected
    assert refusal(lambda: plain.put_secret_value(SecretId="s", SecretString="y")) == expected
    said = refusal(lambda: plain.create_secret(Name="t", SecretString="x", KmsKeyId=key))
    assert said == expected
    assert owner.get_secret_value(SecretId="s")["SecretString"] == "x"
    asked = records(cloud, "Decrypt")[-1]["requestParameters"]["encryptionContext"]
    assert set(asked) == {"SecretARN", "SecretVersionId"}
    kms.disable_key(KeyId=key)
    assert refusal(lambda: owner.get_secret_value(SecretId="s"))[0] == "DecryptionFailure"
    said = refusal(lambda: owner.put_secret_value(SecretId="s", SecretString="z"))
    assert said[0] == "EncryptionFailure"


def test_the_managed_key_of_secrets_manager_is_free(cloud: Any) -> None:
    plain = cloud.client("secretsmanager", cloud.user("p", cloud.statement("secretsmanager:*")))
    plain.create_secret(Name="s", SecretString="x")
    assert plain.get_secret_value(SecretId="s")["SecretString"] == "x"


def test_a_secure_string_takes_the_right_to_its_key(
    cloud: Any, keys: Any, kms: Any, key: str, refusal: Any
) -> None:
    owner = cloud.client("ssm", keys)
    owner.put_parameter(Name="/app/db", Value="x", Type="SecureString", KeyId=key)
    plain = cloud.client("ssm", cloud.user("plain", cloud.statement("ssm:*")))
    plain.get_parameter(Name="/app/db")
    for call in (
        lambda: plain.get_parameter(Name="/app/db", WithDecryption=True),
        lambda: plain.get_parameters(Names=["/app/db"], WithDecryption=True),
        lambda: plain.get_parameters_by_path(Path="/app", WithDecryption=True),
        lambda: plain.put_parameter(Name="/app/k", Value="x", Type="SecureString", KeyId=key),
    ):
        said = refusal(call)
        assert said[:2] == ("AccessDeniedException", 400)
        assert "Service: AWSKMS" in said[2]
    read_it = owner.get_parameter(Name="/app/db", WithDecryption=True)
    assert read_it["Parameter"]["Value"] == "x"
    context = {"PARAMETER_ARN": f"arn:aws:ssm:us-east-1:{ACCOUNT}:parameter/app/db"}
    assert records(cloud, "Decrypt")[-1]["requestParameters"]["encryptionContext"] == context
    kms.disable_key(KeyId=key)
    said = refusal(lambda: owner.get_parameter(Name="/app/db", WithDecryption=True))
    assert said[0] == "InvalidKeyId"
    assert said[2].startswith(f"{key} is disabled. (Service: AWSKMS")


def test_a_queue_takes_the_right_to_its_key(
    cloud: Any, keys: Any, kms: Any, key: str, refusal: Any
) -> None:
    owner = cloud.client("sqs", keys)
    url = owner.create_queue(QueueName="q", Attributes={"KmsMasterKeyId": key})["QueueUrl"]
    plain = cloud.client("sqs", cloud.user("plain", cloud.statement("sqs:*")))
    said = refusal(lambda: plain.send_message(QueueUrl=url, MessageBody="x"))
    assert said[:2] == ("KMS.AccessDeniedException", 400)
    plain.receive_message(QueueUrl=url)
    owner.send_message(QueueUrl=url, MessageBody="x")
    said = refusal(lambda: plain.receive_message(QueueUrl=url))
    assert said[0] == "KMS.AccessDeniedException"
    assert owner.receive_message(QueueUrl=url)["Messages"][0]["Body"] == "x"
    kms.disable_key(KeyId=key)
    said = refusal(lambda: owner.send_message(QueueUrl=url, MessageBody="x"))
    assert said[0] == "KMS.DisabledException"


def test_a_topic_takes_the_right_to_its_key(
    cloud: Any, keys: Any, kms: Any, key: str, refusal: Any
) -> None:
    owner = cloud.client("sns", keys)
    topic = owner.create_topic(Name="t", Attributes={"KmsMasterKeyId": key})["TopicArn"]
    plain = cloud.client("sns", cloud.user("plain", cloud.statement("sns:*")))
    said = refusal(lambda: plain.publish(TopicArn=topic, Message="x"))
    assert said[:2] == ("KMSAccessDenied", 400)
    owner.publish(TopicArn=topic, Message="x")
    kms.disable_key(KeyId=key)
    assert refusal(lambda: owner.publish(TopicArn=topic, Message="x"))[0] == "KMSDisabled"


def test_an_encrypted_volume_takes_a_grant_for_an_aws_resource(
    cloud: Any, keys: Any, key: str, refusal: Any
) -> None:
    volume = {"AvailabilityZone": "us-east-1a", "Size": 1, "Encrypted": True, "KmsKeyId": key}
    ec2_all = cloud.statement("ec2:*")
    plain = cloud.client("ec2", cloud.user("plain", ec2_all))
    said = refusal(lambda: plain.create_volume(**volume))
    assert said[:2] == ("UnauthorizedOperation", 403)
    for_resources = {"Bool": {"kms:GrantIsForAWSResource": "true"}}
    user = cloud.user(
        "user",
        ec2_all,
        cloud.statement("kms:GenerateDataKeyWithoutPlaintext"),
        cloud.statement("kms:CreateGrant", Condition=for_resources),
    )
    assert cloud.client("ec2", user).create_volume(**volume)["Encrypted"] is True
    grant = records(cloud, "CreateGrant")[-1]
    assert grant["userIdentity"]["invokedBy"] == "ec2.amazonaws.com"
    assert json.dumps(grant["requestParameters"])
