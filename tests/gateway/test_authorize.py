"""Each kind of policy has its say in a call, and a change of one shows at the very next call."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from simulator.account.account import Account
from tests.conftest import Cloud, Keys, Refusal

READ = {"Bucket": "data", "Key": "k"}
OTHER = "444455556666"


@pytest.fixture
def data(cloud: Cloud) -> str:
    """A bucket with one object."""
    s3 = cloud.root("s3")
    s3.create_bucket(Bucket="data")
    s3.put_object(**READ, Body=b"x")
    return "data"


def session(cloud: Cloud, role: str, keys: Keys, **more: Any) -> Any:
    """An S3 client of a new session of the role."""
    answer = cloud.client("sts", keys).assume_role(RoleArn=role, RoleSessionName="work", **more)
    return cloud.client("s3", answer["Credentials"])


def reader(cloud: Cloud) -> tuple[str, Keys]:
    """A role that may read everything, and somebody who may take it."""
    keys = cloud.user("ann", cloud.statement("sts:AssumeRole"))
    trusted = cloud.trust({"AWS": cloud.account.id})
    return cloud.role("reader", trusted, cloud.statement("s3:*")), keys


def test_revoking_sessions_denies_the_old_and_admits_the_new(
    cloud: Cloud, data: str, refusal: Refusal
) -> None:
    """The policy AWSRevokeOlderSessions that the console attaches."""
    clock = cloud.world.clock
    with clock.pinned(datetime(2026, 11, 2, 12, tzinfo=UTC)):
        role, keys = reader(cloud)
        old = session(cloud, role, keys)
        old.get_object(**READ)
        clock.pin(clock.now() + timedelta(minutes=5))
        older = {"DateLessThan": {"aws:TokenIssueTime": clock.now().isoformat()}}
        cloud.root("iam").put_role_policy(
            RoleName="reader",
            PolicyName="AWSRevokeOlderSessions",
            PolicyDocument=cloud.policy(cloud.statement("*", effect="Deny", Condition=older)),
        )
        code, _, said = refusal(lambda: old.get_object(**READ))
        assert (code, "with an explicit deny in an identity-based policy" in said) == (
            "AccessDenied",
            True,
        )
        clock.pin(clock.now() + timedelta(seconds=1))
        session(cloud, role, keys).get_object(**READ)


def test_a_session_policy_takes_rights_away_and_gives_none(
    cloud: Cloud, data: str, refusal: Refusal
) -> None:
    role, keys = reader(cloud)
    lists = session(cloud, role, keys, Policy=cloud.policy(cloud.statement("s3:ListBucket")))
    lists.list_objects_v2(Bucket=data)
    assert "no session policy allows" in refusal(lambda: lists.get_object(**READ))[2]
    more = session(cloud, role, keys, Policy=cloud.policy(cloud.statement(["s3:*", "iam:*"])))
    more.get_object(**READ)
    assert refusal(
        session(cloud, role, keys, Policy=cloud.policy(cloud.statement("iam:*"))).list_buckets
    )


def boundary(cloud: Cloud) -> Callable[[], Any]:
    iam = cloud.root("iam")
    document = cloud.policy(cloud.statement("iam:*"))
    arn = iam.create_policy(PolicyName="only-iam", PolicyDocument=document)["Policy"]["Arn"]
    iam.put_user_permissions_boundary(UserName="ann", PermissionsBoundary=arn)
    return lambda: iam.delete_user_permissions_boundary(UserName="ann")


def user_deny(cloud: Cloud) -> Callable[[], Any]:
    iam = cloud.root("iam")
    deny = cloud.policy(cloud.statement("s3:GetObject", effect="Deny"))
    iam.put_user_policy(UserName="ann", PolicyName="stop", PolicyDocument=deny)
    return lambda: iam.delete_user_policy(UserName="ann", PolicyName="stop")


def bucket_deny(cloud: Cloud) -> Callable[[], Any]:
    s3 = cloud.root("s3")
    deny = cloud.statement("s3:GetObject", "arn:aws:s3:::data/*", effect="Deny", Principal="*")
    s3.put_bucket_policy(Bucket="data", Policy=cloud.policy(deny))
    return lambda: s3.delete_bucket_policy(Bucket="data")


def deactivation(cloud: Cloud) -> Callable[[], Any]:
    iam = cloud.root("iam")
    key = iam.list_access_keys(UserName="ann")["AccessKeyMetadata"][0]["AccessKeyId"]
    iam.update_access_key(UserName="ann", AccessKeyId=key, Status="Inactive")
    return lambda: iam.update_access_key(UserName="ann", AccessKeyId=key, Status="Active")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (boundary, "because no permissions boundary allows the s3:GetObject action"),
        (user_deny, "with an explicit deny in an identity-based policy"),
        (bucket_deny, "with an explicit deny in a resource-based policy"),
        (deactivation, "The AWS Access Key Id you provided does not exist in our records."),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_change_shows_at_the_very_next_call_and_so_does_its_undoing(
    cloud: Cloud, data: str, refusal: Refusal, change: Callable[[Cloud], Any], why: str
) -> None:
    s3 = cloud.client("s3", cloud.user("ann", cloud.statement("*")))
    s3.get_object(**READ)
    undo = change(cloud)
    assert why in refusal(lambda: s3.get_object(**READ))[2]
    undo()
    s3.get_object(**READ)


@pytest.fixture
def far(cloud: Cloud) -> Account:
    """Another account of the same world."""
    return cloud.open(OTHER, world=cloud.world)


def test_a_call_across_accounts_needs_both_sides(
    cloud: Cloud, data: str, far: Account, refusal: Refusal
) -> None:
    able = cloud.client("s3", cloud.user("able", cloud.statement("s3:*"), account=far))
    idle = cloud.client("s3", cloud.user("idle", account=far))
    assert refusal(lambda: able.get_object(**READ))[0] == "AccessDenied"
    grant = cloud.statement("s3:GetObject", "arn:aws:s3:::data/*", Principal={"AWS": OTHER})
    cloud.root("s3").put_bucket_policy(Bucket=data, Policy=cloud.policy(grant))
    able.get_object(**READ)
    assert refusal(lambda: idle.get_object(**READ))[0] == "AccessDenied"


def test_the_refusal_of_an_unmapped_operation_says_that_it_is_not_simulated(
    cloud: Cloud, refusal: Refusal
) -> None:
    admin = cloud.client("s3control", cloud.user("ann", cloud.statement("*")))
    code, status, said = refusal(lambda: admin.list_regional_buckets(AccountId=cloud.account.id))
    assert (code, status) == ("NotImplemented", 501)
    assert "not simulated" in said
    assert json.dumps(cloud.account.records[-1]).count("NotImplemented") == 1
