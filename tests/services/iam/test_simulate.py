"""The policy simulator answers as the gateway would decide."""

from __future__ import annotations

import json
from typing import Any

import pytest

ACCOUNT = "111122223333"
ANN = f"arn:aws:iam::{ACCOUNT}:user/ann"
OBJECT = "arn:aws:s3:::data/report.csv"
READ = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::data/*"}]}'


@pytest.fixture
def iam(cloud: Any) -> Any:
    return cloud.root("iam")


def custom(iam: Any, *documents: str, actions: Any = ("s3:GetObject",), **more: Any) -> Any:
    answer = iam.simulate_custom_policy(
        PolicyInputList=list(documents), ActionNames=list(actions), **more
    )
    assert len(answer["EvaluationResults"]) == len(actions)
    return answer["EvaluationResults"][0]


def test_the_three_decisions(cloud: Any, iam: Any) -> None:
    deny = cloud.policy(cloud.statement("s3:*", f"{OBJECT}", "Deny"))
    assert custom(iam, READ, ResourceArns=[OBJECT])["EvalDecision"] == "allowed"
    assert custom(iam, READ)["EvalDecision"] == "implicitDeny"
    assert custom(iam, READ, deny, ResourceArns=[OBJECT])["EvalDecision"] == "explicitDeny"


def test_the_statement_that_decided_is_shown_with_its_place(cloud: Any, iam: Any) -> None:
    (matched,) = custom(iam, READ, ResourceArns=[OBJECT])["MatchedStatements"]
    assert matched == {
        "SourcePolicyId": "PolicyInputList.1",
        "SourcePolicyType": "IAM Policy",
        "StartPosition": {"Line": 1, "Column": 38},
        "EndPosition": {"Line": 1, "Column": len(READ) - 1},
    }
    pretty = json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
        },
        indent=2,
    )
    (matched,) = custom(iam, pretty)["MatchedStatements"]
    assert matched["StartPosition"] == {"Line": 3, "Column": 17}
    assert matched["EndPosition"] == {"Line": 8, "Column": 6}


def test_of_a_denial_only_the_denying_statement_is_shown(cloud: Any, iam: Any) -> None:
    both = cloud.policy(cloud.statement("s3:*"), cloud.statement("s3:Get*", "*", "Deny"))
    (matched,) = custom(iam, READ, both, ResourceArns=[OBJECT])["MatchedStatements"]
    assert matched["SourcePolicyId"] == "PolicyInputList.2"
    start, end = (matched[name]["Column"] for name in ("StartPosition", "EndPosition"))
    assert json.loads(both[start - 1 : end - 1])["Effect"] == "Deny"


def test_one_result_an_action_with_the_most_restrictive_decision(iam: Any) -> None:
    other = "arn:aws:s3:::other/x"
    result = custom(iam, READ, ResourceArns=[OBJECT, other])
    assert result["EvalDecision"] == "implicitDeny"
    assert result["MatchedStatements"] == []
    specific = {
        one["EvalResourceName"]: one["EvalResourceDecision"]
        for one in result["ResourceSpecificResults"]
    }
    assert specific == {OBJECT: "allowed", other: "implicitDeny"}


def test_context_of_every_type_and_keys_that_are_missing(cloud: Any, iam: Any) -> None:
    condition = {
        "IpAddress": {"aws:SourceIp": "10.0.0.0/8"},
        "Bool": {"aws:SecureTransport": "true"},
        "DateGreaterThan": {"aws:CurrentTime": "2026-01-01T00:00:00Z"},
        "NumericLessThan": {"s3:max-keys": "10"},
        "StringLike": {"s3:prefix": "${aws:PrincipalTag/team}/*"},
        "ForAllValues:StringEquals": {"aws:TagKeys": ["a", "b"]},
    }
    document = cloud.policy(cloud.statement("s3:ListBucket", Condition=condition))
    result = custom(iam, document, actions=["s3:ListBucket"])
    assert result["EvalDecision"] == "implicitDeny"
    assert result["MissingContextValues"] == [
        "aws:CurrentTime", "aws:PrincipalTag/team", "aws:SecureTransport", "aws:SourceIp",
        "aws:TagKeys", "s3:max-keys", "s3:prefix",
    ]  # fmt: skip
    given = {
        "aws:SourceIp": ("ip", ["10.1.2.3"]),
        "aws:SecureTransport": ("boolean", ["true"]),
        "aws:CurrentTime": ("date", ["2026-11-02T12:00:00Z"]),
        "s3:max-keys": ("numeric", ["5"]),
        "s3:prefix": ("string", ["red/x"]),
        "aws:PrincipalTag/team": ("string", ["red"]),
        "aws:TagKeys": ("stringList", ["a", "b"]),
    }
    entries = [
        {"ContextKeyName": name, "ContextKeyType": kind, "ContextKeyValues": values}
        for name, (kind, values) in given.items()
    ]
    result = custom(iam, document, actions=["s3:ListBucket"], ContextEntries=entries)
    assert (result["EvalDecision"], result["MissingContextValues"]) == ("allowed", [])
    names = iam.get_context_keys_for_custom_policy(PolicyInputList=[document])
    assert set(names["ContextKeyNames"]) == set(given)


@pytest.mark.parametrize(
    ("kind", "value"),
    [("ip", "here"), ("numeric", "ten"), ("boolean", "yes"), ("dateList", "soon")],
)
def test_a_value_that_is_not_of_its_type_is_refused(
    iam: Any, refusal: Any, kind: str, value: str
) -> None:
    entry = {"ContextKeyName": "aws:Some", "ContextKeyType": kind, "ContextKeyValues": [value]}
    assert refusal(lambda: custom(iam, READ, ContextEntries=[entry]))[0] == "InvalidInput"


def test_a_boundary_that_is_given_is_told_apart(iam: Any, cloud: Any) -> None:
    wide = cloud.policy(cloud.statement("*"))
    for boundary, allowed in ((READ, True), (cloud.policy(cloud.statement("ec2:*")), False)):
        result = custom(
            iam, wide, ResourceArns=[OBJECT], PermissionsBoundaryPolicyInputList=[boundary]
        )
        assert result["EvalDecision"] == ("allowed" if allowed else "implicitDeny")
        detail = {"AllowedByPermissionsBoundary": allowed}
        assert result["PermissionsBoundaryDecisionDetail"] == detail
        (specific,) = result["ResourceSpecificResults"]
        assert specific["PermissionsBoundaryDecisionDetail"] == detail


def test_a_users_own_policies_its_groups_and_its_boundary(cloud: Any, iam: Any) -> None:
    cloud.user("ann", cloud.statement("s3:GetObject"))
    iam.create_group(GroupName="staff")
    group = cloud.policy(cloud.statement("s3:Get*"))
    iam.put_group_policy(GroupName="staff", PolicyName="shared", PolicyDocument=group)
    iam.add_user_to_group(GroupName="staff", UserName="ann")
    iam.attach_user_policy(
        UserName="ann", PolicyArn="arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
    )

    def simulated(**more: Any) -> Any:
        return iam.simulate_principal_policy(
            PolicySourceArn=ANN, ActionNames=["s3:GetObject"], ResourceArns=[OBJECT], **more
        )["EvaluationResults"][0]

    result = simulated()
    assert result["EvalDecision"] == "allowed"
    ids = [one["SourcePolicyId"] for one in result["MatchedStatements"]]
    assert ids == ["user_ann_own", "AmazonS3ReadOnlyAccess", "group_staff_shared"]
    iam.put_user_permissions_boundary(
        UserName="ann", PermissionsBoundary="arn:aws:iam::aws:policy/AmazonEC2ReadOnlyAccess"
    )
    result = simulated()
    assert result["EvalDecision"] == "implicitDeny"
    assert result["PermissionsBoundaryDecisionDetail"] == {"AllowedByPermissionsBoundary": False}
    wider = cloud.policy(cloud.statement("*"))
    assert simulated(PermissionsBoundaryPolicyInputList=[wider])["EvalDecision"] == "allowed"
    assert (
        simulated(PolicyExclusionList=[{"PolicyType": "permission-boundary"}])["EvalDecision"]
        == "allowed"
    )


def test_what_a_principal_could_do_without_some_of_its_policies(cloud: Any, iam: Any) -> None:
    cloud.user("ann", cloud.statement("s3:GetObject"))
    for exclusion, decision in (
        ({"PolicyType": "inline"}, "implicitDeny"),
        ({"PolicyType": "aws-managed"}, "allowed"),
        (
            {
                "InlinePolicyIdentifier": {
                    "PolicyName": "own", "AttachmentType": "user", "AttachmentName": "a*",
                }
            },
            "implicitDeny",
        ),
    ):  # fmt: skip
        result = iam.simulate_principal_policy(
            PolicySourceArn=ANN, ActionNames=["s3:GetObject"], PolicyExclusionList=[exclusion]
        )["EvaluationResults"][0]
        assert result["EvalDecision"] == decision


def test_a_role_and_a_group_can_be_simulated_and_the_absent_cannot(
    cloud: Any, iam: Any, refusal: Any
) -> None:
    trust = cloud.trust({"AWS": f"arn:aws:iam::{ACCOUNT}:root"})
    role = cloud.role("reader", trust, cloud.statement("s3:GetObject"))
    iam.create_group(GroupName="staff")
    own = cloud.policy(cloud.statement("s3:GetObject", "arn:aws:s3:::data/${aws:username}/*"))
    iam.put_group_policy(GroupName="staff", PolicyName="home", PolicyDocument=own)
    group = f"arn:aws:iam::{ACCOUNT}:group/staff"

    def simulated(arn: str, **more: Any) -> Any:
        return iam.simulate_principal_policy(
            PolicySourceArn=arn, ActionNames=["s3:GetObject"], **more
        )["EvaluationResults"][0]

    (matched,) = simulated(role)["MatchedStatements"]
    assert matched["SourcePolicyId"] == "role_reader_own"
    home = {"ResourceArns": ["arn:aws:s3:::data/ann/x"]}
    result = simulated(group, **home)
    assert result["EvalDecision"] == "implicitDeny"
    assert result["MissingContextValues"] == ["aws:username"]
    assert simulated(group, CallerArn=ANN, **home)["EvalDecision"] == "allowed"
    names = iam.get_context_keys_for_principal_policy(PolicySourceArn=group)
    assert names["ContextKeyNames"] == ["aws:username"]
    assert refusal(lambda: simulated(ANN))[:2] == ("NoSuchEntity", 404)
    assert refusal(lambda: simulated("arn:aws:s3:::some-bucket-name"))[0] == "InvalidInput"


def test_a_resource_policy_counts_and_is_told_apart_across_accounts(
    cloud: Any, iam: Any, refusal: Any
) -> None:
    bucket = cloud.policy(cloud.statement("s3:GetObject", f"{OBJECT}", Principal={"AWS": ANN}))
    nothing = cloud.policy(cloud.statement("ec2:*"))
    options = {"ResourceArns": [OBJECT], "ResourcePolicy": bucket}
    assert refusal(lambda: custom(iam, nothing, **options))[0] == "InvalidInput"
    result = custom(iam, nothing, CallerArn=ANN, **options)
    assert result["EvalDecision"] == "allowed"
    assert result["EvalDecisionDetails"] == {}
    (matched,) = result["MatchedStatements"]
    assert matched["SourcePolicyType"] == "Resource Policy"
    result = custom(iam, nothing, CallerArn=ANN, ResourceOwner="444455556666", **options)
    assert result["EvalDecision"] == "implicitDeny"
    (specific,) = result["ResourceSpecificResults"]
    details = {"IAM Policy": "implicitDeny", "Resource Policy": "allowed"}
    assert specific["EvalDecisionDetails"] == details
    result = custom(iam, READ, CallerArn=ANN, ResourceOwner="444455556666", **options)
    assert result["EvalDecision"] == "allowed"


def test_results_come_in_pages(iam: Any) -> None:
    actions = [f"s3:Get{name}" for name in "ABCDE"]
    pages = iam.get_paginator("simulate_custom_policy").paginate(
        PolicyInputList=[READ], ActionNames=actions, PaginationConfig={"PageSize": 2}
    )
    found = [[one["EvalActionName"] for one in page["EvaluationResults"]] for page in pages]
    assert found == [actions[:2], actions[2:4], actions[4:]]


def test_malformed_input_is_refused(iam: Any, refusal: Any) -> None:
    assert refusal(lambda: custom(iam, "{}"))[0] == "InvalidInput"
    assert refusal(lambda: custom(iam, READ, actions=["everything"]))[0] == "InvalidInput"
    assert refusal(lambda: custom(iam, READ, actions=["s3:*"]))[0] == "InvalidInput"


def test_nothing_happens_to_what_is_simulated(cloud: Any, iam: Any) -> None:
    keys = cloud.user("ann", cloud.statement("s3:*"))
    cloud.client("s3", keys).create_bucket(Bucket="data")
    iam.simulate_principal_policy(PolicySourceArn=ANN, ActionNames=["s3:DeleteBucket"])
    assert [one["Name"] for one in cloud.client("s3", keys).list_buckets()["Buckets"]] == ["data"]
