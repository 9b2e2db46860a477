"""`{ $.eventName = "DeleteTrail" && $.errorCode NOT EXISTS }`: patterns for events in JSON."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Final

from simulator.alarms.patterns.conditions import Condition, Getter, InvalidPattern, Token, read

_STEP: Final = re.compile(
    r"\.(?P<name>[\w\-]+|\*)|\[(?P<index>\d+|\*)\]|\[['\"](?P<key>[^'\"]+)['\"]\]"
)
_ALL: Final = object()


def condition(text: str) -> Condition:
    """What the text between the braces says of a parsed event.

    Raises:
        InvalidPattern: it can't be read.
    """
    return read(text, _named)


@lru_cache(maxsize=1024)
def getter(selector: str) -> Getter:
    """Finds what `$.a.b[0]` selects; `*` is every member of a list or an object.

    Raises:
        InvalidPattern: it is no selector.
    """
    steps: list[Any] = []
    place = 1
    while selector.startswith("$") and place < len(selector):
        found = _STEP.match(selector, place)
        if found is None:
            break
        name, index, key = found.group("name", "index", "key")
        if "*" in (name, index):
            steps.append(_ALL)
        else:
            steps.append(int(index) if index is not None else key or name)
        place = found.end()
    if not steps or place != len(selector):
        raise InvalidPattern(f"Invalid selector '{selector}'")

    def get(event: Any) -> tuple[Any, ...]:
        values = [event]
        for step in steps:
            values = [each for value in values for each in _members(value, step)]
            if not values:
                return ()
        return tuple(values)

    return get


def _named(token: Token) -> Getter:
    return getter(token.text)


def _members(value: Any, step: Any) -> list[Any]:
    if step is _ALL:
        if isinstance(value, dict):
            return list(value.values())
        return value if isinstance(value, list) else []
    if isinstance(step, int):
        return [value[step]] if isinstance(value, list) and step < len(value) else []
    return [value[step]] if isinstance(value, dict) and step in value else []
