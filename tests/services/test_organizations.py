"""Accounts in an organization, and the policies that it puts on them."""

from __future__ import annotations

import json
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from simulator.account.account import Account
from simulator.account.principal_policies import iam_state
from simulator.gateway.caller import Caller, CallerType
from simulator.gateway.origin import Origin
from simulator.iam.decision import Layer

if TYPE_CHECKING:
    from tests.conftest import Cloud, Refusal

NO_PERMISSION = "You don't have permissions to access this resource."


class Company:
    """An organization managed by the first account, with one OU and one member in it."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud
        self.admin = cloud.user("admin", cloud.statement("*"))
        self.organizations = cloud.client("organizations", self.admin)
        self.id = self.organizations.create_organization()["Organization"]["Id"]
        self.root = self.organizations.list_roots()["Roots"][0]["Id"]
        self.unit = self.create_unit("Workloads")
        self.member = self.create_account("payments")
        self.organizations.move_account(
            AccountId=self.member.id, SourceParentId=self.root, DestinationParentId=self.unit
        )

    def create_unit(self, name: str, parent: str | None = None) -> str:
        made = self.organizations.create_organizational_unit(
            ParentId=parent or self.root, Name=name
        )
        return str(made["OrganizationalUnit"]["Id"])

    def create_account(self, name: str) -> Account:
        asked = self.organizations.create_account(Email=f"{name}@example.com", AccountName=name)
        done = self.organizations.describe_create_account_status(
            CreateAccountRequestId=asked["CreateAccountStatus"]["Id"]
        )["CreateAccountStatus"]
        assert (asked["CreateAccountStatus"]["State"], done["State"]) == (
            "IN_PROGRESS",
            "SUCCEEDED",
        )
        return self.cloud.world.accounts[done["AccountId"]]

    def policy(self, *statements: dict[str, Any], kind: str = "SERVICE_CONTROL_POLICY") -> str:
        """A new policy's id."""
        number = len(self.organizations.list_policies(Filter=kind)["Policies"])
        made = self.organizations.create_policy(
            Name=f"{kind}-{number}",
            Description="",
            Type=kind,
            Content=self.cloud.policy(*statements),
        )
        return str(made["Policy"]["PolicySummary"]["Id"])

    def attach(self, target: str, *statements: dict[str, Any], **more: Any) -> str:
        policy_id = self.policy(*statements, **more)
        self.organizations.attach_policy(PolicyId=policy_id, TargetId=target)
        return policy_id

    def user(self, account: Account | None = None, name: str = "dev") -> Any:
        """Keys of an IAM user of the member who may do everything."""
        return self.cloud.user(name, self.cloud.statement("*"), account=account or self.member)

    def root_user(self, service: str, account: Account) -> Any:
        """A client of an account's root user."""
        arn = f"arn:aws:iam::{account.id}:root"
        root = Caller(CallerType.ROOT, account.id, arn, account.id, access_key_id="ASIAROOT")
        origin = Origin(self.cloud.address, "console", vouched=root, account_id=account.id)
        keys = {"AccessKeyId": "-", "SecretAccessKey": "-"}
        return self.cloud.client(service, keys, origin=origin)


@pytest.fixture
def company(cloud: Cloud) -> Company:
    return Company(cloud)


def deny(action: str, **more: Any) -> dict[str, Any]:
    return {"Effect": "Deny", "Action": action, "Resource": "*", **more}


def test_scp_on_an_ou_denies_in_the_member_and_says_which_policy(
    company: Company, cloud: Cloud, refusal: Refusal
) -> None:
    iam = cloud.client("iam", company.user())
    iam.list_users()
    policy_id = company.attach(company.unit, deny("iam:ListUsers"))
    code, status, text = refusal(iam.list_users)
    assert (code, status) == ("AccessDenied", 403)
    assert text.endswith(
        "with an explicit deny in a service control policy: "
        f"arn:aws:organizations::{cloud.account.id}:policy/{company.id}/service_control_policy/"
        f"{policy_id}"
    )
    iam.list_roles()
    company.organizations.detach_policy(PolicyId=policy_id, TargetId=company.unit)
    iam.list_users()


def test_scp_binds_the_root_user_of_a_member_and_nobody_in_the_management_account(
    company: Company, cloud: Cloud, refusal: Refusal
) -> None:
    company.attach(company.root, deny("iam:ListUsers"))
    code, _, text = refusal(company.root_user("iam", company.member).list_users)
    assert code == "AccessDenied"
    assert "service control policy" in text
    cloud.client("iam", company.admin).list_users()
    company.root_user("iam", cloud.account).list_users()


