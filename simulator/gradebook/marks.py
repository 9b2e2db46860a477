"""Signals: what only another learner's account has, in a submission's code, answers or outputs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from simulator.gradebook.book import Book
from simulator.gradebook.plain import by_name, plain
from simulator.gradebook.signal import Kind, Signal, some
from simulator.grading.traces import Traces

COMMON = 3
"""A name that more learners' accounts have is no mark."""
FEW = 2
"""So many names of one other account are a signal; of ids, which can't be guessed, one is."""
_SHOWN = 4
_RARE = 8
_ID = re.compile(
    r"\d{12}|A[A-Z]{3}[A-Z0-9]{12,}|[a-z]+-[0-9a-f]{8,17}"
    r"|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
)


def signals(book: Book, traces: Mapping[tuple[str, str], Traces]) -> Iterator[Signal]:
    """Who has another's marks. Learners whose accounts have the same seed have the same marks."""
    owners: dict[str, set[str]] = {}
    for (owner, _), result in book.results.items():
        for mark in _pieces(result.marks):
            owners.setdefault(mark, set()).add(owner)
    for learner in book.learners:
        own = {mark for _, result in book.of_learner(learner) for mark in _pieces(result.marks)}
        for lab, result in book.of_learner(learner):
            seen = traces.get((learner.id, lab.id))
            code = (seen.words if seen else frozenset()) | set(_words(result.answers))
            found = _foreign(code - own, owners)
            if found:
                yield _signal(Kind.MARKS, learner.id, lab.id, found, "The code or an answer has")
            elif seen and (found := _foreign(seen.shown - own, owners)):
                yield _signal(Kind.SHOWN, learner.id, lab.id, found, "Outputs show")


def _foreign(words: Iterable[str], owners: Mapping[str, set[str]]) -> dict[str, list[str]]:
    """Whose marks are among the words, and which, if they are enough to be told."""
    found: dict[str, list[str]] = {}
    for word in sorted(words):
        who = owners.get(word, ())
        if _ID.fullmatch(word) or len(who) <= COMMON:
            for each in who:
                found.setdefault(each, []).append(word)
    return {
        who: words
        for who, words in sorted(found.items(), key=lambda each: by_name(each[0]))
        if len(words) >= FEW or any(map(_ID.fullmatch, words))
    }


def _signal(kind: Kind, learner: str, lab: str, found: dict[str, list[str]], has: str) -> Signal:
    words = list(dict.fromkeys(word for each in found.values() for word in each))
    words.sort(key=lambda word: (not _ID.fullmatch(word), word))
    more = f" and {len(words) - _SHOWN} more" if len(words) > _SHOWN else ""
    listed = ", ".join(plain(word)[:80] for word in words[:_SHOWN])
    said = f"{has} {listed}{more}, of the account of {some(tuple(found))}."
    return Signal(kind, learner, lab, said, tuple(found))


def _pieces(marks: Iterable[str]) -> Iterator[str]:
    """Marks, and what an ARN or a path among them is made of, as far as that is as rare."""
    for mark in marks:
        yield mark
        for piece in re.split(r"[:/,]", mark):
            if len(piece) >= _RARE and re.search(r"[\d.@]", piece):
                yield piece


def _words(value: Any) -> Iterator[str]:
    """The texts of answers, whole and in the pieces that an ARN or a path has."""
    if isinstance(value, str):
        yield value
        yield from re.split(r"[\s:/,;]+", value)
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _words(each)
    elif isinstance(value, list | tuple | set):
        for each in value:
            yield from _words(each)
