"""Trails of an organization: in the management account, over every member."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from simulator.account.account import Account

if TYPE_CHECKING:
    from tests.conftest import LogTrail, Refusal

CLOUDTRAIL = "cloudtrail.amazonaws.com"
TRAIL_ARN = "arn:aws:cloudtrail:us-east-1:111122223333:trail/org"


class Company:
    """An organization with one member, an audit bucket and CloudTrail as a trusted service."""

    def __init__(self, trail: LogTrail) -> None:
        self.trail, self.cloud = trail, trail.cloud
        self.organizations = trail.client("organizations")
        self.id = self.organizations.create_organization()["Organization"]["Id"]
        self.organizations.enable_aws_service_access(ServicePrincipal=CLOUDTRAIL)
        self.member = self.join("payments")
        trail.client("s3").create_bucket(Bucket="logs")
        self.allow(f"AWSLogs/{self.id}/*")

    def join(self, name: str) -> Account:
        """A new account in the organization."""
        asked = self.organizations.create_account(Email=f"{name}@example.com", AccountName=name)
        number = asked["CreateAccountStatus"]["Id"]
        done = self.organizations.describe_create_account_status(CreateAccountRequestId=number)
        return self.cloud.world.accounts[done["CreateAccountStatus"]["AccountId"]]

    def allow(self, folder: str) -> None:
        """The documented bucket policy for an organization's trail."""
        service, cloud = {"Service": CLOUDTRAIL}, self.cloud
        source = {"aws:SourceArn": TRAIL_ARN}
        granted = {"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control", **source}}
        policy = cloud.policy(
            cloud.statement(
                "s3:GetBucketAcl",
                "arn:aws:s3:::logs",
                Principal=service,
                Condition={"StringEquals": source},
            ),
            cloud.statement(
                "s3:PutObject", f"arn:aws:s3:::logs/{folder}", Principal=service, Condition=granted
            ),
        )
        self.trail.client("s3").put_bucket_policy(Bucket="logs", Policy=policy)

    def client(self, service: str, account: Account | None = None, name: str = "dev") -> Any:
        """A new user of a member, who may do everything."""
        account = account or self.member
        keys = self.cloud.user(name, self.cloud.statement("*"), account=account)
        return self.cloud.client(service, keys)

    def start(self, **options: Any) -> None:
        self.trail.start("org", IsOrganizationTrail=True, IsMultiRegionTrail=True, **options)

    def logged(self, account: Account) -> list[str]:
        """The names of the events in an account's folder."""
        folder = f"AWSLogs/{self.id}/{account.id}/CloudTrail/"
        return [
            record["eventName"]
            for key, records in self.trail.files().items()
            if key.startswith(folder)
            for record in records
        ]


@pytest.fixture
def company(trail: LogTrail) -> Company:
    return Company(trail)