def test_every_level_must_allow(company: Company, cloud: Cloud, refusal: Refusal) -> None:
    s3_only = company.attach(company.unit, {"Effect": "Allow", "Action": "s3:*", "Resource": "*"})
    iam = cloud.client("iam", company.user())
    iam.list_users()
    company.organizations.detach_policy(PolicyId="p-FullAWSAccess", TargetId=company.unit)
    code, _, text = refusal(iam.list_users)
    assert code == "AccessDenied"
    assert text.endswith("because no service control policy allows the iam:ListUsers action")
    cloud.client("s3", company.user(name="other")).list_buckets()
    last = partial(company.organizations.detach_policy, PolicyId=s3_only, TargetId=company.unit)
    assert refusal(last)[0] == "ConstraintViolationException"


def test_an_updated_scp_binds_at_the_next_call(
    company: Company, cloud: Cloud, refusal: Refusal
) -> None:
    iam = cloud.client("iam", company.user())
    policy_id = company.attach(company.member.id, deny("s3:*"))
    iam.list_users()
    company.organizations.update_policy(PolicyId=policy_id, Content=cloud.policy(deny("iam:*")))
    assert refusal(iam.list_users)[0] == "AccessDenied"


def test_scp_does_not_bind_a_service_linked_role(company: Company, cloud: Cloud) -> None:
    iam = cloud.root("iam", company.member)
    role = iam.create_service_linked_role(AWSServiceName="config.amazonaws.com")["Role"]
    company.attach(company.root, deny("*"))
    arn = f"arn:aws:sts::{company.member.id}:assumed-role/{role['RoleName']}/AWSConfig-Describe"
    caller = Caller(
        CallerType.ASSUMED_ROLE,
        company.member.id,
        arn,
        f"{role['RoleId']}:AWSConfig-Describe",
        "ASIASLR",
        issuer_arn=role["Arn"],
        issuer_id=role["RoleId"],
        issuer_name=role["RoleName"],
    )
    origin = Origin("config", "config", vouched=caller, account_id=company.member.id)
    keys = {"AccessKeyId": "-", "SecretAccessKey": "-"}
    held = iam_state(company.member.id).roles[role["RoleId"]]  # nobody but AWS can give it a policy
    held.policies["own"] = cloud.policy(cloud.statement("iam:ListUsers"))
    cloud.client("iam", keys, origin=origin).list_users()


def test_policies_are_not_in_force_while_their_type_is_disabled(
    company: Company, cloud: Cloud, refusal: Refusal
) -> None:
    iam = cloud.client("iam", company.user())
    policy_id = company.attach(company.root, deny("iam:*"))
    assert refusal(iam.list_users)[0] == "AccessDenied"
    kind = {"RootId": company.root, "PolicyType": "SERVICE_CONTROL_POLICY"}
    company.organizations.disable_policy_type(**kind)
    iam.list_users()
    attach = partial(company.organizations.attach_policy, PolicyId=policy_id, TargetId=company.root)
    assert refusal(attach)[0] == "PolicyTypeNotEnabledException"
    company.organizations.enable_policy_type(**kind)
    iam.list_users()
    attach()
    assert refusal(iam.list_users)[0] == "AccessDenied"


def test_consolidated_billing_knows_no_policies(cloud: Cloud, refusal: Refusal) -> None:
    admin = cloud.client("organizations", cloud.user("admin", cloud.statement("*")))
    admin.create_organization(FeatureSet="CONSOLIDATED_BILLING")
    root = admin.list_roots()["Roots"][0]
    assert root["PolicyTypes"] == []
    enable = partial(
        admin.enable_policy_type, RootId=root["Id"], PolicyType="SERVICE_CONTROL_POLICY"
    )
    assert refusal(enable)[0] == "PolicyTypeNotAvailableForOrganizationException"


@pytest.fixture
def shared_bucket(company: Company, cloud: Cloud) -> str:
    """A bucket of the member that its policy opens to everybody in AWS."""
    s3 = cloud.root("s3", company.member)
    s3.create_bucket(Bucket="exports")
    s3.delete_public_access_block(Bucket="exports")
    s3.put_object(Bucket="exports", Key="a", Body=b"a")
    s3.put_bucket_policy(
        Bucket="exports",
        Policy=cloud.policy(
            cloud.statement(
                "s3:*", ["arn:aws:s3:::exports", "arn:aws:s3:::exports/*"], Principal="*"
            )
        ),
    )
    return "exports"


