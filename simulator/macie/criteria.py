"""Criteria that findings and buckets fit or don't.

Sources: "Fundamentals of filtering findings", "CriterionAdditionalProperties",
"BucketCriteriaAdditionalProperties" (Amazon Macie API Reference).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

_BOUNDS: Final = {
    "gt": lambda one, limit: one > limit,
    "gte": lambda one, limit: one >= limit,
    "lt": lambda one, limit: one < limit,
    "lte": lambda one, limit: one <= limit,
}


def matches(document: Mapping[str, Any], criterion: Mapping[str, Any]) -> bool:
    """Whether a document fits every criterion: each a path and its conditions, all of which hold."""
    return all(_fits(document, path, said) for path, said in criterion.items())


def _fits(document: Mapping[str, Any], path: str, said: Mapping[str, Any]) -> bool:
    found = list(values(document, path))
    texts = [_text(one) for one in found]
    for word, wanted in said.items():
        if wanted is None:
            continue
        if word == "eq":
            holds = any(one in wanted for one in texts)
        elif word == "neq":
            holds = not any(one in wanted for one in texts)
        elif word == "eqExactMatch":
            holds = set(texts) == set(wanted)
        elif word == "prefix":
            holds = any(one.startswith(wanted) for one in texts)
        else:
            holds = any(_BOUNDS[word](one, int(wanted)) for one in _numbers(found))
        if not holds:
            return False
    return True


def values(document: Any, path: str) -> Iterator[Any]:
    """What there is at a path of names; lists are looked through."""
    if isinstance(document, list):
        for each in document:
            yield from values(each, path)
    elif not path:
        yield document
    elif isinstance(document, Mapping):
        name, _, rest = path.partition(".")
        if name in document:
            yield from values(document[name], rest)


def sort_key(document: Mapping[str, Any], path: str) -> tuple[int, Any]:
    """Where something comes in a sorted list; what lacks the attribute first."""
    found = next(values(document, path), None)
    if found is None or isinstance(found, Mapping):
        return 0, ""
    if isinstance(found, int | float):
        return 1, found
    return 2, str(found)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _numbers(found: list[Any]) -> Iterator[float]:
    """Times count as milliseconds since the epoch."""
    for one in found:
        if isinstance(one, int | float):
            yield one
        elif isinstance(one, datetime):
            yield one.timestamp() * 1000
        elif isinstance(one, str):
            try:
                yield datetime.fromisoformat(one).timestamp() * 1000
            except ValueError:
                continue
