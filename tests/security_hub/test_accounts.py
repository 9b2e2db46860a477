"""Findings of several Regions and accounts."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from simulator.account.account import Account
from tests.security_hub.conftest import OWN, Watch

EVERYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}
THEIRS = OWN.replace("111122223333", "444455556666")


def abroad(watch: Watch) -> Any:
    """Security Hub in another Region, with a finding."""
    hub = watch.client("securityhub", "eu-west-1")
    hub.enable_security_hub(EnableDefaultStandards=False)
    product = OWN.replace("us-east-1", "eu-west-1")
    answer = hub.batch_import_findings(Findings=[watch.finding("abroad", ProductArn=product)])
    assert answer["SuccessCount"] == 1
    return hub


def member(watch: Watch, other: Account) -> Any:
    """Security Hub of the other account."""
    keys = watch.cloud.user("bob", EVERYTHING, account=other)
    return watch.cloud.client("securityhub", keys)


def invite(watch: Watch, other: Account) -> Any:
    """The other account as a member that has accepted; its Security Hub."""
    theirs = member(watch, other)
    theirs.enable_security_hub(EnableDefaultStandards=False)
    details = [{"AccountId": other.id, "Email": "bob@example.com"}]
    assert watch.hub.create_members(AccountDetails=details)["UnprocessedAccounts"] == []
    watch.hub.invite_members(AccountIds=[other.id])
    (invitation,) = theirs.list_invitations()["Invitations"]
    theirs.accept_administrator_invitation(
        AdministratorId="111122223333", InvitationId=invitation["InvitationId"]
    )
    return theirs


def import_theirs(watch: Watch, theirs: Any) -> None:
    found = watch.finding("theirs", ProductArn=THEIRS, AwsAccountId="444455556666")
    assert theirs.batch_import_findings(Findings=[found])["SuccessCount"] == 1


@pytest.fixture
def on(watch: Watch) -> Watch:
    watch.hub.enable_security_hub(EnableDefaultStandards=False)
    return watch


def test_without_an_aggregator_a_region_sees_itself(on: Watch) -> None:
    abroad(on)
    assert on.findings() == []


@pytest.mark.parametrize(
    ("mode", "regions", "seen"),
    [
        ("ALL_REGIONS", None, True),
        ("SPECIFIED_REGIONS", ["eu-west-1"], True),
        ("SPECIFIED_REGIONS", ["eu-west-2"], False),
        ("ALL_REGIONS_EXCEPT_SPECIFIED", ["eu-west-1"], False),
    ],
)
def test_linked_regions_findings(
    on: Watch, mode: str, regions: list[str] | None, seen: bool
) -> None:
    abroad(on)
    more = {"Regions": regions} if regions else {}
    on.hub.create_finding_aggregator(RegionLinkingMode=mode, **more)
    assert [one["Id"] for one in on.findings()] == (["abroad"] if seen else [])


def test_a_linked_finding_is_worked_on_where_it_is(on: Watch) -> None:
    hub = abroad(on)
    on.hub.create_finding_aggregator(RegionLinkingMode="ALL_REGIONS")
    (found,) = on.findings()
    on.hub.batch_update_findings(
        FindingIdentifiers=[{"Id": "abroad", "ProductArn": found["ProductArn"]}],
        Workflow={"Status": "RESOLVED"},
    )
    assert on.findings(hub)[0]["Workflow"]["Status"] == "RESOLVED"
    on.cloud.world.react()
    assert {(event.account, event.region) for event in on.sent if _status(event) == "RESOLVED"} == {
        ("111122223333", "eu-west-1"),
        ("111122223333", "us-east-1"),
    }


def _status(event: Any) -> str:
    return str(event.detail["findings"][0]["Workflow"]["Status"])


def test_an_account_has_one_aggregator(on: Watch) -> None:
    arn = on.hub.create_finding_aggregator(RegionLinkingMode="ALL_REGIONS")["FindingAggregatorArn"]
    other = abroad(on)
    with pytest.raises(ClientError):
        other.create_finding_aggregator(RegionLinkingMode="ALL_REGIONS")
    assert other.list_finding_aggregators()["FindingAggregators"] == [{"FindingAggregatorArn": arn}]
    told = other.get_finding_aggregator(FindingAggregatorArn=arn)
    assert told["FindingAggregationRegion"] == "us-east-1"
    with pytest.raises(ClientError):
        other.delete_finding_aggregator(FindingAggregatorArn=arn)
    on.hub.update_finding_aggregator(
        FindingAggregatorArn=arn, RegionLinkingMode="SPECIFIED_REGIONS", Regions=["eu-west-2"]
    )
    assert on.findings() == []
    on.hub.delete_finding_aggregator(FindingAggregatorArn=arn)
    assert on.hub.list_finding_aggregators()["FindingAggregators"] == []


def test_an_administrator_sees_and_updates_its_members_findings(on: Watch, other: Account) -> None:
    theirs = invite(on, other)
    import_theirs(on, theirs)
    on.take(on.finding("mine"))
    assert sorted(one["Id"] for one in on.findings()) == ["mine", "theirs"]
    assert [one["Id"] for one in on.findings(theirs)] == ["theirs"]
    on.hub.batch_update_findings(
        FindingIdentifiers=[{"Id": "theirs", "ProductArn": THEIRS}],
        Workflow={"Status": "NOTIFIED"},
    )
    assert on.findings(theirs)[0]["Workflow"]["Status"] == "NOTIFIED"
    answer = on.update("mine", hub=theirs, Workflow={"Status": "NOTIFIED"})
    assert len(answer["UnprocessedFindings"]) == 1


def test_a_members_event_reaches_its_administrator(on: Watch, other: Account) -> None:
    import_theirs(on, invite(on, other))
    on.cloud.world.react()
    assert {event.account for event in on.sent} == {"111122223333", "444455556666"}


def test_nothing_is_seen_before_the_invitation_is_accepted(on: Watch, other: Account) -> None:
    theirs = member(on, other)
    theirs.enable_security_hub(EnableDefaultStandards=False)
    import_theirs(on, theirs)
    on.hub.create_members(AccountDetails=[{"AccountId": other.id}])
    on.hub.invite_members(AccountIds=[other.id])
    assert theirs.get_invitations_count()["InvitationsCount"] == 1
    assert on.findings() == []
    theirs.decline_invitations(AccountIds=["111122223333"])
    (told,) = on.hub.list_members(OnlyAssociated=False)["Members"]
    assert told["MemberStatus"] == "Resigned"


def test_a_member_that_left_is_not_seen(on: Watch, other: Account) -> None:
    theirs = invite(on, other)
    import_theirs(on, theirs)
    assert theirs.get_administrator_account()["Administrator"]["AccountId"] == "111122223333"
    with pytest.raises(ClientError):
        theirs.disable_security_hub()
    on.hub.disassociate_members(AccountIds=[other.id])
    assert on.findings() == []
    assert "Administrator" not in theirs.get_administrator_account()
    on.hub.delete_members(AccountIds=[other.id])
    assert on.hub.list_members(OnlyAssociated=False)["Members"] == []


@pytest.fixture
def organization(cloud: Any, watch: Watch) -> str:
    """The first account manages an organization; a member's id."""
    organizations = cloud.root("organizations")
    organizations.create_organization(FeatureSet="ALL")
    made = organizations.create_account(Email="security@example.com", AccountName="security")
    status = organizations.describe_create_account_status(
        CreateAccountRequestId=made["CreateAccountStatus"]["Id"]
    )
    return str(status["CreateAccountStatus"]["AccountId"])


