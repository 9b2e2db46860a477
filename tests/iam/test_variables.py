import pytest

from simulator.iam.patterns import glob
from simulator.iam.variables import parse

VALUES = {
    "aws:username": ("martha",),
    "aws:principaltag/team": ("a*",),
    "aws:principaltag/empty": ("",),
    "aws:tagkeys": ("one", "two"),
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("home/${aws:username}/x", "home/martha/x"),
        ("${AWS:UserName}", "martha"),
        ("${aws:userid}", None),
        ("${aws:tagkeys}", None),
        ("${aws:PrincipalTag/empty}", ""),
        ("${aws:userid, 'anonymous'}", "anonymous"),
        ("${aws:username, 'anonymous'}", "martha"),
        ("${aws:userid, ''}", ""),
        ("${aws:PrincipalTag/cost center, 'company-wide'}", "company-wide"),
        ("${aws:userid,'no space'}", None),
        ("${*}${?}${$}{x}", "*?${x}"),
        ("${aws:username", "${aws:username"),
    ],
)
def test_variables_are_filled_in(text, expected):
    assert parse(text, variables=True).text(VALUES) == expected


def test_an_older_policy_has_no_variables():
    template = parse("${aws:username}", variables=False)
    assert template.text(VALUES) == "${aws:username}"


def test_a_value_is_never_a_wildcard():
    pieces = parse("${aws:PrincipalTag/team}/*", variables=True).pieces(VALUES)
    assert pieces is not None
    assert glob(pieces)("a*/x")
    assert not glob(pieces)("ab/x")


def test_the_special_characters_are_never_wildcards():
    pieces = parse("what${?}${*}", variables=True).pieces({})
    assert pieces is not None
    assert glob(pieces)("what?*")
    assert not glob(pieces)("what!x")


@pytest.mark.parametrize(
    ("text", "prefix"),
    [("arn:a/b*", "arn:a/b"), ("arn:a/${aws:username}", "arn:a/"), ("${aws:username}/", "")],
)
def test_the_prefix_is_what_no_value_can_change(text, prefix):
    assert parse(text, variables=True).prefix == prefix
