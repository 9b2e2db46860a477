"""Identifiers meet passages: what is sensitive, how often, and where.

A keyword counts in the name of the column or of an element of the path, in the value itself, and in
a text within 30 characters. Source: "Keyword requirements for managed data identifiers" (Amazon Macie
User Guide).
"""

from __future__ import annotations

import bisect
import functools
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from simulator.macie.content import Passage
from simulator.macie.identifiers.catalogue import rules
from simulator.macie.identifiers.rule import Rule, spoken

_NEAR: Final = 30
_LOCATED: Final = 15
"""Of how many occurrences a finding says where they are."""
_CAMEL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_LONGEST: Final = 60
Span = tuple[int, int]


@dataclass(slots=True)
class Detection:
    """One identifier's occurrences in an object."""

    name: str
    count: int = 0
    places: list[dict[str, Any]] = field(default_factory=list)

    def note(self, passage: Passage, span: Span, lines: list[int]) -> None:
        """One more."""
        self.count += 1
        if len(self.places) < _LOCATED:
            self.places.append(dict(passage.place) or _range(span, lines))


@dataclass(frozen=True, slots=True)
class Custom:
    """A custom data identifier's criteria, compiled, and text that an allow list has."""

    arn: str
    pattern: re.Pattern[str]
    keywords: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    distance: int = 50


@dataclass(frozen=True, slots=True)
class Allowed:
    """What allow lists say is no finding."""

    words: frozenset[str] = frozenset()
    patterns: tuple[re.Pattern[str], ...] = ()

    def holds(self, text: str) -> bool:
        """Whether the whole of a text is on a list; words in any case."""
        return text.lower() in self.words or any(one.fullmatch(text) for one in self.patterns)


def detect(
    passages: Iterable[Passage],
    ids: Iterable[str],
    customs: Iterable[Custom] = (),
    allowed: Allowed | None = None,
) -> dict[str, Detection]:
    """Every identifier's detection, by its id or ARN, if there is any."""
    found: dict[str, Detection] = {}
    chosen, customs = tuple(ids), tuple(customs)
    allowed = allowed or Allowed()
    for passage in passages:
        lines: list[int] = []
        for name, span, text in _occurrences(passage, chosen, customs):
            if allowed.holds(text):
                continue
            if not passage.place and not lines:
                lines = [one.start() for one in re.finditer(r"^", passage.text, re.MULTILINE)]
            found.setdefault(name, Detection(name)).note(passage, span, lines)
    return found


def _occurrences(
    passage: Passage, ids: tuple[str, ...], customs: tuple[Custom, ...]
) -> Iterator[tuple[str, Span, str]]:
    text = passage.text
    named = _named_by(_CAMEL.sub(" ", passage.heading), ids) if passage.heading else frozenset()
    heard = _named_by(text, ids) if len(text) > 2 else frozenset()
    for pattern, group in _groups(ids):
        if not any(not r.keywords or r.or_country_code or r.id in named | heard for r in group):
            continue
        for match in _compiled(pattern).finditer(text):
            span = match.span("value" if "value" in match.re.groupindex else 0)
            value = text[slice(*span)]
            for rule in group:
                if rule.valid is not None and not rule.valid(value):
                    continue
                if _in_order(rule, passage, span, value, named, heard):
                    yield rule.id, span, value
    for custom in customs:
        yield from ((custom.arn, *each) for each in custom_matches(custom, text, passage.heading))


def _in_order(
    rule: Rule,
    passage: Passage,
    span: Span,
    value: str,
    named: frozenset[str],
    heard: frozenset[str],
) -> bool:
    """Whether there is a keyword where one is needed, or none where there must be none."""
    if rule.without:
        other = rules()[rule.without]
        return not _worded(
            other, passage, span, _named_by(_CAMEL.sub(" ", passage.heading), (other.id,))
        )
    if not rule.keywords or (rule.or_country_code and value.startswith("+")):
        return True
    return rule.id in named or (rule.id in heard and _worded(rule, passage, span, named))


