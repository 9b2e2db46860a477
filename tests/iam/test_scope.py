import pytest

from simulator.iam.request import Request
from simulator.iam.scope import scope, texts

A, B = "123456789012", "999999999999"
USER = f"arn:aws:iam::{A}:user/bob"


def seen(**given):
    fields = {"principal": USER, "action": "s3:GetObject", "resource": "arn:aws:s3:::b/k", **given}
    return scope(Request(**fields), bounded=False)


def test_names_of_keys_and_actions_are_folded():
    asked = seen(action="S3:getObject", context={"AWS:SourceIP": "10.0.0.1"})
    assert (asked.action, asked.service) == ("s3:getobject", "s3")
    assert asked.values["aws:sourceip"] == ("10.0.0.1",)


def test_what_the_caller_tells_wins_over_what_follows():
    asked = seen(context={"aws:username": "robert", "aws:PrincipalType": []})
    assert asked.values["aws:username"] == ("robert",)
    assert asked.values["aws:principaltype"] == ()
    assert asked.values["aws:principalaccount"] == (A,)


@pytest.mark.parametrize(
    ("given", "account"),
    [
        ({}, A),
        ({"resource_account": B}, B),
        ({"resource": f"arn:aws:sqs:us-east-1:{B}:q"}, B),
        ({"resource": f"arn:aws:sqs:us-east-1:{B}:q", "resource_account": A}, A),
        ({"resource": "arn:aws:iam::aws:policy/ReadOnlyAccess"}, A),
        ({"principal": None}, None),
        ({"principal": None, "resource_account": B}, B),
    ],
)
def test_whose_resource_it_is(given, account):
    assert seen(**given).account == account


def test_an_action_without_a_resource_is_asked_of_everything():
    assert seen(action="ec2:DescribeVpcs", wildcard_only=True).resource == "*"


def test_listing_buckets_is_asked_of_all_buckets():
    """The examples of "Policy evaluation logic" allow it on arn:aws:s3:::*."""
    asked = seen(action="s3:ListAllMyBuckets", resource="*", wildcard_only=True)
    assert asked.resource == "arn:aws:s3:::*"


@pytest.mark.parametrize(
    ("action", "resource", "expected"),
    [
        ("kms:Decrypt", f"arn:aws:kms:us-east-1:{A}:key/k", True),
        ("kms:CreateAlias", f"arn:aws:kms:us-east-1:{A}:alias/k", False),
        ("kms:ListKeys", "*", False),
        ("sts:AssumeRole", f"arn:aws:iam::{A}:role/path/r", True),
        ("sts:TagSession", f"arn:aws:iam::{A}:role/r", True),
        ("iam:PassRole", f"arn:aws:iam::{A}:role/r", False),
        ("s3:GetObject", "arn:aws:s3:::key/k", False),
    ],
)
def test_keys_and_roles_decide_themselves(action, resource, expected):
    assert seen(action=action, resource=resource).resource_decides is expected


def test_a_web_identity_is_known_by_its_provider():
    provider = f"arn:aws:iam::{A}:oidc-provider/example.com"
    asked = seen(
        principal=None,
        action="sts:AssumeRoleWithWebIdentity",
        context={"aws:FederatedProvider": provider},
    )
    assert asked.who.arn == provider


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a", ("a",)),
        (["a", "b"], ("a", "b")),
        (True, ("true",)),
        ([False, 5], ("false", "5")),
        (7, ("7",)),
        (None, ()),
        ([], ()),
    ],
)
def test_values_of_condition_keys_are_strings(value, expected):
    assert texts(value) == expected
