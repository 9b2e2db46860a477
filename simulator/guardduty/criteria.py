"""Criteria that findings fit or don't: for lists, statistics and filters.

Sources: "Filtering findings in GuardDuty", "Condition" (Amazon GuardDuty API Reference).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Any, Final

_TIMES: Final = frozenset({"updatedAt", "createdAt", "eventFirstSeen", "eventLastSeen"})
_BOUNDS: Final = {
    "Gt": lambda one, limit: one > limit,
    "GreaterThan": lambda one, limit: one > limit,
    "Gte": lambda one, limit: one >= limit,
    "GreaterThanOrEqual": lambda one, limit: one >= limit,
    "Lt": lambda one, limit: one < limit,
    "LessThan": lambda one, limit: one < limit,
    "Lte": lambda one, limit: one <= limit,
    "LessThanOrEqual": lambda one, limit: one <= limit,
}


def matches(document: Mapping[str, Any], criterion: Mapping[str, Any]) -> bool:
    """Whether a finding's JSON fits every criterion: each an attribute's path and a condition."""
    return all(_fits(document, path, condition) for path, condition in criterion.items())


def _fits(document: Mapping[str, Any], path: str, condition: Mapping[str, Any]) -> bool:
    found = list(values(document, path))
    texts = [_text(one) for one in found]
    for word, wanted in condition.items():
        if wanted is None:
            continue
        if word in {"Eq", "Equals"}:
            if not any(one in wanted for one in texts):
                return False
        elif word in {"Neq", "NotEquals"}:
            if any(one in wanted for one in texts):
                return False
        elif word == "Matches":
            if not any(_like(one, wanted) for one in texts):
                return False
        elif word == "NotMatches":
            if any(_like(one, wanted) for one in texts):
                return False
        elif not any(_BOUNDS[word](number, int(wanted)) for number in _numbers(found, path)):
            return False
    return True


def values(document: Any, path: str) -> Iterator[Any]:
    """What there is at a path of names; lists are looked through, tags too."""
    if isinstance(document, list):
        for each in document:
            yield from values(each, path)
        return
    if not path:
        yield document
        return
    if isinstance(document, Mapping):
        name, _, rest = path.partition(".")
        if name in document:
            yield from values(document[name], rest)


def sort_key(document: Mapping[str, Any], path: str) -> tuple[int, Any]:
    """Where a finding comes in a list that is sorted by an attribute; those without it first."""
    found = next(values(document, path), None)
    if found is None:
        return 0, ""
    return 1, found if isinstance(found, int | float) else str(found)


def _like(text: str, patterns: list[str]) -> bool:
    return any(fnmatchcase(text, pattern.replace("[", "[[]")) for pattern in patterns)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _numbers(found: list[Any], path: str) -> Iterator[float]:
    """Times count as milliseconds since the epoch."""
    for one in found:
        if path.rpartition(".")[2] in _TIMES:
            yield datetime.fromisoformat(one).timestamp() * 1000
        elif isinstance(one, int | float):
            yield one
