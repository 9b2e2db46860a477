"""GetAccountAuthorizationDetails holds what the API reference lists for each entity."""

from __future__ import annotations

from typing import Any

import pytest

READ_ONLY = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
VIEW_ONLY = "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess"


@pytest.fixture
def company(cloud: Any) -> Any:
    """One of everything, and the client."""
    iam, policy = cloud.root("iam"), cloud.policy(cloud.statement("s3:GetObject"))
    own = iam.create_policy(PolicyName="own", PolicyDocument=policy)["Policy"]["Arn"]
    iam.create_policy_version(
        PolicyArn=own, PolicyDocument=cloud.policy(cloud.statement("s3:*")), SetAsDefault=True
    )
    tags = [{"Key": "team", "Value": "red"}]
    iam.create_user(UserName="ann", Path="/staff/", Tags=tags, PermissionsBoundary=VIEW_ONLY)
    iam.put_user_policy(UserName="ann", PolicyName="inline", PolicyDocument=policy)
    iam.create_group(GroupName="staff")
    iam.put_group_policy(GroupName="staff", PolicyName="shared", PolicyDocument=policy)
    iam.attach_group_policy(GroupName="staff", PolicyArn=own)
    iam.add_user_to_group(GroupName="staff", UserName="ann")
    trust = cloud.trust({"Service": "ec2.amazonaws.com"})
    iam.create_role(RoleName="web", AssumeRolePolicyDocument=trust, Tags=tags)
    for _ in range(2):
        iam.attach_role_policy(RoleName="web", PolicyArn=READ_ONLY)
    iam.create_instance_profile(InstanceProfileName="web")
    iam.add_role_to_instance_profile(InstanceProfileName="web", RoleName="web")
    return iam


def test_a_user(company: Any) -> None:
    (user,) = company.get_account_authorization_details(Filter=["User"])["UserDetailList"]
    assert user["Arn"] == "arn:aws:iam::111122223333:user/staff/ann"
    assert user["UserId"].startswith("AIDA")
    assert user["GroupList"] == ["staff"]
    assert user["AttachedManagedPolicies"] == []
    (inline,) = user["UserPolicyList"]
    assert inline["PolicyName"] == "inline"
    assert inline["PolicyDocument"]["Statement"][0]["Action"] == "s3:GetObject"
    assert user["PermissionsBoundary"]["PermissionsBoundaryArn"] == VIEW_ONLY
    assert user["Tags"] == [{"Key": "team", "Value": "red"}]


def test_a_group(company: Any) -> None:
    (group,) = company.get_account_authorization_details(Filter=["Group"])["GroupDetailList"]
    assert (group["Path"], group["GroupName"]) == ("/", "staff")
    assert group["GroupPolicyList"][0]["PolicyName"] == "shared"
    assert group["AttachedManagedPolicies"] == [
        {"PolicyName": "own", "PolicyArn": "arn:aws:iam::111122223333:policy/own"}
    ]


def test_a_role(company: Any) -> None:
    (role,) = company.get_account_authorization_details(Filter=["Role"])["RoleDetailList"]
    statement = role["AssumeRolePolicyDocument"]["Statement"][0]
    assert statement["Principal"] == {"Service": "ec2.amazonaws.com"}
    (profile,) = role["InstanceProfileList"]
    assert profile["InstanceProfileId"].startswith("AIPA")
    assert [one["RoleName"] for one in profile["Roles"]] == ["web"]
    assert [one["PolicyName"] for one in role["AttachedManagedPolicies"]] == [
        "AmazonS3ReadOnlyAccess"
    ]
    assert role["Tags"] == [{"Key": "team", "Value": "red"}]
    assert role["RoleLastUsed"] == {}


def test_policies_are_the_accounts_own_and_those_of_aws_in_use(company: Any) -> None:
    answer = company.get_account_authorization_details(
        Filter=["LocalManagedPolicy", "AWSManagedPolicy"]
    )
    found = {policy["PolicyName"]: policy for policy in answer["Policies"]}
    assert set(found) == {"own", "AmazonS3ReadOnlyAccess", "ViewOnlyAccess"}
    own = found["own"]
    assert own["PolicyId"].startswith("ANPA")
    assert (own["DefaultVersionId"], own["AttachmentCount"]) == ("v2", 1)
    assert [(v["VersionId"], v["IsDefaultVersion"]) for v in own["PolicyVersionList"]] == [
        ("v1", False),
        ("v2", True),
    ]
    assert own["PolicyVersionList"][1]["Document"]["Statement"][0]["Action"] == "s3:*"
    assert found["AmazonS3ReadOnlyAccess"]["AttachmentCount"] == 1
    assert found["ViewOnlyAccess"]["PermissionsBoundaryUsageCount"] == 1
    local = company.get_account_authorization_details(Filter=["LocalManagedPolicy"])
    assert [policy["PolicyName"] for policy in local["Policies"]] == ["own"]
    assert local["UserDetailList"] == []


def test_pages_hold_entities_of_all_kinds_together(company: Any, refusal: Any) -> None:
    first = company.get_account_authorization_details(MaxItems=2)
    assert first["IsTruncated"]
    assert (len(first["UserDetailList"]), len(first["GroupDetailList"])) == (1, 1)
    pages = company.get_paginator("get_account_authorization_details").paginate(
        PaginationConfig={"PageSize": 2}
    )
    whole = list(pages)
    assert len(whole) == 3
    assert sum(len(page["Policies"]) for page in whole) == 3
    attempt = lambda: company.get_account_authorization_details(Marker="x")  # noqa: E731
    assert refusal(attempt)[0] == "ValidationError"
