"""Reading values out of a call's parameters by path.

A path is botocore member names joined by dots; "[]" after a name steps into a list and
"{}" into a map's keys: "InstanceIds[]", "Delete.Objects[].Key", "Tags{}".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any


@lru_cache(maxsize=8192)
def _steps(path: str) -> tuple[tuple[str, str], ...]:
    steps = []
    for part in path.split("."):
        if part.endswith(("[]", "{}")):
            steps.append((part[:-2], part[-2:]))
        else:
            steps.append((part, ""))
    return tuple(steps)


def found(params: Mapping[str, Any], path: str) -> Iterator[Any]:
    """Every value at a path; nothing where a member on the way is absent or None."""
    return _walk(params, _steps(path))


def _walk(value: Any, steps: Sequence[tuple[str, str]]) -> Iterator[Any]:
    if not steps:
        if value is not None and value != "":
            yield value
        return
    if not isinstance(value, Mapping):
        return
    (name, kind), rest = steps[0], steps[1:]
    inner = value.get(name)
    if inner is None:
        return
    if not kind:
        yield from _walk(inner, rest)
    elif kind == "{}":
        for key in inner:
            yield from _walk(key, rest)
    else:
        for item in inner:
            yield from _walk(item, rest)


def text(value: Any) -> str:
    """A parameter as policies compare it: booleans in lower case, times in ISO 8601."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return str(value)


def texts(params: Mapping[str, Any], path: str) -> tuple[str, ...]:
    """Every value at a path, as text."""
    return tuple(text(value) for value in found(params, path))


def first(params: Mapping[str, Any], *names: str) -> str | None:
    """The first of several top-level parameters that has a value, as text."""
    for name in names:
        value = params.get(name)
        if value is not None and value != "":
            return text(value)
    return None