def test_rcp_denies_an_outsider_on_a_members_bucket(
    company: Company, cloud: Cloud, shared_bucket: str, refusal: Refusal
) -> None:
    outside = cloud.open("999988887777", world=cloud.world)
    stranger = cloud.client("s3", company.user(outside, "stranger"))
    colleague = cloud.client("s3", cloud.user("colleague", cloud.statement("s3:*")))
    anybody = cloud.client("s3", None)
    read = {"Bucket": shared_bucket, "Key": "a"}
    for each in (stranger, colleague, anybody):
        each.get_object(**read)
    company.organizations.enable_policy_type(
        RootId=company.root, PolicyType="RESOURCE_CONTROL_POLICY"
    )
    policy_id = company.attach(
        company.root,
        deny(
            "s3:*",
            Principal="*",
            Condition={
                "StringNotEqualsIfExists": {"aws:PrincipalOrgID": company.id},
                "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
            },
        ),
        kind="RESOURCE_CONTROL_POLICY",
    )
    assert refusal(lambda: stranger.get_object(**read))[:2] == ("AccessDenied", 403)
    denial = company.member.verdicts.find(company.member.records[-1]["eventID"])
    assert denial is not None
    assert denial.asked[-1].decision.layer is Layer.RCP
    assert refusal(lambda: anybody.get_object(**read))[0] == "AccessDenied"
    colleague.get_object(**read)
    company.organizations.detach_policy(PolicyId=policy_id, TargetId=company.root)
    stranger.get_object(**read)


def test_rcp_speaks_of_no_service_that_does_not_support_them(
    company: Company, cloud: Cloud, refusal: Refusal
) -> None:
    company.organizations.enable_policy_type(
        RootId=company.root, PolicyType="RESOURCE_CONTROL_POLICY"
    )
    keys = company.user()
    cloud.client("s3", keys).create_bucket(Bucket="exports")
    everything = deny(["iam:*", "s3:*"], Principal="*")
    policy_id = company.attach(company.root, everything, kind="RESOURCE_CONTROL_POLICY")
    cloud.client("iam", keys).list_users()
    code, _, text = refusal(lambda: cloud.client("s3", keys).list_objects_v2(Bucket="exports"))
    assert code == "AccessDenied"
    assert f"resource control policy: arn:aws:organizations::{cloud.account.id}:" in text
    assert text.endswith(policy_id)


def test_rcp_does_not_protect_the_management_account(company: Company, cloud: Cloud) -> None:
    company.organizations.enable_policy_type(
        RootId=company.root, PolicyType="RESOURCE_CONTROL_POLICY"
    )
    s3 = cloud.client("s3", company.admin)
    s3.create_bucket(Bucket="billing")
    company.attach(company.root, deny("s3:*", Principal="*"), kind="RESOURCE_CONTROL_POLICY")
    s3.list_objects_v2(Bucket="billing")


@pytest.mark.parametrize(
    "condition",
    [
        {"StringEquals": {"aws:PrincipalOrgID": "ORG"}},
        {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "ORG/ROOT/UNIT/*"}},
        {"StringEquals": {"aws:PrincipalOrgMasterAccountId": "MANAGEMENT"}},
        {"StringEquals": {"aws:ResourceOrgID": "ORG"}},
        {"ForAnyValue:StringLike": {"aws:ResourceOrgPaths": "ORG/ROOT/"}},
    ],
)
def test_condition_keys_tell_of_the_organization(
    company: Company, cloud: Cloud, refusal: Refusal, condition: dict[str, Any]
) -> None:
    """The caller is in the OU, the bucket in the management account, right below the root."""
    told = json.dumps(condition)
    names = {
        "ORG": company.id,
        "ROOT": company.root,
        "UNIT": company.unit,
        "MANAGEMENT": cloud.account.id,
    }
    for name, value in names.items():
        told = told.replace(name, value)
    owner = cloud.root("s3")
    owner.create_bucket(Bucket="billing")
    owner.delete_public_access_block(Bucket="billing")
    owner.put_bucket_policy(
        Bucket="billing",
        Policy=cloud.policy(
            cloud.statement(
                "s3:ListBucket", "arn:aws:s3:::billing", Principal="*", Condition=json.loads(told)
            )
        ),
    )
    listed = lambda keys: cloud.client("s3", keys).list_objects_v2(Bucket="billing")  # noqa: E731
    keys = company.user()
    listed(keys)
    if "Principal" in told:
        outside = cloud.open("999988887777", world=cloud.world)
        stranger = company.user(outside, "stranger")
        assert refusal(lambda: listed(stranger))[0] == "AccessDenied"
    cloud.world.clock.advance(timedelta(days=5))
    cloud.client("organizations", keys).leave_organization()
    if "Principal" in told:
        assert refusal(lambda: listed(keys))[0] == "AccessDenied"


