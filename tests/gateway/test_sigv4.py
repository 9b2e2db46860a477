"""Signatures of real boto3 clients: right ones pass, and one changed byte fails."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.awsrequest import AWSRequest
from botocore.config import Config

from simulator.account import transport
from simulator.gateway.origin import Origin

KEYS = [
    "plain", "a b", "a+b", "a//b", "/lead", "dir/", "a%2Fb", "a%20b", "a?b=c&d", "a#b", "(x)*'!~",
    "../up", "ü/ö", "日本", "a:b;c,d", "=", "\N{PILE OF POO}",
]  # fmt: skip
BUCKET = "signed-objects"
Fetch = Callable[..., tuple[int, bytes]]


@pytest.fixture
def ann(cloud: Any) -> Any:
    """Keys of a user who may do anything, with a bucket."""
    keys = cloud.user("ann", cloud.statement("*"))
    cloud.client("s3", keys).create_bucket(Bucket=BUCKET)
    return keys


@pytest.fixture
def fetch(cloud: Any) -> Fetch:
    """Send a request for a URL as a browser would."""

    def send(url: str, method: str = "GET", body: bytes = b"", **headers: str) -> tuple[int, bytes]:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        request = AWSRequest(method=method, url=url, data=body, headers=named).prepare()
        answer = cloud.gateway.respond(transport.environ(request, Origin(cloud.address)))
        return answer.status_code, answer.get_data()

    return send


@pytest.mark.parametrize("key", KEYS)
def test_an_object_is_kept_under_the_very_key_it_was_signed_with(
    cloud: Any, ann: Any, key: str
) -> None:
    s3 = cloud.client("s3", ann)
    s3.put_object(Bucket=BUCKET, Key=key, Body=key.encode(), Metadata={"note": "a  b"})
    assert s3.get_object(Bucket=BUCKET, Key=key)["Body"].read() == key.encode()
    listed = s3.list_objects_v2(Bucket=BUCKET, Prefix=key, Delimiter="")["Contents"]
    assert [entry["Key"] for entry in listed] == [key]
    s3.copy_object(Bucket=BUCKET, Key=key + "2", CopySource={"Bucket": BUCKET, "Key": key})
    s3.delete_objects(Bucket=BUCKET, Delete={"Objects": [{"Key": key}]})
    left = s3.list_objects_v2(Bucket=BUCKET, Prefix=key)["Contents"]
    assert [entry["Key"] for entry in left] == [key + "2"]


def test_every_protocol_is_signed_in_its_own_way(cloud: Any, ann: Any) -> None:
    assert cloud.client("sts", ann).get_caller_identity()["Arn"].endswith(":user/ann")
    assert cloud.client("ec2", ann).describe_regions()["Regions"]
    assert cloud.client("dynamodb", ann).list_tables()["TableNames"] == []
    assert cloud.client("lambda", ann).list_functions()["Functions"] == []
    assert cloud.client("sqs", ann).create_queue(QueueName="q")["QueueUrl"]
    assert cloud.client("route53", ann).list_hosted_zones()["HostedZones"] == []
    tagged = cloud.client("lambda", ann).list_functions(FunctionVersion="ALL", MaxItems=5)
    assert tagged["Functions"] == []


def test_a_multipart_upload_of_a_stream_arrives_whole(cloud: Any, ann: Any) -> None:
    from boto3.s3.transfer import TransferConfig

    s3, body = cloud.client("s3", ann), bytes(range(256)) * 4096 * 11
    config = TransferConfig(multipart_threshold=5 * 2**20, use_threads=False)
    s3.upload_fileobj(io.BytesIO(body), BUCKET, "big file", Config=config)
    assert s3.get_object(Bucket=BUCKET, Key="big file")["Body"].read() == body


def test_chunks_with_a_trailing_checksum_are_put_together(cloud: Any, ann: Any) -> None:
    """The body that SDKs send when they don't know the checksum beforehand."""
    chunked = b"5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n"

    def signed_as_stream(request: Any, **_: Any) -> None:
        request.headers["Content-Encoding"] = "aws-chunked"
        request.headers["X-Amz-Decoded-Content-Length"] = "5"
        request.headers["X-Amz-Trailer"] = "x-amz-checksum-crc32"
        request.context["checksum"] = {"request_algorithm": {"in": "trailer"}}

    s3 = cloud.client("s3", ann, config=Config(request_checksum_calculation="when_required"))
    s3.meta.events.register("before-sign.s3.PutObject", signed_as_stream)
    s3.put_object(Bucket=BUCKET, Key="streamed", Body=chunked)
    assert s3.get_object(Bucket=BUCKET, Key="streamed")["Body"].read() == b"hello"


@pytest.mark.parametrize("version", ["s3", "s3v4"])
@pytest.mark.parametrize("key", ["plain", "a b/ü+x%2F?=&"])
def test_a_presigned_url_puts_and_gets(
    cloud: Any, ann: Any, fetch: Fetch, version: str, key: str
) -> None:
    for keys in (ann, cloud.client("sts", ann).get_session_token()["Credentials"]):
        s3 = cloud.client("s3", keys, config=Config(signature_version=version))
        where = {"Bucket": BUCKET, "Key": key}
        assert fetch(s3.generate_presigned_url("put_object", where), "PUT", b"hello")[0] == 200
        url = s3.generate_presigned_url("get_object", {**where, "ResponseContentType": "text/x"})
        assert fetch(url) == (200, b"hello")
        assert fetch(url, "DELETE")[0] == 403
        assert fetch(url.replace(BUCKET, BUCKET + "2"))[0] == 403
        assert fetch(url.replace("text%2Fx", "text%2Fy"))[0] == 403
        assert fetch(url, x_amz_acl="public-read")[0] == 403


