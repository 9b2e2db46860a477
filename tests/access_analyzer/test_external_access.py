"""Findings follow from who outside of the zone of trust could act, and from nothing else."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.access_analyzer.conftest import Watch

OWN, FOREIGN = "111122223333", "999988887777"
READ = "s3:GetObject"


def allow(principal: Any, action: Any, resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {
        "Effect": "Allow",
        "Principal": principal,
        "Action": action,
        "Resource": resource,
        **more,
    }


def deny(action: Any, resource: Any, condition: Any) -> dict[str, Any]:
    return {**allow("*", action, resource, Condition=condition), "Effect": "Deny"}


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def opened(watch: Watch, *statements: dict[str, Any], name: str = "papers") -> None:
    """A bucket with a policy, made before the analyzer looks, with public access not blocked."""
    s3 = watch.client("s3")
    s3.create_bucket(Bucket=name)
    s3.delete_public_access_block(Bucket=name)
    s3.put_bucket_policy(Bucket=name, Policy=document(*statements))


OBJECTS = "arn:aws:s3:::papers/*"


def test_a_bucket_shared_with_another_account(watch: Watch) -> None:
    opened(watch, allow({"AWS": f"arn:aws:iam::{FOREIGN}:root"}, [READ, "s3:PutObject"], OBJECTS))
    watch.start()
    (found,) = watch.findings()
    assert found["principal"] == {"AWS": FOREIGN}
    assert found["action"] == [READ, "s3:PutObject"]
    assert (found["resource"], found["resourceType"]) == ("arn:aws:s3:::papers", "AWS::S3::Bucket")
    assert (found["isPublic"], found["condition"]) == (False, {})
    assert found["sources"] == [{"type": "POLICY"}]
    assert found["resourceOwnerAccount"] == OWN


def test_who_is_in_the_account_is_trusted(watch: Watch) -> None:
    own = {"AWS": [f"arn:aws:iam::{OWN}:root", OWN]}
    opened(watch, allow(own, READ, OBJECTS), allow({"Service": "s3.amazonaws.com"}, READ, OBJECTS))
    watch.start()
    assert not watch.findings()


def test_a_public_bucket_and_its_block(watch: Watch) -> None:
    opened(watch, allow("*", READ, OBJECTS))
    watch.start()
    (found,) = watch.findings()
    assert (found["principal"], found["isPublic"]) == ({"AWS": "*"}, True)
    block = dict.fromkeys(
        ["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"], True
    )
    watch.client("s3").put_public_access_block(
        Bucket="papers", PublicAccessBlockConfiguration=block
    )
    watch.later()
    assert not watch.findings()
    (resolved,) = watch.findings("RESOLVED")
    assert resolved["id"] == found["id"]


def test_the_block_of_the_account_is_seen_within_six_hours(watch: Watch) -> None:
    opened(watch, allow("*", READ, OBJECTS))
    watch.start()
    watch.client("s3control").put_public_access_block(
        AccountId=OWN,
        PublicAccessBlockConfiguration={"RestrictPublicBuckets": True},
    )
    watch.later()
    assert watch.findings()
    watch.wait(hours=6)
    assert not watch.findings()


@pytest.mark.parametrize(
    ("condition", "shown"),
    [
        ({"StringEquals": {"aws:PrincipalAccount": FOREIGN}}, {"aws:principalaccount": FOREIGN}),
        ({"StringEquals": {"aws:SourceVpce": "vpce-1"}}, {"aws:sourcevpce": "vpce-1"}),
        ({"StringEquals": {"aws:PrincipalOrgID": "o-else"}}, {"aws:principalorgid": "o-else"}),
    ],
)
def test_a_condition_that_says_who(
    watch: Watch, condition: dict[str, Any], shown: dict[str, str]
) -> None:
    """It is named, and the bucket isn't public."""
    opened(watch, allow("*", READ, OBJECTS, Condition=condition))
    watch.start()
    (found,) = watch.findings()
    assert {key.lower(): value for key, value in found["condition"].items()} == shown
    assert not found["isPublic"]