class TestDelivery:
    def test_every_account_has_a_folder_in_that_of_the_organization(self, company: Company) -> None:
        company.start()
        company.client("iam").create_group(GroupName="devs")
        company.trail.client("iam").list_roles()
        company.trail.wait(hours=1)
        assert company.logged(company.member) == ["CreateGroup"]
        assert company.logged(company.cloud.account) == ["StartLogging", "ListRoles"]
        keys = list(company.trail.files())
        assert {key.split("/")[1] for key in keys} == {company.id}
        assert len({key.rpartition("_")[2] for key in keys}) == len(keys)

    def test_it_is_recorded_in_the_account_of_the_bucket(self, company: Company) -> None:
        company.start()
        company.client("iam").list_roles()
        company.trail.wait(hours=1)
        company.trail.files()
        assert [record["eventName"] for record in company.member.records] == ["ListRoles"]

    def test_stop_logging_blinds_it_for_all(self, company: Company) -> None:
        company.start()
        iam = company.client("iam")
        company.trail.client("cloudtrail").stop_logging(Name="org")
        iam.create_group(GroupName="devs")
        company.trail.wait(hours=1)
        assert company.logged(company.member) == []
        assert company.logged(company.cloud.account) == ["StartLogging", "StopLogging"]

    def test_an_account_that_joins_is_logged_from_then_on(self, company: Company) -> None:
        company.start()
        company.trail.wait(hours=1)
        late = company.join("late")
        company.client("iam", late).list_roles()
        company.trail.wait(hours=1)
        assert company.logged(late) == ["ListRoles"]

    def test_an_account_that_leaves_is_logged_no_more(self, company: Company) -> None:
        company.start()
        iam = company.client("iam")
        iam.list_roles()
        company.trail.wait(days=5)
        company.organizations.remove_account_from_organization(AccountId=company.member.id)
        iam.create_group(GroupName="unseen")
        company.trail.wait(hours=1)
        assert company.logged(company.member) == ["ListRoles"]
        assert company.member.delivery == {}

    def test_a_deleted_trail_delivers_the_rest(self, company: Company) -> None:
        company.start()
        iam = company.client("iam")
        iam.list_roles()
        company.trail.client("cloudtrail").delete_trail(Name="org")
        iam.create_group(GroupName="unseen")
        company.trail.wait(hours=1)
        assert company.logged(company.member) == ["ListRoles"]
        assert company.member.delivery == {}

    def test_a_trail_becomes_one_of_the_organization_and_of_the_account_again(
        self, company: Company
    ) -> None:
        company.allow("AWSLogs/*")
        trails = company.trail.client("cloudtrail")
        company.trail.start("org")
        iam = company.client("iam")
        iam.list_roles()
        trails.update_trail(Name="org", IsOrganizationTrail=True)
        iam.list_users()
        company.trail.wait(hours=1)
        assert company.logged(company.member) == ["ListUsers"]
        trails.update_trail(Name="org", IsOrganizationTrail=False)
        iam.list_groups()
        company.trail.client("iam").list_groups()
        company.trail.wait(hours=1)
        assert company.logged(company.member) == ["ListUsers"]
        own = f"AWSLogs/{company.cloud.account.id}/"
        (key,) = [key for key in company.trail.files() if key.startswith(own)]
        assert "ListGroups" in [record["eventName"] for record in company.trail.files()[key]]

    def test_members_have_digests_of_their_own(self, company: Company) -> None:
        company.start(EnableLogFileValidation=True)
        company.client("iam").list_roles()
        company.trail.wait(hours=3)
        listed = company.trail.client("s3").list_objects_v2(
            Bucket="logs", Prefix=f"AWSLogs/{company.id}/{company.member.id}/CloudTrail-Digest/"
        )
        assert listed["KeyCount"] in {2, 3}

    def test_data_events_of_members_are_selected_too(self, company: Company) -> None:
        company.start()
        s3 = company.client("s3")
        s3.create_bucket(Bucket="theirs")
        company.trail.client("cloudtrail").put_event_selectors(
            TrailName="org",
            EventSelectors=[
                {"DataResources": [{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3:::theirs/"]}]}
            ],
        )
        s3.put_object(Bucket="theirs", Key="k", Body=b"x")
        company.trail.wait(hours=1)
        assert company.logged(company.member) == ["CreateBucket", "PutObject"]


class TestMembers:
    def test_they_see_the_trail(self, company: Company) -> None:
        company.start()
        trails = company.client("cloudtrail")
        (seen,) = trails.describe_trails()["trailList"]
        assert (seen["TrailARN"], seen["IsOrganizationTrail"]) == (TRAIL_ARN, True)
        assert [one["TrailARN"] for one in trails.list_trails()["Trails"]] == [TRAIL_ARN]
        assert trails.get_trail(Name=TRAIL_ARN)["Trail"]["S3BucketName"] == "logs"
        assert trails.get_trail_status(Name=TRAIL_ARN)["IsLogging"] is True

    @pytest.mark.parametrize("operation", ["stop_logging", "start_logging", "delete_trail"])
    def test_they_can_not_change_it(
        self, company: Company, refusal: Refusal, operation: str
    ) -> None:
        company.start()
        trails = company.client("cloudtrail")
        code, _, _ = refusal(lambda: getattr(trails, operation)(Name=TRAIL_ARN))
        assert code == "NotOrganizationMasterAccountException"
        status = company.trail.client("cloudtrail").get_trail_status(Name="org")
        assert status["IsLogging"] is True

    def test_they_can_not_change_its_selectors(self, company: Company, refusal: Refusal) -> None:
        company.start()
        trails = company.client("cloudtrail")
        selectors = [{"ReadWriteType": "ReadOnly"}]
        code, _, _ = refusal(
            lambda: trails.put_event_selectors(TrailName=TRAIL_ARN, EventSelectors=selectors)
        )
        assert code == "NotOrganizationMasterAccountException"

    def test_who_left_sees_it_no_more(self, company: Company) -> None:
        company.start()
        trails = company.client("cloudtrail")
        company.trail.wait(days=5)
        company.organizations.remove_account_from_organization(AccountId=company.member.id)
        assert trails.describe_trails()["trailList"] == []


class TestWhatIsRefused:
    @staticmethod
    def _code(trails: Any, refusal: Refusal, bucket: str = "logs") -> str:
        return refusal(
            lambda: trails.create_trail(Name="org", S3BucketName=bucket, IsOrganizationTrail=True)
        )[0]

    def test_without_an_organization(self, trail: LogTrail, refusal: Refusal) -> None:
        trail.bucket()
        code = self._code(trail.client("cloudtrail"), refusal)
        assert code == "OrganizationsNotInUseException"

    def test_by_a_member(self, company: Company, refusal: Refusal) -> None:
        trails = company.client("cloudtrail")
        assert self._code(trails, refusal) == "NotOrganizationMasterAccountException"

    def test_without_service_access(self, company: Company, refusal: Refusal) -> None:
        company.organizations.disable_aws_service_access(ServicePrincipal=CLOUDTRAIL)
        code = self._code(company.trail.client("cloudtrail"), refusal)
        assert code == "CloudTrailAccessNotEnabledException"

    def test_with_consolidated_billing_alone(self, trail: LogTrail, refusal: Refusal) -> None:
        trail.bucket()
        trail.client("organizations").create_organization(FeatureSet="CONSOLIDATED_BILLING")
        code = self._code(trail.client("cloudtrail"), refusal)
        assert code == "OrganizationNotInAllFeaturesModeException"

    def test_a_bucket_policy_for_the_account_alone(
        self, company: Company, refusal: Refusal
    ) -> None:
        company.allow("AWSLogs/111122223333/*")
        code = self._code(company.trail.client("cloudtrail"), refusal)
        assert code == "InsufficientS3BucketPolicyException"


class TestDelegatedAdministrator:
    @pytest.fixture
    def delegate(self, company: Company) -> Any:
        """CloudTrail as a user of the member that manages the trails."""
        company.trail.client("cloudtrail").register_organization_delegated_admin(
            MemberAccountId=company.member.id
        )
        return company.client("cloudtrail")

    def test_it_makes_a_trail_of_the_management_account(
        self, company: Company, delegate: Any
    ) -> None:
        made = delegate.create_trail(Name="org", S3BucketName="logs", IsOrganizationTrail=True)
        assert made["TrailARN"] == TRAIL_ARN
        delegate.start_logging(Name=TRAIL_ARN)
        company.trail.client("iam").list_roles()
        company.trail.wait(hours=1)
        assert company.logged(company.cloud.account) == ["ListRoles"]
        assert "StartLogging" in company.logged(company.member)
        own = company.trail.client("cloudtrail")
        assert own.get_trail_status(Name="org")["IsLogging"] is True
        assert [one["Name"] for one in delegate.list_trails()["Trails"]] == ["org"]

    def test_it_changes_and_deletes_the_organizations_trails(
        self, company: Company, delegate: Any
    ) -> None:
        company.start()
        delegate.stop_logging(Name=TRAIL_ARN)
        own = company.trail.client("cloudtrail")
        assert own.get_trail_status(Name="org")["IsLogging"] is False
        delegate.delete_trail(Name=TRAIL_ARN)
        assert own.describe_trails()["trailList"] == []

    def test_its_own_trails_stay_its_own(self, company: Company, delegate: Any) -> None:
        company.allow("AWSLogs/*")
        arn = f"arn:aws:cloudtrail:us-east-1:{company.member.id}:trail/org"
        policy = json.loads(company.trail.client("s3").get_bucket_policy(Bucket="logs")["Policy"])
        text = json.dumps(policy).replace(TRAIL_ARN, arn)
        company.trail.client("s3").put_bucket_policy(Bucket="logs", Policy=text)
        made = delegate.create_trail(Name="org", S3BucketName="logs")
        assert made["TrailARN"] == arn
        assert company.trail.client("cloudtrail").describe_trails()["trailList"] == []

    def test_one_who_is_it_no_more_can_not(
        self, company: Company, delegate: Any, refusal: Refusal
    ) -> None:
        company.start()
        company.trail.client("cloudtrail").deregister_organization_delegated_admin(
            DelegatedAdminAccountId=company.member.id
        )
        code, _, _ = refusal(lambda: delegate.stop_logging(Name=TRAIL_ARN))
        assert code == "NotOrganizationMasterAccountException"

    def test_who_can_not_be_registered(self, company: Company, refusal: Refusal) -> None:
        own, theirs = company.trail.client("cloudtrail"), company.client("cloudtrail")

        def code(trails: Any, member: str) -> str:
            return refusal(
                lambda: trails.register_organization_delegated_admin(MemberAccountId=member)
            )[0]

        member = company.member.id
        assert code(theirs, member) == "NotOrganizationManagementAccountException"
        assert code(own, "111122223333") == "CannotDelegateManagementAccountException"
        assert code(own, "999999999999") == "AccountNotFoundException"
        own.register_organization_delegated_admin(MemberAccountId=member)
        assert code(own, member) == "AccountRegisteredException"
        company.organizations.disable_aws_service_access(ServicePrincipal=CLOUDTRAIL)
        assert code(own, member) == "CloudTrailAccessNotEnabledException"
