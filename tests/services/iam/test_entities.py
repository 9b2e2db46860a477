"""Users, groups, roles, policies and keys: what can't be deleted yet, and what never changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

ACCOUNT = "111122223333"
READ_ONLY = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
INLINE = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}'
ANN = {"UserName": "ann"}

Attached = tuple[str, Callable[[Any], object], Callable[[Any], object]]
PASSWORD = "correct-Horse-1"
ON_USERS: list[Attached] = [
    (
        "detach all policies",
        lambda iam: iam.attach_user_policy(**ANN, PolicyArn=READ_ONLY),
        lambda iam: iam.detach_user_policy(**ANN, PolicyArn=READ_ONLY),
    ),
    (
        "delete policies",
        lambda iam: iam.put_user_policy(**ANN, PolicyName="p", PolicyDocument=INLINE),
        lambda iam: iam.delete_user_policy(**ANN, PolicyName="p"),
    ),
    (
        "remove users from group",
        lambda iam: iam.add_user_to_group(GroupName="staff", **ANN),
        lambda iam: iam.remove_user_from_group(GroupName="staff", **ANN),
    ),
    (
        "delete login profile",
        lambda iam: iam.create_login_profile(**ANN, Password=PASSWORD),
        lambda iam: iam.delete_login_profile(**ANN),
    ),
    (
        "delete access keys",
        lambda iam: iam.create_access_key(**ANN),
        lambda iam: iam.delete_access_key(
            **ANN,
            AccessKeyId=iam.list_access_keys(**ANN)["AccessKeyMetadata"][0]["AccessKeyId"],
        ),
    ),
]


@pytest.fixture
def iam(cloud: Any) -> Any:
    client = cloud.root("iam")
    client.create_user(**ANN)
    client.create_group(GroupName="staff")
    return client


@pytest.mark.parametrize("attached", ON_USERS, ids=lambda attached: attached[0])
def test_a_user_is_deleted_once_it_is_bare(iam: Any, refusal: Any, attached: Attached) -> None:
    what, attach, detach = attached
    attach(iam)
    assert refusal(lambda: iam.delete_user(**ANN)) == (
        "DeleteConflict",
        409,
        f"Cannot delete entity, must {what} first.",
    )
    detach(iam)
    iam.delete_user(**ANN)
    assert iam.list_users()["Users"] == []


def test_a_group_is_deleted_once_it_is_bare(iam: Any, refusal: Any) -> None:
    staff = {"GroupName": "staff"}
    iam.add_user_to_group(**staff, **ANN)
    iam.attach_group_policy(**staff, PolicyArn=READ_ONLY)
    iam.put_group_policy(**staff, PolicyName="p", PolicyDocument=INLINE)
    for what, detach in (
        ("remove users from group", lambda: iam.remove_user_from_group(**staff, **ANN)),
        ("detach all policies", lambda: iam.detach_group_policy(**staff, PolicyArn=READ_ONLY)),
        ("delete policies", lambda: iam.delete_group_policy(**staff, PolicyName="p")),
    ):
        assert what in refusal(lambda: iam.delete_group(**staff))[2]
        detach()
    iam.delete_group(**staff)


def test_a_role_is_deleted_once_it_is_bare(cloud: Any, iam: Any, refusal: Any) -> None:
    cloud.role("web", cloud.trust({"Service": "ec2.amazonaws.com"}), cloud.statement("s3:*"))
    web, profile = {"RoleName": "web"}, {"InstanceProfileName": "web"}
    iam.create_instance_profile(**profile)
    iam.add_role_to_instance_profile(**profile, **web)
    iam.attach_role_policy(**web, PolicyArn=READ_ONLY)
    for what, detach in (
        (
            "remove roles from instance profile",
            lambda: iam.remove_role_from_instance_profile(**profile, **web),
        ),
        ("detach all policies", lambda: iam.detach_role_policy(**web, PolicyArn=READ_ONLY)),
        ("delete policies", lambda: iam.delete_role_policy(**web, PolicyName="own")),
    ):
        code, status, text = refusal(lambda: iam.delete_role(**web))
        assert (code, status) == ("DeleteConflict", 409)
        assert what in text
        detach()
    iam.delete_role(**web)


def test_a_policy_is_deleted_once_nothing_holds_it(cloud: Any, iam: Any, refusal: Any) -> None:
    arn = iam.create_policy(PolicyName="own", PolicyDocument=INLINE)["Policy"]["Arn"]
    own = {"PolicyArn": arn}
    iam.create_policy_version(**own, PolicyDocument=INLINE)
    for _ in range(2):
        iam.attach_user_policy(**ANN, **own)
    assert iam.get_policy(**own)["Policy"]["AttachmentCount"] == 1
    attached = "Cannot delete a policy attached to entities."
    assert refusal(lambda: iam.delete_policy(**own)) == ("DeleteConflict", 409, attached)
    iam.detach_user_policy(**ANN, **own)
    iam.put_user_permissions_boundary(**ANN, PermissionsBoundary=arn)
    assert refusal(lambda: iam.delete_policy(**own))[2] == attached
    iam.delete_user_permissions_boundary(**ANN)
    assert "more than one version" in refusal(lambda: iam.delete_policy(**own))[2]
    iam.delete_policy_version(**own, VersionId="v2")
    iam.delete_policy(**own)
    assert refusal(lambda: iam.get_policy(**own))[:2] == ("NoSuchEntity", 404)


def test_a_policy_has_five_versions_at_most_and_the_default_one_is_in_force(
    cloud: Any, refusal: Any
) -> None:
    iam, keys = cloud.root("iam"), cloud.user("bob")
    arn = iam.create_policy(PolicyName="own", PolicyDocument=INLINE)["Policy"]["Arn"]
    iam.attach_user_policy(UserName="bob", PolicyArn=arn)
    s3 = cloud.client("s3", keys)
    s3.list_buckets()
    deny = cloud.policy(cloud.statement("s3:*", "*", "Deny"))
    for _ in range(4):
        iam.create_policy_version(PolicyArn=arn, PolicyDocument=deny)
    s3.list_buckets()
    attempt = lambda: iam.create_policy_version(PolicyArn=arn, PolicyDocument=deny)  # noqa: E731
    assert refusal(attempt)[:2] == ("LimitExceeded", 409)
    iam.set_default_policy_version(PolicyArn=arn, VersionId="v3")
    assert refusal(s3.list_buckets)[0] == "AccessDenied"
    default = lambda: iam.delete_policy_version(PolicyArn=arn, VersionId="v3")  # noqa: E731
    assert refusal(default)[:2] == ("DeleteConflict", 409)


def test_policies_that_aws_maintains_dont_change(cloud: Any, iam: Any, refusal: Any) -> None:
    admin = {"PolicyArn": "arn:aws:iam::aws:policy/AdministratorAccess"}
    for attempt in (
        lambda: iam.create_policy_version(**admin, PolicyDocument=INLINE, SetAsDefault=True),
        lambda: iam.delete_policy(**admin),
        lambda: iam.set_default_policy_version(**admin, VersionId="v1"),
        lambda: iam.tag_policy(**admin, Tags=[{"Key": "a", "Value": "b"}]),
    ):
        assert refusal(attempt)[:2] == ("AccessDenied", 403)
    assert len(iam.list_policy_versions(**admin)["Versions"]) == 1


def test_a_service_linked_role_is_its_services_alone(cloud: Any, iam: Any, refusal: Any) -> None:
    name = iam.create_service_linked_role(AWSServiceName="config.amazonaws.com")["Role"]["RoleName"]
    role, trust = {"RoleName": name}, cloud.trust({"AWS": f"arn:aws:iam::{ACCOUNT}:root"})
    for attempt in (
        lambda: iam.attach_role_policy(**role, PolicyArn=READ_ONLY),
        lambda: iam.put_role_policy(**role, PolicyName="p", PolicyDocument=INLINE),
        lambda: iam.update_assume_role_policy(**role, PolicyDocument=trust),
        lambda: iam.put_role_permissions_boundary(**role, PermissionsBoundary=READ_ONLY),
        lambda: iam.update_role(**role, MaxSessionDuration=7200),
        lambda: iam.delete_role(**role),
    ):
        assert refusal(attempt) == (
            "UnmodifiableEntity",
            400,
            f"Cannot perform the operation on the protected role '{name}' - this role is only"
            " modifiable by AWS",
        )
    iam.update_role(**role, Description="Records configurations")
    assert iam.get_role(**role)["Role"]["Description"] == "Records configurations"
    iam.delete_service_linked_role(**role)


def test_an_update_of_a_role_leaves_the_rest_as_it_is(cloud: Any, iam: Any) -> None:
    trust = cloud.trust({"Service": "ec2.amazonaws.com"})
    cloud.role("web", trust, MaxSessionDuration=7200, Description="The web servers'")
    iam.update_role(RoleName="web", Description="Of all servers")
    role = iam.get_role(RoleName="web")["Role"]
    assert (role["Description"], role["MaxSessionDuration"]) == ("Of all servers", 7200)


def test_a_user_has_two_keys_and_looks_after_its_own(cloud: Any, refusal: Any) -> None:
    keys = cloud.user("bob", cloud.statement("iam:*"))
    iam = cloud.client("iam", keys)
    second = iam.create_access_key()["AccessKey"]
    assert second["UserName"] == "bob"
    assert refusal(iam.create_access_key)[:2] == ("LimitExceeded", 409)
    iam.update_access_key(AccessKeyId=second["AccessKeyId"], Status="Inactive")
    listed = {
        one["AccessKeyId"]: one["Status"] for one in iam.list_access_keys()["AccessKeyMetadata"]
    }
    assert listed == {keys["AccessKeyId"]: "Active", second["AccessKeyId"]: "Inactive"}
    iam.delete_access_key(AccessKeyId=second["AccessKeyId"])
    assert len(iam.list_access_keys()["AccessKeyMetadata"]) == 1
    session = cloud.role(
        "admin", cloud.trust({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}), cloud.statement("iam:*")
    )
    cloud.root("iam").put_user_policy(
        UserName="bob", PolicyName="hop", PolicyDocument=cloud.policy(cloud.statement("sts:*"))
    )
    taken = cloud.client("sts", keys).assume_role(RoleArn=session, RoleSessionName="now")
    by_role = cloud.client("iam", taken["Credentials"])
    assert refusal(by_role.list_access_keys)[0] == "ValidationError"


def test_passwords_follow_the_accounts_rules(cloud: Any, refusal: Any) -> None:
    iam, keys = cloud.root("iam"), cloud.user("bob", cloud.statement("iam:ChangePassword"))
    bob = {"UserName": "bob"}
    assert refusal(lambda: iam.get_login_profile(**bob))[:2] == ("NoSuchEntity", 404)
    weak = lambda: iam.create_login_profile(**bob, Password="lowercase")  # noqa: E731
    assert refusal(weak)[:2] == ("PasswordPolicyViolation", 400)
    made = iam.create_login_profile(**bob, Password=PASSWORD, PasswordResetRequired=True)
    assert made["LoginProfile"]["PasswordResetRequired"] is True
    twice = lambda: iam.create_login_profile(**bob, Password=PASSWORD)  # noqa: E731
    assert refusal(twice)[:2] == ("EntityAlreadyExists", 409)
    iam.update_account_password_policy(MinimumPasswordLength=20, RequireSymbols=True)
    short = lambda: iam.update_login_profile(**bob, Password="battery-Staple-2")  # noqa: E731
    assert refusal(short)[0] == "PasswordPolicyViolation"
    own, long = cloud.client("iam", keys), "battery-Staple-2-horse"
    wrong = lambda: own.change_password(OldPassword="guess-Me-1", NewPassword=long)  # noqa: E731
    assert refusal(wrong)[0] == "AccessDenied"
    own.change_password(OldPassword=PASSWORD, NewPassword=long)
    assert iam.get_login_profile(**bob)["LoginProfile"]["PasswordResetRequired"] is False
    iam.delete_login_profile(**bob)
    assert refusal(lambda: iam.get_login_profile(**bob))[0] == "NoSuchEntity"


def test_users_are_listed_by_name_path_and_page(iam: Any) -> None:
    for name in ("Zoe", "bob"):
        iam.create_user(UserName=name, Path="/staff/")
    assert [one["UserName"] for one in iam.list_users()["Users"]] == ["ann", "bob", "Zoe"]
    pages = iam.get_paginator("list_users").paginate(
        PathPrefix="/staff/", PaginationConfig={"PageSize": 1}
    )
    assert [[one["UserName"] for one in page["Users"]] for page in pages] == [["bob"], ["Zoe"]]


def test_the_root_user_sees_itself(cloud: Any) -> None:
    user = cloud.root("iam").get_user()["User"]
    assert (user["UserId"], user["Arn"]) == (ACCOUNT, f"arn:aws:iam::{ACCOUNT}:root")