def test_the_delegated_administrator_enrolls_accounts(watch: Watch, organization: str) -> None:
    cloud = watch.cloud
    security = cloud.world.accounts[organization]
    watch.hub.enable_organization_admin_account(AdminAccountId=organization)
    (admin,) = watch.hub.list_organization_admin_accounts()["AdminAccounts"]
    assert admin == {"AccountId": organization, "Status": "ENABLED"}
    delegates = cloud.root("organizations").list_delegated_administrators()
    assert [one["Id"] for one in delegates["DelegatedAdministrators"]] == [organization]
    hub = cloud.root("securityhub", security)
    assert hub.describe_hub()["HubArn"].endswith(f":{organization}:hub/default")
    hub.create_members(AccountDetails=[{"AccountId": "111122223333"}])
    (told,) = hub.list_members()["Members"]
    assert (told["AccountId"], told["MemberStatus"]) == ("111122223333", "Enabled")
    watch.take(watch.finding())
    assert "one" in {one["Id"] for one in watch.findings(hub)}


def test_accounts_that_join_are_enrolled_where_it_is_wanted(
    watch: Watch, organization: str
) -> None:
    cloud = watch.cloud
    watch.hub.enable_organization_admin_account(AdminAccountId=organization)
    hub = cloud.root("securityhub", cloud.world.accounts[organization])
    hub.update_organization_configuration(AutoEnable=True, AutoEnableStandards="NONE")
    told = hub.describe_organization_configuration()
    assert (told["AutoEnable"], told["AutoEnableStandards"]) == (True, "NONE")
    cloud.root("organizations").create_account(Email="new@example.com", AccountName="new")
    watch.wait(minutes=1)
    (joined,) = hub.list_members()["Members"]
    assert joined["Email"] == "new@example.com"
    new = cloud.root("securityhub", cloud.world.accounts[joined["AccountId"]])
    assert new.get_enabled_standards()["StandardsSubscriptions"] == []


def test_only_the_management_account_delegates(watch: Watch, organization: str) -> None:
    security = watch.cloud.root("securityhub", watch.cloud.world.accounts[organization])
    with pytest.raises(ClientError) as caught:
        security.enable_organization_admin_account(AdminAccountId=organization)
    assert caught.value.response["Error"]["Code"] == "InvalidAccessException"
    watch.hub.enable_security_hub()
    with pytest.raises(ClientError, match="is not an administrator for this organization"):
        watch.hub.update_organization_configuration(AutoEnable=True)
    watch.hub.enable_organization_admin_account(AdminAccountId=organization)
    watch.hub.disable_organization_admin_account(AdminAccountId=organization)
    assert watch.hub.list_organization_admin_accounts()["AdminAccounts"] == []