def test_leaving_lifts_scps_unless_one_forbids_it(
    company: Company, cloud: Cloud, refusal: Refusal
) -> None:
    keys = company.user()
    iam, own = cloud.client("iam", keys), cloud.client("organizations", keys)
    cloud.world.clock.advance(timedelta(days=30))
    guard = company.attach(company.unit, deny("organizations:LeaveOrganization"))
    company.attach(company.unit, deny("iam:*"))
    code, _, text = refusal(own.leave_organization)
    assert code == "AccessDeniedException"
    assert "service control policy" in text
    assert refusal(iam.list_users)[0] == "AccessDenied"
    company.organizations.detach_policy(PolicyId=guard, TargetId=company.unit)
    own.leave_organization()
    iam.list_users()
    assert refusal(own.describe_organization)[0] == "AWSOrganizationsNotInUseException"
    accounts = company.organizations.list_accounts()["Accounts"]
    assert [each["Id"] for each in accounts] == [cloud.account.id]


def test_a_new_account_can_not_leave_for_four_days(
    company: Company, cloud: Cloud, refusal: Refusal
) -> None:
    own = cloud.client("organizations", company.user())
    assert refusal(own.leave_organization)[0] == "ConstraintViolationException"
    cloud.world.clock.advance(timedelta(days=4, hours=1))
    own.leave_organization()


def test_management_account_can_not_leave(company: Company, refusal: Refusal) -> None:
    code = refusal(company.organizations.leave_organization)[0]
    assert code == "MasterCannotLeaveOrganizationException"


def test_removed_account_is_free_of_scps(company: Company, cloud: Cloud, refusal: Refusal) -> None:
    iam = cloud.client("iam", company.user())
    company.attach(company.root, deny("iam:*"))
    assert refusal(iam.list_users)[0] == "AccessDenied"
    cloud.world.clock.advance(timedelta(days=30))
    company.organizations.remove_account_from_organization(AccountId=company.member.id)
    iam.list_users()


def test_moved_account_takes_the_policies_of_its_new_place(
    company: Company, cloud: Cloud, refusal: Refusal
) -> None:
    iam = cloud.client("iam", company.user())
    suspended = company.create_unit("Suspended")
    company.attach(suspended, deny("*"))
    iam.list_users()
    move = {"AccountId": company.member.id, "DestinationParentId": suspended}
    wrong = partial(company.organizations.move_account, **move, SourceParentId=suspended)
    assert refusal(wrong)[0] == "SourceParentNotFoundException"
    company.organizations.move_account(**move, SourceParentId=company.unit)
    assert refusal(iam.list_users)[0] == "AccessDenied"


def test_policies_of_a_nested_ou_bind_too(company: Company, cloud: Cloud, refusal: Refusal) -> None:
    deep = company.create_unit("Deep", company.create_unit("Middle", company.unit))
    company.organizations.move_account(
        AccountId=company.member.id, SourceParentId=company.unit, DestinationParentId=deep
    )
    iam = cloud.client("iam", company.user())
    iam.list_users()
    company.attach(company.unit, deny("iam:*"))
    assert refusal(iam.list_users)[0] == "AccessDenied"


def test_access_role_lets_the_management_account_in(
    company: Company, cloud: Cloud, refusal: Refusal
) -> None:
    arn = f"arn:aws:iam::{company.member.id}:role/OrganizationAccountAccessRole"
    take = {"RoleArn": arn, "RoleSessionName": "admin"}
    session = cloud.client("sts", company.admin).assume_role(**take)["Credentials"]
    cloud.client("iam", session).create_user(UserName="break-glass")
    assert "break-glass" in {
        u["UserName"] for u in cloud.root("iam", company.member).list_users()["Users"]
    }
    assert cloud.client("sts", session).get_caller_identity()["Account"] == company.member.id
    outside = cloud.open("999988887777", world=cloud.world)
    stranger = cloud.client("sts", company.user(outside, "stranger"))
    assert refusal(lambda: stranger.assume_role(**take))[0] == "AccessDenied"
    company.attach(company.member.id, deny("iam:*"))
    assert refusal(cloud.client("iam", session).list_users)[0] == "AccessDenied"


