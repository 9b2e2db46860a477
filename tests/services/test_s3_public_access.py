"""Block Public Access: what a new bucket has, and what each of the four settings stops."""

from __future__ import annotations

from typing import Any

import pytest

SETTINGS = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
DENIED = ("AccessDenied", 403, "Access Denied")


def only(*settings: str) -> dict[str, bool]:
    return {name: name in settings for name in SETTINGS}


@pytest.fixture
def block(cloud: Any, admin: Any) -> Any:
    """Turns settings on, for one bucket or for the whole account."""
    control = cloud.client("s3control", cloud.user("control", cloud.statement("*")))

    def turn_on(where: str, name: str, *settings: str) -> None:
        wanted = {"PublicAccessBlockConfiguration": only(*settings)}
        if where == "bucket":
            admin.put_public_access_block(Bucket=name, **wanted)
        else:
            control.put_public_access_block(AccountId=cloud.account.id, **wanted)

    return turn_on


@pytest.fixture
def public(cloud: Any) -> Any:
    """A public policy of a bucket."""

    def make(name: str) -> str:
        arn = f"arn:aws:s3:::{name}/*"
        return str(cloud.policy(cloud.statement("s3:GetObject", arn, Principal="*")))

    return make


everywhere = pytest.mark.parametrize("where", ["bucket", "account"])


