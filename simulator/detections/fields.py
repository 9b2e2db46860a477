"""Fields of a CloudTrail record by the dotted names that Sigma rules use.

`userIdentity.type` is a field of an object; on the way through a list every element counts, so a
field may have several values. An object that a rule names itself is its
JSON text, and then its values, as quotes in them are escaped in JSON. Where no
field is spelled as asked, one that differs in case is taken: the records of different services
differ in it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any


def values(event: Any, field: str) -> list[str]:
    """The values of a field as texts, each once. Null and absent are nothing."""
    found = dict.fromkeys(_plain(each) for each in _at(event, field.split(".")))
    return [each for each in found if each is not None]


def texts(event: Any) -> Iterator[str]:
    """All values of an event as texts: what a keyword is looked for in."""
    if isinstance(event, Mapping):
        for each in event.values():
            yield from texts(each)
    elif isinstance(event, list):
        for each in event:
            yield from texts(each)
    elif event is not None:
        yield _plain(event) or ""


def _at(value: Any, steps: list[str]) -> Iterator[Any]:
    if isinstance(value, list):
        for each in value:
            yield from _at(each, steps)
    elif not steps:
        yield value
    elif isinstance(value, Mapping):
        for length in range(1, len(steps) + 1):
            name = ".".join(steps[:length])
            known = name if name in value else _alike(value, name)
            if known is not None:
                yield from _at(value[known], steps[length:])
                return


def _alike(value: Mapping[str, Any], name: str) -> str | None:
    folded = name.casefold()
    return next((each for each in value if each.casefold() == folded), None)


def _plain(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        return "\n".join([json.dumps(value), *texts(value)])
    return json.dumps(value)