@pytest.mark.parametrize(
    "condition",
    [
        {"StringEquals": {"aws:PrincipalAccount": OWN}},
        {"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{OWN}:role/*"}},
        {"StringEquals": {"aws:SourceAccount": OWN}},
        {"ArnLike": {"aws:SourceArn": f"arn:aws:sns:us-east-1:{OWN}:topic"}},
        {"Bool": {"aws:PrincipalIsAWSService": "true"}},
    ],
)
def test_a_condition_that_lets_in_only_who_is_trusted(
    watch: Watch, condition: dict[str, Any]
) -> None:
    opened(watch, allow("*", READ, OBJECTS, Condition=condition))
    watch.start()
    assert not watch.findings()


def test_two_values_are_two_findings(watch: Watch) -> None:
    condition = {"StringEquals": {"aws:SourceVpc": ["vpc-1", "vpc-2"]}}
    opened(watch, allow("*", READ, OBJECTS, Condition=condition))
    watch.start()
    shown = [list(found["condition"].values()) for found in watch.findings()]
    assert sorted(shown) == [["vpc-1"], ["vpc-2"]]


@pytest.mark.parametrize(
    ("condition", "there"),
    [
        ({"Bool": {"aws:SecureTransport": "false"}}, True),
        ({"StringNotEquals": {"aws:PrincipalAccount": OWN}}, False),
        ({"StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-mine"}}, False),
        ({"StringNotEquals": {"aws:PrincipalAccount": [OWN, FOREIGN]}}, True),
    ],
)
def test_what_a_deny_leaves(watch: Watch, condition: dict[str, Any], there: bool) -> None:
    opened(
        watch,
        allow({"AWS": f"arn:aws:iam::{FOREIGN}:root"}, READ, OBJECTS),
        deny("s3:*", OBJECTS, condition),
    )
    watch.start()
    assert bool(watch.findings()) is there


def test_a_deny_that_leaves_one_network(watch: Watch) -> None:
    """Everybody may read through one endpoint: that is the condition, and it isn't public."""
    condition = {"StringNotEquals": {"aws:SourceVpce": "vpce-9"}}
    opened(watch, allow("*", READ, OBJECTS), deny("s3:*", OBJECTS, condition))
    watch.start()
    (found,) = watch.findings()
    assert list(found["condition"].values()) == ["vpce-9"]
    assert not found["isPublic"]


def test_the_actions_that_a_wildcard_stands_for(watch: Watch) -> None:
    """Those on the bucket where the bucket is named, those on objects where they are."""
    opened(watch, allow({"AWS": FOREIGN}, "s3:Get*", "arn:aws:s3:::papers"))
    watch.start()
    (found,) = watch.findings()
    assert "s3:GetBucketPolicy" in found["action"]
    assert READ not in found["action"]


def test_an_access_control_list(watch: Watch) -> None:
    s3 = watch.client("s3")
    s3.create_bucket(Bucket="old", ObjectOwnership="ObjectWriter")
    s3.delete_public_access_block(Bucket="old")
    s3.put_bucket_acl(Bucket="old", ACL="public-read")
    watch.start()
    (found,) = watch.findings()
    assert found["principal"] == {"AWS": "*"}
    assert found["sources"] == [{"type": "BUCKET_ACL"}]
    assert "s3:ListBucket" in found["action"]
    assert found["isPublic"]


def test_an_access_control_list_for_a_canonical_user(watch: Watch) -> None:
    s3 = watch.client("s3")
    s3.create_bucket(Bucket="old", ObjectOwnership="ObjectWriter")
    stranger = "ab" * 32
    s3.put_bucket_acl(Bucket="old", GrantRead=f'id="{stranger}"')
    watch.start()
    (found,) = watch.findings()
    assert found["principal"] == {"CanonicalUser": stranger}
    assert not found["isPublic"]


def test_a_role_that_trusts_another_account(watch: Watch) -> None:
    iam = watch.client("iam")
    trust = watch.cloud.trust({"AWS": f"arn:aws:iam::{FOREIGN}:root"})
    iam.create_role(RoleName="vendor", AssumeRolePolicyDocument=trust)
    watch.start()
    (found,) = watch.about("role/vendor")
    assert found["action"] == ["sts:AssumeRole"]
    assert found["principal"] == {"AWS": FOREIGN}
    assert "sources" not in found


def test_a_role_that_an_identity_provider_may_take(watch: Watch) -> None:
    provider = f"arn:aws:iam::{OWN}:oidc-provider/token.example.com"
    trust = watch.cloud.trust(
        {"Federated": provider},
        "sts:AssumeRoleWithWebIdentity",
        Condition={"StringEquals": {"token.example.com:sub": "repo:a/b"}},
    )
    watch.client("iam").create_role(RoleName="ci", AssumeRolePolicyDocument=trust)
    watch.start()
    (found,) = watch.about("role/ci")
    assert found["principal"] == {"Federated": provider}
    assert found["condition"] == {"token.example.com:sub": "repo:a/b"}


