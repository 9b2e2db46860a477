"""A filter pattern, read: which log events it matches, and what it takes out of them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from simulator.alarms.patterns import delimited, json_event
from simulator.alarms.patterns.conditions import InvalidPattern, regular, text_of, unquoted

LONGEST: Final = 1024
_TERM: Final = re.compile(r'\s*([?-]?)("(?:[^"\\]|\\.)*"|%[^%]+%|[^\s"]+)(?=\s|$)')
_PLAIN: Final = re.compile(r"\w+")
_SELECTOR: Final = re.compile(r"\$[\w\-.\[\]*'\"]+")
_NOTHING: Final = object()


class LogEvent:
    """A message that several patterns look at; its JSON is parsed once."""

    __slots__ = ("_parsed", "message")

    def __init__(self, message: str) -> None:
        self.message = message
        self._parsed: Any = _NOTHING

    @property
    def json(self) -> Any:
        """What the message says in JSON; None if it is no object."""
        if self._parsed is _NOTHING:
            try:
                parsed = json.loads(self.message) if self.message.lstrip()[:1] == "{" else None
            except (ValueError, RecursionError):
                parsed = None
            self._parsed = parsed
        return self._parsed


Subject = Callable[[LogEvent], Any]
"""What the pattern's selectors choose from, of an event that it matches; None if it doesn't."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern that has been read."""

    text: str
    kind: str
    """"json", "delimited" or "terms"."""
    subject: Subject

    def matches(self, event: LogEvent) -> bool:
        return self.subject(event) is not None

    def value(self, subject: Any, selector: str) -> Any:
        """What `$.bytes` or `$bytes` selects in a subject; None for nothing."""
        if self.kind == "json":
            return next(iter(json_event.getter(selector)(subject)), None)
        return subject.get(selector[1:]) if self.kind == "delimited" else None

    def extracted(self, subject: Any) -> dict[str, str]:
        """As TestMetricFilter shows it."""
        if self.kind == "delimited":
            return {f"${name}": value for name, value in subject.items()}
        if self.kind == "terms":
            return {}
        found = {name: self.value(subject, name) for name in _SELECTOR.findall(self.text)}
        return {name: text_of(value) for name, value in found.items() if value is not None}


@lru_cache(maxsize=1024)
def read(text: str) -> Pattern:
    """The pattern that a text is.

    Raises:
        InvalidPattern: it is too long, or can't be read.
    """
    if len(text) > LONGEST:
        raise InvalidPattern(f"A filter pattern has at most {LONGEST} characters.")
    inner = text.strip()
    if inner.startswith("{") and inner.endswith("}"):
        return Pattern(text, "json", _json(inner[1:-1]))
    if inner.startswith("[") and inner.endswith("]"):
        return Pattern(text, "delimited", _delimited(inner[1:-1]))
    return Pattern(text, "terms", _terms(inner))


def _json(inner: str) -> Subject:
    condition = json_event.condition(inner)

    def subject(event: LogEvent) -> Any:
        parsed = event.json
        return parsed if parsed is not None and condition(parsed) else None

    return subject


def _delimited(inner: str) -> Subject:
    columns = delimited.columns(inner)

    def subject(event: LogEvent) -> Any:
        fields = columns.fields(event.message)
        if fields is None or not all(condition(fields) for condition in columns.conditions):
            return None
        return fields

    return subject


def _terms(inner: str) -> Subject:
    """Every term must be there; of those with `?` one, unless others are asked for; none with `-`."""
    needed: list[Callable[[str], bool]] = []
    any_of: list[Callable[[str], bool]] = []
    without: list[Callable[[str], bool]] = []
    place = 0
    while place < len(inner):
        found = _TERM.match(inner, place)
        if found is None:
            raise InvalidPattern("Invalid metric filter pattern")
        {"": needed, "?": any_of, "-": without}[found.group(1)].append(_term(found.group(2)))
        place = found.end()
    if needed or without:
        any_of = []

    def subject(event: LogEvent) -> Any:
        said = event.message
        holds = all(term(said) for term in needed) and not _any(without, said)
        return said if holds and (not any_of or _any(any_of, said)) else None

    return subject


def _any(terms: Iterable[Callable[[str], bool]], said: str) -> bool:
    return any(term(said) for term in terms)


def _term(term: str) -> Callable[[str], bool]:
    if term.startswith("%"):
        return regular(term)
    if not term.startswith('"'):
        if not _PLAIN.fullmatch(term):
            raise InvalidPattern(f"Invalid character(s) in term '{term}'")
        return lambda said: term in said
    phrase = unquoted(term)
    return lambda said: phrase in said
