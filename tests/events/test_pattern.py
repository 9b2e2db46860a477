"""Event patterns: the examples of the User Guide, and what its rules imply."""

from __future__ import annotations

import json
from typing import Any

import pytest

from simulator.events.comparisons import InvalidPattern
from simulator.events.pattern import compiled


def matches(pattern: Any, event: Any) -> bool:
    return compiled(json.dumps(pattern)).matches(event)


@pytest.mark.parametrize(
    ("wanted", "value", "expected"),
    [
        (["New York"], "New York", True),
        (["New York"], "new york", False),
        (["a", "b"], "b", True),
        ([5], 5, True),
        ([5], "5", False),
        ([300], 300.0, False),
        ([True], True, True),
        ([True], 1, False),
        ([1], True, False),
        ([None], None, True),
        ([""], None, False),
        ([""], "", True),
        ([{"prefix": "us-"}], "us-east-1", True),
        ([{"prefix": "us-"}], "eu-us-1", False),
        ([{"prefix": "us-"}], 5, False),
        ([{"prefix": {"equals-ignore-case": "EventB"}}], "eventbridge", True),
        ([{"suffix": ".png"}], "a.png", True),
        ([{"suffix": ".png"}], "a.png.txt", False),
        ([{"suffix": {"equals-ignore-case": ".PNG"}}], "a.pNg", True),
        ([{"equals-ignore-case": "alice"}], "ALICE", True),
        ([{"equals-ignore-case": "alice"}], "alices", False),
        ([{"wildcard": "dir/*.png"}], "dir/a/b.png", True),
        ([{"wildcard": "dir/*.png"}], "other/b.png", False),
        ([{"wildcard": "*.txt*x"}], "a.txt..\nx", True),
        ([{"wildcard": r"a\*b"}], "a*b", True),
        ([{"wildcard": r"a\*b"}], "axb", False),
        ([{"wildcard": "a.c"}], "abc", False),
        ([{"anything-but": "initializing"}], "running", True),
        ([{"anything-but": "initializing"}], "initializing", False),
        ([{"anything-but": ["stopped", "overloaded"]}], "overloaded", False),
        ([{"anything-but": 123}], 123, False),
        ([{"anything-but": [100, 200]}], 300, True),
        ([{"anything-but": "x"}], None, True),
        ([{"anything-but": {"prefix": "init"}}], "initializing", False),
        ([{"anything-but": {"prefix": ["a", "b"]}}], "ca", True),
        ([{"anything-but": {"suffix": ".txt"}}], "x.png", True),
        ([{"anything-but": {"equals-ignore-case": ["A", "b"]}}], "B", False),
        ([{"anything-but": {"wildcard": "*/lib/*"}}], "/usr/lib/x", False),
        ([{"anything-but": {"wildcard": "*/lib/*"}}], "/usr/bin/x", True),
        ([{"numeric": ["=", 100]}], 100.0, True),
        ([{"numeric": [">", 10, "<=", 20]}], 20, True),
        ([{"numeric": [">", 10, "<=", 20]}], 10, False),
        ([{"numeric": ["<", 10]}], "5", False),
        ([{"numeric": ["<", 10]}], True, False),
        ([{"cidr": "10.0.0.0/24"}], "10.0.0.255", True),
        ([{"cidr": "10.0.0.0/24"}], "10.0.1.0", False),
        ([{"cidr": "2001:db8::/32"}], "2001:db8:1::1", True),
        ([{"cidr": "10.0.0.0/24"}], "AWS Internal", False),
        ([{"exists": True}], "x", True),
        ([{"exists": True}], None, True),
        ([{"exists": False}], "x", False),
        (["a"], ["b", "a"], True),
        ([{"anything-but": "a"}], ["a", "b"], True),
        ([{"anything-but": "a"}], ["a"], False),
        ([{"prefix": "x"}, "y"], "y", True),
    ],
)
def test_a_comparison(wanted: Any, value: Any, expected: bool) -> None:
    assert matches({"detail": {"field": wanted}}, {"detail": {"field": value}}) is expected


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ([{"exists": False}], True),
        ([{"exists": True}], False),
        ([{"anything-but": "x"}], False),
        ([None], False),
        ([{"exists": False}, "x"], True),
    ],
)
@pytest.mark.parametrize("event", [{"detail": {}}, {}, {"detail": {"field": {"inner": 1}}}])
def test_an_absent_field(wanted: Any, expected: bool, event: Any) -> None:
    """A field that is an object counts as absent: `exists` is about leaves."""
    assert matches({"detail": {"field": wanted}}, event) is expected


