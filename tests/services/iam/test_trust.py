"""Trust policies name principals that exist, and no later one of the same name."""

from __future__ import annotations

from typing import Any

import pytest

ACCOUNT = "111122223333"
ANN = f"arn:aws:iam::{ACCOUNT}:user/ann"


def assume(cloud: Any, keys: Any, arn: str) -> Any:
    return cloud.client("sts", keys).assume_role(RoleArn=arn, RoleSessionName="now")["Credentials"]


def delete_user(cloud: Any, keys: Any) -> None:
    iam = cloud.root("iam")
    iam.delete_access_key(UserName="ann", AccessKeyId=keys["AccessKeyId"])
    iam.delete_user_policy(UserName="ann", PolicyName="own")
    iam.delete_user(UserName="ann")


def trusted(cloud: Any, role: str) -> Any:
    document = cloud.root("iam").get_role(RoleName=role)["Role"]["AssumeRolePolicyDocument"]
    return document["Statement"][0]["Principal"]["AWS"]


def test_a_user_made_anew_under_a_trusted_name_is_not_trusted(cloud: Any, refusal: Any) -> None:
    allow = cloud.statement("sts:AssumeRole")
    keys = cloud.user("ann", allow)
    arn = cloud.role("reader", cloud.trust({"AWS": [ANN, f"arn:aws:iam::{ACCOUNT}:root"]}))
    own = cloud.role("own", cloud.trust({"AWS": ANN}))
    assume(cloud, keys, own)
    identity = cloud.root("iam").get_user(UserName="ann")["User"]["UserId"]
    delete_user(cloud, keys)
    assert trusted(cloud, "own") == identity
    assert trusted(cloud, "reader") == [identity, f"arn:aws:iam::{ACCOUNT}:root"]
    again = cloud.user("ann", allow)
    assert refusal(lambda: assume(cloud, again, own))[0] == "AccessDenied"
    assume(cloud, again, arn)


def test_a_role_made_anew_under_a_trusted_name_is_not_trusted_by_another_account(
    cloud: Any, refusal: Any
) -> None:
    other = cloud.open("444455556666", world=cloud.world)
    keys = cloud.user("ann", cloud.statement("sts:AssumeRole"))
    allow = cloud.statement("sts:AssumeRole")
    hop = cloud.role("hop", cloud.trust({"AWS": ANN}), allow)
    target = cloud.role("target", cloud.trust({"AWS": hop}), account=other)
    assume(cloud, assume(cloud, keys, hop), target)
    iam = cloud.root("iam")
    iam.delete_role_policy(RoleName="hop", PolicyName="own")
    iam.delete_role(RoleName="hop")
    cloud.role("hop", cloud.trust({"AWS": ANN}), allow)
    session = assume(cloud, keys, hop)
    assert refusal(lambda: assume(cloud, session, target))[0] == "AccessDenied"


@pytest.mark.parametrize(
    "name",
    [
        ANN,
        f"arn:aws:iam::{ACCOUNT}:role/nobody",
        f"arn:aws:sts::{ACCOUNT}:assumed-role/nobody/now",
        f"arn:aws:iam::{ACCOUNT}:group/staff",
        "AIDAIOSFODNN7EXAMPLE12",
    ],
)
def test_whom_a_role_trusts_must_exist(cloud: Any, refusal: Any, name: str) -> None:
    iam = cloud.root("iam")
    iam.create_group(GroupName="staff")
    cloud.role("reader", cloud.trust({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}))
    document = cloud.trust({"AWS": [f"arn:aws:iam::{ACCOUNT}:root", name]})
    for attempt in (
        lambda: iam.create_role(RoleName="new", AssumeRolePolicyDocument=document),
        lambda: iam.update_assume_role_policy(RoleName="reader", PolicyDocument=document),
    ):
        code, status, text = refusal(attempt)
        assert (code, status) == ("MalformedPolicyDocument", 400)
        assert text == f'Invalid principal in policy: "AWS":"{name}"'
    assert trusted(cloud, "reader") == f"arn:aws:iam::{ACCOUNT}:root"


def test_accounts_that_are_not_simulated_can_be_trusted(cloud: Any) -> None:
    vendor = "arn:aws:iam::999988887777:role/collector"
    cloud.role("reader", cloud.trust({"AWS": vendor}))
    cloud.role("open", cloud.trust({"AWS": "*"}))
    assert trusted(cloud, "reader") == vendor


def test_a_renamed_user_stays_trusted_and_keeps_keys_and_tags(cloud: Any) -> None:
    keys = cloud.user("ann", cloud.statement("sts:AssumeRole"))
    arn, iam = cloud.role("reader", cloud.trust({"AWS": ANN})), cloud.root("iam")
    iam.tag_user(UserName="ann", Tags=[{"Key": "team", "Value": "red"}])
    iam.update_user(UserName="ann", NewUserName="anna", NewPath="/staff/")
    assert trusted(cloud, "reader") == f"arn:aws:iam::{ACCOUNT}:user/staff/anna"
    assume(cloud, keys, arn)
    assert iam.get_user(UserName="anna")["User"]["Tags"] == [{"Key": "team", "Value": "red"}]


def test_trust_comes_back_with_a_snapshot(cloud: Any) -> None:
    keys = cloud.user("ann", cloud.statement("sts:AssumeRole"))
    arn = cloud.role("reader", cloud.trust({"AWS": ANN}))
    saved = cloud.gateway.save(cloud.world)
    delete_user(cloud, keys)
    cloud.gateway.restore(cloud.world, saved)
    assert trusted(cloud, "reader") == ANN
    assume(cloud, keys, arn)