def test_management_account_has_no_access_role(company: Company, cloud: Cloud) -> None:
    names = {role["RoleName"] for role in cloud.root("iam").list_roles()["Roles"]}
    assert "OrganizationAccountAccessRole" not in names


def test_only_the_management_account_may_manage(
    company: Company, cloud: Cloud, refusal: Refusal
) -> None:
    own = cloud.client("organizations", company.user())
    assert own.describe_organization()["Organization"]["Id"] == company.id
    for call in (
        own.list_accounts,
        own.list_roots,
        lambda: own.detach_policy(PolicyId="p-FullAWSAccess", TargetId=company.member.id),
        lambda: own.create_account(Email="a@example.com", AccountName="a"),
    ):
        assert refusal(call) == ("AccessDeniedException", 400, NO_PERMISSION)


def test_delegated_administrator_may_read(company: Company, cloud: Cloud, refusal: Refusal) -> None:
    own = cloud.client("organizations", company.user())
    company.organizations.register_delegated_administrator(
        AccountId=company.member.id, ServicePrincipal="guardduty.amazonaws.com"
    )
    listed = {each["Id"] for each in own.list_accounts()["Accounts"]}
    assert listed == {company.member.id, cloud.account.id}
    attach = partial(own.attach_policy, PolicyId="p-FullAWSAccess", TargetId=company.unit)
    assert refusal(attach)[2] == NO_PERMISSION
    cloud.world.clock.advance(timedelta(days=30))
    assert refusal(own.leave_organization)[0] == "ConstraintViolationException"


def test_closed_account_is_good_for_nothing(
    company: Company, cloud: Cloud, refusal: Refusal
) -> None:
    keys = company.user()
    company.organizations.close_account(AccountId=company.member.id)
    assert refusal(cloud.client("sts", keys).get_caller_identity)[0] == "InvalidClientTokenId"
    described = company.organizations.describe_account(AccountId=company.member.id)
    assert described["Account"]["Status"] == "SUSPENDED"
    arn = f"arn:aws:iam::{company.member.id}:role/OrganizationAccountAccessRole"
    take = partial(
        cloud.client("sts", company.admin).assume_role, RoleArn=arn, RoleSessionName="admin"
    )
    assert refusal(take)[0] == "AccessDenied"


def test_invited_account_joins_when_it_accepts(
    company: Company, cloud: Cloud, refusal: Refusal
) -> None:
    bought = cloud.open("444455556666", world=cloud.world)
    company.attach(company.root, deny("iam:*"))
    keys = company.user(bought, "admin")
    theirs, iam = cloud.client("organizations", keys), cloud.client("iam", keys)
    target = {"Type": "ACCOUNT", "Id": bought.id}
    shaken = company.organizations.invite_account_to_organization(Target=target)["Handshake"]
    iam.list_users()
    assert theirs.list_handshakes_for_account()["Handshakes"][0]["Id"] == shaken["Id"]
    wrong = partial(company.organizations.accept_handshake, HandshakeId=shaken["Id"])
    assert refusal(wrong)[0] == "HandshakeConstraintViolationException"
    theirs.accept_handshake(HandshakeId=shaken["Id"])
    assert refusal(iam.list_users)[0] == "AccessDenied"
    joined = company.organizations.describe_account(AccountId=bought.id)["Account"]
    assert joined["JoinedMethod"] == "INVITED"
    theirs.leave_organization()
    iam.list_users()


GOOD = {"Effect": "Deny", "Action": "s3:*", "Resource": "*"}


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("SERVICE_CONTROL_POLICY", "{"),
        ("SERVICE_CONTROL_POLICY", {"Statement": GOOD}),
        (
            "SERVICE_CONTROL_POLICY",
            {"Version": "2012-10-17", "Statement": GOOD | {"Principal": "*"}},
        ),
        ("SERVICE_CONTROL_POLICY", {"Version": "2012-10-17", "Statement": GOOD | {"Effect": "No"}}),
        ("RESOURCE_CONTROL_POLICY", {"Version": "2012-10-17", "Statement": GOOD}),
        (
            "RESOURCE_CONTROL_POLICY",
            {"Version": "2012-10-17", "Statement": GOOD | {"Principal": "*", "Effect": "Allow"}},
        ),
        (
            "RESOURCE_CONTROL_POLICY",
            {"Version": "2012-10-17", "Statement": GOOD | {"Principal": "*", "Action": "*"}},
        ),
        (
            "RESOURCE_CONTROL_POLICY",
            {
                "Version": "2012-10-17",
                "Statement": GOOD | {"Principal": {"AWS": "arn:aws:iam::111122223333:root"}},
            },
        ),
    ],
)
def test_malformed_policies_are_refused(
    company: Company, refusal: Refusal, kind: str, content: Any
) -> None:
    text = content if isinstance(content, str) else json.dumps(content)
    make = partial(
        company.organizations.create_policy, Name="n", Description="", Type=kind, Content=text
    )
    assert refusal(make)[0] == "MalformedPolicyDocumentException"


