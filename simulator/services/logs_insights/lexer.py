"""A query's words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, NoReturn

from simulator.services.logs_insights.limits import MalformedQuery

_WORD: Final = re.compile(
    r"(?P<space>(?:\s|\#[^\n]*)+)"
    r"|(?P<period>\d+(?:ms|msecs?|mins?|minutes?|m|seconds?|secs?|s|hours?|hrs?|hr|h|days?|d"
    r"|weeks?|w)\b)"
    r"|(?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\.\d+)"
    r"|(?P<name>(?:[A-Za-z_@$][\w@.$]*|`[^`\n]+`)(?:\.`[^`\n]+`|(?<=`)\.[\w@.$]+)*)"
    r"|(?P<string>\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')"
    r"|(?P<sign>!=|<=|>=|=~|[-=<>+*/%^|,()\[\]])",
    re.DOTALL,
)
_REGEX: Final = re.compile(r"/((?:[^/\\]|\\.)*)/", re.DOTALL)
_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)
_ESCAPES: Final = {"n": "\n", "t": "\t", "r": "\r"}


@dataclass(frozen=True, slots=True)
class Word:
    """`kind` is one of the groups above, or "end"; `text` is as written."""

    kind: str
    text: str
    start: int
    end: int

    def means(self, *keywords: str) -> bool:
        """Whether it is one of these words, in any case, or of these signs."""
        return self.kind in {"name", "sign"} and self.text.lower() in keywords

    @property
    def string(self) -> str:
        """What a string in quotes holds; other escapes than of quotes stay for patterns."""
        return _ESCAPED.sub(
            lambda found: _ESCAPES.get(found[1], found[1] if found[1] in "\"'\\" else found[0]),
            self.text[1:-1],
        )


class Lexer:
    """Hands out the words of a query one after the other."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.last_end = 0
        self._at = 0
        self._next: Word | None = None

    def peek(self) -> Word:
        """The next word, which stays the next one. Raises MalformedQuery."""
        if self._next is None:
            self._next = self._read()
        return self._next

    def take(self) -> Word:
        word = self.peek()
        self._at, self.last_end, self._next = word.end, word.end, None
        return word

    def accept(self, *keywords: str) -> bool:
        """Take the next word if it is one of these."""
        if self.peek().means(*keywords):
            self.take()
            return True
        return False

    def expect(self, *keywords: str) -> Word:
        if not self.peek().means(*keywords):
            self.refuse()
        return self.take()

    def regex(self) -> str | None:
        """Take what stands between slashes, if that is next."""
        word = self.peek()
        found = _REGEX.match(self.text, word.start) if word.text == "/" else None
        if found is None:
            return None
        self._at, self.last_end, self._next = found.end(), found.end(), None
        return found[1]

    def refuse(self, why: str | None = None, about: Word | None = None) -> NoReturn:
        """Raises MalformedQuery about a word; the next one if none is given."""
        word = about or self._next or Word("end", "<EOF>", self._at, self._at)
        line = self.text.count("\n", 0, word.start) + 1
        column = word.start - (self.text.rfind("\n", 0, word.start) + 1)
        text = why or f"unexpected symbol found {word.text}"
        raise MalformedQuery(f"{text} at line {line} and position {column}", word.start, word.end)

    def _read(self) -> Word:
        at = self._at
        while at < len(self.text):
            found = _WORD.match(self.text, at)
            if found is None:
                self._next = Word("sign", self.text[at], at, at + 1)
                self.refuse()
            if found.lastgroup != "space":
                return Word(found.lastgroup or "", found[0], at, found.end())
            at = found.end()
        return Word("end", "<EOF>", at, at)
