from dataclasses import replace

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
        (
            {"Action": ["s3:PutObject", "s3:List*"]},
            ("Action", "s3:PutObject, s3:List*", "s3:getobject"),
        ),
        ({"Resource": "arn:aws:s3:::c/*"}, ("Resource", "arn:aws:s3:::c/*", "arn:aws:s3:::b/k")),
        (
            {"Condition": {"StringEquals": {"aws:SourceVpce": ["v1", "v2"]}}},
            ("Condition StringEquals aws:SourceVpce", "v1, v2", "absent"),
        ),
    ],
)
def test_the_one_element_that_did_not_match_is_named(changed, element):
    decision = explain(ASKED, PolicySet(identity=(policy({**ALLOW, **changed}),)))
    assert decision.near == ((Layer.IDENTITY, "Allow", 'statement "S" of policy "p"', *element),)


def test_a_resource_policy_can_miss_by_its_principal():
    statement = {**ALLOW, "Principal": {"AWS": f"arn:aws:iam::{A}:user/alice"}}
    (miss,) = explain(ASKED, PolicySet(resource=policy(statement))).near
    assert miss.layer is Layer.RESOURCE
    assert miss.element == "Principal"
    assert miss.wanted == f'{{"AWS": "arn:aws:iam::{A}:user/alice"}}'
    assert miss.found == ASKED.principal


def test_two_elements_off_is_no_near_miss():
    far = {**ALLOW, "Action": "s3:PutObject", "Resource": "arn:aws:s3:::c/*"}
    assert explain(ASKED, PolicySet(identity=(policy(far),))).near == ()


def test_an_unknown_operator_is_a_miss():
    statement = {**ALLOW, "Condition": {"Resembles": {"k": "v"}}}
    (miss,) = explain(ASKED, PolicySet(identity=(policy(statement),))).near
    assert miss.element == "Condition Resembles k"


@pytest.mark.parametrize("statement", [ALLOW, {**ALLOW, "Effect": "Deny"}])
def test_the_verdict_is_that_of_evaluate(statement):
    policies = PolicySet(identity=(policy(statement),))
    explained = explain(ASKED, policies)
    assert replace(explained, matched=(), near=()) == evaluate(ASKED, policies)


def test_of_an_explicit_denial_the_statements_are_told_with_the_conditions_they_met():
    request = replace(ASKED, context={"aws:SourceIp": "192.0.2.1", "aws:SecureTransport": "false"})
    outside = {"NotIpAddress": {"aws:SourceIp": ["10.0.0.0/8"]}}
    insecure = {"Bool": {"aws:SecureTransport": "false"}}
    deny = {**ALLOW, "Effect": "Deny", "Sid": "D"}
    policies = PolicySet(
        identity=(policy(ALLOW, {**deny, "Condition": {**outside, **insecure}}),),
        scps=((policy(ALLOW, {**deny, "Condition": {"Null": {"aws:SourceIp": "true"}}}),),),
    )
    explained = explain(request, policies)
    label = 'statement "D" of policy "p"'
    conditions = (
        "Condition NotIpAddress aws:SourceIp: wanted 10.0.0.0/8, found 192.0.2.1",
        "Condition Bool aws:SecureTransport: wanted false, found false",
    )
    assert explained.matched == ((Layer.IDENTITY, "Deny", label, conditions),)
    assert explained.near == ()


def test_of_an_implicit_denial_the_statements_that_allowed_are_told():
    quiet = policy({**ALLOW, "Sid": "Q", "Action": "ec2:*"})
    explained = explain(ASKED, PolicySet(identity=(policy(ALLOW),), boundaries=(quiet,)))
    assert explained.layer is Layer.BOUNDARY
    assert [match.layer for match in explained.matched] == [Layer.IDENTITY]
    assert [(miss.layer, miss.element) for miss in explained.near] == [(Layer.BOUNDARY, "Action")]


def test_of_an_allowed_request_the_denials_that_nearly_applied_are_told():
    deny = {**ALLOW, "Effect": "Deny", "Resource": "arn:aws:s3:::b/secret"}
    explained = explain(ASKED, PolicySet(identity=(policy(ALLOW, deny),)))
    assert [match.effect for match in explained.matched] == ["Allow"]
    (miss,) = explained.near
    assert (miss.effect, miss.element, miss.found) == ("Deny", "Resource", "arn:aws:s3:::b/k")


def test_policies_that_have_no_say_are_left_out():
    """Root has no identity-based policies, and an SCP does not limit a service."""
    policies = PolicySet(identity=(policy(ALLOW),), scps=((policy(ALLOW),),))
    root = replace(ASKED, principal=f"arn:aws:iam::{A}:root")
    assert [match.layer for match in explain(root, policies).matched] == [Layer.SCP]
    service = replace(ASKED, principal="cloudtrail.amazonaws.com")
    assert explain(service, policies).matched == ()


def test_what_a_resource_grants_beside_its_policy_is_told():
    grant = policy({**ALLOW, "Principal": {"AWS": ASKED.principal}})
    (match,) = explain(ASKED, PolicySet(grants=(grant,))).matched
    assert match.layer is Layer.RESOURCE


def test_a_denial_that_root_is_spared_is_not_told():
    """Root can mend the bucket policy that locks it out; an SCP still denies."""
    root = replace(ASKED, principal=f"arn:aws:iam::{A}:root", action="s3:PutBucketPolicy")
    deny = {"Effect": "Deny", "Action": "*", "Resource": "*"}
    policies = PolicySet(resource=policy({**deny, "Principal": "*"}))
    assert explain(root, policies).allowed
    both = explain(root, replace(policies, scps=((policy(deny),),)))
    assert [match.layer for match in both.matched] == [Layer.SCP]
