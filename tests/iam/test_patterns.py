import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.iam.patterns import Piece, arn_glob, arn_parts_glob, glob, is_wild

TEXT = st.text(alphabet="ab:/", max_size=12)
PATTERN = st.text(alphabet="ab:/*?", max_size=12)


def whole(matcher, pattern, text):
    return bool(matcher((Piece(pattern),))(text))


@given(PATTERN, TEXT)
def test_a_glob_means_what_a_backtracking_expression_means(pattern, text):
    plain = "".join({"*": ".*", "?": "."}.get(each, re.escape(each)) for each in pattern)
    assert whole(glob, pattern, text) == bool(re.fullmatch(plain, text, re.DOTALL))


def test_text_that_is_not_wild_stands_for_itself():
    matches = glob((Piece("home/"), Piece("a*", wild=False), Piece("/*")))
    assert matches("home/a*/x")
    assert not matches("home/ab/x")


def test_a_hostile_pattern_is_answered():
    assert not whole(glob, "*a" * 200 + "b", "a" * 1_000)


@pytest.mark.parametrize(
    ("pattern", "resource", "expected"),
    [
        # "IAM JSON policy elements: Resource", with its own examples
        ("arn:aws:s3:::bucket/*/test/*", "arn:aws:s3:::bucket/1/test/object.jpg", True),
        ("arn:aws:s3:::bucket/*/test/*", "arn:aws:s3:::bucket/1/2/test/3/object.jpg", True),
        ("arn:aws:s3:::bucket/*/test/*", "arn:aws:s3:::bucket/1///test///object.jpg", True),
        ("arn:aws:s3:::bucket/*/test/*", "arn:aws:s3:::bucket//test/object.jpg", True),
        ("arn:aws:s3:::bucket/*/test/*", "arn:aws:s3:::bucket/1/test/", True),
        ("arn:aws:s3:::bucket/*/test/*", "arn:aws:s3:::bucket/1-test/object.jpg", False),
        ("arn:aws:s3:::bucket/*/test/*", "arn:aws:s3:::bucket/test/object.jpg", False),
        ("arn:aws:s3:::bucket/*/test/*", "arn:aws:s3:::bucket/1/2/test.jpg", False),
        ("arn:aws:s3:::bucket/key", "arn:aws:s3:::bucket/Key", False),
        ("arn:aws:s3:::bucket/a*c", "arn:aws:s3:::bucket/a:b:c", True),
        ("arn:aws:s3:::bucket/a?c", "arn:aws:s3:::bucket/a:c", True),
        ("arn:aws:sns:us-*-1:123456789012:t", "arn:aws:sns:us-east-1:123456789012:t", True),
        ("arn:aws:sns:us-*-1:123456789012:t", "arn:aws:sns:us-a:b-1:123456789012:t", False),
        ("arn:aws:sns:*:123456789012:t", "arn:aws:sns:us-a:b-1:123456789012:t", True),
        ("arn:*:sns:*:*:*", "arn:aws-cn:sns:cn-north-1:123456789012:t", True),
        # "IAM identifiers": an incomplete ARN is completed with wildcards
        ("arn:aws:sqs", "arn:aws:sqs:us-east-1:123456789012:q", True),
        ("arn:aws:sqs:us-east-1", "arn:aws:sqs:us-east-1:123456789012:q", True),
        ("arn:aws:sqs:us-east-1", "arn:aws:sqs:eu-west-1:123456789012:q", False),
        ("arn:aws:sqs:*:q", "arn:aws:sqs:us-east-1:123456789012:q", False),
    ],
)
def test_arns_of_resource_elements(pattern, resource, expected):
    assert whole(arn_glob, pattern, resource) is expected


@pytest.mark.parametrize(
    ("pattern", "value", "expected"),
    [
        # "IAM JSON policy elements: Condition operators": six parts, one by one
        (
            "arn:aws:someservice:*:111122223333:finance/*",
            "arn:aws:someservice:us-east-2:999999999999:store/abc:111122223333:finance/document.txt",
            False,
        ),
        ("arn:aws:sns:*:*:topic", "arn:aws:sns:us-east-1:123456789012:topic", True),
        ("arn:aws:lambda:*:*:function:*", "arn:aws:lambda:eu-west-1:1:function:f:7", True),
        ("arn:aws:iam::*:role/*", "arn:aws:iam::123456789012:role/path/name", True),
        ("arn:aws:sns:*", "arn:aws:sns:us-east-1:123456789012:topic", False),
        ("*", "arn:aws:sns:us-east-1:123456789012:topic", False),
        ("arn:aws:sns:*:*:topic", "not an arn", False),
    ],
)
def test_arns_of_conditions(pattern, value, expected):
    assert whole(arn_parts_glob, pattern, value) is expected


@pytest.mark.parametrize(("text", "expected"), [("a*", True), ("a?", True), ("[a]", False)])
def test_only_stars_and_question_marks_are_wild(text, expected):
    assert is_wild(text) is expected
