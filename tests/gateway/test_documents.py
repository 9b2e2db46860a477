"""A malformed policy is refused at once, by each service's own name for it, and nothing is kept."""

from __future__ import annotations

import json
from typing import Any

import pytest

NOT_JSON = ['{"Version": "2012-10-17", "Statement": [', "", "nope", "[]"]
ALLOW = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}


def document(*statements: Any, version: str = "2012-10-17") -> str:
    return json.dumps({"Version": version, "Statement": list(statements)})


MALFORMED = [
    '{"Version": "2012-10-17", "Statement": [',
    "nope",
    "[]",
    "{}",
    document(ALLOW, version="2020-01-01"),
    document({**ALLOW, "Effect": "allow"}),
    document({**ALLOW, "Acton": "s3:*"}),
    document({"Effect": "Allow", "Action": "s3:*"}),
    document({"Effect": "Allow", "Resource": "*"}),
    document({**ALLOW, "Principal": "*"}),
    document({**ALLOW, "Condition": {"StringEqual": {"aws:username": "x"}}}),
]


@pytest.fixture
def ann(cloud: Any) -> Any:
    """Keys of a user who may do anything."""
    return cloud.user("ann", cloud.statement("*"))


@pytest.mark.parametrize("text", MALFORMED)
def test_iam_keeps_no_malformed_identity_policy(
    cloud: Any, ann: Any, refusal: Any, text: str
) -> None:
    iam = cloud.client("iam", ann)
    for call in (
        lambda: iam.put_user_policy(UserName="ann", PolicyName="new", PolicyDocument=text),
        lambda: iam.create_policy(PolicyName="new", PolicyDocument=text),
    ):
        assert refusal(call)[:2] == ("MalformedPolicyDocument", 400)
    assert iam.list_user_policies(UserName="ann")["PolicyNames"] == ["own"]
    assert iam.list_policies(Scope="Local")["Policies"] == []


def test_a_refused_policy_leaves_the_one_before_it(cloud: Any, ann: Any, refusal: Any) -> None:
    iam = cloud.client("iam", ann)
    before = iam.get_user_policy(UserName="ann", PolicyName="own")["PolicyDocument"]
    refusal(
        lambda: iam.put_user_policy(UserName="ann", PolicyName="own", PolicyDocument=MALFORMED[0])
    )
    assert iam.get_user_policy(UserName="ann", PolicyName="own")["PolicyDocument"] == before


@pytest.mark.parametrize(
    "text",
    [
        '{"Version":',
        document(ALLOW),
        document(
            {"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole", "Resource": "*"}
        ),
    ],
)
def test_a_trust_policy_names_a_principal_and_no_resource(
    cloud: Any, ann: Any, refusal: Any, text: str
) -> None:
    iam, trust = cloud.client("iam", ann), cloud.trust({"AWS": "*"})
    iam.create_role(RoleName="job", AssumeRolePolicyDocument=trust)
    for call in (
        lambda: iam.create_role(RoleName="new", AssumeRolePolicyDocument=text),
        lambda: iam.update_assume_role_policy(RoleName="job", PolicyDocument=text),
    ):
        assert refusal(call)[:2] == ("MalformedPolicyDocument", 400)
    roles = {role["RoleName"]: role for role in iam.list_roles()["Roles"]}
    assert set(roles) == {"job"}
    assert roles["job"]["AssumeRolePolicyDocument"] == json.loads(trust)


@pytest.mark.parametrize(
    "text", ['{"Version":', document(ALLOW), document({**ALLOW, "Principal": 5})]
)
def test_s3_keeps_no_malformed_bucket_policy(cloud: Any, ann: Any, refusal: Any, text: str) -> None:
    s3 = cloud.client("s3", ann)
    s3.create_bucket(Bucket="logs")
    code, status, _ = refusal(lambda: s3.put_bucket_policy(Bucket="logs", Policy=text))
    assert (code, status) == ("MalformedPolicy", 400)
    assert refusal(lambda: s3.get_bucket_policy(Bucket="logs"))[0] == "NoSuchBucketPolicy"


def test_s3_says_with_which_byte_a_policy_begins(cloud: Any, ann: Any, refusal: Any) -> None:
    s3 = cloud.client("s3", ann)
    s3.create_bucket(Bucket="logs")
    for text in ("nope", "[]", " {}"):
        said = refusal(lambda text=text: s3.put_bucket_policy(Bucket="logs", Policy=text))
        assert said[2] == "Policies must be valid JSON and the first byte must be '{'"


def test_sts_mints_nothing_with_a_malformed_session_policy(
    cloud: Any, ann: Any, refusal: Any
) -> None:
    arn = cloud.role("job", cloud.trust({"AWS": "*"}))
    sts, minted = cloud.client("sts", ann), len(cloud.account.sessions)
    for text in ("{", document({**ALLOW, "Principal": "*"})):
        for call in (
            lambda text=text: sts.assume_role(RoleArn=arn, RoleSessionName="one", Policy=text),
            lambda text=text: sts.get_federation_token(Name="guest", Policy=text),
        ):
            assert refusal(call)[:2] == ("MalformedPolicyDocument", 400)
    assert len(cloud.account.sessions) == minted


def test_other_services_have_names_of_their_own(cloud: Any, ann: Any, refusal: Any) -> None:
    sqs, sns = cloud.client("sqs", ann), cloud.client("sns", ann)
    kms, secrets = cloud.client("kms", ann), cloud.client("secretsmanager", ann)
    queue = sqs.create_queue(QueueName="q")["QueueUrl"]
    topic = sns.create_topic(Name="t")["TopicArn"]
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    secrets.create_secret(Name="s", SecretString="x")
    text = '{"Version": "2012-10-17", "Statement": ['
    cases = [
        (
            lambda: sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": text}),
            "InvalidAttributeValue",
        ),
        (
            lambda: sns.set_topic_attributes(
                TopicArn=topic, AttributeName="Policy", AttributeValue=text
            ),
            "InvalidParameter",
        ),
        (
            lambda: kms.put_key_policy(KeyId=key, PolicyName="default", Policy=text),
            "MalformedPolicyDocumentException",
        ),
        (
            lambda: secrets.put_resource_policy(SecretId="s", ResourcePolicy=text),
            "MalformedPolicyDocumentException",
        ),
    ]
    for call, code in cases:
        assert refusal(call)[:2] == (code, 400)


def test_who_may_not_is_refused_before_the_document_is_read(cloud: Any, refusal: Any) -> None:
    iam = cloud.client("iam", cloud.user("bob"))
    code, _, _ = refusal(lambda: iam.create_policy(PolicyName="p", PolicyDocument="nope"))
    assert code == "AccessDenied"


def test_a_malformed_policy_leaves_a_record(cloud: Any, ann: Any, refusal: Any) -> None:
    iam = cloud.client("iam", ann)
    refusal(lambda: iam.create_policy(PolicyName="p", PolicyDocument="nope"))
    record = cloud.account.records[-1]
    assert (record["eventName"], record["errorCode"]) == (
        "CreatePolicy",
        "MalformedPolicyDocumentException",
    )
