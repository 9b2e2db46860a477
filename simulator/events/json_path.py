"""The part of JSONPath that EventBridge knows: names, indices, wildcards.

Source: "Amazon EventBridge input transformation" (Amazon EventBridge User Guide).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

_STEP = re.compile(
    r"\.(?P<name>[\w/-]+)|\[(?P<place>\d+|\*)\]|\['(?P<quoted>[^']+)'\]|(?P<all>\.\*)"
)


def valid(path: str) -> bool:
    """Whether this is a path that EventBridge takes."""
    return path.startswith("$") and _steps(path) is not None


def found(path: str, event: Any) -> tuple[Any, ...]:
    """What a path leads to: nothing, one value, or with a wildcard as its one value a list."""
    values, many = [event], False
    for step in _steps(path) or ():
        place, name = step["place"], step["name"] or step["quoted"]
        many = many or (name is None and not str(place).isdigit())
        values = [one for value in values for one in _follow(value, name, place)]
    return (values,) if many else tuple(values[:1])


def _follow(value: Any, name: str | None, place: str | None) -> Iterator[Any]:
    if name is not None:
        if isinstance(value, Mapping) and name in value:
            yield value[name]
    elif place is not None and place != "*":
        if isinstance(value, list) and int(place) < len(value):
            yield value[int(place)]
    elif isinstance(value, list):
        yield from value
    elif isinstance(value, Mapping):
        yield from value.values()


def _steps(path: str) -> list[re.Match[str]] | None:
    at, steps = 1, []
    while at < len(path):
        step = _STEP.match(path, at)
        if step is None:
            return None
        steps.append(step)
        at = step.end()
    return steps
