import pytest

from simulator.iam.policy import Policy
from simulator.iam.public import is_public

A = "123456789012"
ANYBODY = {"Effect": "Allow", "Principal": "*", "Action": "s3:PutObject", "Resource": "*"}


def public(*statements):
    return is_public(Policy.parse({"Version": "2012-10-17", "Statement": list(statements)}))


@pytest.mark.parametrize(
    ("principal", "expected"),
    [
        ("*", True),
        ({"AWS": "*"}, True),
        ({"AWS": [A, "*"]}, True),
        ({"Federated": "graph.facebook.com"}, True),
        ({"AWS": A}, False),
        ({"AWS": f"arn:aws:iam::{A}:role/r"}, False),
        ({"Service": "cloudtrail.amazonaws.com"}, False),
        ({"CanonicalUser": "79a59df900b949e5"}, False),
    ],
)
def test_principals(principal, expected):
    assert public({**ANYBODY, "Principal": principal}) is expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        # "The meaning of public", with its own examples
        ({"StringLike": {"aws:SourceVpc": "vpc-*"}}, True),
        ({"StringEquals": {"aws:SourceVpc": "vpc-91237329"}}, False),
        ({"IpAddress": {"aws:SourceIp": "0.0.0.0/1"}}, True),
        ({"IpAddress": {"aws:SourceIp": "203.0.0.0/7"}}, True),
        ({"IpAddress": {"aws:SourceIp": "203.0.0.0/8"}}, False),
        ({"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "0.0.0.0/0"]}}, True),
        ({"IpAddress": {"aws:SourceIp": "203.0.113.7"}}, False),
        ({"IpAddress": {"aws:SourceIp": "2001:db8::/31"}}, True),
        ({"IpAddress": {"aws:SourceIp": "2001:db8::/32"}}, False),
        ({"IpAddress": {"aws:SourceIp": "somewhere"}}, True),
        ({"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}, True),
        ({"StringEquals": {"aws:SourceVpce": ["vpce-1", "vpce-2"]}}, False),
        ({"StringEquals": {"aws:PrincipalOrgID": "o-1"}}, False),
        ({"StringLike": {"aws:PrincipalOrgID": "o-1"}}, False),
        ({"StringLike": {"aws:PrincipalOrgID": "o-*"}}, True),
        ({"StringEquals": {"aws:PrincipalOrgID": "${aws:ResourceOrgID}"}}, True),
        ({"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-1"}}, True),
        ({"ForAllValues:StringEquals": {"aws:PrincipalOrgID": "o-1"}}, True),
        ({"ForAnyValue:StringEquals": {"aws:PrincipalOrgID": "o-1"}}, False),
        ({"StringNotEquals": {"aws:PrincipalOrgID": "o-1"}}, True),
        ({"Resembles": {"aws:PrincipalOrgID": "o-1"}}, True),
        ({"StringEquals": {"aws:UserAgent": "secret"}}, True),
        ({"StringEquals": {"aws:Referer": "https://example.com/"}}, True),
        ({"Bool": {"aws:SecureTransport": "true"}}, True),
        ({"StringEquals": {"aws:SourceAccount": A}}, False),
        ({"ArnEquals": {"aws:SourceArn": f"arn:aws:sns:us-east-1:{A}:t"}}, False),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:sns:*:*:*"}}, True),
        ({"StringEquals": {"aws:userid": "AROAEXAMPLEID:bob"}}, False),
        ({"StringLike": {"aws:userid": "AROAEXAMPLEID:*"}}, False),
        ({"StringLike": {"aws:userid": "*:bob"}}, True),
        ({"ArnLike": {"s3:DataAccessPointArn": f"arn:aws:s3:us-west-2:{A}:accesspoint/*"}}, False),
        ({"ArnLike": {"s3:DataAccessPointArn": "arn:aws:s3:us-west-2:*:accesspoint/*"}}, True),
        ({"StringEquals": {"aws:UserAgent": "x"}, "StringLike": {"aws:SourceVpc": "vpc-1"}}, False),
    ],
)
def test_conditions_on_everybody(condition, expected):
    assert public({**ANYBODY, "Condition": condition}) is expected


def test_one_public_statement_makes_the_policy_public():
    assert public({**ANYBODY, "Principal": {"AWS": A}}, ANYBODY)


def test_a_denial_is_not_public():
    assert not public({**ANYBODY, "Effect": "Deny"})


def test_an_allow_for_all_but_a_few_is_public():
    statement = {key: value for key, value in ANYBODY.items() if key != "Principal"}
    assert public({**statement, "NotPrincipal": {"AWS": A}})
