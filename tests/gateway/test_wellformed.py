"""A body cut short or of another shape is refused by AWS's own name for it, and does nothing."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from simulator.account import transport
from simulator.gateway.origin import Origin

Send = Callable[..., tuple[int, str]]

TARGETS = {
    "dynamodb": "DynamoDB_20120810.CreateTable",
    "kms": "TrentService.CreateKey",
    "secretsmanager": "secretsmanager.CreateSecret",
    "ssm": "AmazonSSM.PutParameter",
    "logs": "Logs_20140328.CreateLogGroup",
}


@pytest.fixture
def ann(cloud: Any) -> Any:
    """Keys of a user who may do anything."""
    return cloud.user("ann", cloud.statement("*"))


@pytest.fixture
def send(cloud: Any, ann: Any) -> Send:
    """Send ann's request, with a valid signature over this very body; status and answer."""

    def send(
        service: str, body: bytes, path: str = "/", method: str = "POST", **headers: str
    ) -> tuple[int, str]:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if service in TARGETS:
            named |= {
                "X-Amz-Target": TARGETS[service],
                "Content-Type": "application/x-amz-json-1.1",
            }
        request = AWSRequest(
            method=method, url=f"{transport.ENDPOINT}{path}", data=body, headers=named
        )
        keys = Credentials(ann["AccessKeyId"], ann["SecretAccessKey"])
        signer = S3SigV4Auth if service == "s3" else SigV4Auth
        signer(keys, service, "us-east-1").add_auth(request)
        answer = cloud.gateway.respond(transport.environ(request.prepare(), Origin(cloud.address)))
        return answer.status_code, answer.get_data(as_text=True)

    return send


@pytest.mark.parametrize("service", TARGETS)
@pytest.mark.parametrize("body", [b'{"Name": "t', b"{", b"nope", b"\xff\xfe", b'{"a": 1}}'])
def test_json_cut_short_is_refused_by_every_json_service(
    send: Send, service: str, body: bytes
) -> None:
    status, answer = send(service, body)
    assert status == 400
    assert json.loads(answer)["__type"].endswith("#SerializationException")


def test_json_cut_short_is_refused_by_a_rest_service(send: Send) -> None:
    path = "/2015-03-31/functions"
    status, answer = send("lambda", b'{"FunctionName": "f", "Role', path)
    assert (status, json.loads(answer)["__type"]) == (400, "SerializationException")


@pytest.mark.parametrize("body", [b"[]", b'"text"', b"5", b"null", b"true", b"[" * 100_000])
def test_json_that_is_no_object_is_refused(send: Send, body: bytes) -> None:
    status, answer = send("dynamodb", body)
    assert (status, "#SerializationException" in answer) == (400, True)


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"TableName": 5}, "NUMBER_VALUE can not be converted to a String"),
        ({"TableName": True}, "TRUE_VALUE can not be converted to a String"),
        ({"TableName": ["t"]}, "Start of list found where not expected"),
        ({"TableName": {}}, "Start of structure or map found where not expected."),
        ({"KeySchema": "k"}, "Expected list or null"),
        ({"KeySchema": [5]}, "Unexpected token received from parser"),
        ({"KeySchema": [{"KeyType": 5}]}, "NUMBER_VALUE can not be converted to a String"),
        (
            {"ProvisionedThroughput": {"ReadCapacityUnits": "1"}},
            "STRING_VALUE can not be converted to a Long",
        ),
        (
            {"DeletionProtectionEnabled": "yes"},
            "STRING_VALUE can not be converted to a Boolean",
        ),
    ],
)
def test_a_member_of_another_kind_is_refused(
    cloud: Any, send: Send, sent: dict[str, Any], said: str
) -> None:
    table = {
        "TableName": "t",
        "KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}],
        "BillingMode": "PAY_PER_REQUEST",
    }
    assert send("dynamodb", json.dumps(table | {"TableName": "whole"}).encode())[0] == 200
    status, answer = send("dynamodb", json.dumps(table | sent).encode())
    assert (status, json.loads(answer)["message"]) == (400, said)
    assert cloud.root("dynamodb").list_tables()["TableNames"] == ["whole"]


def test_null_stands_for_a_member_that_is_left_out(send: Send) -> None:
    assert send("kms", b'{"Description": null, "Tags": null}')[0] == 200


@pytest.mark.parametrize("body", [b"", b"{}", b'{"logGroupName": null}'])
def test_a_member_that_must_be_there_is_named(cloud: Any, send: Send, body: bytes) -> None:
    status, answer = send("logs", body)
    assert (status, json.loads(answer)) == (
        400,
        {
            "__type": "com.amazonaws.drill#ValidationException",
            "message": "1 validation error detected: Value null at 'logGroupName' failed to "
            "satisfy constraint: Member must not be null",
        },
    )


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("?versioning", b"<VersioningConfiguration><Status>Enab"),
        ("?tagging", b"<Tagging><TagSet><Tag><Key>a</Key>"),
        ("?publicAccessBlock", b"<PublicAccessBlockConfiguration><BlockPublicAcls>true"),
        ("?acl", b"<AccessControlPolicy><Owner>"),
        ("?versioning", b"{}"),
    ],
)
def test_xml_cut_short_is_refused_by_s3(cloud: Any, send: Send, path: str, body: bytes) -> None:
    cloud.root("s3").create_bucket(Bucket="logs")
    status, answer = send("s3", body, f"/logs{path}", "PUT")
    assert status == 400
    assert "<Code>MalformedXML</Code><Message>The XML you provided was not well-formed" in answer
    assert "Status" not in cloud.root("s3").get_bucket_versioning(Bucket="logs")


def test_a_list_of_objects_cut_short_deletes_none(cloud: Any, send: Send) -> None:
    s3 = cloud.root("s3")
    s3.create_bucket(Bucket="logs")
    s3.put_object(Bucket="logs", Key="a", Body=b"x")
    status, answer = send("s3", b"<Delete><Object><Key>a</Key></Object>", "/logs?delete")
    assert (status, "MalformedXML" in answer) == (400, True)
    assert s3.list_objects_v2(Bucket="logs")["KeyCount"] == 1


def test_s3_says_when_the_document_is_missing(cloud: Any, send: Send) -> None:
    cloud.root("s3").create_bucket(Bucket="logs")
    status, answer = send("s3", b"", "/logs?versioning", "PUT")
    assert (status, "<Code>MissingRequestBodyError</Code>" in answer) == (400, True)


def test_xml_cut_short_is_refused_by_route_53(send: Send) -> None:
    status, answer = send("route53", b"<CreateHostedZoneRequest><Name>a", "/2013-04-01/hostedzone")
    assert (status, "<Code>MalformedInput</Code>" in answer) == (400, True)


def test_a_refused_body_leaves_no_record(cloud: Any, send: Send) -> None:
    before = len(cloud.account.records)
    send("kms", b'{"Desc')
    assert len(cloud.account.records) == before


def test_who_is_nobody_is_not_told_what_is_wrong_with_a_body(cloud: Any, refusal: Any) -> None:
    """The signature is judged first."""

    def cut(environ: dict[str, Any]) -> None:
        environ["wsgi.input"] = io.BytesIO(environ["wsgi.input"].read()[:-1])
        environ["CONTENT_LENGTH"] = str(int(environ["CONTENT_LENGTH"]) - 1)

    kms = cloud.client("kms", cloud.user("eve", cloud.statement("*")), change=cut)
    assert refusal(kms.create_key)[0] == "InvalidSignatureException"