def _worded(rule: Rule, passage: Passage, span: Span, named: frozenset[str]) -> bool:
    if rule.id in named:
        return True
    return _near(rule.id, passage.text, span, anywhere=bool(passage.place))


def _near(name: str, text: str, span: Span, *, anywhere: bool) -> bool:
    """In a cell or a field the keyword may be anywhere; in a text it must be near."""
    keywords = _keywords(name)
    if anywhere:
        return keywords.search(text.lower()) is not None
    start = max(0, span[0] - _NEAR - _LONGEST)
    window = text[start : span[1] + _NEAR + _LONGEST].lower()
    return any(
        one.end() + start >= span[0] - _NEAR and one.start() + start <= span[1] + _NEAR
        for one in keywords.finditer(window)
        if one.end() + start <= span[0] or one.start() + start >= span[1]
    )


def custom_matches(custom: Custom, text: str, heading: str = "") -> Iterator[tuple[Span, str]]:
    """Matches with a keyword before them, near enough, and without a word to ignore."""
    before = [one.end() for word in custom.keywords for one in _word(word).finditer(text.lower())]
    named = any(_word(word).search(heading.lower()) for word in custom.keywords)
    for match in custom.pattern.finditer(text):
        value = match.group()
        if not value or any(word in value for word in custom.ignored):
            continue
        near = any(end <= match.start() and match.end() - end <= custom.distance for end in before)
        if not custom.keywords or named or near:
            yield match.span(), value


@functools.lru_cache(maxsize=4_096)
def _word(word: str) -> re.Pattern[str]:
    return re.compile(re.escape(word.lower()))


@functools.lru_cache(maxsize=64)
def _groups(ids: tuple[str, ...]) -> tuple[tuple[str, tuple[Rule, ...]], ...]:
    """The rules by pattern, so that each pattern is looked for once."""
    known, groups = rules(), dict[str, list[Rule]]()
    for one in ids:
        groups.setdefault(known[one].pattern, []).append(known[one])
    return tuple((pattern, tuple(group)) for pattern, group in groups.items())


@functools.lru_cache(maxsize=512)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


@functools.lru_cache(maxsize=512)
def _keywords(name: str) -> re.Pattern[str]:
    words = sorted(rules()[name].keywords, key=len, reverse=True)
    return re.compile("|".join(spoken(one) for one in words))


@functools.lru_cache(maxsize=64)
def _vocabulary(ids: tuple[str, ...]) -> tuple[tuple[str, tuple[str, ...], re.Pattern[str]], ...]:
    """Those with keywords: of each keyword its longest word, and the pattern of them all."""
    return tuple(
        (one, tuple(sorted({_stem(word) for word in rules()[one].keywords})), _keywords(one))
        for one in ids
        if rules()[one].keywords
    )


def _stem(keyword: str) -> str:
    words: list[str] = re.findall(r"[^\W_]+", keyword.lower())
    return max(words, key=len)


@functools.lru_cache(maxsize=16_384)
def _heard(text: str, ids: tuple[str, ...]) -> frozenset[str]:
    return frozenset(
        name
        for name, stems, keywords in _vocabulary(ids)
        if any(stem in text for stem in stems) and keywords.search(text)
    )


def _named_by(text: str, ids: tuple[str, ...]) -> frozenset[str]:
    """Which identifiers have a keyword in a text."""
    lowered = text.lower()
    return _heard(lowered, ids) if len(lowered) < 200 else _heard.__wrapped__(lowered, ids)


def _range(span: Span, lines: list[int]) -> dict[str, int]:
    """Lines count from 1, columns too."""
    first = bisect.bisect_right(lines, span[0])
    last = bisect.bisect_right(lines, max(span[0], span[1] - 1))
    return {"start": first, "end": last, "startColumn": span[0] - lines[first - 1] + 1}


def occurrences(places: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Places as findings tell them: cells, records or ranges of lines."""
    told: dict[str, Any] = {}
    for place in places:
        kind = "cells" if "row" in place else "records" if "jsonPath" in place else "lineRanges"
        told.setdefault(kind, []).append(dict(place))
    return told
