"""The expressions of queries find what Python's own engine finds, in time that is bounded."""

from __future__ import annotations

import random
import re

import pytest

from simulator.services.logs_insights.automaton import compiled
from simulator.services.logs_insights.limits import Budget, QueryTimeout
from simulator.services.logs_insights.matching import Searcher, groups
from simulator.services.logs_insights.patterns import RegularExpression, glob, regular_expression

PATTERNS = [
    r"a*b",
    r"(a|b)*c",
    r"^a+b?$",
    r"(?P<x>a*?)b(?P<y>.*)",
    r"\bab\b",
    r"a{2,3}b",
    r"a{1,2}?(b*)",
    r"(ab|a)(c|bcd)(d*)",
    r"(?i)AB+",
    r"(?i)[^A]+c",
    r"[^a]+c",
    r"\w+\s\d+",
    r"x?a+?",
    r"(a+|b+)*$",
    r"^(?:a|ab)(?:c|bcd)*d?",
    r"(?P<k>[a-c]+)(?P<l>d?)e*",
    r"\Ba",
    r"\S+ (\S+)",
    r"(a?){3}b",
    r"(?s)a.+b",
    r"(?m)^b.*$",
    r"[\d\s]+1|[^\W\d]+\D",
]


@pytest.mark.parametrize("pattern", PATTERNS)
def test_an_automaton_finds_what_python_finds(pattern: str) -> None:
    chance, wanted, program = random.Random(pattern), re.compile(pattern), compiled(pattern)
    searcher, budget = Searcher(program), Budget()
    for _ in range(600):
        text = "".join(chance.choices("abcd \n1A", k=chance.randint(0, 9))).rstrip("\n")
        match = wanted.search(text)
        assert searcher.search(text, budget) is (match is not None), text
        found = groups(program, text, 2 * wanted.groups + 2, budget)
        assert (found is None) is (match is None), text
        if found is not None and match is not None:
            spans = [found[2 * group : 2 * group + 2] for group in range(1, wanted.groups + 1)]
            given = [None if None in span else text[slice(*span)] for span in spans]
            assert given == list(match.groups()), text


def test_names_and_flags_are_written_as_in_java() -> None:
    found = regular_expression(r"user=(?<user>.*?), (?<rest>\S+)")
    assert found.extract("x user=ann, y z", Budget()) == {"user": "ann", "rest": "y"}
    assert found.extract("nobody", Budget()) == {}
    assert regular_expression(r"^(?i)exception$").found("ExCeption", Budget())
    assert regular_expression(r"ab(?i)c").found("abC", Budget())
    assert not regular_expression(r"ab(?i)c").found("ABC", Budget())


@pytest.mark.parametrize(
    "pattern",
    ["(", "[a", "(?<n>a)(?<n>b)", r"(a*)\1", "(?=.*a)b*", "(((a{999}){999}){999})", "a**"],
)
def test_what_is_no_expression_or_needs_backtracking_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match="regular expression"):
        regular_expression(pattern)


def test_lookaround_is_understood_where_nothing_repeats() -> None:
    assert regular_expression(r"ab(?!c)").found("abd", Budget())
    assert not regular_expression(r"ab(?!c)").found("abc", Budget())


def test_a_hostile_expression_costs_no_more_than_the_text_is_long() -> None:
    for pattern in (r"(a+)+$", "(a|a)" * 30 + "b", r"(.*)(.*)(.*)(.*)x$"):
        budget = Budget()
        assert not RegularExpression(pattern).found("a" * 10_000 + "!", budget)
        assert Budget().left - budget.left < 20_000


def test_the_same_search_costs_the_same_and_ends_when_nothing_is_left() -> None:
    """Nothing is remembered from one query to the next."""
    costs = []
    for _ in range(2):
        budget = Budget()
        regular_expression(r"(a|b)*c\d+").found("ab" * 500, budget)
        costs.append(Budget().left - budget.left)
    assert costs[0] == costs[1]
    with pytest.raises(QueryTimeout):
        regular_expression(r"(a|b)*c\d+").found("ab" * 500, Budget(costs[0] - 1))


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("user=*, method:*", "x user=ann, method:GET now", ["ann", "GET now"]),
        ("[*] *", "a [b] c", ["b", "c"]),
        ("*=*", "a=b=c", ["a", "b=c"]),
        ("*", "all", ["all"]),
        ("a*b", "no", None),
        ("a*b", "b a", None),
        ("a*b*", "xa-bc", ["-", "c"]),
    ],
)
def test_an_asterisk_stands_for_as_little_as_may_be(
    pattern: str, text: str, found: list[str] | None
) -> None:
    assert glob(pattern, text) == found


def test_what_is_kept_of_a_search_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """To forget it on the way changes no answer."""
    chance = random.Random(3)
    text = "".join(chance.choices("ab", k=3000))
    wanted = [f"[ab]*a[ab]{{9}}{end}" for end in ("c", "a$", "b$")]
    found = [Searcher(compiled(one)).search(text, Budget()) for one in wanted]
    monkeypatch.setattr("simulator.services.logs_insights.matching._MOST_KEPT", 500)
    assert [Searcher(compiled(one)).search(text, Budget()) for one in wanted] == found
    assert found == [re.search(one, text) is not None for one in wanted]
