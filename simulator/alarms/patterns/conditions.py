"""Conditions on the fields of a log event: comparisons, joined by `&&`, `||` and parentheses.

What a field is called, and how it is found, is the caller's: see `json_event` and `delimited`.
A comparison with a field that an event doesn't have is never true, also not `!=`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

Condition = Callable[[Any], bool]
Getter = Callable[[Any], tuple[Any, ...]]
"""The values that a subject has for a selector; none if it has no such field."""

_TOKEN: Final = re.compile(
    r"""\s*(?:
        (?P<string>"(?:[^"\\]|\\.)*")
      | (?P<regex>%[^%]+%)
      | (?P<sign>&&|\|\||!=|>=|<=|=|>|<|\(|\))
      | (?P<word>[^\s"%()=!<>&|]+)
    )""",
    re.VERBOSE,
)
_NUMBER: Final = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?")
_SUPPORTED: Final = re.compile(r"[A-Za-z0-9_#=@/;,:\-^$?\[\]{}|\\*+.\s]*")
_ORDERS: Final[dict[str, Callable[[float, float], bool]]] = {
    ">": lambda one, other: one > other,
    "<": lambda one, other: one < other,
    ">=": lambda one, other: one >= other,
    "<=": lambda one, other: one <= other,
}
_DEEPEST: Final = 32


class InvalidPattern(Exception):
    """The filter pattern can't be read; the message says why."""


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a condition. `kind` is "string", "regex", "sign" or "word"."""

    kind: str
    text: str


def tokens(text: str) -> list[Token]:
    """The words, strings, regular expressions and signs of a condition.

    Raises:
        InvalidPattern: there is something else.
    """
    found, place, text = [], 0, text.rstrip()
    while place < len(text):
        token = _TOKEN.match(text, place)
        if token is None:
            raise InvalidPattern("Invalid metric filter pattern")
        kind = str(token.lastgroup)
        found.append(Token(kind, token.group(kind)))
        place = token.end()
    return found


def read(text: str, getter: Callable[[Token], Getter]) -> Condition:
    """The condition that a text says.

    Raises:
        InvalidPattern: it can't be read.
    """
    reader = _Reader(tokens(text), getter)
    condition = reader.either()
    if reader.next is not None:
        raise InvalidPattern("Invalid metric filter pattern")
    return condition


def text_of(value: Any) -> str:
    """A value of JSON as patterns see it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else str(value)


def number(value: Any) -> float | None:
    """The number that a value is, or that its text says."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value)
    found = isinstance(value, str) and _NUMBER.fullmatch(value.strip())
    return float(value) if found else None


def wildcard(text: str) -> Callable[[str], bool]:
    """Whether a text is this one, in which `*` stands for anything."""
    if "*" not in text:
        return text.__eq__
    parts = (re.escape(part) for part in re.split(r"\*+", text))
    return _matcher(re.compile(".*?".join(parts), re.DOTALL).fullmatch)


def regular(token: str) -> Callable[[str], bool]:
    """Whether a regular expression between percent signs is found in a text.

    Raises:
        InvalidPattern: it has what CloudWatch Logs doesn't support, or none.
    """
    inner = token.strip("%")
    if not _SUPPORTED.fullmatch(inner):
        raise InvalidPattern("Invalid character(s) in the regular expression")
    try:
        return _matcher(re.compile(inner).search)
    except re.error as error:
        raise InvalidPattern("Invalid regular expression") from error


def _matcher(search: Callable[[str], Any]) -> Callable[[str], bool]:
    return lambda text: search(text) is not None


def unquoted(token: str) -> str:
    """What is said between quotation marks."""
    return re.sub(r"\\(.)", r"\1", token[1:-1])


class _Reader:
    """Reads by recursive descent; `&&` binds closer than `||`."""

    def __init__(self, found: list[Token], getter: Callable[[Token], Getter]) -> None:
        self._tokens: Iterator[Token] = iter(found)
        self._getter = getter
        self._depth = 0
        self.next: Token | None = None
        self._take()

    def _take(self) -> Token | None:
        taken, self.next = self.next, next(self._tokens, None)
        return taken

    def _wanted(self, kind: str | None = None) -> Token:
        token = self._take()
        if token is None or kind not in {None, token.kind}:
            raise InvalidPattern("Invalid metric filter pattern")
        return token

    def _comes(self, text: str) -> bool:
        if self.next is not None and self.next.kind == "sign" and self.next.text == text:
            self._take()
            return True
        return False

    def either(self) -> Condition:
        conditions = [self._both()]
        while self._comes("||"):
            conditions.append(self._both())
        if len(conditions) == 1:
            return conditions[0]
        return lambda subject: any(condition(subject) for condition in conditions)

    def _both(self) -> Condition:
        conditions = [self._one()]
        while self._comes("&&"):
            conditions.append(self._one())
        if len(conditions) == 1:
            return conditions[0]
        return lambda subject: all(condition(subject) for condition in conditions)

    def _one(self) -> Condition:
        if self._comes("("):
            self._depth += 1
            if self._depth > _DEEPEST:
                raise InvalidPattern("Invalid metric filter pattern")
            inside = self.either()
            self._depth -= 1
            if not self._comes(")"):
                raise InvalidPattern("Invalid metric filter pattern")
            return inside
        return self._comparison(self._getter(self._wanted("word")))

    def _comparison(self, found: Getter) -> Condition:
        sign = self._wanted()
        if sign.kind == "word":
            return self._state(found, sign.text.upper())
        if sign.kind != "sign" or sign.text in {"(", ")", "&&", "||"}:
            raise InvalidPattern("Invalid metric filter pattern")
        value = self._wanted()
        if value.kind == "sign":
            raise InvalidPattern("Invalid metric filter pattern")
        if sign.text in _ORDERS:
            return _order(found, sign.text, value)
        same = _same(value)
        if sign.text == "=":
            return lambda subject: any(same(each) for each in found(subject))
        return lambda subject: bool(values := found(subject)) and not any(map(same, values))

    def _state(self, found: Getter, word: str) -> Condition:
        """IS NULL, IS TRUE, IS FALSE, NOT EXISTS, EXISTS."""
        if word == "EXISTS":
            return lambda subject: bool(found(subject))
        follows = self._wanted("word").text.upper()
        if (word, follows) == ("NOT", "EXISTS"):
            return lambda subject: not found(subject)
        wanted = {"NULL": None, "TRUE": True, "FALSE": False}
        if word != "IS" or follows not in wanted:
            raise InvalidPattern("Invalid metric filter pattern")
        value = wanted[follows]
        return lambda subject: any(each is value for each in found(subject))


def _order(found: Getter, sign: str, value: Token) -> Condition:
    limit, order = number(value.text), _ORDERS[sign]
    if value.kind != "word" or limit is None:
        raise InvalidPattern("Invalid metric filter pattern")
    return lambda subject: any(
        (each := number(one)) is not None and order(each, limit) for one in found(subject)
    )


def _same(value: Token) -> Callable[[Any], bool]:
    """Whether a value of a field is the one in the pattern: in text, and numbers in number."""
    if value.kind == "regex":
        found = regular(value.text)
        return lambda each: not isinstance(each, dict | list) and found(text_of(each))
    text = unquoted(value.text) if value.kind == "string" else value.text
    like, wanted = wildcard(text), number(value.text) if value.kind == "word" else None

    def same(each: Any) -> bool:
        if each is None or isinstance(each, dict | list):
            return False
        if wanted is not None and (said := number(each)) is not None:
            return said == wanted
        return like(text_of(each))

    return same
