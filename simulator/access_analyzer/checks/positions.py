"""JSON with the place of every part of it, which findings about a policy tell.

Source: "Location", "Span", "Position" (IAM Access Analyzer API Reference): lines count from 1,
columns and offsets from 0.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

_SPACE = re.compile(r"[ \t\r\n]*")
_SCALAR = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null")
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\.)*"')
_DEPTH = 64
Path = tuple[str | int, ...]


class NotJson(ValueError):
    """A text that isn't JSON, from `at` on."""

    def __init__(self, at: int) -> None:
        super().__init__(at)
        self.at = at


@dataclass(frozen=True, slots=True)
class Node:
    """A value with where it stands in the text."""

    value: Any
    start: int
    end: int
    members: tuple[tuple[str, Node], ...] = ()
    items: tuple[Node, ...] = ()

    def get(self, name: str) -> Node | None:
        """A member by name; the last where there are several."""
        return next((node for key, node in reversed(self.members) if key == name), None)

    @property
    def listed(self) -> tuple[Node, ...]:
        """The items of a list; a value that stands alone."""
        return self.items if isinstance(self.value, list) else (self,)


@dataclass(frozen=True, slots=True)
class Text:
    """A document with its lines."""

    text: str
    lines: Sequence[int] = field(default_factory=list)

    @staticmethod
    def of(text: str) -> Text:
        return Text(text, [0, *(found.end() for found in re.finditer("\n", text))])

    def position(self, offset: int) -> dict[str, int]:
        """Where an offset is."""
        line = bisect_right(self.lines, offset)
        return {"line": line, "column": offset - self.lines[line - 1], "offset": offset}


def parse(text: str) -> Node:
    """Read a document.

    Raises:
        NotJson: with the place of what is wrong.
    """
    node, at = _value(text, _skip(text, 0), 0)
    if _skip(text, at) != len(text):
        raise NotJson(_skip(text, at))
    return node


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _value(text: str, at: int, depth: int) -> tuple[Node, int]:
    first = text[at : at + 1]
    if depth > _DEPTH:
        raise NotJson(at)
    if first == "{":
        return _object(text, at, depth)
    if first == "[":
        return _array(text, at, depth)
    found = (_STRING if first == '"' else _SCALAR).match(text, at)
    if found is None:
        raise NotJson(at)
    try:
        return Node(json.loads(found[0]), at, found.end()), found.end()
    except ValueError as error:
        raise NotJson(at) from error


def _object(text: str, start: int, depth: int) -> tuple[Node, int]:
    members: list[tuple[str, Node]] = []
    at = _skip(text, start + 1)
    while text[at : at + 1] != "}":
        if members:
            at = _skip(text, _expect(text, at, ","))
        key, at = _value(text, at, depth + 1)
        if not isinstance(key.value, str):
            raise NotJson(key.start)
        at = _skip(text, _expect(text, _skip(text, at), ":"))
        value, at = _value(text, at, depth + 1)
        members.append((key.value, value))
        at = _skip(text, at)
    plain = {key: node.value for key, node in members}
    return Node(plain, start, at + 1, members=tuple(members)), at + 1


def _array(text: str, start: int, depth: int) -> tuple[Node, int]:
    items: list[Node] = []
    at = _skip(text, start + 1)
    while text[at : at + 1] != "]":
        if items:
            at = _skip(text, _expect(text, at, ","))
        value, at = _value(text, at, depth + 1)
        items.append(value)
        at = _skip(text, at)
    return Node([node.value for node in items], start, at + 1, items=tuple(items)), at + 1


def _expect(text: str, at: int, sign: str) -> int:
    if text[at : at + 1] != sign:
        raise NotJson(at)
    return at + 1
