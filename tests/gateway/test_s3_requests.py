"""What S3 says of missing things, presigned URLs, TLS, and the conditions that follow from them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from botocore.awsrequest import AWSRequest
from botocore.config import Config

from simulator.account import transport
from simulator.gateway.origin import ENVIRON_KEY, Origin

BUCKET, ARN = "front-desk", "arn:aws:s3:::front-desk"
EVERYTHING = [ARN, f"{ARN}/*"]
DENIED = ("AccessDenied", 403, "Access Denied")


@pytest.fixture
def admin(cloud: Any) -> Any:
    """S3 as a user who may do anything, with a bucket and an object in it."""
    s3 = cloud.client("s3", cloud.user("admin", cloud.statement("*")))
    s3.create_bucket(Bucket=BUCKET)
    s3.put_object(Bucket=BUCKET, Key="k", Body=b"hello")
    return s3


@pytest.fixture
def user(cloud: Any, admin: Any) -> Callable[..., Any]:
    """S3 as a new user whom the statements allow what they say."""
    return lambda name, *statements, **more: cloud.client(
        "s3", cloud.user(name, *statements), **more
    )


@pytest.fixture
def fetch(cloud: Any) -> Callable[[str], tuple[int, bytes]]:
    """Open a URL as a browser would."""

    def send(url: str) -> tuple[int, bytes]:
        request = AWSRequest(method="GET", url=url).prepare()
        answer = cloud.gateway.respond(transport.environ(request, Origin(cloud.address)))
        return answer.status_code, answer.get_data()

    return send


@pytest.fixture
def deny(cloud: Any, admin: Any) -> Callable[..., None]:
    """Give the bucket a policy that denies everything under a condition."""

    def put(condition: dict[str, Any], action: str = "s3:*") -> None:
        statement = cloud.statement(action, EVERYTHING, "Deny", Principal="*", Condition=condition)
        admin.put_bucket_policy(Bucket=BUCKET, Policy=cloud.policy(statement))

    return put


class TestMissing:
    def test_who_may_not_list_is_not_told_that_a_key_is_missing(
        self, cloud: Any, user: Any, refusal: Any
    ) -> None:
        s3 = user("reader", cloud.statement("s3:GetObject"))
        assert s3.get_object(Bucket=BUCKET, Key="k")["Body"].read() == b"hello"
        code, status, text = refusal(lambda: s3.get_object(Bucket=BUCKET, Key="none"))
        assert (code, status) == ("AccessDenied", 403)
        assert "s3:ListBucket" in text
        assert refusal(lambda: s3.head_object(Bucket=BUCKET, Key="none")) == (
            "403",
            403,
            "Forbidden",
        )

    def test_who_may_list_is_told(self, cloud: Any, user: Any, refusal: Any) -> None:
        s3 = user("lister", cloud.statement(["s3:GetObject", "s3:ListBucket"]))
        code, status, _ = refusal(lambda: s3.get_object(Bucket=BUCKET, Key="none"))
        assert (code, status) == ("NoSuchKey", 404)
        assert refusal(lambda: s3.head_object(Bucket=BUCKET, Key="none"))[:2] == ("404", 404)
        s3 = user("listing-only", cloud.statement("s3:ListBucket"))
        assert refusal(lambda: s3.get_object(Bucket=BUCKET, Key="none"))[0] == "AccessDenied"

    def test_a_copy_of_nothing_is_hidden_alike(self, cloud: Any, user: Any, refusal: Any) -> None:
        s3 = user("copier", cloud.statement(["s3:GetObject", "s3:PutObject"]))
        copy = {"Bucket": BUCKET, "Key": "new", "CopySource": f"{BUCKET}/none"}
        assert refusal(lambda: s3.copy_object(**copy))[:2] == ("AccessDenied", 403)

    def test_a_head_tells_the_length_of_an_object(self, admin: Any) -> None:
        assert admin.head_object(Bucket=BUCKET, Key="k")["ContentLength"] == 5

    def test_a_missing_bucket(self, cloud: Any, admin: Any, refusal: Any) -> None:
        for s3 in (admin, cloud.client("s3", None)):
            call = lambda s3=s3: s3.get_object(Bucket="nowhere-at-all", Key="k")  # noqa: E731
            assert refusal(call)[:2] == ("NoSuchBucket", 404)
        assert refusal(lambda: admin.head_bucket(Bucket="nowhere-at-all"))[:2] == ("404", 404)


class TestNeighbours:
    @pytest.fixture
    def neighbour(self, cloud: Any) -> Any:
        """S3 as somebody who may do anything in the account 444455556666."""
        account = cloud.open("444455556666", world=cloud.world)
        return cloud.client("s3", cloud.user("nick", cloud.statement("*"), account=account))

    def test_an_account_lists_its_own_buckets(self, admin: Any, neighbour: Any) -> None:
        neighbour.create_bucket(Bucket="next-door")
        assert [each["Name"] for each in admin.list_buckets()["Buckets"]] == [BUCKET]
        assert [each["Name"] for each in neighbour.list_buckets()["Buckets"]] == ["next-door"]
        assert admin.list_buckets()["Owner"]["ID"] != neighbour.list_buckets()["Owner"]["ID"]

    def test_a_name_that_is_taken(
        self, cloud: Any, admin: Any, neighbour: Any, refusal: Any
    ) -> None:
        expected = ("BucketAlreadyExists", 409)
        assert refusal(lambda: neighbour.create_bucket(Bucket=BUCKET))[:2] == expected
        elsewhere = cloud.open("999988887777", seed=9)
        stranger = cloud.root("s3", elsewhere)
        assert refusal(lambda: stranger.create_bucket(Bucket=BUCKET))[:2] == expected
        admin.create_bucket(Bucket=BUCKET)
        assert admin.get_object(Bucket=BUCKET, Key="k")["Body"].read() == b"hello"

    def test_an_own_name_outside_of_us_east_1(self, cloud: Any, admin: Any, refusal: Any) -> None:
        s3 = cloud.client("s3", cloud.user("ann", cloud.statement("*")), region="eu-west-1")
        make = {
            "Bucket": "in-ireland",
            "CreateBucketConfiguration": {"LocationConstraint": "eu-west-1"},
        }
        s3.create_bucket(**make)
        assert refusal(lambda: s3.create_bucket(**make))[:2] == ("BucketAlreadyOwnedByYou", 409)

    def test_a_refusal_across_accounts_tells_nothing(
        self, neighbour: Any, admin: Any, refusal: Any
    ) -> None:
        assert refusal(lambda: neighbour.get_object(Bucket=BUCKET, Key="k")) == DENIED
        assert refusal(lambda: neighbour.list_objects_v2(Bucket=BUCKET)) == DENIED

    def test_another_owner_is_expected(self, cloud: Any, admin: Any, refusal: Any) -> None:
        where = {"Bucket": BUCKET, "Key": "k"}
        admin.get_object(**where, ExpectedBucketOwner=cloud.account.id)
        wrong = {"ExpectedBucketOwner": "444455556666"}
        assert refusal(lambda: admin.get_object(**where, **wrong)) == DENIED
        assert refusal(lambda: admin.put_object(**where, Body=b"x", **wrong)) == DENIED
        copy = {**where, "CopySource": f"{BUCKET}/k", "MetadataDirective": "REPLACE"}
        admin.copy_object(**copy, ExpectedSourceBucketOwner=cloud.account.id)
        wrong = {"ExpectedSourceBucketOwner": "444455556666"}
        assert refusal(lambda: admin.copy_object(**copy, **wrong)) == DENIED


class TestPresigned:
    @pytest.fixture(params=["s3", "s3v4"])
    def signer(self, cloud: Any, user: Any, request: Any) -> Any:
        """A user who may read, and signs URLs by one of the two versions."""
        reads = cloud.statement("s3:GetObject")
        return user("signer", reads, config=Config(signature_version=request.param))

    def url(self, s3: Any) -> str:
        return str(s3.generate_presigned_url("get_object", {"Bucket": BUCKET, "Key": "k"}))

    def test_a_url_can_do_what_its_signer_can_when_it_is_opened(
        self, cloud: Any, signer: Any, fetch: Any
    ) -> None:
        url, iam = self.url(signer), cloud.root("iam")
        assert fetch(url) == (200, b"hello")
        iam.delete_user_policy(UserName="signer", PolicyName="own")
        status, body = fetch(url)
        assert status == 403
        assert b"<Code>AccessDenied</Code>" in body

    def test_a_url_dies_with_its_key(self, cloud: Any, signer: Any, fetch: Any) -> None:
        url, iam = self.url(signer), cloud.root("iam")
        (key,) = iam.list_access_keys(UserName="signer")["AccessKeyMetadata"]
        named = {"UserName": "signer", "AccessKeyId": key["AccessKeyId"]}
        iam.update_access_key(**named, Status="Inactive")
        status, body = fetch(url)
        assert status == 403
        assert b"<Code>InvalidAccessKeyId</Code>" in body

    def test_a_policy_can_ask_how_a_request_is_signed(
        self, admin: Any, signer: Any, fetch: Any, deny: Any
    ) -> None:
        url = self.url(signer)
        deny({"StringNotEquals": {"s3:authType": "REST-HEADER"}}, "s3:GetObject")
        assert fetch(url)[0] == 403
        assert admin.get_object(Bucket=BUCKET, Key="k")["Body"].read() == b"hello"

    def test_a_policy_can_forbid_the_old_signature(
        self, signer: Any, fetch: Any, deny: Any
    ) -> None:
        url = self.url(signer)
        deny({"StringEquals": {"s3:signatureversion": "AWS"}}, "s3:GetObject")
        assert fetch(url)[0] == (200 if "X-Amz-Algorithm" in url else 403)

    def test_a_policy_can_shorten_the_life_of_a_url(
        self, cloud: Any, user: Any, fetch: Any, deny: Any
    ) -> None:
        signer = user(
            "signer", cloud.statement("s3:GetObject"), config=Config(signature_version="s3v4")
        )
        url = self.url(signer)
        deny({"NumericGreaterThan": {"s3:signatureAge": "600000"}}, "s3:GetObject")
        cloud.world.clock.advance(timedelta(minutes=9))
        assert fetch(url)[0] == 200
        cloud.world.clock.advance(timedelta(minutes=2))
        assert fetch(url)[0] == 403
        signer.get_object(Bucket=BUCKET, Key="k")


class TestTransport:
    def test_the_standard_deny_locks_out_plaintext_and_nobody_else(
        self, cloud: Any, admin: Any, deny: Any, refusal: Any
    ) -> None:
        keys = cloud.user("ann", cloud.statement("*"))
        deny({"Bool": {"aws:SecureTransport": "false"}})
        get = {"Bucket": BUCKET, "Key": "k"}
        plain = cloud.client("s3", keys, origin=Origin(cloud.address, tls=False))
        code, status, text = refusal(lambda: plain.get_object(**get))
        assert (code, status) == ("AccessDenied", 403)
        assert "with an explicit deny in a resource-based policy" in text
        assert cloud.client("s3", keys).get_object(**get)["Body"].read() == b"hello"

        def as_sent_over_http(environ: dict[str, Any]) -> None:
            del environ[ENVIRON_KEY]

        loopback = cloud.client("s3", keys, change=as_sent_over_http)
        assert loopback.get_object(**get)["Body"].read() == b"hello"

    def test_a_policy_can_ask_for_a_tls_version(self, admin: Any, deny: Any, refusal: Any) -> None:
        deny({"NumericLessThan": {"s3:TlsVersion": "1.2"}})
        admin.get_object(Bucket=BUCKET, Key="k")


class TestConditions:
    @pytest.mark.parametrize(
        ("condition", "right", "wrong"),
        [
            ({"StringEquals": {"s3:prefix": "a/"}}, {"Prefix": "a/"}, {"Prefix": "b/"}),
            ({"StringLike": {"s3:prefix": "a/*"}}, {"Prefix": "a/b"}, {}),
            ({"StringEquals": {"s3:delimiter": "/"}}, {"Delimiter": "/"}, {}),
            ({"NumericLessThanEquals": {"s3:max-keys": "9"}}, {"MaxKeys": 9}, {"MaxKeys": 10}),
        ],
    )
    def test_of_listings(
        self, cloud: Any, user: Any, refusal: Any, condition: Any, right: Any, wrong: Any
    ) -> None:
        s3 = user("lister", cloud.statement("s3:ListBucket", ARN, Condition=condition))
        s3.list_objects_v2(Bucket=BUCKET, **right)
        call = lambda: s3.list_objects_v2(Bucket=BUCKET, **wrong)  # noqa: E731
        assert refusal(call)[:2] == ("AccessDenied", 403)

    @pytest.mark.parametrize(
        ("condition", "right", "wrong"),
        [
            (
                {"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control"}},
                {"ACL": "bucket-owner-full-control"},
                {},
            ),
            (
                {"StringEquals": {"s3:x-amz-server-side-encryption": "AES256"}},
                {"ServerSideEncryption": "AES256"},
                {"ServerSideEncryption": "aws:kms"},
            ),
            (
                {"StringEquals": {"s3:RequestObjectTag/team": "web"}},
                {"Tagging": "team=web"},
                {"Tagging": "team=data"},
            ),
            (
                {"StringEquals": {"s3:x-amz-storage-class": "STANDARD_IA"}},
                {"StorageClass": "STANDARD_IA"},
                {"StorageClass": "GLACIER"},
            ),
        ],
    )
    def test_of_writes(
        self, cloud: Any, user: Any, refusal: Any, condition: Any, right: Any, wrong: Any
    ) -> None:
        writes = cloud.statement("s3:PutObject", f"{ARN}/*", Condition=condition)
        more = cloud.statement(["s3:PutObjectAcl", "s3:PutObjectTagging"])
        s3 = user("writer", writes, more)
        s3.put_object(Bucket=BUCKET, Key="w", **right)
        call = lambda: s3.put_object(Bucket=BUCKET, Key="w", **wrong)  # noqa: E731
        assert refusal(call)[:2] == ("AccessDenied", 403)

    def test_of_grants_in_headers(self, cloud: Any, admin: Any, user: Any, refusal: Any) -> None:
        owner = admin.list_buckets()["Owner"]["ID"]
        condition = {"StringEquals": {"s3:x-amz-grant-full-control": f"id={owner}"}}
        writes = cloud.statement("s3:PutObject", f"{ARN}/*", Condition=condition)
        s3 = user("writer", writes, cloud.statement("s3:PutObjectAcl"))
        s3.put_object(Bucket=BUCKET, Key="w", GrantFullControl=f"id={owner}")
        assert refusal(lambda: s3.put_object(Bucket=BUCKET, Key="w"))[0] == "AccessDenied"

    def test_of_versions(self, cloud: Any, admin: Any, user: Any, refusal: Any) -> None:
        admin.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
        one, two = (admin.put_object(Bucket=BUCKET, Key="v")["VersionId"] for _ in range(2))
        condition = {"StringEquals": {"s3:VersionId": one}}
        s3 = user("reader", cloud.statement("s3:GetObjectVersion", Condition=condition))
        s3.get_object(Bucket=BUCKET, Key="v", VersionId=one)
        call = lambda: s3.get_object(Bucket=BUCKET, Key="v", VersionId=two)  # noqa: E731
        assert refusal(call)[0] == "AccessDenied"

    @pytest.mark.parametrize("key", ["s3:ResourceAccount", "aws:ResourceAccount"])
    def test_of_the_buckets_account(
        self, cloud: Any, admin: Any, user: Any, refusal: Any, key: str
    ) -> None:
        other = cloud.root("s3", cloud.open("444455556666", world=cloud.world))
        other.create_bucket(Bucket="next-door")
        anyone = {"AWS": cloud.account.id}
        allow = cloud.statement("s3:PutObject", "arn:aws:s3:::next-door/*", Principal=anyone)
        other.put_bucket_policy(Bucket="next-door", Policy=cloud.policy(allow))
        condition = {"StringEquals": {key: cloud.account.id}}
        s3 = user("ann", cloud.statement("s3:*", Condition=condition))
        copy = {"CopySource": f"{BUCKET}/k", "Key": "stolen"}
        s3.copy_object(**copy, Bucket=BUCKET)
        assert refusal(lambda: s3.copy_object(**copy, Bucket="next-door"))[0] == "AccessDenied"
        assert refusal(lambda: s3.put_object(Bucket="next-door", Key="x"))[0] == "AccessDenied"