def test_a_presigned_url_expires_by_the_accounts_clock(cloud: Any, ann: Any, fetch: Fetch) -> None:
    """One of Signature Version 2 says only when it ends, so it ends by the machine's clock."""
    cloud.client("s3", ann).put_object(Bucket=BUCKET, Key="k", Body=b"x")
    s3 = cloud.client("s3", ann, config=Config(signature_version="s3v4"))
    url = s3.generate_presigned_url("get_object", {"Bucket": BUCKET, "Key": "k"}, ExpiresIn=600)
    cloud.world.clock.advance(timedelta(seconds=590))
    assert fetch(url)[0] == 200
    cloud.world.clock.advance(timedelta(seconds=20))
    status, body = fetch(url)
    assert status == 403
    assert b"<Message>Request has expired</Message>" in body


def test_a_presigned_url_without_all_its_parts_says_which_there_must_be(
    cloud: Any, ann: Any, fetch: Fetch
) -> None:
    s3 = cloud.client("s3", ann, config=Config(signature_version="s3v4"))
    url = s3.generate_presigned_url("get_object", {"Bucket": BUCKET, "Key": "k"})
    for part in ("Algorithm", "Credential", "Date", "SignedHeaders"):
        status, body = fetch(url.replace(f"X-Amz-{part}=", "X-Amz-Other="))
        assert (status, b"AuthorizationQueryParametersError" in body) == (400, True)
    status, body = fetch(url.replace("X-Amz-Expires=3600", "X-Amz-Expires=604801"))
    assert (status, b"must be less than a week" in body) == (400, True)
    assert fetch(url, Authorization="AWS4-HMAC-SHA256 x")[0] == 400


def test_a_presigned_sts_request_proves_its_signer(cloud: Any, ann: Any, fetch: Fetch) -> None:
    url = cloud.client("sts", ann).generate_presigned_url("get_caller_identity")
    status, body = fetch(url, "POST")
    assert (status, b":user/ann" in body) == (200, True)
    assert fetch(url.replace("GetCallerIdentity", "GetSessionToken"), "POST")[0] == 403


def _body(environ: dict[str, Any]) -> None:
    old = environ["wsgi.input"].read()
    environ["wsgi.input"] = io.BytesIO(old[:-1] + bytes([old[-1] ^ 1]))


CHANGES: dict[str, Callable[[dict[str, Any]], object]] = {
    "path": lambda e: e.update(
        RAW_URI=e["RAW_URI"].replace("key", "kez"), PATH_INFO="/signed-objects/kez"
    ),
    "query": lambda e: e.update(RAW_URI=e["RAW_URI"] + "?versionId=x", QUERY_STRING="versionId=x"),
    "signed header": lambda e: e.update(HTTP_X_AMZ_META_NOTE="b"),
    "added header": lambda e: e.update(HTTP_X_AMZ_ACL="public-read"),
    "host": lambda e: e.update(HTTP_HOST="elsewhere"),
    "method": lambda e: e.update(REQUEST_METHOD="DELETE"),
    "signature": lambda e: e.update(HTTP_AUTHORIZATION=e["HTTP_AUTHORIZATION"][:-1] + "g"),
}


@pytest.mark.parametrize("what", CHANGES)
def test_one_changed_part_of_a_request_to_s3_is_refused(
    cloud: Any, ann: Any, refusal: Any, what: str
) -> None:
    s3 = cloud.client("s3", ann, change=CHANGES[what])
    code, status, _ = refusal(
        lambda: s3.put_object(Bucket=BUCKET, Key="key", Body=b"x", Metadata={"note": "a"})
    )
    expected = "AccessDenied" if what == "added header" else "SignatureDoesNotMatch"
    assert (code, status) == (expected, 403)
    assert "Contents" not in cloud.client("s3", ann).list_objects_v2(Bucket=BUCKET)


@pytest.mark.parametrize(
    ("service", "operation", "expected"),
    [
        ("s3", "put_object", ("XAmzContentSHA256Mismatch", 400)),
        ("iam", "create_user", ("SignatureDoesNotMatch", 403)),
        ("ssm", "put_parameter", ("InvalidSignatureException", 400)),
    ],
)
def test_one_changed_byte_of_the_body_is_refused(
    cloud: Any, ann: Any, refusal: Any, service: str, operation: str, expected: tuple[str, int]
) -> None:
    arguments = {
        "put_object": {"Bucket": BUCKET, "Key": "k", "Body": b"hello"},
        "create_user": {"UserName": "eve"},
        "put_parameter": {"Name": "p", "Value": "v", "Type": "String"},
    }[operation]
    call = getattr(cloud.client(service, ann, change=_body), operation)
    assert refusal(lambda: call(**arguments))[:2] == expected


def test_a_form_and_its_url_are_both_signed(cloud: Any, ann: Any) -> None:
    """An action smuggled into the query of a signed form is not taken."""

    def smuggle(environ: dict[str, Any]) -> None:
        environ["QUERY_STRING"] = "Action=DeleteUser"
        environ["RAW_URI"] = urlsplit(environ["RAW_URI"]).path + "?Action=DeleteUser"

    from botocore.exceptions import ClientError

    with pytest.raises(ClientError, match="SignatureDoesNotMatch"):
        cloud.client("iam", ann, change=smuggle).list_users()
