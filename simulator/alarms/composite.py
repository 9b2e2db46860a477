"""Composite alarms: a rule over the states of other alarms.

Source: "PutCompositeAlarm" (Amazon CloudWatch API Reference).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from simulator.alarms.alarm import STATES

Rule = Callable[[Mapping[str, str]], bool]
"""Whether it holds, given the state of each alarm by name."""
_LONGEST: Final = 10_240
_TOKEN: Final = re.compile(
    r"""\s*(?:(?P<sign>[()])|(?P<state>ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*
    (?:"(?P<quoted>[^"]+)"|'(?P<single>[^']+)'|(?P<plain>[^\s()"']+))\s*\)
    |(?P<word>AND|OR|NOT|TRUE|FALSE)\b)""",
    re.VERBOSE,
)
_DEEPEST: Final = 50


class InvalidRule(Exception):
    """The rule can't be read."""


def read(text: str) -> tuple[Rule, frozenset[str]]:
    """The rule, and the names of the alarms in it.

    Raises:
        InvalidRule
    """
    reader = _Reader(text)
    rule = reader.either()
    if reader.next is not None:
        raise InvalidRule("Invalid AlarmRule")
    return rule, frozenset(reader.names)


def _tokens(text: str, names: set[str]) -> Iterator[str | tuple[str, str]]:
    if not 1 <= len(text) <= _LONGEST:
        raise InvalidRule("Invalid AlarmRule")
    place, text = 0, text.rstrip()
    while place < len(text):
        found = _TOKEN.match(text, place)
        if found is None:
            raise InvalidRule("Invalid AlarmRule")
        place = found.end()
        if state := found.group("state"):
            given = found.group("quoted") or found.group("single") or found.group("plain")
            name = given.split(":alarm:", 1)[-1] if given.startswith("arn:") else given
            names.add(name)
            yield state, name
        else:
            yield found.group("sign") or found.group("word")


class _Reader:
    def __init__(self, text: str) -> None:
        self.names: set[str] = set()
        self._tokens = iter(list(_tokens(text, self.names)))
        self._depth = 0
        self.next: str | tuple[str, str] | None = None
        self._take()

    def _take(self) -> str | tuple[str, str] | None:
        taken, self.next = self.next, next(self._tokens, None)
        return taken

    def either(self) -> Rule:
        rules = [self._both()]
        while self.next == "OR":
            self._take()
            rules.append(self._both())
        return lambda states: any(rule(states) for rule in rules)

    def _both(self) -> Rule:
        rules = [self._one()]
        while self.next == "AND":
            self._take()
            rules.append(self._one())
        return lambda states: all(rule(states) for rule in rules)

    def _one(self) -> Rule:
        self._depth += 1
        token = self._take()
        if token is None or self._depth > _DEEPEST:
            raise InvalidRule("Invalid AlarmRule")
        try:
            if isinstance(token, tuple):
                wanted, name = token
                assert wanted in STATES
                return lambda states: states.get(name) == wanted
            if token in {"TRUE", "FALSE"}:
                return lambda _: token == "TRUE"
            if token == "NOT":
                inner = self._one()
                return lambda states: not inner(states)
            if token == "(":
                inside = self.either()
                if self._take() == ")":
                    return inside
            raise InvalidRule("Invalid AlarmRule")
        finally:
            self._depth -= 1