def test_a_key_by_its_policy_and_by_a_grant(watch: Watch) -> None:
    kms = watch.client("kms")
    own = allow({"AWS": f"arn:aws:iam::{OWN}:root"}, "kms:*")
    shared = kms.create_key(
        Policy=document(own, allow({"AWS": f"arn:aws:iam::{FOREIGN}:root"}, "kms:Decrypt"))
    )["KeyMetadata"]["Arn"]
    granted = kms.create_key(Policy=document(own))["KeyMetadata"]["Arn"]
    role = f"arn:aws:iam::{FOREIGN}:role/backup"
    kms.create_grant(
        KeyId=granted, GranteePrincipal=role, Operations=["Decrypt", "GenerateDataKey"]
    )
    watch.start()
    assert [found["principal"] for found in watch.about(shared)] == [{"AWS": FOREIGN}]
    (found,) = watch.about(granted)
    assert found["principal"] == {"AWS": role}
    assert found["action"] == ["kms:Decrypt", "kms:GenerateDataKey"]


def test_kms_caller_account(watch: Watch) -> None:
    """AWS's own example: who calls is told by a condition."""
    own = allow({"AWS": f"arn:aws:iam::{OWN}:root"}, "kms:*")
    for account in (OWN, FOREIGN):
        condition = {"StringEquals": {"kms:CallerAccount": account}}
        watch.client("kms").create_key(
            Policy=document(own, allow("*", "kms:Decrypt", Condition=condition))
        )
    watch.start()
    (found,) = watch.findings()
    assert list(found["condition"].values()) == [FOREIGN]
    assert not found["isPublic"]


def test_queue_topic_secret_function_and_snapshot(watch: Watch) -> None:
    principal = {"AWS": f"arn:aws:iam::{FOREIGN}:root"}
    sqs = watch.client("sqs")
    url = sqs.create_queue(QueueName="jobs")["QueueUrl"]
    queue = f"arn:aws:sqs:us-east-1:{OWN}:jobs"
    policy = document(allow(principal, "sqs:SendMessage", queue))
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    sns = watch.client("sns")
    topic = sns.create_topic(Name="news")["TopicArn"]
    sns.set_topic_attributes(
        TopicArn=topic,
        AttributeName="Policy",
        AttributeValue=document(allow("*", "sns:Subscribe", topic)),
    )
    secrets = watch.client("secretsmanager")
    secret = secrets.create_secret(Name="password", SecretString="x")["ARN"]
    secrets.put_resource_policy(
        SecretId=secret,
        ResourcePolicy=document(allow(principal, "secretsmanager:GetSecretValue")),
    )
    ec2 = watch.client("ec2")
    volume = ec2.create_volume(Size=1, AvailabilityZone="us-east-1a")["VolumeId"]
    snapshot = ec2.create_snapshot(VolumeId=volume)["SnapshotId"]
    ec2.modify_snapshot_attribute(
        SnapshotId=snapshot,
        Attribute="createVolumePermission",
        OperationType="add",
        UserIds=[FOREIGN],
    )
    watch.start()
    found = {each["resourceType"]: each for each in watch.findings()}
    assert found["AWS::SQS::Queue"]["action"] == ["sqs:SendMessage"]
    assert found["AWS::SNS::Topic"]["isPublic"]
    assert found["AWS::SecretsManager::Secret"]["principal"] == {"AWS": FOREIGN}
    assert found["AWS::EC2::Snapshot"]["resource"].endswith(snapshot)
    assert len(found) == 4


def test_a_topic_as_it_is_made_is_nobody_elses(watch: Watch) -> None:
    """Its policy names everybody, and then the account by a condition."""
    watch.client("sns").create_topic(Name="news")
    watch.start()
    assert not watch.findings()


def test_a_narrower_finding_is_left_out(watch: Watch) -> None:
    """Of what everybody may do nobody in particular is told."""
    opened(watch, allow("*", READ, OBJECTS), allow({"AWS": FOREIGN}, READ, OBJECTS))
    watch.start()
    assert [found["principal"] for found in watch.findings()] == [{"AWS": "*"}]