def test_scp_may_have_10240_characters_and_ten_may_be_attached(
    company: Company, cloud: Cloud, refusal: Refusal
) -> None:
    text = cloud.policy(GOOD)
    room = {"Name": "n", "Description": "", "Type": "SERVICE_CONTROL_POLICY"}
    over = partial(company.organizations.create_policy, **room, Content=text.ljust(10_241))
    assert refusal(over)[0] == "ConstraintViolationException"
    company.organizations.create_policy(**room, Content=text.ljust(10_240))
    for _ in range(9):
        company.attach(company.unit, GOOD)
    assert refusal(lambda: company.attach(company.unit, GOOD))[0] == "ConstraintViolationException"


def test_an_account_opened_in_a_trial_is_forgotten_and_can_come_back(
    company: Company, cloud: Cloud
) -> None:
    gateway, world = cloud.gateway, cloud.world
    before = gateway.save(world)
    opened = company.create_account("shadow")
    keys = company.user(opened, "thief")
    after = gateway.save(world)
    gateway.restore(world, before)
    assert opened.id not in world.accounts
    assert opened.id not in gateway.accounts
    with pytest.raises(ClientError, match="InvalidClientTokenId"):
        cloud.client("sts", keys).get_caller_identity()
    listed = {each["Id"] for each in company.organizations.list_accounts()["Accounts"]}
    assert listed == {cloud.account.id, company.member.id}
    gateway.restore(world, after)
    assert cloud.client("sts", keys).get_caller_identity()["Account"] == opened.id
    gateway.restore(world, before)
    assert company.create_account("shadow").id == opened.id


def test_a_world_that_is_removed_takes_its_members_along(company: Company, cloud: Cloud) -> None:
    cloud.gateway.remove(cloud.world)
    assert cloud.gateway.accounts == {}


def test_log_files_of_a_member_are_let_in_by_its_organization(
    company: Company, cloud: Cloud
) -> None:
    s3 = cloud.root("s3")
    service = {"Service": "cloudtrail.amazonaws.com"}
    for bucket, organization in (("logs", company.id), ("others", "o-elsewhere00")):
        condition = {"StringEquals": {"aws:SourceOrgID": organization}}
        s3.create_bucket(Bucket=bucket)
        s3.put_bucket_policy(
            Bucket=bucket,
            Policy=cloud.policy(
                cloud.statement(
                    ["s3:GetBucketAcl", "s3:PutObject"],
                    [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"],
                    Principal=service,
                    Condition=condition,
                )
            ),
        )
    trails = cloud.client("cloudtrail", company.user())
    trails.create_trail(Name="main", S3BucketName="logs")
    with pytest.raises(ClientError, match="InsufficientS3BucketPolicyException"):
        trails.create_trail(Name="other", S3BucketName="others")


def test_a_trial_in_which_a_member_leaves_binds_it_again_afterwards(
    company: Company, cloud: Cloud, refusal: Refusal
) -> None:
    keys = company.user()
    company.attach(company.unit, deny("iam:*"))
    cloud.world.clock.advance(timedelta(days=30))
    saved = cloud.gateway.save(cloud.world)
    cloud.client("organizations", keys).leave_organization()
    cloud.client("iam", keys).list_users()
    cloud.gateway.restore(cloud.world, saved)
    assert refusal(cloud.client("iam", keys).list_users)[0] == "AccessDenied"


def test_an_organization_can_be_made_again_in_a_trial(cloud: Cloud) -> None:
    saved = cloud.gateway.save(cloud.world)
    first = Company(cloud).id
    cloud.gateway.restore(cloud.world, saved)
    assert cloud.world.memberships == {}
    assert Company(cloud).id == first
