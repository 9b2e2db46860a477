"""Who called is proved by the signature, and every failure has AWS's own code and status."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

CALLS: dict[str, Any] = {
    "sts": lambda client: client.get_caller_identity(),
    "ec2": lambda client: client.describe_instances(),
    "dynamodb": lambda client: client.list_tables(),
    "lambda": lambda client: client.list_functions(),
    "s3": lambda client: client.list_buckets(),
}
UNKNOWN = {
    "sts": ("InvalidClientTokenId", 403),
    "ec2": ("AuthFailure", 401),
    "dynamodb": ("UnrecognizedClientException", 400),
    "lambda": ("UnrecognizedClientException", 403),
    "s3": ("InvalidAccessKeyId", 403),
}
MISMATCH = {
    "sts": ("SignatureDoesNotMatch", 403),
    "ec2": ("AuthFailure", 401),
    "dynamodb": ("InvalidSignatureException", 400),
    "lambda": ("InvalidSignatureException", 403),
    "s3": ("SignatureDoesNotMatch", 403),
}
EXPIRED = {
    "sts": ("ExpiredToken", 403),
    "ec2": ("RequestExpired", 400),
    "dynamodb": ("ExpiredTokenException", 400),
    "lambda": ("ExpiredTokenException", 403),
    "s3": ("ExpiredToken", 400),
}
MALFORMED = {
    "sts": ("IncompleteSignature", 400),
    "ec2": ("AuthFailure", 401),
    "dynamodb": ("IncompleteSignatureException", 400),
    "lambda": ("IncompleteSignatureException", 400),
    "s3": ("AuthorizationHeaderMalformed", 400),
}
every_service = pytest.mark.parametrize("service", CALLS)


@pytest.fixture
def ann(cloud: Any) -> Any:
    """Keys of a user who may do anything."""
    return cloud.user("ann", cloud.statement("*"))


@every_service
def test_an_unknown_key_is_refused(cloud: Any, ann: Any, refusal: Any, service: str) -> None:
    for key in ("AKIAIOSFODNN7EXAMPLE", "nonsense", ann["AccessKeyId"][:-1] + "A"):
        client = cloud.client(service, {**ann, "AccessKeyId": key})
        assert refusal(lambda client=client: CALLS[service](client))[:2] == UNKNOWN[service]


@every_service
def test_a_wrong_secret_is_refused(cloud: Any, ann: Any, refusal: Any, service: str) -> None:
    client = cloud.client(service, {**ann, "SecretAccessKey": "x" * 40})
    assert refusal(lambda: CALLS[service](client))[:2] == MISMATCH[service]


@every_service
def test_an_inactive_and_then_a_deleted_key_are_as_good_as_unknown(
    cloud: Any, ann: Any, refusal: Any, service: str
) -> None:
    iam, client = cloud.root("iam"), cloud.client(service, ann)
    named = {"UserName": "ann", "AccessKeyId": ann["AccessKeyId"]}
    iam.update_access_key(**named, Status="Inactive")
    assert refusal(lambda: CALLS[service](client))[:2] == UNKNOWN[service]
    iam.update_access_key(**named, Status="Active")
    CALLS[service](client)
    iam.delete_access_key(**named)
    assert refusal(lambda: CALLS[service](client))[:2] == UNKNOWN[service]


@every_service
def test_a_session_ends_at_its_time(cloud: Any, ann: Any, refusal: Any, service: str) -> None:
    session = cloud.client("sts", ann).get_session_token(DurationSeconds=900)["Credentials"]
    client = cloud.client(service, session)
    cloud.world.clock.advance(timedelta(seconds=890))
    CALLS[service](client)
    cloud.world.clock.advance(timedelta(seconds=11))
    assert refusal(lambda: CALLS[service](client))[:2] == EXPIRED[service]


@every_service
def test_a_session_needs_its_own_token(cloud: Any, ann: Any, refusal: Any, service: str) -> None:
    session = cloud.client("sts", ann).get_session_token()["Credentials"]
    wrong = {**session, "SessionToken": session["SessionToken"][:-4] + "AAA="}
    expected = ("InvalidToken", 400) if service == "s3" else UNKNOWN[service]
    assert refusal(lambda: CALLS[service](cloud.client(service, wrong)))[:2] == expected
    without = {**session, "SessionToken": None}
    assert refusal(lambda: CALLS[service](cloud.client(service, without)))[:2] == UNKNOWN[service]
    extra = {**ann, "SessionToken": session["SessionToken"]}
    assert refusal(lambda: CALLS[service](cloud.client(service, extra)))[:2] == expected


@every_service
@pytest.mark.parametrize(
    "header",
    [
        "AWS4-HMAC-SHA256 Credential=x",
        "Bearer x",
        "AWS4-HMAC-SHA256 Credential=AKIA/20261124/us-east-1/{}, SignedHeaders=host, Signature=0",
    ],
)
def test_a_malformed_signature_is_refused(
    cloud: Any, ann: Any, refusal: Any, service: str, header: str
) -> None:
    def garble(environ: dict[str, Any]) -> None:
        environ["HTTP_AUTHORIZATION"] = header.format(service)

    code, status, _ = refusal(lambda: CALLS[service](cloud.client(service, ann, change=garble)))
    if service == "lambda" or (service == "ec2"):
        assert status in {400, 401}  # nothing tells whose request it was
    else:
        assert (code, status) == MALFORMED[service]


def _dated(stamp: str) -> Any:
    def change(environ: dict[str, Any]) -> None:
        old = environ["HTTP_X_AMZ_DATE"]
        environ["HTTP_X_AMZ_DATE"] = stamp
        signed = environ["HTTP_AUTHORIZATION"].replace(old[:8], stamp[:8])
        environ["HTTP_AUTHORIZATION"] = signed

    return change


@every_service
@pytest.mark.parametrize(
    ("stamp", "words"),
    [("20200102T030405Z", "is now earlier than"), ("20400102T030405Z", "is still later than")],
)
def test_a_skewed_clock_is_refused_both_ways(
    cloud: Any, ann: Any, refusal: Any, service: str, stamp: str, words: str
) -> None:
    client = cloud.client(service, ann, change=_dated(stamp))
    code, status, message = refusal(lambda: CALLS[service](client))
    if service == "s3":
        assert (code, status) == ("RequestTimeTooSkewed", 403)
    elif service == "ec2":
        assert (code, status) == ("RequestExpired", 400)
    else:
        assert (code, status) == MISMATCH[service]
        assert words in message


def test_a_scope_of_another_day_is_refused(cloud: Any, ann: Any, refusal: Any) -> None:
    def change(environ: dict[str, Any]) -> None:
        day = environ["HTTP_X_AMZ_DATE"][:8]
        environ["HTTP_AUTHORIZATION"] = environ["HTTP_AUTHORIZATION"].replace(day, "20200101")

    client = cloud.client("sts", ann, change=change)
    code, _, message = refusal(client.get_caller_identity)
    assert code == "IncompleteSignature"
    assert "Date in Credential scope does not match" in message


@pytest.mark.parametrize(
    ("service", "expected"),
    [
        ("sts", ("MissingAuthenticationToken", 403)),
        ("dynamodb", ("MissingAuthenticationTokenException", 400)),
        ("s3", ("AccessDenied", 403)),
    ],
)
def test_an_unsigned_request_is_refused(
    cloud: Any, refusal: Any, service: str, expected: tuple[str, int]
) -> None:
    assert refusal(lambda: CALLS[service](cloud.client(service, None)))[:2] == expected


def test_a_deleted_user_ends_its_sessions(cloud: Any, ann: Any, refusal: Any) -> None:
    sts, iam = cloud.client("sts", ann), cloud.root("iam")
    allowed = cloud.policy(cloud.statement("*"))
    sessions = [
        sts.get_session_token()["Credentials"],
        sts.get_federation_token(Name="guest", Policy=allowed)["Credentials"],
    ]
    for _ in range(2):
        iam.delete_user_policy(UserName="ann", PolicyName="own")
        for key in iam.list_access_keys(UserName="ann")["AccessKeyMetadata"]:
            iam.delete_access_key(UserName="ann", AccessKeyId=key["AccessKeyId"])
        iam.delete_user(UserName="ann")
        for session in sessions:
            client = cloud.client("sts", session)
            assert refusal(client.get_caller_identity)[0] == "InvalidClientTokenId"
        cloud.user("ann", cloud.statement("*"))  # of the same name, and not the same user


def test_a_deleted_role_ends_its_sessions_and_its_namesake_does_not_revive_them(
    cloud: Any, ann: Any, refusal: Any
) -> None:
    arn, iam = cloud.role("job", cloud.trust({"AWS": "*"})), cloud.root("iam")
    session = cloud.client("sts", ann).assume_role(RoleArn=arn, RoleSessionName="one")
    client = cloud.client("sts", session["Credentials"])
    assert client.get_caller_identity()["Arn"].endswith("assumed-role/job/one")
    iam.delete_role(RoleName="job")
    assert refusal(client.get_caller_identity)[0] == "InvalidClientTokenId"
    cloud.role("job", cloud.trust({"AWS": "*"}))
    assert refusal(client.get_caller_identity)[0] == "InvalidClientTokenId"


def test_deactivating_a_key_does_not_end_the_sessions_it_made(cloud: Any, ann: Any) -> None:
    arn, sts = cloud.role("job", cloud.trust({"AWS": "*"})), cloud.client("sts", ann)
    sessions = [
        sts.get_federation_token(Name="guest")["Credentials"],
        sts.assume_role(RoleArn=arn, RoleSessionName="one")["Credentials"],
    ]
    named = {"UserName": "ann", "AccessKeyId": ann["AccessKeyId"]}
    cloud.root("iam").update_access_key(**named, Status="Inactive")
    for session in sessions:
        assert cloud.client("sts", session).get_caller_identity()["Account"] == cloud.account.id


def test_a_header_can_neither_choose_an_account_nor_an_origin(cloud: Any, ann: Any) -> None:
    other = cloud.open("444455556666", seed=8)

    def forge(environ: dict[str, Any]) -> None:
        environ["HTTP_X_MOTO_ACCOUNT_ID"] = other.id
        environ["HTTP_DRILL_ORIGIN"] = "203.0.113.9"
        environ["HTTP_X_FORWARDED_FOR"] = "203.0.113.9"

    cloud.client("iam", ann, change=forge).create_group(GroupName="mine")
    assert cloud.root("iam", other).list_groups()["Groups"] == []
    assert len(cloud.root("iam").list_groups()["Groups"]) == 1
    assert cloud.account.records[-1]["sourceIPAddress"] == cloud.address
