"""Event patterns: which events a rule wants.

Sources: "Amazon EventBridge event patterns", "Arrays in Amazon EventBridge event patterns", "Null
values and empty strings in Amazon EventBridge event patterns" (Amazon EventBridge User Guide).
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from simulator.events.comparisons import Comparison, InvalidPattern, comparison

_LONGEST = 4096


@dataclass(frozen=True, slots=True)
class Pattern:
    """All fields must match, each by any of its comparisons, and one of each group of `choices`."""

    fields: tuple[tuple[str, tuple[Comparison, ...]], ...]
    inside: tuple[tuple[str, Pattern], ...]
    choices: tuple[tuple[Pattern, ...], ...]

    def matches(self, event: Mapping[str, Any]) -> bool:
        """Whether the event, as its JSON is, has everything that is asked for.

        Of an array of objects one must have all that is asked for inside of it.
        """
        return (
            all(_compare(asked, event.get(name, _ABSENT)) for name, asked in self.fields)
            and all(
                any(pattern.matches(one) for one in _objects(event.get(name)))
                for name, pattern in self.inside
            )
            and all(any(one.matches(event) for one in group) for group in self.choices)
        )


_ABSENT: dict[str, Any] = {}
"""A field that is an object has no value of its own."""


@functools.lru_cache(maxsize=512)
def compiled(text: str) -> Pattern:
    """The pattern that a JSON text says.

    Raises:
        InvalidPattern: EventBridge would refuse it.
    """
    if len(text) > _LONGEST:
        raise InvalidPattern(f"Event pattern must be at most {_LONGEST} characters long")
    try:
        written = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise InvalidPattern("Invalid JSON") from error
    if not isinstance(written, dict):
        raise InvalidPattern("Filter is not an object")
    return _pattern(written)


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _pattern(written: dict[str, Any]) -> Pattern:
    if not written:
        raise InvalidPattern("Empty objects are not allowed")
    fields, inside, choices = [], [], []
    for name, value in written.items():
        if name == "$or":
            choices.append(tuple(_choices(value)))
        elif isinstance(value, dict):
            inside.append((name, _pattern(value)))
        elif isinstance(value, list):
            if not value:
                raise InvalidPattern("Empty arrays are not allowed")
            fields.append((name, tuple(map(comparison, value))))
        else:
            raise InvalidPattern(f'"{name}" must be an object or an array')
    return Pattern(tuple(fields), tuple(inside), tuple(choices))


def _choices(value: Any) -> Iterator[Pattern]:
    if not isinstance(value, list):
        raise InvalidPattern("It must be an Array followed with $or.")
    for each in value:
        if not isinstance(each, dict):
            raise InvalidPattern("Only JSON object is allowed in array of $or relationship.")
        yield _pattern(each)
    if len(value) < 2:
        raise InvalidPattern("There must have at least 2 Objects in $or relationship.")


def _compare(asked: tuple[Comparison, ...], value: Any) -> bool:
    values = tuple(_values(value))
    return any(one(values) for one in asked)


def _values(value: Any) -> Iterator[Any]:
    """The plain values of a field, those of an array each by itself."""
    if isinstance(value, list | tuple):
        for each in value:
            yield from _values(each)
    elif not isinstance(value, Mapping):
        yield value


def _objects(value: Any) -> list[Mapping[str, Any]]:
    """The objects of a field; an empty one where there are none."""
    if isinstance(value, Mapping):
        return [value]
    found: list[Mapping[str, Any]] = []
    for each in value if isinstance(value, list | tuple) else ():
        if isinstance(each, Mapping | list | tuple):
            found += _objects(each)
    return found or [{}]
