"""Lists of what an account can't have here: empty, as on AWS, and not refused."""

from typing import Any

import pytest

from tests.conftest import Cloud, Refusal


def test_there_is_no_access_analyzer(cloud: Cloud) -> None:
    assert cloud.root("accessanalyzer").list_analyzers()["analyzers"] == []


def test_a_user_has_no_service_specific_credentials(cloud: Cloud, refusal: Refusal) -> None:
    keys = cloud.user("ann", cloud.statement("iam:*"))
    iam = cloud.client("iam", keys)
    for asked in ({}, {"UserName": "ann"}, {"AllUsers": True}):
        assert iam.list_service_specific_credentials(**asked)["ServiceSpecificCredentials"] == []
    code, _, _ = refusal(lambda: iam.list_service_specific_credentials(UserName="nobody"))
    assert code == "NoSuchEntity"


def test_no_managed_node_reports_compliance(cloud: Cloud) -> None:
    answer = cloud.root("ssm").list_resource_compliance_summaries()
    assert answer["ResourceComplianceSummaryItems"] == []


@pytest.mark.parametrize(
    ("joined", "code"),
    [
        (None, "OrganizationNotFoundException"),
        ("management", "ServiceAccessNotEnabledException"),
        ("member", "AccountNotManagementOrDelegatedAdministratorException"),
    ],
)
def test_no_organization_has_centralized_root_access(
    cloud: Cloud, refusal: Refusal, joined: Any, code: str
) -> None:
    account = cloud.account
    if joined:
        organizations = cloud.root("organizations")
        organizations.create_organization(FeatureSet="ALL")
        if joined == "member":
            organizations.create_account(Email="a@example.com", AccountName="a")
            account = list(cloud.world.accounts.values())[-1]
    assert refusal(cloud.root("iam", account).list_organizations_features)[0] == code
