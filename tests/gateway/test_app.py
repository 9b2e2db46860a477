"""The gateway answers whatever comes, and forgets a world whole."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from simulator.account import transport
from simulator.account.world import World
from simulator.errors import CannotServe
from simulator.gateway.origin import Origin


def environ(cloud: Any, method: str, path: str, **more: Any) -> dict[str, Any]:
    """An unsigned request."""
    request = AWSRequest(method=method, url=f"{transport.ENDPOINT}{path}").prepare()
    return transport.environ(request, Origin(cloud.address)) | more


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
@pytest.mark.parametrize("path", ["/moto-api/", "/moto-api/reset", "/moto-api/data.json"])
def test_the_backends_own_api_is_out_of_reach(cloud: Any, method: str, path: str) -> None:
    """To S3 it is a bucket that doesn't exist, also for one who may do anything."""
    cloud.root("iam").create_user(UserName="kept")
    ann = cloud.user("ann", cloud.statement("*"))
    answers = [cloud.gateway.respond(environ(cloud, method, path))]
    request = AWSRequest(method=method, url=f"{transport.ENDPOINT}{path}", data=b"")
    keys = Credentials(ann["AccessKeyId"], ann["SecretAccessKey"])
    S3SigV4Auth(keys, "s3", "us-east-1").add_auth(request)
    answers.append(
        cloud.gateway.respond(transport.environ(request.prepare(), Origin(cloud.address)))
    )
    for answer in answers:
        assert answer.status_code in {400, 403, 404, 405} or path == "/moto-api/"
        assert b"moto" not in answer.get_data().replace(b"moto-api", b"")
    users = [user["UserName"] for user in cloud.root("iam").list_users()["Users"]]
    assert sorted(users) == ["ann", "kept"]


ODD: dict[str, dict[str, Any]] = {
    "a length that is none": {"CONTENT_LENGTH": "abc"},
    "a negative length": {"CONTENT_LENGTH": "-5"},
    "a longer body promised": {"CONTENT_LENGTH": "99", "wsgi.input": io.BytesIO(b"short")},
    "a nameless key": {"HTTP_AUTHORIZATION": "AWS4-HMAC-SHA256 Credential=//////"},
    "a signature beyond ASCII": {
        "QUERY_STRING": "AWSAccessKeyId=AKIA&Signature=%C3%A9&Expires=1999999999"
    },
    "bytes for a target": {"HTTP_X_AMZ_TARGET": "\xff\xfe"},
    "a form of no service": {"CONTENT_TYPE": "application/x-www-form-urlencoded"},
}


@pytest.mark.parametrize("path", ["/", "/%00", "/%ff%fe", "//", "/a/../..", "/" + "a" * 5000])
def test_an_odd_request_gets_an_answer(cloud: Any, path: str) -> None:
    for what, odd in ODD.items():
        answer = cloud.gateway.respond(environ(cloud, "POST", path, **odd))
        assert answer.status_code >= 400, what
        assert answer.get_data(), what


def test_a_presigned_url_of_version_2_with_an_odd_signature_is_refused(cloud: Any) -> None:
    key = cloud.user("ann", cloud.statement("*"))["AccessKeyId"]
    query = f"AWSAccessKeyId={key}&Signature=%C3%A9&Expires=1999999999"
    answer = cloud.gateway.respond(environ(cloud, "GET", f"/bucket/key?{query}"))
    assert (answer.status_code, b"SignatureDoesNotMatch" in answer.get_data()) == (403, True)


class SetClock(SigV4Auth):
    """Signs as a machine does whose clock is off."""

    off = timedelta()

    def _modify_request_before_signing(self, request: Any) -> None:
        stamp = datetime.now(UTC) + self.off
        request.context["timestamp"] = stamp.strftime("%Y%m%dT%H%M%SZ")
        super()._modify_request_before_signing(request)


@pytest.mark.parametrize(
    ("service", "code"),
    [
        ("s3", "RequestTimeTooSkewed"),
        ("iam", "SignatureDoesNotMatch"),
        ("kms", "InvalidSignatureException"),
    ],
)
@pytest.mark.parametrize(
    ("minutes", "words"), [(-16, "Signature expired"), (16, "not yet current")]
)
def test_a_right_signature_by_a_wrong_clock_is_refused(
    cloud: Any, service: str, code: str, minutes: float, words: str
) -> None:
    keys = cloud.user("ann", cloud.statement("*"))
    kinds = {
        "iam": (
            "POST",
            b"Action=ListUsers&Version=2010-05-08",
            {"Content-Type": "application/x-www-form-urlencoded"},
        ),
        "kms": (
            "POST",
            b"{}",
            {"X-Amz-Target": "TrentService.ListKeys", "Content-Type": "application/x-amz-json-1.1"},
        ),
        "s3": ("GET", b"", {}),
    }
    method, body, headers = kinds[service]

    def answer(off: timedelta) -> tuple[int, str]:
        request = AWSRequest(
            method=method, url=f"{transport.ENDPOINT}/", data=body, headers=headers
        )
        signer = SetClock(
            Credentials(keys["AccessKeyId"], keys["SecretAccessKey"]), service, "us-east-1"
        )
        signer.off = off
        if service == "s3":
            request.headers["X-Amz-Content-SHA256"] = signer.payload(request)
        signer.add_auth(request)
        said = cloud.gateway.respond(transport.environ(request.prepare(), Origin(cloud.address)))
        return said.status_code, said.get_data(as_text=True)

    assert answer(timedelta(minutes=minutes * 14 / 16))[0] == 200
    status, text = answer(timedelta(minutes=minutes))
    assert status in {400, 403}
    assert code in text
    assert words in text or service == "s3"


def test_a_world_is_forgotten_with_all_its_accounts(cloud: Any, refusal: Any) -> None:
    world = World(99)
    accounts = [cloud.open(number, world=world) for number in ("222233334444", "333344445555")]
    keys = [cloud.user("ann", cloud.statement("*"), account=each) for each in accounts]
    cloud.gateway.remove(world)
    assert list(cloud.gateway.accounts) == [cloud.account.id]
    for each in keys:
        said = refusal(cloud.client("sts", each).get_caller_identity)
        assert said[0] == "InvalidClientTokenId"
    cloud.gateway.remove(world)  # once more does nothing


def test_an_account_of_another_world_is_refused_and_unharmed(cloud: Any) -> None:
    keys, again = cloud.user("ann", cloud.statement("*")), World(7)
    again.open_account("222233334444")
    again.open_account(cloud.account.id)
    with pytest.raises(CannotServe, match="has the same seed"):
        cloud.gateway.add(again)
    assert list(cloud.gateway.accounts) == [cloud.account.id]
    assert cloud.client("sts", keys).get_caller_identity()["Account"] == cloud.account.id


def test_a_call_that_the_simulator_fails_at_is_answered_and_recorded(
    cloud: Any, refusal: Any, caplog: pytest.LogCaptureFixture
) -> None:
    from simulator import services

    keys = cloud.user("ann", cloud.statement("*"))

    @services.operation
    def broken(*_: Any) -> Any:
        raise KeyError("broken by hand")

    found = services.find
    services.find = lambda service, name: broken if name == "ListUsers" else found(service, name)  # type: ignore[assignment]
    try:
        code, status, message = refusal(cloud.client("iam", keys).list_users)
    finally:
        services.find = found  # type: ignore[assignment]
    assert (code, status) == ("InternalError", 500)
    assert "broken by hand" in message
    assert cloud.account.records[-1]["errorCode"] == "InternalError"
    assert "iam:ListUsers failed" in caplog.text
