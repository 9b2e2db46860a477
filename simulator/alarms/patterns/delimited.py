"""`[ip, user, ..., status = 4*, bytes > 1000]`: patterns for events whose fields spaces part."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from simulator.alarms.patterns.conditions import Condition, Getter, InvalidPattern, Token, read

_FIELD: Final = re.compile(r'\[([^\]]*)\]|"([^"]*)"|(\S+)')
_PART: Final = re.compile(r'((?:"(?:[^"\\]|\\.)*"|%[^%]*%|[^,"%])*)(,|$)')
_NAME: Final = re.compile(r"\s*([\w\-$@.]*)")
_REST: Final = "..."


@dataclass(frozen=True, slots=True)
class Columns:
    """The names of a pattern's fields, and what is asked of them."""

    before: tuple[str, ...]
    after: tuple[str, ...]
    rest: bool
    """Whether any number of fields may be between the two."""
    conditions: tuple[Condition, ...]

    def fields(self, message: str) -> dict[str, str] | None:
        """The event's fields by name, also by number; None if it has too few or too many."""
        found = split(message)
        named = len(self.before) + len(self.after)
        if len(found) < named or (len(found) > named and not self.rest):
            return None
        values = dict(zip(self.before, found, strict=False))
        if self.after:
            values |= zip(self.after, found[-len(self.after) :], strict=True)
        return values


def split(message: str) -> list[str]:
    """The fields of a line: what brackets or quotation marks enclose is one."""
    return [field.group(field.lastindex or 0) for field in _FIELD.finditer(message)]


def columns(text: str) -> Columns:
    """What the text between the brackets says.

    Raises:
        InvalidPattern: it can't be read.
    """
    before: list[str] = []
    after: list[str] = []
    conditions: list[Condition] = []
    rest, names = False, before
    for place, part in enumerate(_parts(text)):
        if part.strip() == _REST:
            if rest:
                raise InvalidPattern("Invalid metric filter pattern")
            rest, names = True, after
            continue
        found = _NAME.match(part)
        assert found is not None
        name = found.group(1) or f"_{place}"
        names.append(name)
        if part[found.end() :].strip():
            conditions.append(read(part, _named))
    if not text.strip():
        raise InvalidPattern("Invalid metric filter pattern")
    return Columns(tuple(before), tuple(after), rest, tuple(conditions))


def _parts(text: str) -> list[str]:
    """What commas part; one in quotation marks parts nothing."""
    parts, place = [], 0
    while True:
        found = _PART.match(text, place)
        if found is None:
            raise InvalidPattern("Invalid metric filter pattern")
        parts.append(found.group(1))
        place = found.end()
        if not found.group(2):
            return parts


def _named(token: Token) -> Getter:
    def get(fields: dict[str, str]) -> tuple[str, ...]:
        return (fields[token.text],) if token.text in fields else ()

    return get
