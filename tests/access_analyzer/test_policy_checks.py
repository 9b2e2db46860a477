"""What is said of policy documents: ValidatePolicy and the custom policy checks."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.access_analyzer.test_external_access import allow
from tests.conftest import Cloud

BUCKET = "arn:aws:s3:::papers"


def document(*statements: dict[str, Any], **more: Any) -> str:
    return json.dumps({"Version": "2012-10-17", **more, "Statement": list(statements)})


def own(action: Any, resource: Any = "*", effect: str = "Allow", **more: Any) -> dict[str, Any]:
    return {"Effect": effect, "Action": action, "Resource": resource, **more}


def found(cloud: Cloud, text: str, kind: str = "IDENTITY_POLICY", **more: Any) -> list[Any]:
    api = cloud.root("accessanalyzer")
    answer = api.validate_policy(policyDocument=text, policyType=kind, **more)
    return list(answer["findings"])


def codes(cloud: Cloud, text: str, kind: str = "IDENTITY_POLICY", **more: Any) -> list[str]:
    return [one["issueCode"] for one in found(cloud, text, kind, **more)]


def test_a_good_policy_has_no_findings(cloud: Cloud) -> None:
    condition = {
        "StringEquals": {"aws:ResourceTag/team": "a", "s3:prefix": "home/"},
        "ForAllValues:StringEquals": {"aws:TagKeys": ["team"]},
        "IpAddress": {"aws:SourceIp": "203.0.113.0/24"},
        "Bool": {"aws:SecureTransport": "true"},
    }
    text = document(
        own(["s3:GetObject", "s3:ListBucket"], [BUCKET, f"{BUCKET}/*"], Condition=condition),
        own("sqs:SendMessage", "arn:aws:sqs:us-east-1:111122223333:jobs"),
        own("iam:PassRole", "arn:aws:iam::111122223333:role/app", Sid="Pass"),
        own("s3:GetObject", f"{BUCKET}/${{aws:username}}/*"),
    )
    assert found(cloud, text) == []


@pytest.mark.parametrize(
    ("code", "statement"),
    [
        ("INVALID_ACTION", own("s3:GetObjects")),
        ("INVALID_ACTION", own("s3:Gett*")),
        ("INVALID_SERVICE_IN_ACTION", own("s33:GetObject")),
        ("REDUNDANT_ACTION", own(["iam:Get*", "iam:GetRole"])),
        ("PASS_ROLE_WITH_STAR_IN_RESOURCE", own("iam:PassRole")),
        (
            "PASS_ROLE_WITH_STAR_IN_RESOURCE",
            own("iam:PassRole", "arn:aws:iam::111122223333:role/*"),
        ),
        ("PASS_ROLE_WITH_STAR_IN_ACTION_AND_RESOURCE", own("*")),
        ("CREATE_SLR_WITH_STAR_IN_ACTION_AND_RESOURCE", own("iam:Create*")),
        (
            "PASS_ROLE_WITH_STAR_IN_RESOURCE_AND_NOT_ACTION",
            {"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"},
        ),
        (
            "PASS_ROLE_WITH_NOT_RESOURCE",
            {"Effect": "Allow", "Action": "iam:PassRole", "NotResource": f"{BUCKET}/a"},
        ),
        ("INVALID_ARN_PREFIX", own("s3:GetObject", "papers/*")),
        ("MISSING_ARN_FIELD", own("s3:GetObject", "arn:aws:s3")),
        ("ARN_REGION_NOT_ALLOWED", own("s3:GetObject", "arn:aws:s3:us-east-1::papers/a")),
        ("ARN_ACCOUNT_NOT_ALLOWED", own("s3:GetObject", "arn:aws:s3::111122223333:papers/a")),
        ("INVALID_ARN_ACCOUNT", own("iam:GetRole", "arn:aws:iam::1234:role/a")),
        ("INVALID_ARN_REGION", own("sqs:SendMessage", "arn:aws:sqs:us-east-9:111122223333:a")),
        ("MISSING_ARN_REGION", own("sqs:SendMessage", "arn:aws:sqs::111122223333:a")),
        ("INVALID_PARTITION", own("s3:GetObject", "arn:amazon:s3:::papers/a")),
        ("MISSING_ACTION", {"Effect": "Allow", "Resource": "*"}),
        ("MISSING_RESOURCE", {"Effect": "Allow", "Action": "s3:GetObject"}),
        ("MISSING_EFFECT", {"Action": "s3:GetObject", "Resource": "*"}),
        ("INVALID_EFFECT", own("s3:GetObject", effect="Permit")),
        ("INVALID_POLICY_ELEMENT", own("s3:GetObject", Actions="x")),
        ("UNSUPPORTED_ELEMENT_COMBINATION", own("s3:GetObject", NotAction="s3:PutObject")),
        ("UNSUPPORTED_PRINCIPAL", own("s3:GetObject", Principal="*")),
        ("UNSUPPORTED_SID", own("s3:GetObject", Sid="not so")),
        ("EMPTY_SID_VALUE", own("s3:GetObject", Sid="")),
        ("EMPTY_ARRAY_ACTION", own([])),
        ("EMPTY_ARRAY_RESOURCE", own("s3:GetObject", [])),
        ("EMPTY_OBJECT_CONDITION", own("s3:GetObject", Condition={})),
        ("DATA_TYPE_MISMATCH", own("s3:GetObject", Sid=5)),
    ],
)
def test_what_is_wrong_with_a_statement(cloud: Cloud, code: str, statement: dict[str, Any]) -> None:
    assert code in codes(cloud, document(statement))


@pytest.mark.parametrize(
    ("code", "condition"),
    [
        ("INVALID_CONDITION_OPERATOR", {"StringEqual": {"aws:username": "a"}}),
        ("INVALID_CONDITION_KEY_FORMAT", {"StringEquals": {"username": "a"}}),
        ("INVALID_GLOBAL_CONDITION_KEY", {"StringEquals": {"aws:user": "a"}}),
        ("INVALID_SERVICE_CONDITION_KEY", {"StringEquals": {"s3:prefixx": "a"}}),
        ("UNSUPPORTED_GLOBAL_CONDITION_KEY", {"StringEquals": {"aws:ARN": "a"}}),
        ("MISSING_TAG_KEY_IN_CONDITION", {"StringEquals": {"aws:ResourceTag": "a"}}),
        ("MISSING_QUALIFIER", {"StringEquals": {"aws:TagKeys": "a"}}),
        (
            "FORALLVALUES_WITH_SINGLE_VALUED_KEY",
            {"ForAllValues:StringEquals": {"aws:username": "a"}},
        ),
        ("WILDCARD_WITHOUT_LIKE_OPERATOR", {"StringEquals": {"aws:username": "a*"}}),
        ("TYPE_MISMATCH", {"StringEquals": {"aws:SourceIp": "203.0.113.1"}}),
        ("TYPE_MISMATCH", {"NumericEquals": {"aws:username": "1"}}),
        ("TYPE_MISMATCH_BOOLEAN", {"Bool": {"aws:SecureTransport": "yes"}}),
        ("TYPE_MISMATCH_NUMBER", {"NumericLessThan": {"aws:MultiFactorAuthAge": "soon"}}),
        ("TYPE_MISMATCH_DATE", {"DateLessThan": {"aws:CurrentTime": "tomorrow"}}),
        ("INVALID_DATE_VALUE", {"DateLessThan": {"aws:CurrentTime": "1700000000"}}),
        ("TYPE_MISMATCH_IP_RANGE", {"IpAddress": {"aws:SourceIp": "home"}}),
        ("IMPROVE_IP_RANGE", {"IpAddress": {"aws:SourceIp": "203.0.113.7/24"}}),
        ("PRIVATE_IP_ADDRESS", {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}),
        (
            "PRIVATE_IP_ADDRESS_SUBSET",
            {"IpAddress": {"aws:SourceIp": ["10.0.0.0/8", "203.0.113.0/24"]}},
        ),
        ("NULL_WITH_IF_EXISTS", {"NullIfExists": {"aws:username": "true"}}),
        ("NULL_WITH_QUALIFIER", {"ForAnyValue:Null": {"aws:TagKeys": "true"}}),
        (
            "INVALID_CONDITION_MULTIPLE_BOOLEAN",
            {"Bool": {"aws:SecureTransport": ["true", "false"]}},
        ),
        ("EMPTY_ARRAY_CONDITION", {"StringEquals": {"aws:username": []}}),
        ("INVALID_REGION", {"StringEquals": {"aws:RequestedRegion": "eu-west-99"}}),
        ("INVALID_VARIABLE_FOR_OPERATOR", {"NumericEquals": {"aws:MultiFactorAuthAge": "${a:b}"}}),
        ("EMPTY_VARIABLE", {"StringEquals": {"aws:username": "${}"}}),
        (
            "DUPLICATE_KEYS_WITH_DIFFERENT_CASE",
            {"StringEquals": {"aws:username": "a", "aws:UserName": "b"}},
        ),
        ("MISSING_PAIRED_CONDITION_KEYS", {"IpAddress": {"aws:VpcSourceIp": "10.0.0.0/8"}}),
    ],
)
def test_what_is_wrong_with_a_condition(cloud: Cloud, code: str, condition: dict[str, Any]) -> None:
    assert code in codes(cloud, document(own("s3:GetObject", Condition=condition)))


@pytest.mark.parametrize(
    ("code", "statement"),
    [
        ("MISSING_PRINCIPAL", own("s3:GetObject")),
        ("INVALID_PRINCIPAL_FORMAT", allow("111122223333", "s3:GetObject")),
        ("INVALID_PRINCIPAL_KEY", allow({"Aws": "111122223333"}, "s3:GetObject")),
        (
            "UNSUPPORTED_WILDCARD_IN_PRINCIPAL",
            allow({"AWS": "arn:aws:iam::111122223333:role/*"}, "s3:GetObject"),
        ),
        ("EMPTY_ARRAY_PRINCIPAL", allow({"AWS": []}, "s3:GetObject")),
        ("EMPTY_OBJECT_PRINCIPAL", allow({}, "s3:GetObject")),
        ("INVALID_ROLE_REFERENCE", allow({"AWS": "AROAABCDEFGHIJKLMNOPQ"}, "s3:GetObject")),
        (
            "ALLOW_WITH_NOT_PRINCIPAL",
            {"Effect": "Allow", "NotPrincipal": "*", "Action": "s3:GetObject", "Resource": "*"},
        ),
    ],
)
def test_what_is_wrong_with_a_principal(cloud: Cloud, code: str, statement: dict[str, Any]) -> None:
    assert code in codes(cloud, document(statement), "RESOURCE_POLICY")


def test_a_service_that_anybody_could_send(cloud: Cloud) -> None:
    """A bucket's policy should say on whose behalf a service comes."""
    plain = allow({"Service": "cloudtrail.amazonaws.com"}, "s3:PutObject", f"{BUCKET}/*")
    fixed = {**plain, "Condition": {"StringEquals": {"aws:SourceAccount": "111122223333"}}}
    more = {"validatePolicyResourceType": "AWS::S3::Bucket"}
    kind = "RESOURCE_POLICY"
    assert codes(cloud, document(plain), kind, **more) == ["RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL"]
    assert codes(cloud, document(fixed), kind, **more) == []


