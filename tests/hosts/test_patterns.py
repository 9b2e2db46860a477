"""grep's patterns: basic, extended and plain, and none that is never done."""

from __future__ import annotations

import pytest

from simulator.hosts.patterns import BadPattern, matching

LINES = ["alpha+1", "beta", "Alphabet", "", "a" * 60 + "!"]


@pytest.mark.parametrize(
    ("pattern", "options", "found"),
    [
        ("alpha", "", ["alpha+1"]),
        ("alpha", "i", ["alpha+1", "Alphabet"]),
        ("a+1", "", ["alpha+1"]),
        ("a+1", "F", ["alpha+1"]),
        ("a+1", "E", []),
        (r"a\+1", "E", ["alpha+1"]),
        ("^b", "", ["beta"]),
        ("(eta|bet)$", "E", ["beta", "Alphabet"]),
        (r"\(eta\|bet\)$", "", ["beta", "Alphabet"]),
        ("[[:digit:]]", "E", ["alpha+1"]),
        ("^$", "", [""]),
    ],
)
def test_a_pattern_means_what_grep_says(pattern: str, options: str, found: list[str]) -> None:
    told = matching(pattern, options, LINES)
    assert [line for line, one in zip(LINES, told, strict=True) if one] == found


@pytest.mark.parametrize("pattern", ["(a|a|aa)*b", "^(a+)+$", "a*a*a*a*a*a*a*a*a*a*b"])
def test_a_pattern_that_matches_in_very_many_ways_is_done_at_once(pattern: str) -> None:
    assert matching(pattern, "E", ["a" * 5_000 + "!"]) == [False]


@pytest.mark.parametrize("pattern", ["(", "[", "(a{1000}){1000}", r"(a)\1"])
def test_no_pattern_is_told(pattern: str) -> None:
    with pytest.raises(BadPattern):
        matching(pattern, "E", LINES)


def test_without_lines_nothing_matches() -> None:
    assert matching("^a", "E", []) == []
