"""Assignments become roles in accounts, and users take them through the portal."""

from __future__ import annotations

import json
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from botocore import UNSIGNED
from botocore.config import Config

from simulator.account import identity_center

if TYPE_CHECKING:
    from simulator.account.account import Account
    from tests.conftest import Cloud, Refusal

ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"


class Center:
    """Identity Center of an organization with one member, one user and one permission set."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud
        self.admin = cloud.user("admin", cloud.statement("*"))
        organizations = cloud.client("organizations", self.admin)
        organizations.create_organization()
        asked = organizations.create_account(Email="p@example.com", AccountName="payments")
        self.member: Account = cloud.world.accounts[
            organizations.describe_create_account_status(
                CreateAccountRequestId=asked["CreateAccountStatus"]["Id"]
            )["CreateAccountStatus"]["AccountId"]
        ]
        self.sso = cloud.client("sso-admin", self.admin)
        instance = self.sso.list_instances()["Instances"][0]
        self.instance, self.store = instance["InstanceArn"], instance["IdentityStoreId"]
        self.users = cloud.client("identitystore", self.admin)
        self.user = self.users.create_user(
            IdentityStoreId=self.store,
            UserName="dev@example.com",
            DisplayName="Dev",
            Name={"GivenName": "De", "FamilyName": "Veloper"},
        )["UserId"]
        self.operators = self.permission_set("Operators")

    def permission_set(self, name: str, **more: Any) -> str:
        made = self.sso.create_permission_set(InstanceArn=self.instance, Name=name, **more)
        arn: str = made["PermissionSet"]["PermissionSetArn"]
        self.sso.attach_managed_policy_to_permission_set(
            InstanceArn=self.instance, PermissionSetArn=arn, ManagedPolicyArn=READ_ONLY
        )
        return arn

    def assignment(self, arn: str | None = None, **more: Any) -> dict[str, Any]:
        return {
            "InstanceArn": self.instance,
            "TargetId": self.member.id,
            "TargetType": "AWS_ACCOUNT",
            "PermissionSetArn": arn or self.operators,
            "PrincipalType": "USER",
            "PrincipalId": self.user,
            **more,
        }

    def assign(self, arn: str | None = None, **more: Any) -> dict[str, Any]:
        """The status once the assignment is done."""
        wanted = self.assignment(arn, **more)
        asked = self.sso.create_account_assignment(**wanted)["AccountAssignmentCreationStatus"]
        assert asked["Status"] == "IN_PROGRESS"
        done: dict[str, Any] = self.sso.describe_account_assignment_creation_status(
            InstanceArn=self.instance, AccountAssignmentCreationRequestId=asked["RequestId"]
        )["AccountAssignmentCreationStatus"]
        return done

    def roles(self) -> list[dict[str, Any]]:
        """The roles that Identity Center keeps in the member."""
        listed: list[dict[str, Any]] = self.cloud.root("iam", self.member).list_roles(
            PathPrefix="/aws-reserved/"
        )["Roles"]
        return listed

    def portal(self) -> Any:
        return self.cloud.client("sso", None, config=Config(signature_version=UNSIGNED))

    def keys(self, role: str = "Operators") -> dict[str, str]:
        """What the portal gives to the user."""
        token = identity_center.sign_in(self.cloud.account, "dev@example.com")
        given = self.portal().get_role_credentials(
            roleName=role, accountId=self.member.id, accessToken=token
        )["roleCredentials"]
        return {key[0].upper() + key[1:]: value for key, value in given.items()}


@pytest.fixture
def center(cloud: Cloud) -> Center:
    return Center(cloud)


def test_assignment_creates_the_role_and_the_last_one_takes_it_away(
    center: Center, refusal: Refusal
) -> None:
    assert center.roles() == []
    assert center.assign()["Status"] == "SUCCEEDED"
    (role,) = center.roles()
    name, _, mark = role["RoleName"].rpartition("_")
    assert name == "AWSReservedSSO_Operators"
    assert len(mark) == 16
    assert int(mark, 16)
    assert role["Path"] == "/aws-reserved/sso.amazonaws.com/"
    (statement,) = role["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Action"] == ["sts:AssumeRoleWithSAML", "sts:TagSession"]
    provider = statement["Principal"]["Federated"]
    assert provider.startswith(f"arn:aws:iam::{center.member.id}:saml-provider/AWSSSO_")

    group = center.users.create_group(IdentityStoreId=center.store, DisplayName="ops")["GroupId"]
    by_group = {"PrincipalType": "GROUP", "PrincipalId": group}
    center.assign(**by_group)
    keys = center.keys()
    center.sso.delete_account_assignment(**center.assignment())
    assert [each["RoleName"] for each in center.roles()] == [role["RoleName"]]
    center.sso.delete_account_assignment(**center.assignment(**by_group))
    assert center.roles() == []
    whoami = center.cloud.client("sts", keys).get_caller_identity
    assert refusal(whoami)[0] == "InvalidClientTokenId"


def test_user_takes_the_role_through_the_portal_under_its_own_name(
    center: Center, cloud: Cloud, refusal: Refusal
) -> None:
    center.assign()
    token = identity_center.sign_in(cloud.account, "dev@example.com")
    portal = center.portal()
    listed = portal.list_accounts(accessToken=token)["accountList"]
    assert [each["accountId"] for each in listed] == [center.member.id]
    roles = portal.list_account_roles(accessToken=token, accountId=center.member.id)["roleList"]
    assert roles == [{"roleName": "Operators", "accountId": center.member.id}]
    keys = center.keys()
    arn = cloud.client("sts", keys).get_caller_identity()["Arn"]
    (role,) = center.roles()
    assert arn == (
        f"arn:aws:sts::{center.member.id}:assumed-role/{role['RoleName']}/dev@example.com"
    )
    cloud.client("iam", keys).list_users()
    create = partial(cloud.client("iam", keys).create_user, UserName="x")
    assert refusal(create)[0] == "AccessDenied"
    recorded = next(
        one for one in cloud.account.records if one["eventName"] == "GetRoleCredentials"
    )
    assert recorded["userIdentity"]["type"] == "IdentityCenterUser"
    assert recorded["userIdentity"]["onBehalfOf"]["userId"] == center.user
    assert token not in json.dumps(recorded)


def test_portal_refuses_what_is_not_assigned_and_a_token_that_is_none(
    center: Center, cloud: Cloud, refusal: Refusal
) -> None:
    center.assign()
    other = center.permission_set("Administrators")
    ask = center.portal().get_role_credentials
    token = identity_center.sign_in(cloud.account, "dev@example.com")
    wanted = {"accountId": center.member.id, "accessToken": token}
    assert refusal(partial(ask, roleName="Administrators", **wanted))[:2] == (
        "ForbiddenException",
        403,
    )
    center.assign(other)
    ask(roleName="Administrators", **wanted)
    forged = wanted | {"accessToken": token[:-4] + "AAAA"}
    assert refusal(partial(ask, roleName="Operators", **forged))[:2] == (
        "UnauthorizedException",
        401,
    )
    center.portal().logout(accessToken=token)
    assert refusal(partial(ask, roleName="Operators", **wanted))[0] == "UnauthorizedException"
    late = identity_center.sign_in(cloud.account, "dev@example.com")
    cloud.world.clock.advance(timedelta(hours=9))
    asked = partial(ask, roleName="Operators", accountId=center.member.id, accessToken=late)
    assert refusal(asked)[0] == "UnauthorizedException"


def test_member_of_a_group_has_what_the_group_is_assigned(center: Center) -> None:
    group = center.users.create_group(IdentityStoreId=center.store, DisplayName="ops")["GroupId"]
    center.assign(PrincipalType="GROUP", PrincipalId=group)
    with pytest.raises(Exception, match="ForbiddenException"):
        center.keys()
    center.users.create_group_membership(
        IdentityStoreId=center.store, GroupId=group, MemberId={"UserId": center.user}
    )
    assert center.keys()


def test_changed_permission_set_takes_effect_once_provisioned_and_not_before(
    center: Center, cloud: Cloud, refusal: Refusal
) -> None:
    center.assign()
    iam = cloud.client("iam", center.keys())
    here = {"InstanceArn": center.instance, "PermissionSetArn": center.operators}
    center.sso.put_inline_policy_to_permission_set(
        **here, InlinePolicy=cloud.policy(cloud.statement("iam:CreateUser"))
    )
    center.sso.detach_managed_policy_from_permission_set(**here, ManagedPolicyArn=READ_ONLY)
    iam.list_users()
    assert refusal(partial(iam.create_user, UserName="x"))[0] == "AccessDenied"
    asked = center.sso.provision_permission_set(**here, TargetType="ALL_PROVISIONED_ACCOUNTS")
    done = center.sso.describe_permission_set_provisioning_status(
        InstanceArn=center.instance,
        ProvisionPermissionSetRequestId=asked["PermissionSetProvisioningStatus"]["RequestId"],
    )["PermissionSetProvisioningStatus"]
    assert done["Status"] == "SUCCEEDED"
    iam.create_user(UserName="x")
    assert refusal(iam.list_users)[0] == "AccessDenied"


def test_boundary_of_a_permission_set_limits_its_role(
    center: Center, cloud: Cloud, refusal: Refusal
) -> None:
    own = {"CustomerManagedPolicyReference": {"Name": "limit", "Path": "/"}}
    here = {"InstanceArn": center.instance, "PermissionSetArn": center.operators}
    center.sso.put_permissions_boundary_to_permission_set(**here, PermissionsBoundary=own)
    failed = center.assign()
    assert failed["Status"] == "FAILED"
    assert "404" in failed["FailureReason"]
    assert center.roles() == []
    cloud.root("iam", center.member).create_policy(
        PolicyName="limit", PolicyDocument=cloud.policy(cloud.statement("iam:ListRoles"))
    )
    assert center.assign()["Status"] == "SUCCEEDED"
    iam = cloud.client("iam", center.keys())
    iam.list_roles()
    assert refusal(iam.list_users)[2].endswith(
        "because no permissions boundary allows the iam:ListUsers action"
    )


def test_session_lasts_as_long_as_the_permission_set_says(
    center: Center, cloud: Cloud, refusal: Refusal
) -> None:
    center.assign(center.permission_set("Night", SessionDuration="PT4H"))
    whoami = cloud.client("sts", center.keys("Night")).get_caller_identity
    cloud.world.clock.advance(timedelta(hours=3, minutes=59))
    whoami()
    cloud.world.clock.advance(timedelta(minutes=2))
    assert refusal(whoami)[0] == "ExpiredToken"


def test_iam_can_not_change_the_role(center: Center, cloud: Cloud, refusal: Refusal) -> None:
    center.assign()
    (role,) = center.roles()
    iam = cloud.client("iam", cloud.user("root", cloud.statement("*"), account=center.member))
    name = role["RoleName"]
    for change in (
        partial(iam.delete_role, RoleName=name),
        partial(iam.attach_role_policy, RoleName=name, PolicyArn=ADMINISTRATOR),
        partial(iam.put_role_policy, RoleName=name, PolicyName="p", PolicyDocument=cloud.policy()),
    ):
        assert refusal(change) == (
            "UnmodifiableEntity",
            400,
            f"Cannot perform the operation on the protected role '{name}' - this role is only "
            "modifiable by AWS",
        )
    iam.get_role(RoleName=name)


def test_scp_binds_the_users_session(center: Center, cloud: Cloud, refusal: Refusal) -> None:
    center.assign()
    iam = cloud.client("iam", center.keys())
    iam.list_users()
    organizations = cloud.client("organizations", center.admin)
    made = organizations.create_policy(
        Name="no-iam",
        Description="",
        Type="SERVICE_CONTROL_POLICY",
        Content=cloud.policy(cloud.statement("iam:*", effect="Deny")),
    )["Policy"]["PolicySummary"]["Id"]
    organizations.attach_policy(PolicyId=made, TargetId=center.member.id)
    assert refusal(iam.list_users)[0] == "AccessDenied"


def test_only_the_management_account_manages(
    center: Center, cloud: Cloud, refusal: Refusal
) -> None:
    keys = cloud.user("dev", cloud.statement("*"), account=center.member)
    sso = cloud.client("sso-admin", keys)
    assert sso.list_instances()["Instances"][0]["InstanceArn"] == center.instance
    assert refusal(partial(sso.create_account_assignment, **center.assignment()))[0] == (
        "AccessDeniedException"
    )
    users = partial(cloud.client("identitystore", keys).list_users, IdentityStoreId=center.store)
    assert refusal(users)[0] == "AccessDeniedException"


def test_permission_set_in_use_can_not_be_deleted(center: Center, refusal: Refusal) -> None:
    center.assign()
    delete = partial(
        center.sso.delete_permission_set,
        InstanceArn=center.instance,
        PermissionSetArn=center.operators,
    )
    assert refusal(delete)[0] == "ConflictException"
    center.sso.delete_account_assignment(**center.assignment())
    delete()


def test_assignment_made_in_a_trial_is_undone(center: Center, cloud: Cloud) -> None:
    saved = cloud.gateway.save(cloud.world)
    center.assign()
    first = center.roles()[0]["RoleName"]
    cloud.gateway.restore(cloud.world, saved)
    assert center.roles() == []
    center.assign()
    assert center.roles()[0]["RoleName"] == first


def test_no_instance_without_an_organization(cloud: Cloud) -> None:
    keys = cloud.user("admin", cloud.statement("*"))
    assert cloud.client("sso-admin", keys).list_instances()["Instances"] == []
