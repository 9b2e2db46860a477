"""Administrators and members: by invitation, and in an organization."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.account.account import Account
from tests.conftest import Refusal
from tests.guardduty.conftest import Guard
from tests.guardduty.test_api_calls import a_list

MEMBER = "444455556666"
BRUTE = "UnauthorizedAccess:EC2/SSHBruteForce"


@pytest.fixture
def member(guard: Guard) -> Account:
    """A further account of the same world."""
    return guard.cloud.open(MEMBER, world=guard.cloud.world)


def client_of(guard: Guard, account: Account) -> Any:
    cloud = guard.cloud
    return cloud.client("guardduty", cloud.user("security", cloud.statement("*"), account=account))


DETAILS = [{"AccountId": MEMBER, "Email": "security@example.com"}]


def test_by_invitation(guard: Guard, member: Account, refusal: Refusal) -> None:
    guard.on()
    theirs = client_of(guard, member)
    own = theirs.create_detector(Enable=True)["DetectorId"]
    guard.client.create_members(DetectorId=guard.id, AccountDetails=DETAILS)
    assert guard.client.list_members(DetectorId=guard.id)["Members"] == []
    guard.client.invite_members(DetectorId=guard.id, AccountIds=[MEMBER])
    (invitation,) = theirs.list_invitations()["Invitations"]
    assert (invitation["AccountId"], invitation["RelationshipStatus"]) == (
        "111122223333",
        "Invited",
    )
    assert "Administrator" not in theirs.get_administrator_account(DetectorId=own)
    theirs.accept_administrator_invitation(
        DetectorId=own,
        AdministratorId="111122223333",
        InvitationId=invitation["InvitationId"],
    )
    assert theirs.get_invitations_count()["InvitationsCount"] == 0
    known = theirs.get_administrator_account(DetectorId=own)["Administrator"]
    assert known["AccountId"] == "111122223333"
    (listed,) = guard.client.list_members(DetectorId=guard.id)["Members"]
    assert (listed["AccountId"], listed["DetectorId"]) == (MEMBER, own)
    assert listed["RelationshipStatus"] == "Enabled"
    theirs.create_sample_findings(DetectorId=own, FindingTypes=[BRUTE])
    (found,) = guard.findings()
    assert found["AccountId"] == MEMBER
    guard.wait(minutes=1)
    assert [event.account for event in guard.told] == [MEMBER, "111122223333"]
    mine = {"DetectorId": own, "FindingIds": [found["Id"]]}
    assert "member account" in refusal(lambda: theirs.archive_findings(**mine))[2]
    guard.client.archive_findings(DetectorId=guard.id, FindingIds=[found["Id"]])
    (seen,) = theirs.get_findings(**mine)["Findings"]
    assert seen["Service"]["Archived"] is True
    assert refusal(lambda: theirs.delete_detector(DetectorId=own))[0] == "BadRequestException"
    theirs.disassociate_from_administrator_account(DetectorId=own)
    assert guard.findings() == []


def test_the_administrators_lists_and_filters_hold_for_members(
    guard: Guard, member: Account
) -> None:
    guard.on()
    theirs = client_of(guard, member)
    own = theirs.create_detector(Enable=True)["DetectorId"]
    guard.client.create_members(DetectorId=guard.id, AccountDetails=DETAILS)
    guard.client.invite_members(DetectorId=guard.id, AccountIds=[MEMBER])
    (invitation,) = theirs.list_invitations()["Invitations"]
    theirs.accept_administrator_invitation(
        DetectorId=own, AdministratorId="111122223333", InvitationId=invitation["InvitationId"]
    )
    a_list(guard, guard.elsewhere)
    guard.client.create_filter(
        DetectorId=guard.id,
        Name="recon",
        Action="ARCHIVE",
        FindingCriteria={"Criterion": {"type": {"Matches": ["Recon:*"]}}},
    )
    cloud = guard.cloud
    keys = cloud.user("bo", cloud.statement("*"), account=member)
    iam = guard.called_from(guard.elsewhere, "iam", keys)
    iam.list_users()
    iam.create_user(UserName="svc")
    guard.wait(minutes=6)
    found = {one["Type"]: one["Service"]["Archived"] for one in guard.findings()}
    assert found == {
        "Recon:IAMUser/MaliciousIPCaller.Custom": True,
        "UnauthorizedAccess:IAMUser/MaliciousIPCaller.Custom": False,
    }


def test_an_invitation_that_nobody_sent(guard: Guard, member: Account, refusal: Refusal) -> None:
    guard.on()
    theirs = client_of(guard, member)
    own = theirs.create_detector(Enable=True)["DetectorId"]
    made_up = {"DetectorId": own, "AdministratorId": "111122223333", "InvitationId": "0" * 32}
    refused = refusal(lambda: theirs.accept_administrator_invitation(**made_up))
    assert refused[0] == "BadRequestException"
    unknown = guard.client.invite_members(DetectorId=guard.id, AccountIds=[MEMBER])
    assert unknown["UnprocessedAccounts"][0]["AccountId"] == MEMBER


def test_a_delegated_administrator(guard: Guard, refusal: Refusal) -> None:
    """It is named by the management account, and adds members without asking them."""
    cloud = guard.cloud
    organizations = guard.trail.client("organizations")
    organizations.create_organization(FeatureSet="ALL")
    for name in ("security", "shop"):
        organizations.create_account(Email=f"{name}@example.com", AccountName=name)
    guard.trail.wait(minutes=2)
    ids = {one["Name"]: one["Id"] for one in organizations.list_accounts()["Accounts"]}
    accounts = [cloud.world.accounts[ids[name]] for name in ("security", "shop")]
    security, shop = accounts
    admins = client_of(guard, security)
    assert (
        refusal(lambda: admins.enable_organization_admin_account(AdminAccountId=security.id))[0]
        == "BadRequestException"
    )
    guard.client.enable_organization_admin_account(AdminAccountId=security.id)
    assert guard.client.list_organization_admin_accounts()["AdminAccounts"] == [
        {"AdminAccountId": security.id, "AdminStatus": "ENABLED"}
    ]
    (detector,) = admins.list_detectors()["DetectorIds"]
    admins.create_members(
        DetectorId=detector, AccountDetails=[{"AccountId": shop.id, "Email": "shop@example.com"}]
    )
    (listed,) = admins.list_members(DetectorId=detector)["Members"]
    assert (listed["AccountId"], listed["RelationshipStatus"]) == (shop.id, "Enabled")
    theirs = client_of(guard, shop)
    (own,) = theirs.list_detectors()["DetectorIds"]
    theirs.create_sample_findings(DetectorId=own, FindingTypes=[BRUTE])
    found = admins.list_findings(DetectorId=detector)["FindingIds"]
    assert len(found) == 1
    admins.update_member_detectors(
        DetectorId=detector,
        AccountIds=[shop.id],
        Features=[{"Name": "S3_DATA_EVENTS", "Status": "DISABLED"}],
    )
    (settings,) = admins.get_member_detectors(DetectorId=detector, AccountIds=[shop.id])[
        "MemberDataSourceConfigurations"
    ]
    status = {one["Name"]: one["Status"] for one in settings["Features"]}
    assert status["S3_DATA_EVENTS"] == "DISABLED"
    assert theirs.get_detector(DetectorId=own)["DataSources"]["S3Logs"] == {"Status": "DISABLED"}
    admins.update_organization_configuration(
        DetectorId=detector, AutoEnableOrganizationMembers="ALL"
    )
    members = admins.list_members(DetectorId=detector)["Members"]
    assert {one["AccountId"] for one in members} == {shop.id, "111122223333"}
    told = admins.describe_organization_configuration(DetectorId=detector)
    assert told["AutoEnableOrganizationMembers"] == "ALL"
    with_delegates = organizations.list_delegated_services_for_account(AccountId=security.id)
    assert [one["ServicePrincipal"] for one in with_delegates["DelegatedServices"]] == [
        "guardduty.amazonaws.com"
    ]
    guard.client.disable_organization_admin_account(AdminAccountId=security.id)
    assert guard.client.list_organization_admin_accounts()["AdminAccounts"] == []
    assert admins.list_members(DetectorId=detector)["Members"] == []
