import pytest

from simulator.iam.decision import Layer
from simulator.iam.evaluate import PolicySet, evaluate
from simulator.iam.explain import explain
from simulator.iam.policy import Policy
from simulator.iam.request import Request

A = "123456789012"
ASKED = Request(f"arn:aws:iam::{A}:user/bob", "s3:GetObject", "arn:aws:s3:::b/k", A)
ALLOW = {"Sid": "S", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}


def policy(*statements):
    return Policy.parse({"Version": "2012-10-17", "Statement": list(statements)}, "p")


@pytest.mark.parametrize(
    ("changed", "element"),
    [
        ({"Action": ["s3:PutObject", "s3:List*"]}, "Action: s3:PutObject, s3:List*"),
        ({"Resource": "arn:aws:s3:::c/*"}, "Resource: arn:aws:s3:::c/*"),
        (
            {"Condition": {"StringEquals": {"aws:SourceVpce": ["v1", "v2"]}}},
            "Condition StringEquals aws:SourceVpce: wanted v1, v2, found absent",
        ),
    ],
)
def test_the_one_element_that_did_not_match_is_named(changed, element):
    decision = explain(ASKED, PolicySet(identity=(policy({**ALLOW, **changed}),)))
    assert decision.near == ((Layer.IDENTITY, 'statement "S" of policy "p"', element),)


def test_a_resource_policy_can_miss_by_its_principal():
    statement = {**ALLOW, "Principal": {"AWS": f"arn:aws:iam::{A}:user/alice"}}
    (miss,) = explain(ASKED, PolicySet(resource=policy(statement))).near
    assert miss.layer is Layer.RESOURCE
    assert miss.element == f'Principal: {{"AWS": "arn:aws:iam::{A}:user/alice"}}'


def test_two_elements_off_is_no_near_miss():
    far = {**ALLOW, "Action": "s3:PutObject", "Resource": "arn:aws:s3:::c/*"}
    assert explain(ASKED, PolicySet(identity=(policy(far),))).near == ()


def test_an_unknown_operator_is_a_miss():
    statement = {**ALLOW, "Condition": {"Resembles": {"k": "v"}}}
    (miss,) = explain(ASKED, PolicySet(identity=(policy(statement),))).near
    assert miss.element.startswith("Condition Resembles k")


@pytest.mark.parametrize("statement", [ALLOW, {**ALLOW, "Effect": "Deny"}])
def test_other_verdicts_are_those_of_evaluate(statement):
    policies = PolicySet(identity=(policy(statement),))
    assert explain(ASKED, policies) == evaluate(ASKED, policies)
