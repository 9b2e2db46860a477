"""Access advisor: what a principal may use, and what it tried, from the account's records."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
ACCOUNT = "111122223333"
ANN = f"arn:aws:iam::{ACCOUNT}:user/ann"


@pytest.fixture
def clock(cloud: Any) -> Any:
    """The account's clock, which stands at noon."""
    with cloud.world.clock.pinned(NOON):
        yield cloud.world.clock


@pytest.fixture
def iam(cloud: Any, clock: Any) -> Any:
    return cloud.root("iam")


def report(iam: Any, arn: str, **more: Any) -> dict[str, Any]:
    """The services of a report, by namespace."""
    job = iam.generate_service_last_accessed_details(Arn=arn, **more)["JobId"]
    answer = iam.get_service_last_accessed_details(JobId=job)
    assert answer["JobStatus"] == "COMPLETED"
    return {one["ServiceNamespace"]: one for one in answer["ServicesLastAccessed"]}


def test_services_allowed_and_when_they_were_last_tried(
    cloud: Any, iam: Any, clock: Any, refusal: Any
) -> None:
    allow = cloud.statement(["s3:Get*", "ec2:Describe*", "sqs:*"])
    keys = cloud.user("ann", allow, cloud.statement("sqs:*", "*", "Deny"))
    cloud.client("ec2", keys, region="eu-west-1").describe_instances()
    clock.pin(NOON + timedelta(hours=1))
    ec2 = cloud.client("ec2", keys, region="eu-central-1")
    assert refusal(lambda: ec2.terminate_instances(InstanceIds=["i-0123456789abcdef0"]))
    found = report(iam, ANN)
    assert set(found) == {"s3", "ec2"}
    assert found["s3"] == {
        "ServiceName": "Amazon S3",
        "ServiceNamespace": "s3",
        "TotalAuthenticatedEntities": 0,
    }
    assert found["ec2"] == {
        "ServiceName": "Amazon EC2",
        "ServiceNamespace": "ec2",
        "TotalAuthenticatedEntities": 1,
        "LastAuthenticated": NOON + timedelta(hours=1),
        "LastAuthenticatedEntity": ANN,
        "LastAuthenticatedRegion": "eu-central-1",
    }


def test_actions_when_they_are_asked_for(cloud: Any, iam: Any) -> None:
    keys = cloud.user("ann", cloud.statement("*"))
    cloud.client("iam", keys).list_users()
    cloud.client("iam", keys).get_user()
    actions = report(iam, ANN, Granularity="ACTION_LEVEL")["iam"]["TrackedActionsLastAccessed"]
    assert [one["ActionName"] for one in actions] == ["GetUser", "ListUsers"]
    assert actions[0]["LastAccessedTime"] == NOON
    assert "TrackedActionsLastAccessed" not in report(iam, ANN)["iam"]


def test_a_roles_sessions_count_for_the_role(cloud: Any, iam: Any) -> None:
    keys = cloud.user("ann", cloud.statement("sts:*"))
    arn = cloud.role("reader", cloud.trust({"AWS": ANN}), cloud.statement("ec2:*"))
    session = cloud.client("sts", keys).assume_role(RoleArn=arn, RoleSessionName="now")
    cloud.client("ec2", session["Credentials"]).describe_instances()
    assert report(iam, arn)["ec2"]["LastAuthenticatedEntity"] == arn
    assert report(iam, ANN)["sts"]["LastAuthenticatedEntity"] == ANN


def test_a_groups_and_a_policys_members(cloud: Any, iam: Any, clock: Any) -> None:
    policy = iam.create_policy(
        PolicyName="own", PolicyDocument=cloud.policy(cloud.statement("ec2:*"))
    )["Policy"]["Arn"]
    iam.create_group(GroupName="staff")
    iam.attach_group_policy(GroupName="staff", PolicyArn=policy)
    for hours, name in enumerate(("ann", "bob", "eve")):
        keys = cloud.user(name)
        iam.add_user_to_group(GroupName="staff", UserName=name)
        clock.pin(NOON + timedelta(hours=hours))
        if name != "eve":
            cloud.client("ec2", keys).describe_instances()
    for arn in (policy, f"arn:aws:iam::{ACCOUNT}:group/staff"):
        ec2 = report(iam, arn)["ec2"]
        assert ec2["TotalAuthenticatedEntities"] == 2
        assert ec2["LastAuthenticatedEntity"].endswith("user/bob")
        job = iam.generate_service_last_accessed_details(Arn=arn)["JobId"]
        listed = iam.get_service_last_accessed_details_with_entities(
            JobId=job, ServiceNamespace="ec2"
        )["EntityDetailsList"]
        assert [one["EntityInfo"]["Name"] for one in listed] == ["bob", "ann", "eve"]
        assert listed[0]["LastAuthenticated"] == NOON + timedelta(hours=1)
        assert "LastAuthenticated" not in listed[2]


def test_a_report_is_for_its_requester_alone_and_doesnt_change(
    cloud: Any, iam: Any, refusal: Any
) -> None:
    keys = cloud.user("ann", cloud.statement("*"))
    own = cloud.client("iam", keys)
    job = own.generate_service_last_accessed_details(Arn=ANN)["JobId"]
    attempt = lambda: iam.get_service_last_accessed_details(JobId=job)  # noqa: E731
    assert refusal(attempt)[:2] == ("NoSuchEntity", 404)
    cloud.client("sqs", keys).list_queues()
    pages = own.get_service_last_accessed_details(JobId=job, MaxItems=3)
    assert (len(pages["ServicesLastAccessed"]), pages["IsTruncated"]) == (3, True)
    whole = own.get_service_last_accessed_details(JobId=job)["ServicesLastAccessed"]
    assert (
        next(one for one in whole if one["ServiceNamespace"] == "sqs")["TotalAuthenticatedEntities"]
        == 0
    )


def test_the_policies_that_grant_a_service(cloud: Any, iam: Any) -> None:
    cloud.user("ann", cloud.statement("s3:GetObject"))
    iam.attach_user_policy(
        UserName="ann", PolicyArn="arn:aws:iam::aws:policy/AmazonEC2ReadOnlyAccess"
    )
    s3, ec2, sqs = iam.list_policies_granting_service_access(
        Arn=ANN, ServiceNamespaces=["s3", "ec2", "sqs"]
    )["PoliciesGrantingServiceAccess"]
    assert s3["Policies"] == [
        {"PolicyName": "own", "PolicyType": "INLINE", "EntityType": "USER", "EntityName": "ann"}
    ]
    assert [one["PolicyType"] for one in ec2["Policies"]] == ["MANAGED"]
    assert sqs["Policies"] == []