def test_control_policies(cloud: Cloud) -> None:
    principal = own("s3:*", effect="Deny", Principal="*")
    assert "SCP_SYNTAX_ERROR_PRINCIPAL" in codes(
        cloud, document(principal), "SERVICE_CONTROL_POLICY"
    )
    rcp = "RESOURCE_CONTROL_POLICY"
    assert codes(cloud, document(principal), rcp) == []
    assert "RCP_SYNTAX_ERROR_ALLOW" in codes(cloud, document(allow("*", "s3:*")), rcp)


def test_versions_and_ids(cloud: Cloud) -> None:
    twice = [own("s3:GetObject", Sid="a"), own("s3:PutObject", Sid="a")]
    assert codes(cloud, document(*twice)) == ["UNIQUE_SIDS_REQUIRED"] * 2
    assert codes(cloud, document(own("s3:GetObject"), Version="2020-01-01")) == ["INVALID_VERSION"]
    bare = json.dumps({"Statement": [own("s3:GetObject")]})
    assert codes(cloud, bare) == ["MISSING_VERSION"]
    assert codes(cloud, json.dumps({"Version": "2012-10-17"})) == ["MISSING_STATEMENT"]


def test_where_it_is(cloud: Cloud) -> None:
    text = '{"Version": "2012-10-17",\n "Statement": [{"Effect": "Allow",\n  "Action": ["s3:GetObjectz"],\n  "Resource": "*"}]}'
    (one,) = found(cloud, text)
    assert one["findingType"] == "ERROR"
    assert (
        one["findingDetails"]
        == "The action s3:GetObjectz does not exist. Did you mean s3:GetObject?"
    )
    (place,) = one["locations"]
    assert place["path"] == [
        {"value": "Statement"},
        {"index": 0},
        {"value": "Action"},
        {"index": 0},
    ]
    start, end = place["span"]["start"], place["span"]["end"]
    assert text[start["offset"] : end["offset"]] == '"s3:GetObjectz"'
    assert (start["line"], start["column"]) == (3, 13)
    assert one["learnMoreLink"].endswith(
        "#access-analyzer-reference-policy-checks-error-invalid-action"
    )


