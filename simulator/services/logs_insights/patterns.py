"""The patterns of `like`, `=~` and `parse`: substrings, globs and regular expressions."""

from __future__ import annotations

import re
import warnings
from re import _constants as code  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any, Final

from simulator.services.logs_insights.automaton import Unsupported, compiled
from simulator.services.logs_insights.limits import Budget
from simulator.services.logs_insights.matching import Searcher, groups

_MOST_WAYS: Final = 50
_ONE_CHARACTER: Final = {code.LITERAL, code.NOT_LITERAL, code.ANY, code.IN}


class RegularExpression:
    """Python's engine where it can't lose its way, an automaton for everything else."""

    def __init__(self, text: str) -> None:
        pattern = _python(text)
        self._plain = re.compile(pattern)
        self.names = tuple(self._plain.groupindex)
        self._is_plain = _ways(_parser.parse(pattern)) <= _MOST_WAYS
        if not self._is_plain:
            self._program = compiled(pattern)
            self._searcher = Searcher(self._program)

    def found(self, text: str, budget: Budget) -> bool:
        """Whether the text holds a match. Raises QueryTimeout."""
        if self._is_plain:
            budget.spend(1 + len(text) // 8)
            return self._plain.search(text) is not None
        return self._searcher.search(text, budget)

    def extract(self, text: str, budget: Budget) -> dict[str, str]:
        """What the named groups of the first match hold; nothing for no match."""
        if self._is_plain:
            budget.spend(1 + len(text) // 8)
            match = self._plain.search(text)
            return {n: v for n, v in match.groupdict().items() if v is not None} if match else {}
        if not self._searcher.search(text, budget):
            return {}
        found = groups(self._program, text, 2 * self._plain.groups + 2, budget)
        spans = {name: 2 * number for name, number in self._plain.groupindex.items()}
        return {
            name: text[found[at] : found[at + 1]]
            for name, at in spans.items()
            if found is not None and found[at] is not None and found[at + 1] is not None
        }


def regular_expression(text: str) -> RegularExpression:
    """What stands between slashes.

    Raises:
        ValueError: it is no regular expression, or one that needs backtracking.
    """
    try:
        with warnings.catch_warnings(action="ignore", category=FutureWarning):
            return RegularExpression(text)
    except (re.error, OverflowError, RecursionError) as error:
        raise Unsupported(f"invalid regular expression: {error}") from error


def glob(pattern: str, text: str) -> list[str] | None:
    """What the asterisks of a glob stand for in the text; None where it isn't found."""
    first, *rest = pattern.split("*")
    at = text.find(first)
    if at < 0:
        return None
    at += len(first)
    found = []
    for number, part in enumerate(rest):
        end = len(text) if not part and number == len(rest) - 1 else text.find(part, at)
        if end < 0:
            return None
        found.append(text[at:end])
        at = end + len(part)
    return found


def _python(text: str) -> str:
    """The expression in Python's syntax: names of groups, and flags in the middle of it."""
    text = re.sub(r"\(\?<(?=[A-Za-z_])", "(?P<", text)
    head, flags, tail = text.partition("(?i)")
    if not flags or not head:
        return text
    return f"(?i){head}{tail}" if "|" in text or ")" in tail else f"{head}(?i:{tail})"


def _ways(nodes: Any) -> float:
    """In how many ways at most Python's engine tries an expression from one place."""
    ways = 1.0
    for operation, value in nodes:
        if operation is code.SUBPATTERN:
            ways *= _ways(value[3])
        elif operation is code.BRANCH:
            ways *= sum(_ways(way) for way in value[1])
        elif operation in {code.ASSERT, code.ASSERT_NOT}:
            ways *= _ways(value[1])
        elif operation in {code.MAX_REPEAT, code.MIN_REPEAT}:
            least, most, inside = value
            single = len(inside) == 1 and inside[0][0] in _ONE_CHARACTER
            if not single or most is code.MAXREPEAT:
                return float("inf")
            ways *= most - least + 1
        elif operation not in {*_ONE_CHARACTER, code.AT}:
            return float("inf")
    return ways
