"""Java's patterns of dates and times ("yyyy/MM/dd", "dd/MMM/yyyy:HH:mm:ss Z").

Source: the documentation of java.time's DateTimeFormatter and of Joda-Time's DateTimeFormat, which
partition projection and parse_datetime take.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

_PIECE = re.compile(r"'((?:[^']|'')*)'?|([a-zA-Z])\2*|.", re.DOTALL)
_OF_LETTER = {
    "y": "%Y",
    "u": "%Y",
    "Y": "%Y",
    "M": "%m",
    "L": "%m",
    "d": "%d",
    "D": "%j",
    "H": "%H",
    "k": "%H",
    "h": "%I",
    "K": "%I",
    "m": "%M",
    "s": "%S",
    "S": "%f",
    "a": "%p",
    "z": "%Z",
    "Z": "%z",
    "x": "%z",
    "X": "%z",
    "E": "%a",
    "e": "%u",
}


class UnknownPattern(ValueError):
    """A letter of the pattern means nothing here."""


def java_directives(pattern: str) -> str:
    """The pattern in strftime's directives, as Python and the embedded engine know them."""
    found = []
    for match in _PIECE.finditer(pattern):
        piece = match[0]
        if piece[0] == "'":
            found.append("'" if piece == "''" else match[1].replace("''", "'").replace("%", "%%"))
        elif piece[0].isalpha() and piece[0].isascii():
            found.append(_directive(piece))
        else:
            found.append(piece.replace("%", "%%"))
    return "".join(found)


def java_format(moment: datetime, pattern: str) -> str:
    """The moment written after the pattern."""
    return moment.strftime(java_directives(pattern))


def java_parse(text: str, pattern: str) -> datetime:
    """The moment that is written, aware UTC.

    Raises:
        ValueError: it is not written after the pattern.
    """
    return datetime.strptime(text, java_directives(pattern)).replace(tzinfo=UTC)


def _directive(piece: str) -> str:
    letter, length = piece[0], len(piece)
    if letter not in _OF_LETTER:
        raise UnknownPattern(f"Illegal pattern component: {letter}")
    if letter in "ML" and length >= 3:
        return "%b" if length == 3 else "%B"
    if letter in "yuY" and length == 2:
        return "%y"
    if letter == "E" and length > 3:
        return "%A"
    if letter == "S" and length == 3:
        return "%f"
    return _OF_LETTER[letter]
