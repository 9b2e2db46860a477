import pytest

from simulator.iam.elements import parse_actions, parse_resources


@pytest.mark.parametrize(
    ("listed", "action", "expected"),
    [
        (["s3:GetObject"], "s3:getobject", True),
        (["S3:getOBJECT"], "s3:getobject", True),
        (["s3:Get*"], "s3:getobject", True),
        (["s3:GetObjec?"], "s3:getobject", True),
        (["s3:GetObject?"], "s3:getobject", False),
        (["s3:*"], "s3:getobject", True),
        (["*"], "s3:getobject", True),
        (["*:*"], "s3:getobject", True),
        (["s3:*Tagging*"], "s3:putobjecttagging", True),
        (["s3:Get"], "s3:getobject", False),
        (["ec2:*", "s3:PutObject"], "s3:getobject", False),
        ([], "s3:getobject", False),
    ],
)
def test_actions(listed, action, expected):
    assert parse_actions(listed, negated=False).covers(action) is expected
    assert parse_actions(listed, negated=True).covers(action) is not expected


@pytest.mark.parametrize(
    ("listed", "resource", "expected"),
    [
        (["*"], "*", True),
        (["*"], "arn:aws:s3:::b/k", True),
        (["arn:aws:s3:::*"], "*", False),
        (["arn:aws:s3:::b/k"], "arn:aws:s3:::b/k", True),
        (["arn:aws:s3:::b/K"], "arn:aws:s3:::b/k", False),
        (["arn:aws:s3:::a", "arn:aws:s3:::b/*"], "arn:aws:s3:::b/k", True),
        (["arn:aws:s3:::b/*"], "arn:aws:s3:::b", False),
        (["arn:aws:s3:::b/${aws:username}/*"], "arn:aws:s3:::b/martha/k", True),
        (["arn:aws:s3:::b/${aws:username}/*"], "arn:aws:s3:::b/nikki/k", False),
        (["arn:aws:s3:::b/${aws:userid, 'x'}/*"], "arn:aws:s3:::b/x/k", True),
        (["arn:aws:s3:::b/${*}"], "arn:aws:s3:::b/*", True),
        (["arn:aws:s3:::b/${*}"], "arn:aws:s3:::b/k", False),
        (["arn:aws:kms:*:${aws:PrincipalAccount}:key/*"], "arn:aws:kms:r:111122223333:key/k", True),
        (["arn:aws:s3"], "arn:aws:s3:::b/k", True),
    ],
)
def test_resources(listed, resource, expected):
    values = {"aws:username": ("martha",), "aws:principalaccount": ("111122223333",)}
    for negated in (False, True):
        element = parse_resources(listed, negated, with_variables=True)
        assert element.covers(resource, values) is (expected != negated)


def test_an_arn_whose_variable_has_no_value_matches_no_resource():
    """ "IAM policy elements: Variables and tags": so a NotResource excludes nothing."""
    listed = ["arn:aws:s3:::b/${aws:username}/*"]
    resource = "arn:aws:s3:::b//k"
    assert not parse_resources(listed, False, with_variables=True).covers(resource, {})
    assert parse_resources(listed, True, with_variables=True).covers(resource, {})


def test_an_older_policy_takes_variables_as_written():
    element = parse_resources(["arn:aws:s3:::b/${aws:username}"], False, with_variables=False)
    assert element.covers("arn:aws:s3:::b/${aws:username}", {"aws:username": ("martha",)})
    assert not element.covers("arn:aws:s3:::b/martha", {"aws:username": ("martha",)})