@pytest.mark.parametrize(("text", "offset"), [('{"Version": }', 12), ("{", 1), ("[1,]x", 3)])
def test_what_is_no_json(cloud: Cloud, text: str, offset: int) -> None:
    (one,) = found(cloud, text)
    assert one["issueCode"] == "JSON_SYNTAX_ERROR"
    assert one["locations"][0]["span"]["start"]["offset"] == offset


def test_the_gravest_come_first_in_pages(cloud: Cloud) -> None:
    text = json.dumps({"Statement": [own(["iam:PassRole", "s3:GetObjectz", "s3:GetObjectz"])]})
    pages = (
        cloud.root("accessanalyzer")
        .get_paginator("validate_policy")
        .paginate(
            policyDocument=text, policyType="IDENTITY_POLICY", PaginationConfig={"PageSize": 1}
        )
    )
    kinds = [one["findingType"] for page in pages for one in page["findings"]]
    assert kinds == ["ERROR", "ERROR", "SECURITY_WARNING", "WARNING", "SUGGESTION"]


def compared(cloud: Cloud, new: str, old: str, kind: str = "IDENTITY_POLICY") -> str:
    answer = cloud.root("accessanalyzer").check_no_new_access(
        newPolicyDocument=new, existingPolicyDocument=old, policyType=kind
    )
    return str(answer["result"])