def test_all_fields_must_match() -> None:
    pattern = {"source": ["aws.ec2"], "detail": {"state": ["running"], "id": [{"exists": True}]}}
    assert matches(pattern, {"source": "aws.ec2", "detail": {"state": "running", "id": 1}})
    assert not matches(pattern, {"source": "aws.ec2", "detail": {"state": "running"}})
    assert not matches(pattern, {"source": "aws.s3", "detail": {"state": "running", "id": 1}})


def test_or_needs_one_of_its_patterns_beside_the_rest() -> None:
    pattern = {
        "source": ["a"],
        "detail": {"$or": [{"n": [{"numeric": [">", 5]}]}, {"inner": {"t": ["x"]}}]},
    }
    assert matches(pattern, {"source": "a", "detail": {"n": 6}})
    assert matches(pattern, {"source": "a", "detail": {"n": 1, "inner": {"t": "x"}}})
    assert not matches(pattern, {"source": "a", "detail": {"n": 1}})
    assert not matches(pattern, {"source": "b", "detail": {"n": 6}})


def test_one_object_of_an_array_must_have_everything() -> None:
    pattern = {"people": {"first": ["Ada"], "last": ["Byron"]}}
    assert matches(
        pattern, {"people": [{"first": "B", "last": "C"}, {"first": "Ada", "last": "Byron"}]}
    )
    assert not matches(
        pattern, {"people": [{"first": "Ada", "last": "C"}, {"first": "B", "last": "Byron"}]}
    )


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{", "Invalid JSON"),
        ("[]", "Filter is not an object"),
        ("{}", "Empty objects are not allowed"),
        ('{"detail": {}}', "Empty objects are not allowed"),
        ('{"source": "aws.ec2"}', '"source" must be an object or an array'),
        ('{"source": []}', "Empty arrays are not allowed"),
        ('{"source": [["a"]]}', "Match value must be String, number, true, false, or null"),
        ('{"source": [{"begins": "a"}]}', "Unrecognized match type begins"),
        ('{"source": [{}]}', "Match expression name not found"),
        (
            '{"source": [{"prefix": "a", "suffix": "b"}]}',
            "Only one key allowed in match expression",
        ),
        ('{"source": [{"prefix": 5}]}', "prefix match pattern must be a string"),
        ('{"source": [{"exists": "true"}]}', "exists match pattern must be either true or false."),
        ('{"n": [{"numeric": 5}]}', "Value of numeric must be an array."),
        ('{"n": [{"numeric": [">"]}]}', "Value of > must be numeric"),
        ('{"n": [{"numeric": ["=", "5"]}]}', "Value of equals must be numeric"),
        ('{"n": [{"numeric": ["!", 5]}]}', "Unrecognized numeric range operator: !"),
        ('{"n": [{"numeric": ["<", 5, ">", 1]}]}', "Too many elements in numeric expression"),
        ('{"n": [{"numeric": [">", 5, "<", 1]}]}', "Bottom must be less than top"),
        ('{"n": [{"cidr": "10.0.0.0"}]}', "Malformed CIDR, one '/' required"),
        ('{"n": [{"wildcard": "a**b"}]}', "Consecutive wildcard characters at pos 1"),
        ('{"n": [{"wildcard": "a\\\\b"}]}', "Invalid escape character at pos 1"),
        ('{"n": [{"anything-but": ["a", 1]}]}', "mixed type is not supported"),
        (
            '{"n": [{"anything-but": {"numeric": ["=", 1]}}]}',
            "Unsupported anything-but pattern: numeric",
        ),
        ('{"n": [{"anything-but": null}]}', "must be an array or single string/number value."),
        ('{"$or": [{"a": ["b"]}]}', "There must have at least 2 Objects in $or relationship."),
        ('{"$or": {"a": ["b"]}}', "It must be an Array followed with $or."),
        ('{"n": [NaN]}', "Invalid JSON"),
    ],
)
def test_what_is_no_pattern_is_refused(text: str, why: str) -> None:
    with pytest.raises(InvalidPattern) as refused:
        compiled(text)
    assert why in str(refused.value)
