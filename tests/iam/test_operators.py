from decimal import Decimal

import pytest

from simulator.iam import variables
from simulator.iam.operators import OPERATORS, moment, network, number

VALUES = {"aws:username": ("martha",)}


def compare(operator, wanted, value):
    templates = tuple(variables.parse(each, variables=True) for each in wanted)
    return OPERATORS[operator.lower()].build(templates)(value, VALUES)


@pytest.mark.parametrize(
    ("operator", "wanted", "value", "expected"),
    [
        ("StringEquals", ["a", "b"], "b", True),
        ("StringEquals", ["a"], "A", False),
        ("StringEquals", ["a*"], "ab", False),
        ("StringEquals", [""], "", True),
        ("StringEquals", ["${aws:username}"], "martha", True),
        ("StringEquals", ["${aws:userid}", "x"], "x", True),
        ("StringEqualsIgnoreCase", ["Prod"], "pROD", True),
        ("StringEqualsIgnoreCase", ["${aws:username}"], "MARTHA", True),
        ("StringLike", ["home/*"], "home/a/b", True),
        ("StringLike", ["home/?"], "home/ab", False),
        ("StringLike", ["Home/*"], "home/a", False),
        ("StringLike", ["home/${aws:username}/*"], "home/martha/x", True),
        ("StringLike", ["${*}"], "x", False),
        ("StringLike", ["[ab]"], "a", False),
        ("NumericEquals", ["10"], "10.0", True),
        ("NumericLessThan", ["10"], "9.5", True),
        ("NumericLessThan", ["10"], "10", False),
        ("NumericLessThanEquals", ["10"], "10", True),
        ("NumericGreaterThan", ["10"], "1e2", True),
        ("NumericGreaterThanEquals", ["10"], "9", False),
        ("NumericGreaterThan", ["-5"], "-4", True),
        ("NumericEquals", ["ten"], "10", None),
        ("NumericEquals", ["ten", "10"], "10", True),
        ("DateEquals", ["someday"], "2024-01-01", None),
        ("IpAddress", ["10.0.0.0/33"], "10.0.0.1", None),
        ("IpAddress", ["10.0.0.0/33", "10.0.0.0/8"], "10.0.0.1", True),
        ("NumericEquals", ["10"], "ten", None),
        ("DateEquals", ["2024-01-01"], "2024-01-01T00:00:00Z", True),
        ("DateLessThan", ["2024-01-01T00:00:00Z"], "2023-12-31T23:59:59Z", True),
        ("DateLessThan", ["2024-01-01T00:00:00+02:00"], "2023-12-31T22:30:00Z", False),
        ("DateGreaterThan", ["1704067200"], "2024-01-01T00:00:01Z", True),
        ("DateGreaterThanEquals", ["2024-01-01T00:00:00Z"], "1704067200", True),
        ("DateGreaterThan", ["2024-01-01"], "yesterday", None),
        ("Bool", ["true"], "true", True),
        ("Bool", ["True"], "true", True),
        ("Bool", ["false"], "true", False),
        ("Bool", ["yes"], "yes", False),
        ("BinaryEquals", ["QmluYXJ5VmFsdWVJbkJhc2U2NA=="], "QmluYXJ5VmFsdWVJbkJhc2U2NA==", True),
        ("BinaryEquals", ["QmluYXJ5VmFsdWVJbkJhc2U2NA=="], "ASIAIOSFODNN7EXAMPLE", False),
        ("BinaryEquals", ["QQ=="], "not base64!", False),
        ("BinaryEquals", ["not base64!"], "not base64!", True),
        ("IpAddress", ["203.0.113.0/24"], "203.0.113.1", True),
        ("IpAddress", ["203.0.113.0/24"], "198.51.100.1", False),
        ("IpAddress", ["203.0.113.7"], "203.0.113.7", True),
        ("IpAddress", ["203.0.113.7"], "203.0.113.8", False),
        ("IpAddress", ["203.0.113.9/24"], "203.0.113.1", True),
        ("IpAddress", ["2001:DB8:1234:5678::/64"], "2001:db8:1234:5678::abcd", True),
        ("IpAddress", ["2001:db8::1"], "2001:db8::2", False),
        ("IpAddress", ["0.0.0.0/0"], "2001:db8::1", False),
        ("IpAddress", ["10.0.0.0/8"], "AWS Internal", None),
        ("IpAddress", ["10.0.0.0/8"], "10.0.0.0/8", None),
        ("ArnEquals", ["arn:aws:sns:*:*:t"], "arn:aws:sns:us-east-1:123456789012:t", True),
        ("ArnLike", ["arn:aws:s3:::${aws:username}-*"], "arn:aws:s3:::martha-logs", True),
        ("ArnLike", ["arn:aws:s3:::logs"], "arn:aws:s3:::LOGS", False),
    ],
)
def test_comparisons(operator, wanted, value, expected):
    """ "IAM JSON policy elements: Condition operators"; None where nothing can be compared."""
    assert compare(operator, wanted, value) is expected


@pytest.mark.parametrize(
    ("positive", "negative"),
    [
        ("StringEquals", "StringNotEquals"),
        ("StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"),
        ("StringLike", "StringNotLike"),
        ("NumericEquals", "NumericNotEquals"),
        ("DateEquals", "DateNotEquals"),
        ("IpAddress", "NotIpAddress"),
        ("ArnEquals", "ArnNotEquals"),
        ("ArnLike", "ArnNotLike"),
    ],
)
def test_only_the_second_of_a_pair_is_negated(positive, negative):
    assert not OPERATORS[positive.lower()].negated
    assert OPERATORS[negative.lower()].negated


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1970", "0"),
        ("1970-01", "0"),
        ("1970-01-02", "86400"),
        ("1970-01-01T00:01Z", "60"),
        ("1970-01-01T00:00:01", "1"),
        ("1970-01-01T00:00:00.25Z", "0.25"),
        ("1970-01-01T01:00:00+01:00", "0"),
        ("86400", "86400"),
        ("1704067200.5", "1704067200.5"),
    ],
)
def test_moments(text, seconds):
    assert moment(text) == Decimal(seconds)


@pytest.mark.parametrize("text", ["", "soon", "2024-13-01", "2024-02-30", "20240101T000000Z"])
def test_what_is_no_moment(text):
    assert moment(text) is None


@pytest.mark.parametrize("text", ["", "NaN", "Infinity", "1_000", "0x10", "1,5"])
def test_what_is_no_number(text):
    assert number(text) is None


def test_what_is_no_network():
    assert network("10.0.0.0/33") is None