READ, WRITE = "s3:GetObject", "s3:PutObject"
NARROW = {"StringEquals": {"aws:PrincipalTag/team": "a"}}


@pytest.mark.parametrize(
    ("result", "new", "old"),
    [
        ("PASS", [own(READ)], [own(READ)]),
        ("PASS", [own(READ, f"{BUCKET}/*")], [own("s3:*", f"{BUCKET}*")]),
        ("FAIL", [own([READ, WRITE])], [own(READ)]),
        ("FAIL", [own("s3:Get*")], [own(READ)]),
        ("FAIL", [own(READ)], [own(READ, f"{BUCKET}/*")]),
        ("PASS", [own([READ, WRITE])], [own(READ), own(WRITE)]),
        ("PASS", [own(READ, Condition=NARROW)], [own(READ)]),
        ("FAIL", [own(READ)], [own(READ, Condition=NARROW)]),
        ("FAIL", [own("s3:*")], [own("s3:*"), own(WRITE, effect="Deny")]),
        ("PASS", [own(READ)], [own("s3:*"), own(WRITE, effect="Deny")]),
        (
            "PASS",
            [own("s3:*"), own([WRITE, "s3:DeleteObject"], effect="Deny")],
            [own("s3:*"), own(WRITE, effect="Deny")],
        ),
        ("PASS", [own("s3:*"), own("s3:*", effect="Deny")], [own(READ)]),
        ("PASS", [own(READ)], [{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}]),
        ("FAIL", [own("*")], [{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}]),
        (
            "PASS",
            [{"Effect": "Allow", "NotAction": ["iam:*", "s3:*"], "Resource": "*"}],
            [{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}],
        ),
        (
            "PASS",
            [own(READ, Condition={"IpAddress": {"aws:SourceIp": "203.0.113.8/32"}})],
            [own(READ, Condition={"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}})],
        ),
        (
            "FAIL",
            [own(READ, Condition={"StringEqualsIfExists": {"aws:PrincipalTag/team": "a"}})],
            [own(READ, Condition=NARROW)],
        ),
    ],
)
def test_new_access(
    cloud: Cloud, result: str, new: list[dict[str, Any]], old: list[dict[str, Any]]
) -> None:
    assert compared(cloud, document(*new), document(*old)) == result


@pytest.mark.parametrize(
    ("result", "new", "old"),
    [
        ("PASS", "arn:aws:iam::111122223333:role/a", "arn:aws:iam::111122223333:root"),
        ("FAIL", "arn:aws:iam::111122223333:root", "arn:aws:iam::111122223333:role/a"),
        ("FAIL", "999988887777", "111122223333"),
        ("PASS", "999988887777", "*"),
        ("FAIL", "*", "999988887777"),
    ],
)
def test_new_principals(cloud: Cloud, result: str, new: str, old: str) -> None:
    texts = [document(allow({"AWS": one}, READ, f"{BUCKET}/*")) for one in (new, old)]
    assert compared(cloud, *texts, "RESOURCE_POLICY") == result


def test_why_access_is_new(cloud: Cloud) -> None:
    answer = cloud.root("accessanalyzer").check_no_new_access(
        newPolicyDocument=document(own(READ), own(WRITE, Sid="Writes")),
        existingPolicyDocument=document(own(READ)),
        policyType="IDENTITY_POLICY",
    )
    assert answer["message"] == (
        "The modified permissions grant new access compared to your existing policy."
    )
    assert answer["reasons"] == [
        {
            "description": "New access in the statement with index: 1.",
            "statementIndex": 1,
            "statementId": "Writes",
        }
    ]


@pytest.mark.parametrize(
    ("result", "statements", "access"),
    [
        ("PASS", [own([READ, "s3:ListBucket"])], {"actions": ["s3:DeleteBucket"]}),
        ("FAIL", [own("s3:*")], {"actions": ["s3:DeleteBucket"]}),
        ("FAIL", [own("s3:Delete*", BUCKET)], {"actions": ["s3:DeleteBucket", "iam:PassRole"]}),
        (
            "FAIL",
            [{"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"}],
            {"actions": ["iam:*"]},
        ),
        (
            "PASS",
            [{"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"}],
            {"actions": ["s3:*"]},
        ),
        ("PASS", [own("s3:*", BUCKET)], {"resources": ["arn:aws:s3:::secret"]}),
        ("FAIL", [own("s3:*", "arn:aws:s3:::s*")], {"resources": ["arn:aws:s3:::secret"]}),
        (
            "PASS",
            [own(READ), own(WRITE, BUCKET)],
            {"actions": [WRITE], "resources": ["arn:aws:s3:::secret/*"]},
        ),
        ("PASS", [own("s3:*"), own(WRITE, effect="Deny")], {"actions": [WRITE]}),
        ("FAIL", [own("s3:*"), own(WRITE, BUCKET, "Deny")], {"actions": [WRITE]}),
        ("FAIL", [own("s3:*"), own(WRITE, effect="Deny", Condition=NARROW)], {"actions": [WRITE]}),
    ],
)
def test_access_that_must_not_be_granted(
    cloud: Cloud, result: str, statements: list[dict[str, Any]], access: dict[str, Any]
) -> None:
    answer = cloud.root("accessanalyzer").check_access_not_granted(
        policyDocument=document(*statements), access=[access], policyType="IDENTITY_POLICY"
    )
    assert answer["result"] == result
    assert bool(answer.get("reasons")) is (result == "FAIL")


@pytest.mark.parametrize(
    ("result", "kind", "statement"),
    [
        ("FAIL", "AWS::S3::Bucket", allow("*", READ, f"{BUCKET}/*")),
        ("PASS", "AWS::S3::Bucket", allow({"AWS": "999988887777"}, READ, f"{BUCKET}/*")),
        (
            "PASS",
            "AWS::S3::Bucket",
            allow(
                "*", READ, f"{BUCKET}/*", Condition={"StringEquals": {"aws:SourceVpce": "vpce-1"}}
            ),
        ),
        (
            "FAIL",
            "AWS::S3::Bucket",
            allow("*", READ, f"{BUCKET}/*", Condition={"IpAddress": {"aws:SourceIp": "0.0.0.0/1"}}),
        ),
        ("FAIL", "AWS::SQS::Queue", allow("*", "sqs:SendMessage")),
        (
            "FAIL",
            "AWS::IAM::AssumeRolePolicyDocument",
            {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"},
        ),
    ],
)
def test_public_access(cloud: Cloud, result: str, kind: str, statement: dict[str, Any]) -> None:
    answer = cloud.root("accessanalyzer").check_no_public_access(
        policyDocument=document(statement), resourceType=kind
    )
    assert answer["result"] == result


def test_a_deny_that_closes_what_is_public(cloud: Cloud) -> None:
    condition = {"StringNotEquals": {"aws:PrincipalOrgID": "o-mine"}}
    denied = {**allow("*", "s3:*", f"{BUCKET}/*", Condition=condition), "Effect": "Deny"}
    answer = cloud.root("accessanalyzer").check_no_public_access(
        policyDocument=document(allow("*", READ, f"{BUCKET}/*"), denied),
        resourceType="AWS::S3::Bucket",
    )
    assert answer["result"] == "PASS"


def test_refusals(cloud: Cloud, refusal: Any) -> None:
    api = cloud.root("accessanalyzer")
    good = document(own(READ))
    for call, code in (
        (
            lambda: api.check_no_new_access(
                newPolicyDocument="{", existingPolicyDocument=good, policyType="IDENTITY_POLICY"
            ),
            "InvalidParameterException",
        ),
        (
            lambda: api.check_access_not_granted(
                policyDocument=good, access=[{}], policyType="IDENTITY_POLICY"
            ),
            "InvalidParameterException",
        ),
        (
            lambda: api.check_no_public_access(
                policyDocument=document(allow("*", READ)), resourceType="AWS::EFS::FileSystem"
            ),
            "UnprocessableEntityException",
        ),
    ):
        found_code, _, _ = refusal(call)
        assert found_code == code


def test_who_may_validate(cloud: Cloud, refusal: Any) -> None:
    text, kind = document(own(READ)), "IDENTITY_POLICY"
    may = cloud.user("may", cloud.statement("access-analyzer:ValidatePolicy"))
    api = cloud.client("accessanalyzer", may)
    assert api.validate_policy(policyDocument=text, policyType=kind)["findings"] == []
    code, _, _ = refusal(
        lambda: api.check_no_new_access(
            newPolicyDocument=text, existingPolicyDocument=text, policyType=kind
        )
    )
    assert code == "AccessDeniedException"
