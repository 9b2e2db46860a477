"""Keys, roles and passwords tell when they were last used, on the account's clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from simulator.account import last_used

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)


@pytest.fixture
def clock(cloud: Any) -> Any:
    """The account's clock, which stands at noon."""
    with cloud.world.clock.pinned(NOON):
        yield cloud.world.clock


@pytest.fixture
def ann(cloud: Any, clock: Any) -> Any:
    return cloud.user("ann", cloud.statement(["s3:*", "iam:GetUser", "sts:*"]))


def use_of(cloud: Any, keys: Any) -> Any:
    iam = cloud.root("iam")
    return iam.get_access_key_last_used(AccessKeyId=keys["AccessKeyId"])


def test_a_key_that_was_never_used(cloud: Any, ann: Any) -> None:
    answer = use_of(cloud, ann)
    assert answer["UserName"] == "ann"
    assert answer["AccessKeyLastUsed"] == {"ServiceName": "N/A", "Region": "N/A"}


def test_a_key_tells_the_time_service_and_region_of_its_last_call(
    cloud: Any, ann: Any, clock: Any
) -> None:
    cloud.client("s3", ann, region="eu-west-1").list_buckets()
    used = {"LastUsedDate": NOON, "ServiceName": "s3", "Region": "eu-west-1"}
    assert use_of(cloud, ann)["AccessKeyLastUsed"] == used
    clock.pin(NOON + timedelta(minutes=1))
    cloud.client("iam", ann, region="eu-west-1").get_user()
    used = {
        "LastUsedDate": NOON + timedelta(minutes=1),
        "ServiceName": "iam",
        "Region": "us-east-1",
    }
    assert use_of(cloud, ann)["AccessKeyLastUsed"] == used


def test_a_denied_call_is_a_use_and_a_forged_one_is_not(cloud: Any, ann: Any, refusal: Any) -> None:
    forged = cloud.client("s3", {**ann, "SecretAccessKey": "x" * 40})
    assert refusal(forged.list_buckets)[0] == "SignatureDoesNotMatch"
    assert use_of(cloud, ann)["AccessKeyLastUsed"]["ServiceName"] == "N/A"
    assert refusal(cloud.client("sqs", ann).list_queues)[0] == "AccessDeniedException"
    assert use_of(cloud, ann)["AccessKeyLastUsed"]["ServiceName"] == "sqs"


def test_a_session_of_a_user_is_no_use_of_its_key(cloud: Any, ann: Any, clock: Any) -> None:
    session = cloud.client("sts", ann).get_session_token()["Credentials"]
    clock.pin(NOON + timedelta(hours=1))
    cloud.client("s3", session).list_buckets()
    assert use_of(cloud, ann)["AccessKeyLastUsed"]["LastUsedDate"] == NOON


def test_a_role_is_used_by_its_sessions_calls_not_by_being_assumed(
    cloud: Any, ann: Any, clock: Any
) -> None:
    iam = cloud.root("iam")
    trust = cloud.trust({"AWS": "arn:aws:iam::111122223333:user/ann"})
    arn = cloud.role("reader", trust, cloud.statement("s3:*"))
    keys = cloud.client("sts", ann).assume_role(RoleArn=arn, RoleSessionName="now")["Credentials"]
    assert iam.get_role(RoleName="reader")["Role"]["RoleLastUsed"] == {}
    cloud.client("s3", keys, region="eu-west-1").list_buckets()
    used = {"LastUsedDate": NOON, "Region": "eu-west-1"}
    assert iam.get_role(RoleName="reader")["Role"]["RoleLastUsed"] == used
    assert "RoleLastUsed" not in iam.list_roles()["Roles"][0]
    clock.pin(NOON + timedelta(days=401))
    assert iam.get_role(RoleName="reader")["Role"]["RoleLastUsed"] == {}


def test_a_call_into_another_account_is_used_at_home(cloud: Any, ann: Any) -> None:
    other = cloud.open("444455556666", world=cloud.world)
    cloud.root("s3", other).create_bucket(Bucket="theirs")
    s3 = cloud.client("s3", ann)
    with pytest.raises(s3.exceptions.ClientError):
        s3.list_objects_v2(Bucket="theirs")
    assert use_of(cloud, ann)["AccessKeyLastUsed"]["ServiceName"] == "s3"
    assert not other.last_used


def test_a_password_tells_its_last_sign_in(cloud: Any, ann: Any) -> None:
    iam = cloud.root("iam")
    user = iam.get_user(UserName="ann")["User"]
    assert "PasswordLastUsed" not in user
    last_used.sign_in(cloud.account, user["UserId"], NOON)
    assert iam.get_user(UserName="ann")["User"]["PasswordLastUsed"] == NOON
    assert iam.list_users()["Users"][0]["PasswordLastUsed"] == NOON
    last_used.sign_in(cloud.account, user["UserId"], NOON + timedelta(minutes=4))
    assert iam.get_user(UserName="ann")["User"]["PasswordLastUsed"] == NOON


def test_what_is_undone_was_no_use(cloud: Any, ann: Any) -> None:
    saved = cloud.gateway.save(cloud.world)
    cloud.client("s3", ann).list_buckets()
    cloud.gateway.restore(cloud.world, saved)
    assert use_of(cloud, ann)["AccessKeyLastUsed"]["ServiceName"] == "N/A"


def test_an_unknown_key_is_not_found(cloud: Any, refusal: Any) -> None:
    iam = cloud.root("iam")
    attempt = lambda: iam.get_access_key_last_used(AccessKeyId="AKIAIOSFODNN7EXAMPLE")  # noqa: E731
    assert refusal(attempt)[:2] == ("NoSuchEntity", 404)