class TestDefaults:
    def test_a_new_bucket_blocks_everything_and_encrypts(self, admin: Any) -> None:
        admin.create_bucket(Bucket="plain")
        block = admin.get_public_access_block(Bucket="plain")["PublicAccessBlockConfiguration"]
        assert block == only(*SETTINGS)
        encryption = admin.get_bucket_encryption(Bucket="plain")
        (rule,) = encryption["ServerSideEncryptionConfiguration"]["Rules"]
        assert rule["ApplyServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}
        assert rule["BucketKeyEnabled"] is False

    def test_every_object_is_encrypted(self, admin: Any) -> None:
        admin.create_bucket(Bucket="plain")
        put = admin.put_object(Bucket="plain", Key="k", Body=b"x")
        source = {"Bucket": "plain", "Key": "k"}
        copied = admin.copy_object(Bucket="plain", Key="copy", CopySource=source)
        assert put["ServerSideEncryption"] == copied["ServerSideEncryption"] == "AES256"
        assert put["ETag"] == copied["CopyObjectResult"]["ETag"]
        for key in ("k", "copy"):
            assert admin.head_object(Bucket="plain", Key=key)["ServerSideEncryption"] == "AES256"

    def test_the_buckets_default_encryption_is_applied(self, cloud: Any, admin: Any) -> None:
        admin.create_bucket(Bucket="plain")
        key = cloud.root("kms").create_key()["KeyMetadata"]["Arn"]
        default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
        rules = [{"ApplyServerSideEncryptionByDefault": default}]
        admin.put_bucket_encryption(
            Bucket="plain", ServerSideEncryptionConfiguration={"Rules": rules}
        )
        put = admin.put_object(Bucket="plain", Key="k", Body=b"x")
        begun = admin.create_multipart_upload(Bucket="plain", Key="big")
        for answer in (put, begun, admin.head_object(Bucket="plain", Key="k")):
            assert (answer["ServerSideEncryption"], answer["SSEKMSKeyId"]) == ("aws:kms", key)
        own = admin.put_object(Bucket="plain", Key="k", ServerSideEncryption="AES256")
        assert own["ServerSideEncryption"] == "AES256"
        admin.delete_bucket_encryption(Bucket="plain")
        after = admin.put_object(Bucket="plain", Key="k", Body=b"x")
        assert after["ServerSideEncryption"] == "AES256"

    def test_an_object_cant_be_copied_onto_itself_unchanged(self, admin: Any, refusal: Any) -> None:
        admin.create_bucket(Bucket="plain")
        admin.put_object(Bucket="plain", Key="k", Body=b"x")
        where = {"Bucket": "plain", "Key": "k"}
        code, *_ = refusal(lambda: admin.copy_object(**where, CopySource=where))
        assert code == "InvalidRequest"

    def test_a_public_acl_cant_be_given_at_birth(self, admin: Any, refusal: Any) -> None:
        make = {"Bucket": "plain", "ACL": "public-read"}
        assert refusal(lambda: admin.create_bucket(**make))[:2] == (
            "InvalidBucketAclWithObjectOwnership",
            400,
        )
        make["ObjectOwnership"] = "ObjectWriter"
        assert refusal(lambda: admin.create_bucket(**make))[:2] == (
            "InvalidBucketAclWithBlockPublicAccessError",
            400,
        )
        assert admin.list_buckets()["Buckets"] == []
        admin.create_bucket(Bucket="plain", ACL="private")

    def test_made_again_by_its_owner_a_bucket_keeps_its_settings(
        self, admin: Any, anybody: Any, bucket: Any, refusal: Any
    ) -> None:
        name = bucket()
        admin.put_bucket_acl(Bucket=name, ACL="public-read")
        admin.create_bucket(Bucket=name)
        assert refusal(lambda: anybody.list_objects_v2(Bucket=name)) == DENIED
        assert (
            refusal(lambda: admin.get_public_access_block(Bucket=name))[0]
            == "NoSuchPublicAccessBlockConfiguration"
        )


class TestSettings:
    @everywhere
    def test_block_public_acls_refuses_public_acls_and_no_others(
        self, cloud: Any, admin: Any, bucket: Any, block: Any, refusal: Any, where: str
    ) -> None:
        name = bucket()
        admin.put_object(Bucket=name, Key="k", Body=b"x")
        block(where, name, "BlockPublicAcls")
        said = (
            f"User: arn:aws:iam::{cloud.account.id}:user/admin is not authorized to perform: "
            f's3:PutBucketAcl on resource: "arn:aws:s3:::{name}" because public access control '
            "lists (ACLs) are prevented by the BlockPublicAcls setting in S3 Block Public Access"
        )
        for acl in ("public-read", "public-read-write", "authenticated-read"):
            put = {"Bucket": name, "ACL": acl}
            assert refusal(lambda put=put: admin.put_bucket_acl(**put)) == (
                "AccessDenied",
                403,
                said,
            )
            put["Key"] = "k"
            calls = (admin.put_object_acl, admin.put_object, admin.create_multipart_upload)
            for call in calls:
                code, *_ = refusal(lambda call=call, put=put: call(**put))
                assert code == "AccessDenied"
        admin.put_object(Bucket=name, Key="k", ACL="bucket-owner-read")
        admin.put_bucket_acl(Bucket=name, ACL="log-delivery-write")

    @everywhere
    def test_ignore_public_acls_closes_what_they_opened(
        self, admin: Any, anybody: Any, neighbour: Any, bucket: Any, block: Any,
        refusal: Any, where: str,
    ) -> None:  # fmt: skip
        name = bucket()
        admin.put_bucket_acl(Bucket=name, ACL="public-read")
        admin.put_object(Bucket=name, Key="k", Body=b"x", ACL="public-read")
        admin.put_object(Bucket=name, Key="theirs", GrantRead=f"id={neighbour.canonical_id}")
        block(where, name, "IgnorePublicAcls")
        assert refusal(lambda: anybody.get_object(Bucket=name, Key="k")) == DENIED
        assert refusal(lambda: anybody.list_objects_v2(Bucket=name)) == DENIED
        assert refusal(lambda: neighbour.s3.get_object(Bucket=name, Key="k")) == DENIED
        neighbour.s3.get_object(Bucket=name, Key="theirs")
        admin.get_object(Bucket=name, Key="k")
        block(where, name)
        anybody.get_object(Bucket=name, Key="k")

    @everywhere
    def test_block_public_policy_refuses_a_public_policy_and_no_other(
        self, cloud: Any, admin: Any, bucket: Any, block: Any, public: Any, refusal: Any, where: str
    ) -> None:
        name = bucket()
        block(where, name, "BlockPublicPolicy")
        put = {"Bucket": name, "Policy": public(name)}
        said = (
            f"User: arn:aws:iam::{cloud.account.id}:user/admin is not authorized to perform: "
            f's3:PutBucketPolicy on resource: "arn:aws:s3:::{name}" because public policies are '
            "prevented by the BlockPublicPolicy setting in S3 Block Public Access"
        )
        assert refusal(lambda: admin.put_bucket_policy(**put)) == ("AccessDenied", 403, said)
        assert refusal(lambda: admin.get_bucket_policy(Bucket=name))[0] == "NoSuchBucketPolicy"
        arn = f"arn:aws:s3:::{name}/*"
        fixed = cloud.statement("s3:GetObject", arn, Principal={"AWS": "444455556666"})
        admin.put_bucket_policy(Bucket=name, Policy=cloud.policy(fixed))

    @everywhere
    def test_restrict_public_buckets_leaves_a_public_bucket_to_its_account(
        self, cloud: Any, admin: Any, anybody: Any, neighbour: Any, bucket: Any, block: Any,
        public: Any, refusal: Any, where: str,
    ) -> None:  # fmt: skip
        name = bucket()
        admin.put_object(Bucket=name, Key="k", Body=b"x")
        admin.put_bucket_policy(Bucket=name, Policy=public(name))
        for reader in (anybody, neighbour.s3, admin):
            assert reader.get_object(Bucket=name, Key="k")["Body"].read() == b"x"
        block(where, name, "RestrictPublicBuckets")
        for reader in (anybody, neighbour.s3):
            code, *_ = refusal(lambda reader=reader: reader.get_object(Bucket=name, Key="k"))
            assert code == "AccessDenied"
        admin.get_object(Bucket=name, Key="k")
        arn = f"arn:aws:s3:::{name}/*"
        fixed = cloud.statement("s3:GetObject", arn, Principal={"AWS": neighbour.account.id})
        admin.put_bucket_policy(Bucket=name, Policy=cloud.policy(fixed))
        neighbour.s3.get_object(Bucket=name, Key="k")

    def test_the_most_restrictive_of_bucket_and_account_applies(
        self, admin: Any, bucket: Any, block: Any, public: Any, refusal: Any
    ) -> None:
        name = bucket()
        block("account", name, "BlockPublicPolicy")
        block("bucket", name, "BlockPublicAcls")
        code, *_ = refusal(lambda: admin.put_bucket_policy(Bucket=name, Policy=public(name)))
        assert code == "AccessDenied"
        code, *_ = refusal(lambda: admin.put_bucket_acl(Bucket=name, ACL="public-read"))
        assert code == "AccessDenied"
        block("account", name)
        admin.put_bucket_policy(Bucket=name, Policy=public(name))

    def test_an_account_says_what_it_blocks(self, cloud: Any, refusal: Any, neighbour: Any) -> None:
        control = cloud.client("s3control", cloud.user("control", cloud.statement("*")))
        own = {"AccountId": cloud.account.id}
        code = "NoSuchPublicAccessBlockConfiguration"
        assert refusal(lambda: control.get_public_access_block(**own))[:2] == (code, 404)
        wanted = only("BlockPublicAcls", "RestrictPublicBuckets")
        control.put_public_access_block(**own, PublicAccessBlockConfiguration=wanted)
        assert control.get_public_access_block(**own)["PublicAccessBlockConfiguration"] == wanted
        other = {"AccountId": neighbour.account.id}
        assert refusal(lambda: control.get_public_access_block(**other))[:2] == (
            "AccessDenied",
            403,
        )
        control.delete_public_access_block(**own)
        assert refusal(lambda: control.get_public_access_block(**own))[0] == code

    def test_the_accounts_setting_needs_a_permission_of_its_own(
        self, cloud: Any, refusal: Any
    ) -> None:
        keys = cloud.user("ben", cloud.statement("s3:PutBucketPublicAccessBlock"))
        control = cloud.client("s3control", keys)
        code, status, text = refusal(
            lambda: control.put_public_access_block(
                AccountId=cloud.account.id, PublicAccessBlockConfiguration=only()
            )
        )
        assert (code, status) == ("AccessDenied", 403)
        assert "s3:PutAccountPublicAccessBlock" in text

    def test_policy_status_tells_whether_a_policy_is_public(
        self, cloud: Any, admin: Any, bucket: Any, public: Any, refusal: Any
    ) -> None:
        name = bucket()
        code, *_ = refusal(lambda: admin.get_bucket_policy_status(Bucket=name))
        assert code == "NoSuchBucketPolicy"

        def status(policy: str) -> bool:
            admin.put_bucket_policy(Bucket=name, Policy=policy)
            return bool(admin.get_bucket_policy_status(Bucket=name)["PolicyStatus"]["IsPublic"])

        arn = f"arn:aws:s3:::{name}/*"
        office = {"IpAddress": {"aws:SourceIp": "198.51.100.0/24"}}
        near = cloud.statement("s3:GetObject", arn, Principal="*", Condition=office)
        deny = cloud.statement("s3:GetObject", arn, "Deny", Principal="*")
        assert status(public(name))
        assert not status(cloud.policy(near))
        assert not status(cloud.policy(deny))
