"""Plain HTTP to a bucket's own host: anonymous or signed in the URL, judged and recorded."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from botocore.config import Config
from botocore.credentials import Credentials

from simulator.account import foreign, transport
from simulator.gateway import s3_web
from simulator.gateway.origin import Origin
from simulator.gateway.s3_host import bucket_in, is_s3
from simulator.network.message import Reply, WebRequest

BUCKET, ARN = "front-desk", "arn:aws:s3:::front-desk"
HOST = f"https://{BUCKET}.s3.amazonaws.com"
VISITOR = "203.0.113.9"


@pytest.fixture
def admin(cloud: Any) -> Any:
    """S3 as a user who may do anything, with a bucket and an object in it."""
    s3 = cloud.client("s3", cloud.user("admin", cloud.statement("*")))
    s3.create_bucket(Bucket=BUCKET)
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    s3.put_object(Bucket=BUCKET, Key="a/list of names.csv", Body=b"hello")
    return s3


@pytest.fixture
def opened(cloud: Any, admin: Any) -> Any:
    """The bucket, open to everybody."""
    admin.delete_public_access_block(Bucket=BUCKET)
    reads = ["s3:GetObject", "s3:GetObjectVersion", "s3:ListBucket", "s3:ListBucketVersions"]
    statement = cloud.statement(reads, [ARN, f"{ARN}/*"], Principal="*")
    admin.put_bucket_policy(Bucket=BUCKET, Policy=cloud.policy(statement))
    return admin


@pytest.fixture
def visit(cloud: Any) -> Any:
    """Ask for a URL as a browser at VISITOR does."""

    def ask(url: str, method: str = "GET", body: str = "") -> Reply:
        request = WebRequest(url, VISITOR, method, {}, body, "curl/8.5.0")
        return s3_web.visit(cloud.gateway.respond, request)

    return ask


@pytest.fixture
def presign(cloud: Any) -> Any:
    """A URL to the bucket's own host, signed with somebody's keys."""

    def sign(keys: Any, operation: str = "get_object", version: str = "s3v4", **more: Any) -> str:
        session = transport.session(
            cloud.gateway.respond,
            lambda: Origin("192.0.2.1"),
            Credentials(keys["AccessKeyId"], keys["SecretAccessKey"]),
            "us-east-1",
        )
        style = Config(signature_version=version, s3={"addressing_style": "virtual"})
        params = {"Bucket": BUCKET, "Key": "a/list of names.csv", **more}
        return str(
            session.client("s3", config=style).generate_presigned_url(
                operation, Params=params, ExpiresIn=3600
            )
        )

    return sign


@pytest.mark.parametrize(
    ("host", "bucket"),
    [
        ("s3.amazonaws.com", None),
        ("s3.eu-west-1.amazonaws.com", None),
        ("front-desk.s3.amazonaws.com", "front-desk"),
        ("a.b.s3.dualstack.eu-west-1.amazonaws.com", "a.b"),
        ("front-desk.s3-us-west-2.amazonaws.com", "front-desk"),
    ],
)
def test_a_host_of_s3_may_name_a_bucket(host: str, bucket: str | None) -> None:
    assert is_s3(host)
    assert bucket_in(host) == bucket


@pytest.mark.parametrize(
    "host", ["amazonaws.com", "ec2.amazonaws.com", "s3.example.net", "a.s3-website.amazonaws.com"]
)
def test_other_hosts_are_not_of_s3(host: str) -> None:
    assert not is_s3(host)
    assert bucket_in(host) is None


@pytest.mark.parametrize("place", [HOST, f"https://s3.us-east-1.amazonaws.com/{BUCKET}"])
def test_a_stranger_reads_and_lists_an_open_bucket_by_either_style(
    opened: Any, visit: Any, place: str
) -> None:
    assert visit(f"{place}/a/list%20of%20names.csv").body == "hello"
    listed = visit(f"{place}/?list-type=2")
    assert (listed.status, listed.ok) == (200, True)
    assert "<Key>a/list of names.csv</Key>" in listed.body


def test_a_stranger_reads_nothing_of_a_private_bucket(admin: Any, visit: Any) -> None:
    for query in ("a/list%20of%20names.csv", "?list-type=2", "missing"):
        answer = visit(f"{HOST}/{query}")
        assert answer.status == 403
        assert "<Code>AccessDenied</Code>" in answer.body
    assert visit(f"{HOST}/a", method="PUT", body="x").status == 403


def test_an_old_version_is_asked_for_by_its_id(opened: Any, visit: Any) -> None:
    old = opened.list_object_versions(Bucket=BUCKET)["Versions"][0]["VersionId"]
    opened.put_object(Bucket=BUCKET, Key="a/list of names.csv", Body=b"less")
    assert visit(f"{HOST}/a/list%20of%20names.csv").body == "less"
    assert visit(f"{HOST}/a/list%20of%20names.csv?versionId={old}").body == "hello"


def test_what_was_deleted_is_missing(opened: Any, visit: Any) -> None:
    opened.delete_object(Bucket=BUCKET, Key="a/list of names.csv")
    answer = visit(f"{HOST}/a/list%20of%20names.csv")
    assert (answer.status, "NoSuchKey" in answer.body) == (404, True)


def test_a_visit_is_a_data_event_of_nobody(cloud: Any, opened: Any, visit: Any) -> None:
    visit(f"{HOST}/a/list%20of%20names.csv")
    record = cloud.account.records[-1]
    assert (record["eventName"], record["sourceIPAddress"]) == ("GetObject", VISITOR)
    assert record["userIdentity"]["accountId"] == "ANONYMOUS_PRINCIPAL"
    assert record["userAgent"] == "[curl/8.5.0]"
    assert record["requestParameters"]["key"] == "a/list of names.csv"


def test_a_head_tells_the_size_and_no_more(opened: Any, visit: Any) -> None:
    answer = visit(f"{HOST}/a/list%20of%20names.csv", method="HEAD")
    assert (answer.status, answer.body) == (200, "")
    assert answer.headers["Content-Length"] == "5"
    assert visit(f"{HOST}/missing", method="HEAD").status == 404


def test_plain_http_is_not_secure_transport(cloud: Any, opened: Any, visit: Any) -> None:
    insecure = {"Bool": {"aws:SecureTransport": "false"}}
    reads = cloud.statement("s3:GetObject", f"{ARN}/*", Principal="*")
    denied = cloud.statement("s3:*", f"{ARN}/*", "Deny", Principal="*", Condition=insecure)
    opened.put_bucket_policy(Bucket=BUCKET, Policy=cloud.policy(reads, denied))
    url = f"{HOST}/a/list%20of%20names.csv"
    assert visit(url).status == 200
    assert visit(url.replace("https://", "http://")).status == 403


@pytest.mark.parametrize("version", ["s3v4", "s3"])
def test_a_signed_url_has_its_signers_rights_as_long_as_the_key_lives(
    cloud: Any, admin: Any, visit: Any, presign: Any, version: str
) -> None:
    keys = cloud.user("signer", cloud.statement("s3:GetObject", f"{ARN}/*"))
    url = presign(keys, version=version)
    assert visit(url).body == "hello"
    record = cloud.account.records[-1]
    assert record["userIdentity"]["accessKeyId"] == keys["AccessKeyId"]
    assert record["additionalEventData"]["AuthenticationMethod"] == "QueryString"
    assert "SignatureDoesNotMatch" in visit(url.replace("names", "other")).body
    cloud.root("iam").update_access_key(
        UserName="signer", AccessKeyId=keys["AccessKeyId"], Status="Inactive"
    )
    assert "InvalidAccessKeyId" in visit(url).body


def test_a_signed_url_is_worth_nothing_without_the_rights(
    cloud: Any, admin: Any, visit: Any, presign: Any
) -> None:
    url = presign(cloud.user("signer"))
    assert visit(url).status == 403
    assert cloud.account.records[-1]["errorCode"] == "AccessDenied"


def test_a_signed_url_uploads(cloud: Any, admin: Any, visit: Any, presign: Any) -> None:
    keys = cloud.user("signer", cloud.statement("s3:PutObject", f"{ARN}/*"))
    url = presign(keys, "put_object", Key="new.txt")
    assert visit(url, method="PUT", body="from outside").status == 200
    assert admin.get_object(Bucket=BUCKET, Key="new.txt")["Body"].read() == b"from outside"


def test_a_signed_url_ends_by_the_accounts_clock(
    cloud: Any, admin: Any, visit: Any, presign: Any
) -> None:
    url = presign(cloud.user("signer", cloud.statement("s3:GetObject", f"{ARN}/*")))
    cloud.world.clock.advance(timedelta(minutes=59))
    assert visit(url).status == 200
    cloud.world.clock.advance(timedelta(minutes=2))
    assert "Request has expired" in visit(url).body


def test_somebody_of_another_account_needs_both_sides(cloud: Any, admin: Any) -> None:
    keys = foreign.user_of(cloud.gateway, cloud.world, "999988887777", "visitor")
    theirs = cloud.client("s3", keys)
    with pytest.raises(theirs.exceptions.ClientError, match="Access Denied"):
        theirs.get_object(Bucket=BUCKET, Key="a/list of names.csv")
    there = {"AWS": "arn:aws:iam::999988887777:root"}
    statement = cloud.statement("s3:GetObject", f"{ARN}/*", Principal=there)
    admin.put_bucket_policy(Bucket=BUCKET, Policy=cloud.policy(statement))
    got = theirs.get_object(Bucket=BUCKET, Key="a/list of names.csv")
    assert got["Body"].read() == b"hello"
    other = foreign.user_of(cloud.gateway, cloud.world, "999988887777", "another")
    assert other["AccessKeyId"] != keys["AccessKeyId"]


def test_a_user_below_a_path_makes_its_own_keys(cloud: Any, refusal: Any) -> None:
    iam = cloud.root("iam")
    iam.create_user(UserName="job", Path="/automation/")
    keys = iam.create_access_key(UserName="job")["AccessKey"]
    own = cloud.client("iam", keys)
    for path, allowed in (("", False), ("automation/", True)):
        resource = f"arn:aws:iam::{cloud.account.id}:user/{path}job"
        document = cloud.policy(cloud.statement("iam:CreateAccessKey", resource))
        iam.put_user_policy(UserName="job", PolicyName="own", PolicyDocument=document)
        if allowed:
            own.create_access_key(UserName="job")
        else:
            code, _, _ = refusal(lambda: own.create_access_key(UserName="job"))
            assert code == "AccessDenied"
