"""The words of a DDL statement, with their places.

Source: "CREATE TABLE" (Amazon Athena User Guide) and Apache Hive's language manual, whose DDL
Athena takes: strings stand in single or double quotes and know backslashes, names in backticks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

_TOKEN = re.compile(
    r"""(?P<space>\s+|--[^\n]*|/\*.*?\*/)
      | (?P<string>'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.|"")*")
      | (?P<name>`(?:[^`]|``)*`)
      | (?P<word>[\w$-]*[\w$])
      | (?P<sign><=|>=|<>|!=|.)""",
    re.VERBOSE | re.DOTALL,
)
_SQL = re.compile(
    r"""(?P<space>\s+|--[^\n]*|/\*.*?\*/)|'(?:[^']|'')*'|"(?:[^"]|"")*"|[\w$]+|.""", re.DOTALL
)
"""As queries are written: backslashes mean nothing."""
_DDL = frozenset({"CREATE", "DROP", "ALTER", "MSCK", "SHOW", "DESCRIBE", "DESC"})
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "0": "\0", "Z": "\x1a"}
_ESCAPED = re.compile(r"\\([0-7]{3}|u[0-9a-fA-F]{4}|.)", re.DOTALL)


class Kind(StrEnum):
    """What a token is."""

    STRING = "string"
    NAME = "name"
    WORD = "word"
    SIGN = "sign"
    END = "end"


@dataclass(frozen=True, slots=True)
class Token:
    """`text` is without quotes and escapes; `start` and `end` are places in the statement."""

    kind: Kind
    text: str
    start: int
    end: int

    @property
    def upper(self) -> str:
        """The word as a keyword; nothing that is quoted is one."""
        return self.text.upper() if self.kind in {Kind.WORD, Kind.SIGN} else ""


def tokenize(text: str) -> tuple[Token, ...]:
    """All tokens of a statement but blanks and comments, and one that ends them."""
    found = []
    for match in _TOKEN.finditer(text):
        kind = str(match.lastgroup)
        if kind == "space":
            continue
        word = match[0]
        if kind == "string":
            word = _unescaped(word)
        elif kind == "name":
            word = word[1:-1].replace("``", "`")
        found.append(Token(Kind(kind), word, match.start(), match.end()))
    return (*found, Token(Kind.END, "<EOF>", len(text), len(text)))


def position(text: str, place: int) -> tuple[int, int]:
    """Line and column of a place, counted from 1."""
    before = text[:place]
    return before.count("\n") + 1, place - (before.rfind("\n") + 1) + 1


def statements(text: str) -> list[str]:
    """The statements that semicolons divide, without empty ones."""
    first = tokenize(text[:4096])[0].upper
    pieces = _TOKEN if first in _DDL else _SQL
    parts, start, empty = [], 0, True
    for match in pieces.finditer(text):
        if match[0] == ";":
            parts += [] if empty else [text[start : match.start()]]
            start, empty = match.end(), True
        elif match.lastgroup != "space":
            empty = False
    return parts if empty else [*parts, text[start:]]


def _unescaped(quoted: str) -> str:
    quote = quoted[0]
    return _ESCAPED.sub(_escape, quoted[1:-1].replace(quote * 2, quote))


def _escape(match: re.Match[str]) -> str:
    code = match[1]
    if len(code) == 3:
        return chr(int(code, 8))
    if len(code) == 5:
        return chr(int(code[1:], 16))
    return _ESCAPES.get(code, code)
